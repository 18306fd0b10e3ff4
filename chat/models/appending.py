"""Messages into conversations: the one implementation, for one message and for a batch.

A batch costs as many statements as one message, however many it holds: members (and the lock),
numbers, messages, marks, notifications. They are written out because this is the hot path.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User, group_of
from chat.kinds import MESSAGE, told_as
from chat.models.group import Group, url_of
from chat.models.hearing import heard
from chat.models.member import Member, lists
from chat.models.message import Message
from chat.wording import check_message
from notifications.models import Notice, notify_all
from telemed.models import Refusal
from telemed.sql import adapted, marks, run, time_of, uuid_of
from telemed.wire import publish_all


class NotReachable(Refusal):
    """Nobody would ever read it."""

    code = "not_reachable"
    detail = _("Nobody in this conversation can be reached here any more.")


@dataclass(frozen=True, slots=True)
class Post:
    """What someone adds to a conversation."""

    author: User
    conversation_id: UUID
    client_id: UUID
    body: str = ""
    kind: str = Message.Kind.TEXT
    call: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Present:
    """A member who is in a conversation now, and as much of the person as is needed here."""

    member_pk: int
    conversation_id: UUID
    pk: int
    public_id: UUID
    is_active: bool
    language: str
    muted_until: datetime | None
    conversation_kind: str

    def is_muted(self, now: datetime) -> bool:
        """Whether this member does not want to be disturbed by it."""
        return self.muted_until is not None and self.muted_until > now

    @property
    def group(self) -> str:
        return group_of(self.public_id)


# The rows of the conversations are locked in the order of their ids, so that two batches never
# wait for each other, and stay locked until the commit: whoever sees a number sees all lower
# ones. SQLite has one writer at a time and needs no lock.
PRESENT = """
SELECT m.id, m.conversation_id, m.person_id, p.public_id, p.is_active, p.language, m.muted_until,
c.kind
FROM chat_conversation c
JOIN chat_member m ON m.conversation_id = c.id AND m.left_at IS NULL
JOIN accounts_user p ON p.id = m.person_id
WHERE c.id IN {marks} ORDER BY c.id, m.id
"""
LOCK = "FOR NO KEY UPDATE OF c"

TAKE_NUMBERS = """
UPDATE chat_conversation SET last_seq = last_seq + wanted.column2, touched_at = %s
FROM (VALUES {marks}) AS wanted
WHERE chat_conversation.id = wanted.column1
RETURNING chat_conversation.id, chat_conversation.last_seq
"""

INSERT = """
INSERT INTO chat_message
(id, conversation_id, seq, changed_seq, author_id, client_id, kind, body, call, created_at)
VALUES {marks}
"""

# Who had everything before has everything still; what was drafted is now sent.
RAISE_MARKS = """
UPDATE chat_member SET
read_seq = CASE WHEN read_seq = wrote.column3 THEN wrote.column4 ELSE read_seq END,
delivered_seq = CASE WHEN delivered_seq = wrote.column3 THEN wrote.column4 ELSE delivered_seq END,
draft = CASE WHEN wrote.column5 THEN '' ELSE draft END
FROM (VALUES {marks}) AS wrote
WHERE chat_member.conversation_id = wrote.column1 AND chat_member.person_id = wrote.column2
"""


def append_all(posts: Sequence[Post]) -> list[Message]:
    """Adds messages in the caller's transaction: all of them, in this order, or none.

    Raises Member.DoesNotExist when an author is not in the conversation, NotReachable, the
    refusals of a text, and IntegrityError when one was sent before.
    """
    now = timezone.now()
    counts = Counter(post.conversation_id for post in posts)
    members = present(counts)
    for post in posts:
        check(post, members[post.conversation_id])
    messages = numbered(posts, take_numbers(counts, now), now)
    insert(messages)
    raise_marks(messages)
    tell(messages, members)
    return messages


def present(conversations: Iterable[UUID]) -> dict[UUID, list[Present]]:
    """Who is in these conversations, which are locked."""
    ids = sorted(conversations)
    lock = LOCK if connection.features.has_select_for_update else ""
    rows = run(PRESENT.format(marks=marks(1, len(ids))) + lock, adapted(ids))
    found: dict[UUID, list[Present]] = defaultdict(list)
    for member_pk, conversation_id, pk, public_id, is_active, language, muted, kind in rows:
        key = uuid_of(conversation_id)
        person = (pk, uuid_of(public_id), bool(is_active), language, time_of(muted))
        found[key].append(Present(member_pk, key, *person, kind))
    return found


def take_numbers(counts: Mapping[UUID, int], now: datetime) -> dict[UUID, int]:
    """Takes as many numbers of each conversation, and returns the first of them."""
    pairs = [value for pair in counts.items() for value in pair]
    rows = run(TAKE_NUMBERS.format(marks=marks(len(counts), 2)), adapted([now, *pairs]))
    last = {uuid_of(key): number for key, number in rows}
    return {key: last[key] - count + 1 for key, count in counts.items()}


def check(post: Post, members: list[Present]) -> None:
    """Raises why this post cannot be added to a conversation with these members."""
    if all(member.pk != post.author.pk for member in members):
        raise Member.DoesNotExist
    if post.kind == Message.Kind.TEXT:
        check_message(post.body)
        if not any(member.is_active for member in members if member.pk != post.author.pk):
            check_waits(post.conversation_id)


def check_waits(conversation: UUID) -> None:
    """Raises NotReachable unless it is of a kind that others come into later."""
    kind = "SELECT kind FROM chat_conversation WHERE id = %s"
    if run(kind, adapted([conversation])) == [("direct",)]:
        raise NotReachable


def numbered(posts: Sequence[Post], following: dict[UUID, int], now: datetime) -> list[Message]:
    """The posts as messages with the numbers that follow in their conversations, not stored yet."""
    messages = []
    for post in posts:
        messages.append(message_of(post, following[post.conversation_id], now))
        following[post.conversation_id] += 1
    return messages


def message_of(post: Post, seq: int, now: datetime) -> Message:
    return Message(
        conversation_id=post.conversation_id,
        seq=seq,
        changed_seq=seq,
        author=post.author,
        client_id=post.client_id,
        kind=post.kind,
        body=post.body,
        call=post.call,
        created_at=now,
    )


def insert(messages: Sequence[Message]) -> None:
    values: list[object] = []
    for each in messages:
        values += (each.id, each.conversation_id, each.seq, each.changed_seq, each.author_id)
        values += (each.client_id, each.kind, each.body, each.call, each.created_at)
    run(INSERT.format(marks=marks(len(messages), 10)), adapted(values))


def raise_marks(messages: Sequence[Message]) -> None:
    runs = runs_of((each.conversation_id, each.author_id, each.seq) for each in messages)
    texts = (each for each in messages if each.kind == Message.Kind.TEXT)
    drafted = {(each.conversation_id, each.author_id) for each in texts}
    values = [v for key, run_ in runs.items() for v in (*key, *run_, key in drafted)]
    run(RAISE_MARKS.format(marks=marks(len(values) // 5, 5)), adapted(values))


def runs_of(wrote: Iterable[tuple[UUID, int, int]]) -> dict[tuple[UUID, int], tuple[int, int]]:
    """Each author's first messages in a row in each conversation, over which their marks rise.

    `wrote` says conversation, author and number; the answer the number before, and the last.
    """
    runs: dict[tuple[UUID, int], tuple[int, int]] = {}
    for conversation, author, number in wrote:
        before, last = runs.get((conversation, author), (number - 1, number - 1))
        if last == number - 1:
            runs[conversation, author] = before, number
    return runs


def tell(messages: Sequence[Message], members: dict[UUID, list[Present]]) -> None:
    """Those who look at a conversation at once; lists and badges of everyone in it a moment on."""
    publish_all((message.as_event(), Group(message.conversation_id)) for message in messages)
    touched = {message.conversation_id for message in messages}
    lists.after_commit(each.member_pk for key in touched for each in members[key])
    heard.after_commit(touched)
    notify_all(
        notice_of(message, members[message.conversation_id])
        for message in messages
        if message.kind == Message.Kind.TEXT
    )


def notice_of(message: Message, members: Sequence[Present]) -> Notice:
    """What the others are told of a message: who wrote, and never what."""
    key = message.conversation_id
    others = [each for each in members if each.pk != message.author_id]
    return Notice(
        recipients=others,
        kind=told_as.get(members[0].conversation_kind, MESSAGE.name),
        url=url_of(key),
        key=f"conversation:{key}",
        context=message.author.as_sender,
        silent_for={each.pk for each in others if each.is_muted(message.created_at)},
    )
