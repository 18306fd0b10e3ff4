"""When somebody answers and how soon, in the words and the zone of whoever reads it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cached_property
from itertools import groupby
from statistics import median

from django.conf import settings
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpline.hours import Hours
from helpline.models import Agent, Category, Channel, Priority, Ticket
from helpline.sla import PROMISES

WEEK = timedelta(days=7)
RECENT, LOOKED_AT, ENOUGH = timedelta(days=30), 100, 5


class Reception:
    """The opening hours around a moment, and how soon people were answered before it."""

    def __init__(
        self, now: datetime, zone: tzinfo | None = None, category: Category | None = None
    ) -> None:
        self.now, self.category = now, category
        self.zone = zone or timezone.get_current_timezone()

    @cached_property
    def hours(self) -> Hours:
        """What the operators have entered."""
        return Hours.read()

    @property
    def is_open(self) -> bool:
        return self.hours.is_open(self.now)

    @property
    def is_always(self) -> bool:
        """Nobody ever finds it closed."""
        return self.is_open and self._end > self.now + WEEK

    @property
    def closes_at(self) -> datetime | None:
        """When those who are there go."""
        return None if self.is_always or not self.is_open else self._end

    @property
    def opens_at(self) -> datetime | None:
        """When somebody is there again, while nobody is."""
        return None if self.is_open else self.hours.next_opening(self.now)

    @cached_property
    def _end(self) -> datetime:
        """The end of the time that runs; a day may go on into the next one."""
        end = self.now
        for start, until in self.hours.stretches(self.now, self.now + 2 * WEEK):
            if start > end:
                break
            end = until
        return end

    @property
    def week(self) -> list[tuple[str, str]]:
        """Days and hours, days with the same hours together, as the reader's clock has them."""
        hours: dict[int, list[str]] = {day: [] for day in range(7)}
        monday = self.now.astimezone(self.hours.zone).date()
        monday -= timedelta(days=monday.weekday())
        for weekday, spans in self.hours.week.items():
            for opens, closes in spans:
                day = monday + timedelta(days=weekday)
                stretch = self.hours.stretch(day, opens, closes)
                start, end = (each.astimezone(self.zone) for each in stretch)
                hours[start.weekday()].append(f"{start:%H:%M}–{_closing(start, end)}")
        days = [(day, ", ".join(sorted(spans)) or _("closed")) for day, spans in hours.items()]
        runs = [(words, [day for day, _w in run]) for words, run in groupby(days, lambda d: d[1])]
        return [(_days(run), words) for words, run in runs]

    @cached_property
    def is_staffed(self) -> bool:
        """Somebody takes tickets at this moment, of this category if there is one."""
        present = Agent.objects.present(self.now)
        return (present.working(self.category) if self.category else present).exists()

    @property
    def patience(self) -> str:
        """How long a live chat waits for somebody to join."""
        return str(Span(timedelta(seconds=settings.CHAT_PATIENCE)))

    @cached_property
    def answer_by(self) -> datetime:
        """What is written now is answered by then, whatever it is about; on five minutes."""
        last = Category.objects.offered().aggregate(last=Max("priority"))["last"]
        promised = PROMISES[Priority.NORMAL if last is None else Priority(last)]
        at = self.hours.add(self.now, promised.response).replace(second=0, microsecond=0)
        return at + timedelta(minutes=-at.minute % 5)

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


def _closing(start: datetime, end: datetime) -> str:
    """Midnight ends the day that it belongs to; what goes on after it says so."""
    if end.time() == time.min:
        return "24:00"
    words = f"{end:%H:%M}"
    return words if end.date() == start.date() else _("%(time)s next day") % {"time": words}


def _usual(waits: list[float]) -> str:
    return str(Span(timedelta(seconds=median(waits))))


def _days(run: list[int]) -> str:
    names = [date_format(date(2024, 1, 1 + day), "l") for day in (run[0], run[-1])]
    if len(run) == 7:
        return _("Every day")
    if len(run) == 1:
        return names[0]
    return _("%(first)s to %(last)s") % {"first": names[0], "last": names[1]}
