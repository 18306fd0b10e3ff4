"""A day at the helpline in a few seconds: a fake clock, agents who work, vanish and fall silent.

Nothing here gives out tickets. The agents only open desks, beat, answer and resolve; the clock
does the rest, every five simulated seconds (in life it ticks every two).
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils import timezone
from time_machine import Traveller

from accounts.models import User
from helpline import assignment, settling
from helpline.models import Agent, Category, Status, Ticket
from telemed import clock
from tests.helpline.people import ask, say

STEP = timedelta(seconds=5)
BEAT = timedelta(seconds=20)


@dataclass
class Worker:
    """One agent: how long a ticket takes, and when they vanish or stop answering."""

    agent: Agent
    works: timedelta
    vanishes_at: datetime | None = None
    is_silent: bool = False
    began: dict[object, datetime] = field(default_factory=dict)
    beat_at: datetime | None = None

    def is_here(self, now: datetime) -> bool:
        """Until they vanish without a word."""
        return self.vanishes_at is None or now < self.vanishes_at

    def act(self, now: datetime) -> None:
        """Beats, answers what is new, resolves what is done."""
        if not self.is_here(now):
            return
        if self.beat_at is None or now - self.beat_at >= BEAT:
            self.agent.refresh_from_db()
            self.agent.renew()
            self.beat_at = now
        if self.is_silent:
            return
        mine = Ticket.objects.filter(assignee=self.agent.person, status=Status.ASSIGNED)
        for ticket in mine.at_hand():
            if self.began.setdefault(ticket.pk, now) == now:
                say(ticket, self.agent.person)
            elif now - self.began[ticket.pk] >= self.works:
                ticket.resolve(by=self.agent.person)
                del self.began[ticket.pk]


class World:
    """Tickets that come, agents who work, and what must be true at every step."""

    def __init__(self, time: Traveller, workers: list[Worker], seed: int) -> None:
        self.time, self.workers = time, workers
        self.random = random.Random(seed)
        self.unowned: dict[object, datetime] = {}
        self.longest = timedelta()
        self.emergencies_waited = timedelta()

    def run(self, arrivals: Iterable[tuple[timedelta, User, Category, dict[str, object]]]) -> None:
        """Until everything that comes is resolved, or a simulated day has passed."""
        begin, waiting = timezone.now(), sorted(arrivals, key=lambda each: each[0])
        while waiting or Ticket.objects.unsettled().exists():
            now = timezone.now()
            assert now - begin < timedelta(hours=24), "it never ends"
            while waiting and waiting[0][0] <= now - begin:
                _, person, category, fields = waiting.pop(0)
                ask(person, category, **fields)
            for worker in self.random.sample(self.workers, len(self.workers)):
                worker.act(now)
            clock.tick()
            self.clock_does(now)
            self.check(timezone.now())
            self.time.shift(STEP)

    def clock_does(self, now: datetime) -> None:
        """What every process does once in a period."""
        settling.settle(now)
        assignment.give(now)

    def check(self, now: datetime) -> None:
        """No ticket is without an owner for long while one of its agents is free."""
        loads = Agent.objects.annotate(
            load=Count(
                "person__assigned_tickets",
                filter=Q(person__assigned_tickets__status=Status.ASSIGNED),
            ),
            urgent=Count(
                "person__assigned_tickets",
                filter=Q(
                    person__assigned_tickets__status=Status.ASSIGNED,
                    person__assigned_tickets__channel="emergency",
                ),
            ),
        ).prefetch_related("categories")
        seats = list(loads)
        for seat in seats:
            assert seat.load - seat.urgent <= seat.capacity, f"{seat} has too many"
        free = [seat for seat in seats if seat.is_present(now)]
        queue = list(Ticket.objects.queued())
        self.unowned = {
            each.pk: self.unowned.get(each.pk, now)
            for each in queue
            if any(could_take(seat, each) for seat in free)
        }
        waited = [now - since for since in self.unowned.values()]
        self.longest = max([self.longest, *waited])
        assert self.longest <= timedelta(seconds=60), "nobody had it for over a minute"
        if any(each.is_emergency for each in queue):
            assert not free, "an emergency waits while somebody is there"


def could_take(seat: Agent, ticket: Ticket) -> bool:
    """Whether this agent is free for it."""
    if ticket.is_emergency:
        return True
    categories = {each.pk for each in seat.categories.all()}
    has_room = seat.load < seat.capacity  # type: ignore[attr-defined]
    return has_room and (not categories or ticket.category_id in categories)
