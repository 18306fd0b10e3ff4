"""Who sits at the desk, and which ticket they look at: leases that an open desk renews."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from helpline.models import Agent, Ticket, Viewing

# A page that is loaded again, and a desk in another process, which renews by its next beat,
# are back before what the closed one has left behind runs out.
STANDS_UP_AFTER = timedelta(seconds=25)
LOOKS_AWAY_AFTER = timedelta(seconds=5)


def sit_down(person: User, ticket: Ticket | None = None) -> bool:
    """The desk is open, perhaps at a ticket; answers whether others see someone new there."""
    Agent.objects.of(person).renew()
    return Viewing.objects.look(ticket, person) if ticket else False


def stand_up(person: User, now: datetime | None = None) -> None:
    """The last desk of this person here was closed; what is in work stays with them."""
    soon = (now or timezone.now()) + STANDS_UP_AFTER
    Agent.objects.filter(person=person, lease_expires_at__gt=soon).update(lease_expires_at=soon)


def look_away(person: User, ticket: Ticket, now: datetime | None = None) -> None:
    """The page with the ticket was closed."""
    soon = (now or timezone.now()) + LOOKS_AWAY_AFTER
    own = Viewing.objects.filter(person=person, ticket=ticket)
    own.filter(expires_at__gt=soon).update(expires_at=soon)
