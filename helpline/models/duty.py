"""The roster: who is on duty, as what, from when until when."""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _


class DutyQuerySet(models.QuerySet["Duty"]):
    """Selections of duties."""

    def at(self, when: datetime | None = None) -> "DutyQuerySet":
        """Those that run at this time, of people who may sign in."""
        when = when or timezone.now()
        return self.filter(starts_at__lte=when, ends_at__gt=when, person__is_active=True)


class Duty(models.Model):
    """One person's watch."""

    class Kind(models.TextChoices):
        """In which group an emergency rings them."""

        AGENT = "agent", _("Agent")
        DOCTOR = "doctor", _("Doctor")
        SUPERVISOR = "supervisor", _("Supervisor")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="duties",
        verbose_name=_("person"),
    )
    kind = models.CharField(_("duty"), max_length=10, choices=Kind.choices)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["ends_at", "starts_at"], name="duties_by_time")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="duty_has_length")
        ]

    def __str__(self) -> str:
        begins, ends = timezone.localtime(self.starts_at), timezone.localtime(self.ends_at)
        first, last = (date_format(each, "D j M Y, H:i") for each in (begins, ends))
        until = f"–{ends:%H:%M}" if begins.date() == ends.date() else f" – {last}"
        return f"{self.person}: {first}{until} {timezone.get_current_timezone_name()}"

    def clean(self) -> None:
        """Only those can be on duty as a doctor who are one."""
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("A duty ends after it begins.")})
        if not hasattr(self, "person"):
            return
        if self.kind == self.Kind.DOCTOR and not self.person.is_doctor:
            raise ValidationError({"kind": _("This person is not a doctor.")})
        if self.kind != self.Kind.DOCTOR and not self.person.is_agent:
            raise ValidationError({"kind": _("This person does not work at the helpline.")})
