"""What a person has chosen: which transport for which kind, and when there is to be quiet."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notifications.kinds import Kind, Transport, kinds
from notifications.models.delivery import Delivery, Reason, State
from notifications.models.silence import end_of, told
from notifications.sounds import heard
from telemed import jobs
from telemed.models import Refusal
from telemed.wire import publish

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

DAY = timedelta(days=1)


class AlwaysOn(Refusal):
    """Some things are told in any case."""

    code = "always_on"
    detail = _("This cannot be turned off.")
    status = 422


class NoSpan(Refusal):
    """A span of time has two ends."""

    code = "no_span"
    detail = _("Say when the quiet hours begin and when they end.")
    status = 422


class Preferences(models.Model):
    """One row for each person who has chosen anything; without it the defaults of the role hold.

    `choices` names only what differs: `{"message": {"email": false}}`.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="preferences"
    )
    choices = models.JSONField(default=dict)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_to = models.TimeField(_("quiet until"), null=True, blank=True)
    # They are turned off, and known for when they are turned on again.
    quiet_is_paused = models.BooleanField(_("quiet hours are off"), default=False, db_default=False)
    lets_urgent_through = models.BooleanField(_("urgent things may sound"), default=True)
    undisturbed_until = models.DateTimeField(_("do not disturb until"), null=True, blank=True)
    # Of each sound of `Kind.sound`: its variant, empty for none.
    sounds = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("preferences")
        verbose_name_plural = _("preferences")
        constraints = [
            models.CheckConstraint(
                name="quiet_has_both_ends",
                condition=models.Q(quiet_from=None, quiet_to=None)
                | models.Q(quiet_from__isnull=False, quiet_to__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"preferences of {self.person_id}"

    @classmethod
    def of(cls, people: Iterable[User]) -> dict[int, "Preferences"]:
        """Those of several people, in one query; unsaved defaults for who has none."""
        everyone = {person.pk: person for person in people}
        chosen = {each.person_id: each for each in cls.objects.filter(person__in=everyone)}
        for key, each in chosen.items():
            each.person = everyone[key]
        return {key: chosen.get(key) or cls(person=person) for key, person in everyone.items()}

    @classmethod
    def own(cls, person: User) -> "Preferences":
        """Those of one person."""
        return cls.of([person])[person.pk]

    @classmethod
    @contextmanager
    def changing(cls, person: User) -> Iterator["Preferences"]:
        """A person's own, to be changed inside: all of it is kept at the end, or nothing.

        The row is locked, so that of two tabs neither undoes what the other has chosen.
        """
        with transaction.atomic():
            cls.objects.get_or_create(person=person)
            own = cls.objects.select_for_update().get(person=person)
            own.person = person
            yield own
            own.save()
            publish(heard(own), to=person)
            own._let_go(timezone.now())

    @property
    def is_undisturbed(self) -> bool:
        """Whether there is to be no sound at all for now."""
        return self.undisturbed_until is not None and self.undisturbed_until > timezone.now()

    @property
    def is_silent(self) -> bool:
        """Whether what is not urgent comes without a sound for now."""
        return self.is_undisturbed or self.quiet_hours_end_at is not None

    @property
    def disturbs_again_at(self) -> datetime | None:
        """When that ends of itself."""
        return told(self.undisturbed_until)

    def allows(self, kind: Kind, transport: str) -> bool:
        """Whether this person is told of this kind by this transport."""
        if transport in kind.fixed:
            return True
        chosen = self.choices.get(kind.name, {})
        return bool(chosen.get(transport, transport in kind.defaults(self.person.role)))

    def choose(self, kind: Kind, transport: str, *, is_on: bool) -> None:
        """Sets one field of the matrix; raises AlwaysOn for what cannot be turned off."""
        Transport(transport)
        if transport in kind.fixed and not is_on:
            raise AlwaysOn
        chosen = self.choices.pop(kind.name, {})
        chosen.pop(transport, None)
        if is_on != (transport in kind.defaults(self.person.role)):
            chosen[transport] = is_on
        if chosen:
            self.choices[kind.name] = chosen

    @property
    def has_quiet_hours(self) -> bool:
        """Whether there is to be quiet every day."""
        return self.quiet_from is not None and not self.quiet_is_paused

    def keep_quiet(self, start: time | None, end: time | None, *, is_on: bool = True) -> None:
        """Every day between these times; raises NoSpan. Those that are off may be unfinished."""
        trouble = trouble_with(start, end)
        if trouble and is_on:
            raise NoSpan(trouble)
        if not trouble:
            self.quiet_from, self.quiet_to = start, end
        self.quiet_is_paused = not is_on

    def forget_quiet(self) -> None:
        """No quiet hours, and no times of any."""
        self.quiet_from = self.quiet_to = None
        self.quiet_is_paused = False

    def do_not_disturb(self, until: datetime | None = None) -> None:
        """No sound until then, or until it is ended; raises NotAhead or TooLong."""
        self.undisturbed_until = end_of(until)

    def disturb_again(self) -> None:
        """Sounds as before."""
        self.undisturbed_until = None

    def quiet_until(self, kind: Kind, now: datetime) -> datetime | None:
        """Until when nothing of this kind may sound; None when it may now."""
        if kind.is_urgent and self.lets_urgent_through:
            return None
        ends = [self.undisturbed_until, self._end_of_quiet_hours(now)]
        return max((end for end in ends if end is not None and end > now), default=None)

    @property
    def quiet_hours_end_at(self) -> datetime | None:
        """When those that are now are over."""
        return self._end_of_quiet_hours(timezone.now())

    def _end_of_quiet_hours(self, now: datetime) -> datetime | None:
        """Quiet hours are those of the person's own clock, and may span midnight.

        When the clock is put on or back, a span begins at the earliest and ends at the latest
        moment that has its time: it is never cut in two, and nobody is woken too early.
        """
        if self.quiet_from is None or self.quiet_to is None or self.quiet_from == self.quiet_to:
            return None
        if self.quiet_is_paused:
            return None
        zone = ZoneInfo(self.person.time_zone)
        today = now.astimezone(zone).date()
        days = [today + days * DAY for days in (-1, 0, 1)]
        spans = [span(day, self.quiet_from, self.quiet_to, zone) for day in days]
        return max((end for start, end in spans if start <= now < end), default=None)

    def _let_go(self, now: datetime) -> None:
        """What waited for a silence that now ends at another time waits no longer than that."""
        waiting = Delivery.objects.filter(
            notification__recipient=self.person_id, state=State.WAITING, reason=Reason.QUIET
        )
        for kind in kinds.values():
            end = self.quiet_until(kind, now) or now
            waiting.filter(notification__kind=kind.name).update(due_at=end)
        for transport in Transport.values:
            transaction.on_commit(partial(jobs.wake, transport), robust=True)


def trouble_with(start: time | None, end: time | None) -> "_StrPromise | str":
    """What keeps two times from being a span; nothing where they are one."""
    if start is None:
        return NoSpan.detail if end is None else _("Say when the quiet hours begin.")
    if end is None:
        return _("Say when the quiet hours end.")
    return _("They begin and end at the same time. Choose another end.") if start == end else ""


def span(day: date, start: time, end: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The hours between two times that begin on a day, and may end on the next."""
    last = day if start < end else day + DAY
    return min(moments(day, start, zone)), max(moments(last, end, zone))


def moments(day: date, clock: time, zone: ZoneInfo) -> list[datetime]:
    """When a clock of this zone shows this time: twice, or never, where it is put back or on.

    A time that is left out is told by both sides of the gap.
    """
    return [
        datetime.combine(day, clock.replace(fold=fold), zone).astimezone(ZoneInfo("UTC"))
        for fold in (0, 1)
    ]
