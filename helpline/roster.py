"""The roster: who is on duty now as what, and where the next days have gaps."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from helpline.hours import midnight, zone
from helpline.models import Duty

DAYS = 7
WEEK = timedelta(days=DAYS)


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of time in which nobody of this kind is on duty."""

    kind: Duty.Kind
    starts_at: datetime
    ends_at: datetime


def on_duty(now: datetime) -> dict[Duty.Kind, list[User]]:
    """Everyone who is on duty at this moment, in all three kinds; one query."""
    found: dict[Duty.Kind, list[User]] = {kind: [] for kind in Duty.Kind}
    for duty in Duty.objects.at(now).select_related("person"):
        people = found[Duty.Kind(duty.kind)]
        if duty.person not in people:
            people.append(duty.person)
    return found


def duties(since: datetime, until: datetime) -> list[Duty]:
    """Those that touch this time, of people who may sign in."""
    touching = Duty.objects.filter(starts_at__lt=until, ends_at__gt=since, person__is_active=True)
    return list(touching.select_related("person"))


def gaps(now: datetime, span: timedelta = WEEK) -> list[Gap]:
    """Where nobody is on duty in the time from now, by kind; one query."""
    return gaps_among(duties(now, now + span), now, now + span)


def gaps_among(known: Iterable[Duty], since: datetime, until: datetime) -> list[Gap]:
    """What these duties leave open between the two, kind by kind."""
    by_kind: dict[str, list[Duty]] = defaultdict(list)
    for duty in sorted(known, key=lambda each: each.starts_at):
        by_kind[duty.kind].append(duty)
    found = []
    for kind in Duty.Kind:
        reached = since
        for duty in by_kind[kind]:
            if duty.starts_at > reached:
                found.append(Gap(kind, reached, min(duty.starts_at, until)))
            reached = max(reached, duty.ends_at)
        if reached < until:
            found.append(Gap(kind, reached, until))
    return found


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of one day as it is drawn: where it begins and how wide it is, in percent."""

    left: float
    width: float
    starts_at: datetime
    ends_at: datetime
    duty: Duty | None

    @property
    def is_whole(self) -> bool:
        """From midnight to midnight."""
        return self.width == 100

    @property
    def until(self) -> str:
        """When it ends, by the reader's clock; midnight ends the day that it belongs to."""
        ends = timezone.localtime(self.ends_at)
        return "24:00" if ends.time() == time.min else f"{ends:%H:%M}"

    @property
    def is_gap(self) -> bool:
        """Nobody is there."""
        return self.duty is None


@dataclass(frozen=True, slots=True)
class Row:
    """One kind on one day: who is there, and where nobody is."""

    day: date
    kind: Duty.Kind
    bars: list[Bar]

    @property
    def people(self) -> list[Bar]:
        """Those who are there, by the time they begin."""
        return [bar for bar in self.bars if not bar.is_gap]

    @property
    def gaps(self) -> list[Bar]:
        """When nobody is."""
        return [bar for bar in self.bars if bar.is_gap]


def week(now: datetime) -> list[Row]:
    """Seven days from today, by the clock of whoever reads it; one query."""
    first = timezone.localdate(now)
    known = duties(_midnight(first), _midnight(first + WEEK))
    return [
        Row(day, kind, list(_bars(known, day, kind)))
        for day in (first + timedelta(days=number) for number in range(DAYS))
        for kind in Duty.Kind
    ]


def _midnight(day: date) -> datetime:
    return midnight(day, timezone.get_current_timezone())


def _bars(known: list[Duty], day: date, kind: Duty.Kind) -> Iterable[Bar]:
    begin, end = _midnight(day), _midnight(day + timedelta(days=1))
    here = [each for each in known if each.starts_at < end and each.ends_at > begin]
    same = [each for each in here if each.kind == kind]
    for duty in same:
        yield _bar(max(duty.starts_at, begin), min(duty.ends_at, end), begin, end, duty)
    for gap in gaps_among(same, begin, end):
        if gap.kind == kind:
            yield _bar(gap.starts_at, gap.ends_at, begin, end, None)


def _bar(
    since: datetime, until: datetime, begin: datetime, end: datetime, duty: Duty | None
) -> Bar:
    whole = end - begin
    left, width = (since - begin) / whole * 100, (until - since) / whole * 100
    return Bar(round(left, 2), round(width, 2), since, until, duty)


@transaction.atomic
def repeat(duty: Duty, weeks: int) -> int:
    """The same duty in each of the next weeks, by the clock; returns how many are new."""
    made = 0
    for number in range(1, weeks + 1):
        starts_at, ends_at = [later(at, number) for at in (duty.starts_at, duty.ends_at)]
        _same, is_new = Duty.objects.get_or_create(
            person=duty.person, kind=duty.kind, starts_at=starts_at, ends_at=ends_at
        )
        made += is_new
    return made


def later(at: datetime, weeks: int) -> datetime:
    """So many weeks later at the same time of day, whatever the clocks do between."""
    local = at.astimezone(zone())
    return (local.replace(tzinfo=None) + weeks * WEEK).replace(tzinfo=zone())
