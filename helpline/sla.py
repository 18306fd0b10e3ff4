"""What we promise: by when there is a first answer, and by when a ticket is resolved.

A promise runs in business time from `promised_at`; for an emergency by the clock. While a ticket
waits for its requester the promise of a resolution stands still. At 80 % of either someone is
warned; when either is broken, supervisors are told and the ticket moves up.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q

from accounts.models import Role, User
from helpline import telling
from helpline.hours import Hours
from helpline.models.duty import Duty
from helpline.models.states import OURS, UNSETTLED, Priority
from telemed import clock

if TYPE_CHECKING:
    from helpline.models import Ticket
    from helpline.models.selection import TicketQuerySet

WARNS_AT = 0.8


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
DUE = ("response_due_at", "resolution_due_at", "response_warn_at", "resolution_warn_at")


def promise(ticket: "Ticket", now: datetime | None = None) -> None:
    """Sets when both are due, from `now` or from when they were first promised."""
    ticket.promised_at = now or ticket.promised_at
    promised, waited = PROMISES[Priority(ticket.priority)], ticket.waited
    after = adder(ticket)
    ticket.response_due_at = after(promised.response)
    ticket.resolution_due_at = after(promised.resolution + waited)
    ticket.response_warn_at = after(promised.response * WARNS_AT)
    ticket.resolution_warn_at = after(promised.resolution * WARNS_AT + waited)
    ticket.save(update_fields=["promised_at", *DUE])


def adder(ticket: "Ticket") -> Callable[[timedelta], datetime]:
    """What adds time to the moment of the promise: by the clock, or by opening hours."""
    since = ticket.promised_at
    if ticket.priority == Priority.EMERGENCY:
        return lambda duration: since + duration
    hours = Hours.read()
    return lambda duration: hours.add(since, duration)


def prolong(ticket: "Ticket", since: datetime, until: datetime) -> None:
    """It has waited for its requester: so much longer may its resolution take."""
    by_clock = ticket.priority == Priority.EMERGENCY
    waited = until - since if by_clock else Hours.read().between(since, until)
    type(ticket).objects.filter(pk=ticket.pk).update(waited=F("waited") + waited)
    ticket.refresh_from_db(fields=["waited"])
    promised, after = PROMISES[Priority(ticket.priority)], adder(ticket)
    ticket.resolution_due_at = after(promised.resolution + ticket.waited)
    if ticket.resolution_warn_at is not None:
        ticket.resolution_warn_at = after(promised.resolution * WARNS_AT + ticket.waited)
    ticket.save(update_fields=["resolution_due_at", "resolution_warn_at"])


def running(now: datetime, response: str, resolution: str) -> Q:
    """Tickets of which one of these two columns has come while its clock runs."""
    unanswered = Q(first_responded_at=None, status__in=UNSETTLED, **{f"{response}__lte": now})
    return unanswered | Q(status__in=OURS, **{f"{resolution}__lte": now})


def settle(tickets: "TicketQuerySet", now: datetime) -> None:
    """Warns, and escalates what is broken."""
    broken = running(now, "response_due_at", "resolution_due_at")
    clock.each(
        tickets.filter(broken, breached_at=None).at_hand(), lambda ticket: escalate(ticket, now)
    )
    near = running(now, "response_warn_at", "resolution_warn_at")
    clock.each(tickets.filter(near, breached_at=None).at_hand(), lambda ticket: warn(ticket, now))


@transaction.atomic
def warn(ticket: "Ticket", now: datetime) -> None:
    """Once for each of the two; the column that made it due is emptied by who is first."""
    same = type(ticket).objects.filter(pk=ticket.pk)
    warned = False
    if ticket.first_responded_at is None:
        answer = same.filter(response_warn_at__lte=now, first_responded_at=None)
        warned |= bool(answer.update(response_warn_at=None, warned_at=now))
    solve = same.filter(resolution_warn_at__lte=now, status__in=OURS)
    warned |= bool(solve.update(resolution_warn_at=None, warned_at=now))
    if warned:
        whom = [ticket.assignee] if ticket.assignee else supervisors(now)
        telling.warned(ticket, whom)
        telling.moved(ticket)


@transaction.atomic
def escalate(ticket: "Ticket", now: datetime) -> None:
    """Once: supervisors are told, and it moves up a step, but never among the emergencies.

    The times that were promised stay what they were: that they are over is the point.
    """
    broken = running(now, "response_due_at", "resolution_due_at")
    here = type(ticket).objects.filter(broken, pk=ticket.pk, breached_at=None)
    raised = max(ticket.priority - 1, min(ticket.priority, Priority.URGENT))
    if here.filter(priority=ticket.priority).update(breached_at=now, priority=raised):
        ticket.refresh_from_db()
        telling.breached(ticket, supervisors(now))
        telling.moved(ticket)


def supervisors(now: datetime) -> list[User]:
    """Those on duty; every one of them while nobody is."""
    on_duty = Duty.objects.at(now).filter(kind=Duty.Kind.SUPERVISOR)
    active = User.objects.filter(is_active=True)
    found = list(active.filter(pk__in=on_duty.values("person")))
    return found or list(active.filter(role=Role.SUPERVISOR))
