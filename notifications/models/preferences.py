"""What a person has chosen: which transport for which kind, and when there is to be quiet."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notifications.kinds import Kind, Transport
from notifications.sounds import heard
from telemed.wire import publish


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

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Open pages follow at once."""
        super().save(*args, **kwargs)
        publish(heard(self), to=self.person)

    @classmethod
    def of(cls, people: Iterable[User]) -> dict[int, "Preferences"]:
        """Those of several people, in one query; unsaved defaults for who has none."""
        everyone = {person.pk: person for person in people}
        chosen = {each.person_id: each for each in cls.objects.filter(person__in=everyone)}
        return {key: chosen.get(key) or cls(person=person) for key, person in everyone.items()}

    def allows(self, kind: Kind, transport: str) -> bool:
        """Whether this person is told of this kind by this transport."""
        if transport in kind.fixed:
            return True
        chosen = self.choices.get(kind.name, {})
        return bool(chosen.get(transport, transport in kind.defaults(self.person.role)))

    def choose(self, kind: Kind, transport: str, *, is_on: bool) -> None:
        """Sets one field of the matrix; what cannot be turned off stays on."""
        Transport(transport)
        if transport not in kind.fixed:
            self.choices.setdefault(kind.name, {})[transport] = is_on

    def quiet_until(self, kind: Kind, now: datetime) -> datetime | None:
        """Until when nothing of this kind may sound; None when it may now.

        Quiet hours are hours of the person's own zone, and may span midnight.
        """
        if kind.is_urgent and self.lets_urgent_through:
            return None
        ends = [self.undisturbed_until, self._end_of_quiet_hours(now)]
        return max((end for end in ends if end is not None and end > now), default=None)

    def _end_of_quiet_hours(self, now: datetime) -> datetime | None:
        if self.quiet_from is None or self.quiet_to is None:
            return None
        here = now.astimezone(ZoneInfo(self.person.time_zone))
        if not is_between(here.time(), self.quiet_from, self.quiet_to):
            return None
        day = here.date() if here.time() < self.quiet_to else here.date() + timedelta(days=1)
        return datetime.combine(day, self.quiet_to, here.tzinfo)


def is_between(moment: time, start: time, end: time) -> bool:
    """Whether a time of day lies in a span, which may reach over midnight."""
    if start <= end:
        return start <= moment < end
    return moment >= start or moment < end
