"""What browsers hear and ask about conversations."""

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

import msgspec

from telemed.wire import Command, Event

Number = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


class Author(msgspec.Struct, frozen=True, kw_only=True):
    """Who wrote a message, with all that a page needs to show their face."""

    id: UUID
    name: str
    initials: str
    hue: int
    photo: str | None


class CallNote(msgspec.Struct, frozen=True, kw_only=True):
    """A call as its conversation remembers it; `duration` is in seconds, `began_at` its start."""

    id: UUID
    kind: str
    end_reason: str
    duration: int | None
    started_by: UUID
    began_at: datetime


class MessagePosted(Event):
    """A message was added to a conversation.

    `seq` orders the messages; `changed_seq` is the number of the change that brought it.
    """

    id: UUID
    conversation: UUID
    seq: int
    changed_seq: int
    author: Author
    client_id: UUID
    kind: str
    body: str
    created_at: datetime
    call: CallNote | None


class MemberAdmitted(Event):
    """Someone else is in the conversation from now on."""

    conversation: UUID
    member: UUID
    delivered_seq: int
    read_seq: int


class MemberLeft(Event):
    """Someone neither reads nor writes here any more."""

    conversation: UUID
    member: UUID


class MessagesDelivered(Event):
    """A member's device has every message up to `seq`."""

    conversation: UUID
    member: UUID
    seq: int


class MessagesRead(Event):
    """A member has read every message up to `seq`."""

    conversation: UUID
    member: UUID
    seq: int


class MemberTyped(Event):
    """A member is typing: relayed, never stored; forget it after five seconds."""

    conversation: UUID
    member: UUID
    name: str


class ConversationTouched(Event):
    """For one member: how a conversation now stands in their list."""

    conversation: UUID
    seq: int
    unread: int
    preview: str
    author: UUID | None
    created_at: datetime | None


class MutingChanged(Event):
    """For one member: a conversation is muted until then, until it is ended, or no longer."""

    conversation: UUID
    is_muted: bool
    until: datetime | None


class PostMessage(Command):
    """Add a message; a retry carries the same `client_id`. The result is the message."""

    rate: ClassVar[tuple[float, int]] = (100 / 60, 20)

    client_id: UUID
    body: str


class MarkDelivered(Command):
    """This device has every message up to `seq`."""

    seq: Number


class MarkRead(Command):
    """I have read every message up to `seq`."""

    seq: Number


class StartTyping(Command):
    """I am typing; to be repeated every few seconds."""

    rate: ClassVar[tuple[float, int]] = (2.0, 10)


class SaveDraft(Command):
    """Keep what I have written so far; an empty `body` clears it."""

    rate: ClassVar[tuple[float, int]] = (2.0, 20)

    body: str
