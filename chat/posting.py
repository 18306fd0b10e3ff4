"""What people send: the outermost transaction, made durable before it is acknowledged."""

import random
import time
from uuid import UUID

from django.db import OperationalError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from chat.events import MessagePosted, PostMessage
from chat.models import Conversation
from telemed.limits import allowances
from telemed.models import Refusal

ATTEMPTS = 5
PAUSE_SECONDS = 0.05

# A deadlock and a serialization failure of PostgreSQL: nothing was written, and trying again
# may go well.
PASSING = {"40P01", "40001"}


class Overloaded(Refusal):
    """The database could not take it now."""

    code = "overloaded"
    detail = _("We are very busy. Your message is tried again in a moment.")
    status = 503


class TooFast(Refusal):
    """More messages than a person writes."""

    code = "too_fast"
    detail = _("That was too fast. Wait a moment and try again.")
    status = 429


def check_pace(author: User) -> None:
    """For the doors that are no socket, which counts by itself; raises TooFast."""
    if not allowances.of(author.pk).take(PostMessage.wire_name, PostMessage.rate):
        raise TooFast


def post(*, author: User, conversation_id: UUID, client_id: UUID, body: str) -> MessagePosted:
    """Adds a message and returns it when it is on disk.

    Raises Conversation.DoesNotExist for who is not in the conversation, and the refusals of
    `Conversation.append`.
    """
    for attempt in range(ATTEMPTS):
        try:
            return _post_once(author, conversation_id, client_id, body)
        except OperationalError as trouble:
            if not passes(trouble):
                raise
            time.sleep(random.uniform(0, PAUSE_SECONDS * 2**attempt))  # noqa: S311
    raise Overloaded


@transaction.atomic(durable=True)
def _post_once(author: User, conversation_id: UUID, client_id: UUID, body: str) -> MessagePosted:
    conversation = Conversation.objects.for_user(author).get(pk=conversation_id)
    return conversation.append(author, client_id, body=body).as_event()


def passes(trouble: OperationalError) -> bool:
    """Whether the same transaction may succeed when it is tried again."""
    cause = trouble.__cause__
    return getattr(cause, "sqlstate", None) in PASSING or "locked" in str(cause)
