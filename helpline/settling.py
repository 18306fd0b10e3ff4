"""What the clock does with tickets: their deadlines, and mercy after an outage."""

from datetime import datetime

from helpline.models import Agent, Status, Ticket
from helpline.models.agent import LEASE_AFTER_OUTAGE
from telemed import clock


@clock.settles
def settle(now: datetime) -> None:
    """Takes back, gives up, closes, warns and escalates what is due."""
    Ticket.objects.settle(now)


@clock.after_outage
def be_merciful(now: datetime) -> None:
    """While every process was down no desk could renew, and nobody could answer.

    Only of those who have something in work: who had gone home does not come back by this.
    Chats that wait for someone are not extended: nobody saw them.
    """
    until = now + LEASE_AFTER_OUTAGE
    in_work = Ticket.objects.filter(status=Status.ASSIGNED)
    Agent.objects.filter(person__in=in_work.values("assignee"), lease_expires_at__lt=until).update(
        lease_expires_at=until
    )
    in_work.filter(answer_until__lt=until).update(answer_until=until)
