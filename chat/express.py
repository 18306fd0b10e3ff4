"""The express lane of posting, on PostgreSQL: a whole batch by one statement, on the event loop.

It does what `append_all` does, for texts, in one round trip and without a thread. Whatever is
unusual (someone who is not a member, a retry, a deadlock, a database that is away) it leaves
undone, and the caller takes the ordinary way, where each post is looked at by itself.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.utils import timezone

from accounts.models import Pages
from chat.events import Author, MessagePosted
from chat.models import Group, Message, Post, heard, lists
from chat.statement import Letter, ask, letters_of
from notifications.badges import badges_soon
from notifications.models import Notice, posted
from telemed.hub import hub
from telemed.wire import frames_of

# Id, recipient by both keys, language, address, who wrote, whether it is silent, as what, how many.
Told = tuple[UUID, int, UUID, str, str, dict[str, Any], bool, str, int]


class Written(msgspec.Struct):
    """What the statement answers: the last number of each conversation before the batch, if
    anything was written, and who is to be told.

    `looking` are the members, and who they are, that have a page open: lists are for them alone,
    and badges for the recipients among them.
    """

    before: dict[UUID, int] | None = None
    told: list[Told] | None = None
    looking: list[tuple[int, int]] | None = None


_written = msgspec.json.Decoder(Written)


class Unusual(Exception):
    """Something about this batch needs a closer look; nothing of it was written."""


async def commit(posts: Sequence[Post]) -> list[MessagePosted]:
    """Adds texts, and tells everyone; they are on disk when this returns.

    Raises Unusual, and what psycopg raises: the ordinary way finds out what was written.
    """
    letters, now = letters_of(posts), timezone.now()
    written = _written.decode(await ask(letters, now) or b"{}")
    if written.before is None:
        raise Unusual
    before = written.before
    events = [posted_as(each, before[each.post.conversation_id], now) for each in letters]
    hub.tell(frames_of((event, Group(event.conversation)) for event in events))
    heard.add(before)
    told = written.told or []
    hub.tell(frames_of(notified(told, now)))
    if written.looking:
        recipients = {recipient for _, recipient, *_ in told}
        lists.add(member for member, _ in written.looking)
        badges_soon.add(recipients.intersection(person for _, person in written.looking))
    return events


def posted_as(letter: Letter, before: int, now: datetime) -> MessagePosted:
    """What `Message.as_event` says of it once it is loaded."""
    post, number = letter.post, before + letter.nth
    return MessagePosted(
        id=letter.id,
        conversation=post.conversation_id,
        seq=number,
        changed_seq=number,
        author=Author(**post.author.face),
        client_id=post.client_id,
        kind=str(Message.Kind.TEXT),
        body=post.body,
        created_at=now,
        call=None,
    )


def notified(told: Sequence[Told], now: datetime) -> Iterator[Any]:
    """What open pages of the recipients show, each in its language."""
    for id_, _, public_id, language, url, sender, silent, kind, number in told:
        notice = Notice((), kind, url, "", sender)
        fact = posted(id_, notice, language, now, number=number, silent=silent)
        yield fact, Pages(public_id)
