"""What people send: the outermost transaction, made durable before it is acknowledged."""

import logging
import random
import time
from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

import psycopg
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from chat import express
from chat.events import MessagePosted, PostMessage
from chat.models import Conversation, Post, append_all
from chat.wording import check_message
from telemed import metrics
from telemed.limits import TooFast, allowances
from telemed.models import Refusal
from telemed.writer import BOUND, Full, OwnThread, Writer

logger = logging.getLogger(__name__)

ATTEMPTS = 5
PAUSE_SECONDS = 0.05

# Asked once: Django makes a connection for every task that asks.
HAS_EXPRESS = connection.vendor == "postgresql"

# A deadlock and a serialization failure of PostgreSQL: nothing was written, and trying again
# may go well.
PASSING = {"40P01", "40001"}

Result = TypeVar("Result")


class Overloaded(Refusal):
    """The database could not take it now."""

    code = "overloaded"
    detail = _("We are very busy. Your message is tried again in a moment.")
    status = 503
    retry_after = 2


def check_pace(author: User) -> None:
    """For the doors that are no socket, which counts by itself; raises TooFast."""
    if not allowances.of(author.pk).take(PostMessage.wire_name, PostMessage.rate):
        raise TooFast


def post(*, author: User, conversation_id: UUID, client_id: UUID, body: str) -> MessagePosted:
    """Adds a message and returns it when it is on disk.

    Raises Conversation.DoesNotExist for who is not in the conversation, the refusals of
    `Conversation.append`, and Overloaded.
    """
    if writer.waiting >= BOUND:
        raise Overloaded
    posted = persist(lambda: _alone(Post(author, conversation_id, client_id, body)))
    metrics.messages_posted.inc()
    return posted


async def apost(
    *, author: User, conversation_id: UUID, client_id: UUID, body: str
) -> MessagePosted:
    """The same for a socket: committed together with what others post at this moment.

    A text that cannot be a message is refused before it reaches a batch.
    """
    check_message(body)
    try:
        posted = await writer.put(Post(author, conversation_id, client_id, body))
    except Full:
        raise Overloaded from None
    metrics.messages_posted.inc()
    return posted


def persist(write: Callable[[], Result]) -> Result:
    """Runs a transaction, and runs it again after a deadlock; raises Overloaded in the end."""
    for attempt in range(ATTEMPTS):
        try:
            return write()
        except OperationalError as trouble:
            if not passes(trouble):
                raise
            time.sleep(random.uniform(0, PAUSE_SECONDS * 2**attempt))  # noqa: S311
    raise Overloaded


async def commit(posts: Sequence[Post]) -> Sequence[MessagePosted | BaseException]:
    """Commits a batch on the event loop where the database can, otherwise in our own thread."""
    metrics.post_batch_size.observe(len(posts))
    if HAS_EXPRESS:
        try:
            return await express.commit(posts)
        except (express.Unusual, psycopg.IntegrityError):
            pass
        except psycopg.Error as trouble:
            logger.warning("posting: the ordinary way is taken (%s)", type(trouble).__name__)
    return await thread.run(commit_in_thread, posts)


def commit_in_thread(posts: Sequence[Post]) -> list[MessagePosted | BaseException]:
    """Commits a batch; when anything is wrong with it, each post by itself.

    So the one that is wrong fails alone, and one that was sent before is answered with the
    first result.
    """
    try:
        return list(persist(lambda: _together(posts)))
    except (Refusal, ObjectDoesNotExist, IntegrityError):
        return [_outcome(post) for post in posts]


def _outcome(post: Post) -> MessagePosted | BaseException:
    try:
        return persist(lambda: _alone(post))
    except (Refusal, ObjectDoesNotExist) as refusal:
        return refusal


@transaction.atomic(durable=True)
def _together(posts: Sequence[Post]) -> list[MessagePosted]:
    return [message.as_event() for message in append_all(posts)]


@transaction.atomic(durable=True)
def _alone(post: Post) -> MessagePosted:
    conversation = Conversation.objects.for_user(post.author).get(pk=post.conversation_id)
    return conversation.append(post.author, post.client_id, body=post.body).as_event()


thread = OwnThread()
writer = Writer[Post, MessagePosted](commit)
metrics.post_queue_length.set_function(lambda: writer.waiting)


def passes(trouble: OperationalError) -> bool:
    """Whether the same transaction may succeed when it is tried again."""
    cause = trouble.__cause__
    return getattr(cause, "sqlstate", None) in PASSING or "locked" in str(cause)
