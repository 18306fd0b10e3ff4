"""Business time: when the helpline is open, by the clock of its own zone.

Hours are read by each question and kept by none. All sums are done in UTC, so that an hour is an
hour on the days too on which the clocks are changed. Without any hours we are always open.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.conf import settings

from helpline.models.hours import ClosedDay, OpeningHours

# Beyond this nobody promises anything: hours that never come count as always open.
HORIZON = timedelta(days=400)
# The last minute of a day that can be written means its end.
LAST_MINUTE = time(23, 59)
DAY = timedelta(days=1)

Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of each weekday and the days that are closed, as they stood when asked for."""

    week: dict[int, list[tuple[time, time]]]
    closed: frozenset[date]
    zone: ZoneInfo

    @classmethod
    def read(cls) -> "Hours":
        """Two queries."""
        week: dict[int, list[tuple[time, time]]] = defaultdict(list)
        for each in OpeningHours.objects.order_by("weekday", "opens"):
            week[each.weekday].append((each.opens, each.closes))
        closed = ClosedDay.objects.values_list("day", flat=True) if week else []
        return cls(dict(week), frozenset(closed), zone())

    def stretches(self, since: datetime, until: datetime) -> Iterator[Stretch]:
        """When we are open between the two, in UTC, in order, without overlaps."""
        if not self.week:
            yield since.astimezone(UTC), until.astimezone(UTC)
            return
        reached = since.astimezone(UTC)
        day, last = since.astimezone(self.zone).date(), until.astimezone(self.zone).date()
        while day <= last:
            for opens, closes in self._of(day):
                begin, end = max(opens, reached), min(closes, until.astimezone(UTC))
                if begin < end:
                    yield begin, end
                    reached = end
            day += DAY

    def _of(self, day: date) -> Iterator[Stretch]:
        if day in self.closed:
            return
        for opens, closes in self.week.get(day.weekday(), ()):
            yield self.stretch(day, opens, closes)

    def stretch(self, day: date, opens: time, closes: time) -> Stretch:
        """These hours on this day."""
        return self._at(day, opens), self._end(day, closes)

    def _end(self, day: date, closes: time) -> datetime:
        if closes.replace(second=0, microsecond=0) == LAST_MINUTE:
            return self._at(day + DAY, time.min)
        return self._at(day, closes)

    def _at(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, tzinfo=self.zone).astimezone(UTC)

    def is_open(self, now: datetime) -> bool:
        """Whether somebody answers at this moment."""
        return next(self.stretches(now, now + timedelta(microseconds=1)), None) is not None

    def next_opening(self, now: datetime) -> datetime | None:
        """When we open next; `now` while we are open, None when no hours are in sight."""
        stretch = next(self.stretches(now, now + HORIZON), None)
        return stretch[0] if stretch else None

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """The moment at which so much business time has passed since `start`."""
        left = duration
        for begin, end in self.stretches(start, start + HORIZON):
            if end - begin >= left:
                return begin + left
            left -= end - begin
        return start + duration

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much business time lies between the two; nothing when they are the wrong way."""
        return sum((end - begin for begin, end in self.stretches(start, end)), timedelta())


def zone() -> ZoneInfo:
    """Of the helpline."""
    return ZoneInfo(settings.HELPLINE_TIME_ZONE)


def day_of(at: datetime) -> date:
    """The day by the clock of the helpline."""
    return at.astimezone(zone()).date()


def midnight(day: date, where: tzinfo | None = None) -> datetime:
    """The beginning of a day, by the clock of the helpline unless another is named."""
    return datetime.combine(day, time.min, tzinfo=where or zone())


def stretch_in_week_of(now: datetime, hours: OpeningHours) -> Stretch:
    """When these begin and end in the week that runs."""
    today = day_of(now)
    day = today + timedelta(days=hours.weekday - today.weekday())
    return Hours({}, frozenset(), zone()).stretch(day, hours.opens, hours.closes)


def is_open(now: datetime) -> bool:
    """Whether somebody answers at this moment."""
    return Hours.read().is_open(now)
