"""The numbers of the supervisor's board: how the helpline stands, and how two weeks went.

A constant number of queries. Days are those of the helpline's clock, today too, whoever reads.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import NamedTuple

from django.db.models import Avg, Count, F, Max, Min, Q

from chat.models import Message
from helpline.hours import day_of, midnight
from helpline.models import Agent, Category, Emergency, Rating, Status, Ticket, TicketTransition
from helpline.models.record import ANSWERS
from helpline.models.states import UNSETTLED

DAYS = 14
# So many of each list; the rest is in the admin.
LAST = 20


class Waiting(NamedTuple):
    """One queue in which somebody waits."""

    category: Category
    number: int
    longest: timedelta


class Day(NamedTuple):
    """One day; the median is of the promises given on it that have been answered."""

    day: date
    opened: int
    resolved: int
    first_answer: timedelta | None


class Ratings(NamedTuple):
    """What people thought of the last two weeks."""

    average: float | None
    number: int
    comments: list[Rating]
    wordless: int


@dataclass(frozen=True, slots=True)
class Board:
    """How the helpline stands. Agents have `load` and `answered_at`."""

    waiting: list[Waiting]
    agents: list[Agent]
    breaches: list[Ticket]
    warnings: list[Ticket]
    emergencies: list[Emergency]
    ratings: Ratings
    days: list[Day]

    @property
    def is_deserted(self) -> bool:
        """People wait, and nobody takes tickets."""
        return bool(self.waiting) and not any(each.is_present() for each in self.agents)


def board(now: datetime) -> Board:
    """How it stands at this moment, and how the last two weeks went."""
    unsettled = Ticket.objects.unsettled().at_hand()
    warned = unsettled.filter(warned_at__isnull=False, breached_at=None)
    return Board(
        waiting=waiting(now),
        agents=agents(),
        breaches=list(unsettled.filter(breached_at__isnull=False).order_by("breached_at")[:LAST]),
        warnings=list(warned.order_by("warned_at")[:LAST]),
        emergencies=emergencies(now),
        ratings=ratings(now),
        days=days(now),
    )


def waiting(now: datetime) -> list[Waiting]:
    """For each queue how many wait, and how long the first of them has."""
    inside = Q(tickets__status=Status.OPEN)
    counted = Category.objects.annotate(
        number=Count("tickets", filter=inside), oldest=Min("tickets__queued_at", filter=inside)
    )
    return [
        Waiting(each, each.number, max(now - each.oldest, timedelta()))
        for each in counted.filter(number__gt=0)
    ]


def agents() -> list[Agent]:
    """Everyone with a place at the desk: what each has in work, and when they last wrote.

    Only tickets that are not closed are looked into: an agent who wrote in none of them has
    written nothing for days.
    """
    placed = Agent.objects.filter(person__is_active=True).with_load()
    found = list(placed.select_related("person").order_by("person__name", "pk"))
    wrote = Message.objects.filter(
        kind=Message.Kind.TEXT,
        author__in=[each.person_id for each in found],
        conversation__ticket__status__in=[*UNSETTLED, Status.RESOLVED],
    ).exclude(conversation__ticket__requester=F("author"))
    last = dict(wrote.order_by().values_list("author").annotate(last=Max("created_at")))
    for each in found:
        each.answered_at = last.get(each.person_id)  # type: ignore[attr-defined]
    return found


def emergencies(now: datetime) -> list[Emergency]:
    """Those of today and those that nobody has answered."""
    today = midnight(day_of(now))
    unanswered = Q(answered_at=None, ended_at=None)  # also when nobody has it any more
    shown = Emergency.objects.filter(Q(pressed_at__gte=today) | unanswered)
    found = shown.select_related("ticket__requester", "outcome")
    return list(found.prefetch_related(ANSWERS)[:LAST])


def ratings(now: datetime) -> Ratings:
    """Mean and number, what was said last, and how many said nothing."""
    rated = Rating.objects.filter(at__gt=now - timedelta(days=DAYS))
    wordless = Count("pk", filter=Q(comment=""))
    counted = rated.aggregate(average=Avg("score"), number=Count("pk"), wordless=wordless)
    said = rated.exclude(comment="").select_related("ticket", "agent")
    return Ratings(comments=list(said[:LAST]), **counted)


def days(now: datetime) -> list[Day]:
    """Of each day: how many were opened and resolved, and the median wait for an answer."""
    today = day_of(now)
    shown = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    since = now - timedelta(days=DAYS)
    opened: Counter[date] = Counter()
    waits: dict[date, list[float]] = defaultdict(list)
    rows = Ticket.objects.filter(promised_at__gt=since).order_by()
    for at, promised, answered in rows.values_list(
        "opened_at", "promised_at", "first_responded_at"
    ):
        opened[day_of(at)] += 1
        if answered:
            waits[day_of(promised)].append((answered - promised).total_seconds())
    solved = resolved(since)
    return [Day(day, opened[day], solved[day], middle(waits[day])) for day in shown]


def resolved(since: datetime) -> Counter[date]:
    """How often on each day; a ticket that was opened again counts each time."""
    steps = TicketTransition.objects.filter(to_status=Status.RESOLVED, at__gt=since)
    return Counter(day_of(at) for at in steps.order_by().values_list("at", flat=True))


def middle(waits: list[float]) -> timedelta | None:
    """The median, which one forgotten ticket does not move."""
    return timedelta(seconds=median(waits)) if waits else None
