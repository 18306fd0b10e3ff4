"""What the clock does with calls: their deadlines, and mercy after an outage."""

from datetime import datetime

from calls.models import Call, Participant, Status
from calls.models.states import LEASE_AFTER_OUTAGE
from telemed import clock


@clock.settles
def settle(now: datetime) -> None:
    """Ends what has rung for too long, and parts from those who are silently gone."""
    Call.objects.settle(now)


@clock.after_outage
def extend_leases(now: datetime) -> None:
    """While every process was down nobody could renew; media may have flowed all the time.

    Ringing is not extended: nobody heard it.
    """
    inside = Participant.objects.here().filter(
        call__status=Status.ACTIVE, lease_expires_at__lt=now + LEASE_AFTER_OUTAGE
    )
    inside.update(lease_expires_at=now + LEASE_AFTER_OUTAGE)
