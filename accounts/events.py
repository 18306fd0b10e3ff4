"""What browsers learn about people."""

from uuid import UUID

from telemed.wire import Event


class PresenceChanged(Event):
    """A person came online or went offline."""

    person: UUID
    online: bool
