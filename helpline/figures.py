"""The numbers of the supervisor's board."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Avg, Count, Min, Q
from django.utils import timezone

from helpline.models import Agent, Category, Emergency, Rating, Status, Ticket, TicketTransition
from helpline.models.states import OURS

DAYS = 14
LAST = 20
Day = tuple[date, int, int, timedelta | None]


@dataclass(frozen=True)
class Board:
    """How the helpline stands."""

    waiting: list[tuple[Category, int, timedelta]]
    agents: list[Agent]
    breaches: list[Ticket]
    emergencies: list[Emergency]
    ratings: dict[str, Any]
    days: list[Day]


def board(now: datetime) -> Board:
    """How it stands at this moment, and how the last two weeks went."""
    since = now - timedelta(days=DAYS)
    emergencies = Emergency.objects.select_related("ticket__requester", "answered_by")
    rated = Rating.objects.filter(at__gte=since)
    return Board(
        waiting=_waiting(now),
        agents=list(Agent.objects.with_load().select_related("person").order_by("person__name")),
        breaches=list(_breaches(now)[:LAST]),
        emergencies=list(emergencies.order_by("-pressed_at")[:LAST]),
        ratings=rated.aggregate(average=Avg("score"), number=Count("pk")),
        days=_days(now),
    )


def _waiting(now: datetime) -> list[tuple[Category, int, timedelta]]:
    """For each queue how many wait, and how long the first of them has."""
    inside = Q(tickets__status=Status.OPEN)
    counted = Category.objects.annotate(
        number=Count("tickets", filter=inside), oldest=Min("tickets__queued_at", filter=inside)
    ).filter(number__gt=0)
    return [(each, each.number, now - each.oldest) for each in counted]


def _breaches(now: datetime) -> Any:
    """What is late now, the latest first."""
    late = Q(first_responded_at=None, response_due_at__lt=now) | Q(resolution_due_at__lt=now)
    return Ticket.objects.at_hand().filter(late, status__in=OURS).order_by("response_due_at")


def _days(now: datetime) -> list[Day]:
    """Of each day: how many were opened and resolved, and the median wait for an answer."""
    today = timezone.localtime(now).date()
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    since = now - timedelta(days=DAYS)
    opened: dict[date, int] = defaultdict(int)
    waits: dict[date, list[timedelta]] = defaultdict(list)
    rows = Ticket.objects.filter(opened_at__gte=since).order_by()
    for at, answered in rows.values_list("opened_at", "first_responded_at"):
        day = timezone.localtime(at).date()
        opened[day] += 1
        if answered:
            waits[day].append(answered - at)
    resolved = _resolved(since)
    return [(day, opened[day], resolved[day], _middle(waits[day])) for day in days]


def _middle(waits: list[timedelta]) -> timedelta | None:
    """The median, which one forgotten ticket does not move."""
    if not waits:
        return None
    return timedelta(seconds=median(each.total_seconds() for each in waits))


def _resolved(since: datetime) -> dict[date, int]:
    steps = TicketTransition.objects.filter(to_status=Status.RESOLVED, at__gte=since).order_by()
    counted: dict[date, int] = defaultdict(int)
    for at in steps.values_list("at", flat=True):
        counted[timezone.localtime(at).date()] += 1
    return counted
