"""What browsers hear about tickets and emergencies."""

from uuid import UUID

from telemed.wire import Event


class EmergencyMoved(Event):
    """Something about an emergency has changed; whoever shows it asks how it stands."""

    id: UUID


class TicketMoved(Event):
    """Something about a ticket has changed; whoever shows it asks how it stands."""

    id: UUID
    number: int
    status: str


class TicketViewed(Event):
    """Other agents look at a ticket than before; whoever shows who looks asks anew."""

    number: int
