"""Gives what is in the queue to those who are free: after every change, and by the clock.

Each ticket is given in a transaction of its own that holds the one turn there is: of any number
of processes one chooses at a time, and sees what the one before it has given. An agent who
claims by hand does not wait for the turn; whoever loses that race looks again.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import User
from helpline import waking
from helpline.models import Agent, Channel, Emergency, Reason, Ticket, Turn
from telemed import clock
from telemed.models import Refusal

logger = logging.getLogger(__name__)

NEVER = datetime.min.replace(tzinfo=UTC)
Refused = set[tuple[object, int]]


@dataclass(frozen=True, slots=True)
class Seat:
    """An agent who is present, and what they have in hand."""

    person: User
    categories: frozenset[int]
    load: int
    capacity: int
    last_given_at: datetime

    @property
    def has_room(self) -> bool:
        """For one more that is no emergency."""
        return self.load < self.capacity

    def takes(self, ticket: Ticket) -> bool:
        """Whether it may be given to them now."""
        if self.person.pk in (ticket.requester_id, getattr(ticket, "given_back_by", None)):
            return False
        if ticket.is_emergency:
            return True
        return self.has_room and (not self.categories or ticket.category_id in self.categories)

    def rank(self, ticket: Ticket) -> tuple[bool, bool, float, datetime]:
        """The lowest is next: the least loaded, then who has waited longest for a ticket.

        From whom it was just taken comes last; who knows it from before it was opened again, first.
        """
        was_taken = ticket.taken_from_id == self.person.pk
        is_new = getattr(ticket, "known_to", None) != self.person.pk
        return was_taken, is_new, self.load / max(self.capacity, 1), self.last_given_at


def assign(now: datetime | None = None) -> int:
    """Gives out what can be given, in order; returns how many tickets found someone."""
    given, refused = 0, Refused()
    while Ticket.objects.queued().exists() and (found := give_next(now, refused)) is not None:
        given += found
    return given


@transaction.atomic
def give_next(now: datetime | None, refused: Refused) -> bool | None:
    """Gives the next ticket: False when it could not be had after all, None without any."""
    now = now or timezone.now()
    if not Agent.objects.present(now).exists():
        return None
    Turn.take()
    for ticket, seat in matches(now, refused):
        try:
            ticket.assign(seat.person, by=None, reason=Reason.GIVEN, now=now)
            return True
        except Refusal:
            pass
        except Exception:
            logger.exception("assignment: ticket %s could not be given", ticket.number)
        refused.add((ticket.pk, seat.person.pk))
        return False
    return None


def matches(now: datetime, refused: Refused) -> Iterator[tuple[Ticket, Seat]]:
    """Each ticket that somebody can take, in order, with the one whose turn it is."""
    seats = seats_of(now)
    for ticket in candidates(seats):
        able = [
            seat
            for seat in seats
            if seat.takes(ticket) and (ticket.pk, seat.person.pk) not in refused
        ]
        if able:
            yield ticket, min(able, key=lambda seat: seat.rank(ticket))


def seats_of(now: datetime) -> list[Seat]:
    """Everyone who is there and says so, with a role that works tickets."""
    present = Agent.objects.present(now).with_load().select_related("person")
    return [
        Seat(
            person=agent.person,
            categories=frozenset(each.pk for each in agent.categories.all()),
            load=agent.load,
            capacity=agent.capacity,
            last_given_at=agent.last_given_at or NEVER,
        )
        for agent in present.prefetch_related("categories").order_by("pk")
        if agent.person.is_agent
    ]


def candidates(seats: list[Seat]) -> Iterator[Ticket]:
    """The queue, as far as anybody has room.

    An emergency that nobody has answered has a ladder of its own, which ends with somebody's
    answer and with nothing else: to give its ticket to a desk would stop no bell.
    """
    alarming = Emergency.objects.filter(ticket=OuterRef("pk"), answered_at=None, ended_at=None)
    queue = Ticket.objects.queued().at_hand().with_known_to()
    yield from queue.filter(channel=Channel.EMERGENCY).exclude(Exists(alarming))
    if any(seat.has_room for seat in seats):
        yield from queue.exclude(channel=Channel.EMERGENCY)


@clock.settles
def give(now: datetime) -> None:
    """What no hint has led to."""
    assign(now)


waking.sleepers.append(assign)
