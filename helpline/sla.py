"""What we promise: by when there is a first answer, and by when a ticket is resolved."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from helpline.models.states import Priority

if TYPE_CHECKING:
    from helpline.models import Ticket


@dataclass(frozen=True, slots=True)
class Promise:
    """In opening hours; for an emergency in hours of the clock."""

    response: timedelta
    resolution: timedelta


PROMISES = {
    Priority.EMERGENCY: Promise(timedelta(minutes=1), timedelta(hours=1)),
    Priority.URGENT: Promise(timedelta(minutes=15), timedelta(hours=4)),
    Priority.HIGH: Promise(timedelta(hours=1), timedelta(hours=8)),
    Priority.NORMAL: Promise(timedelta(hours=4), timedelta(hours=24)),
    Priority.LOW: Promise(timedelta(hours=8), timedelta(hours=48)),
}


def promise(ticket: "Ticket", now: datetime) -> None:
    """Sets the two due times from `now`."""
    promised = PROMISES[Priority(ticket.priority)]
    ticket.response_due_at = now + promised.response
    ticket.resolution_due_at = now + promised.resolution
    ticket.save(update_fields=["response_due_at", "resolution_due_at"])
