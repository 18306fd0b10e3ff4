"""What browsers learn about people."""

from uuid import UUID

from telemed.wire import Event


class PresenceChanged(Event):
    """A person came online or went offline."""

    person: UUID
    online: bool


class SignedOut(Event):
    """A session of this person ended: pages that lost theirs show sign-in again."""

    person: UUID
