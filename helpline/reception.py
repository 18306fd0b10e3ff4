"""When somebody answers and how soon, in the words and the zone of whoever reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cached_property
from itertools import groupby
from statistics import median

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpline.models import Channel, ClosedDay, OpeningHours, Ticket

DAYS_AHEAD = 14
# A day that closes a second before midnight goes on into the next one.
SEAM = timedelta(minutes=1)
RECENT, LOOKED_AT, ENOUGH = timedelta(days=30), 100, 5

Stretch = tuple[datetime, datetime]


def is_open(now: datetime | None = None) -> bool:
    """Whether the helpline answers now; one without hours answers at any time."""
    return Reception(now or timezone.now()).is_open


class Reception:
    """The opening hours around a moment, and how soon people were answered before it."""

    def __init__(self, now: datetime, zone: tzinfo | None = None) -> None:
        self.now = now
        self.zone = zone or timezone.get_current_timezone()

    @cached_property
    def hours(self) -> list[OpeningHours]:
        """What the operators have entered."""
        return list(OpeningHours.objects.all())

    @cached_property
    def closed(self) -> list[ClosedDay]:
        """The days ahead on which nobody answers."""
        today = timezone.localdate(self.now, timezone.get_default_timezone())
        ahead = (today - timedelta(days=1), today + timedelta(days=DAYS_AHEAD))
        return list(ClosedDay.objects.filter(day__range=ahead))

    @cached_property
    def stretches(self) -> list[Stretch]:
        """From when until when somebody is there, from yesterday on, in order."""
        site, closed = timezone.get_default_timezone(), {each.day for each in self.closed}
        start = timezone.localdate(self.now, site) - timedelta(days=1)
        days = [start + timedelta(days=number) for number in range(DAYS_AHEAD + 1)]
        return joined(
            [
                (_moment(day, each.opens, site), _moment(day, each.closes, site))
                for day in days
                if day not in closed
                for each in self.hours
                if each.weekday == day.weekday()
            ]
        )

    @cached_property
    def current(self) -> Stretch | None:
        """The one that runs."""
        return next((each for each in self.stretches if each[0] <= self.now < each[1]), None)

    @property
    def is_open(self) -> bool:
        return not self.hours or self.current is not None

    @property
    def is_always(self) -> bool:
        """Nobody ever finds it closed."""
        return bool(self.current and self.current[1] - self.now > timedelta(days=8))

    @property
    def closes_at(self) -> datetime | None:
        """When those who are there go."""
        return None if self.is_always or not self.current else self.current[1]

    @property
    def opens_at(self) -> datetime | None:
        """When somebody is there again."""
        return next((start for start, _end in self.stretches if start > self.now), None)

    @property
    def week(self) -> list[tuple[str, str]]:
        """Days and hours, days with the same hours together, as the reader's clock has them."""
        hours: dict[int, list[str]] = {day: [] for day in range(7)}
        site = timezone.get_default_timezone()
        monday = timezone.localdate(self.now, site)
        monday -= timedelta(days=monday.weekday())
        for each in self.hours:
            day = monday + timedelta(days=each.weekday)
            start = _moment(day, each.opens, site).astimezone(self.zone)
            end = _moment(day, each.closes, site).astimezone(self.zone)
            hours[start.weekday()].append(f"{start:%H:%M}–{end:%H:%M}")
        days = [(day, ", ".join(sorted(spans)) or _("closed")) for day, spans in hours.items()]
        runs = [(words, [day for day, _w in run]) for words, run in groupby(days, lambda d: d[1])]
        return [(_days(run), words) for words, run in runs]

    @cached_property
    def usual(self) -> dict[str, str]:
        """By channel, how long people usually wait for the first answer; in words, or nothing."""
        answered = Ticket.objects.filter(
            first_responded_at__isnull=False, opened_at__gt=self.now - RECENT
        )
        rows = answered.order_by("-opened_at").values_list(
            "channel", "opened_at", "first_responded_at"
        )[:LOOKED_AT]
        waits: dict[str, list[float]] = {channel: [] for channel in Channel.values}
        for channel, opened, responded in rows:
            if responded:
                waits[channel].append((responded - opened).total_seconds())
        return {channel: _usual(each) for channel, each in waits.items() if len(each) >= ENOUGH}


@dataclass(frozen=True)
class Span:
    """A length of time in words."""

    length: timedelta

    def __str__(self) -> str:
        minutes = max(1, round(self.length / timedelta(minutes=1)))
        if minutes < 90:
            return ngettext("%(number)s minute", "%(number)s minutes", minutes) % {
                "number": minutes
            }
        hours = round(minutes / 60)
        if hours < 36:
            return ngettext("%(number)s hour", "%(number)s hours", hours) % {"number": hours}
        days = round(hours / 24)
        return ngettext("%(number)s day", "%(number)s days", days) % {"number": days}


def joined(stretches: Sequence[Stretch]) -> list[Stretch]:
    """In order, with those that meet made one."""
    together: list[Stretch] = []
    for start, end in sorted(stretches):
        if together and start - together[-1][1] < SEAM:
            together[-1] = (together[-1][0], max(end, together[-1][1]))
        else:
            together.append((start, end))
    return together


def _usual(waits: list[float]) -> str:
    return str(Span(timedelta(seconds=median(waits))))


def _moment(day: date, at: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, at, zone)


def _days(run: list[int]) -> str:
    names = [date_format(date(2024, 1, 1 + day), "l") for day in (run[0], run[-1])]
    if len(run) == 7:
        return _("Every day")
    if len(run) == 1:
        return names[0]
    return _("%(first)s to %(last)s") % {"first": names[0], "last": names[1]}
