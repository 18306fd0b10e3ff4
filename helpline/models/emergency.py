"""An emergency: whom it has alerted, who has it, and what comes next."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from telemed.models import UUIDModel

# From the press of the button: then the doctors on duty, then supervisors and everyone.
DOCTORS_AFTER = timedelta(seconds=15)
EVERYONE_AFTER = timedelta(seconds=30)
# Everyone who can be told has been: those who were told are told again.
AGAIN_EVERY = timedelta(seconds=30)


class Stage(models.TextChoices):
    """Who is being rung."""

    AGENTS = "agents", _("Agents on duty")
    DOCTORS = "doctors", _("Doctors on duty")
    EVERYONE = "everyone", _("Supervisors and everyone")


class Emergency(UUIDModel):
    """The press of the emergency button, with what the person has told us.

    It is over when its ticket is settled. `next_at` is the deadline of the next stage, or of
    the next round of the last one, and empty once somebody has answered.
    """

    ticket = models.OneToOneField(
        "helpline.Ticket", on_delete=models.CASCADE, related_name="emergency"
    )
    call = models.OneToOneField(
        "calls.Call", on_delete=models.PROTECT, null=True, blank=True, related_name="emergency"
    )
    place = models.CharField(_("place"), max_length=300, blank=True)
    latitude = models.DecimalField(
        _("latitude"), max_digits=8, decimal_places=5, null=True, blank=True
    )
    longitude = models.DecimalField(
        _("longitude"), max_digits=8, decimal_places=5, null=True, blank=True
    )
    accuracy = models.PositiveIntegerField(_("accurate to metres"), null=True, blank=True)
    located_at = models.DateTimeField(_("located"), null=True, blank=True)
    call_back = models.CharField(_("call back on"), max_length=32, blank=True)
    happening = models.CharField(_("what is happening"), max_length=500, blank=True)
    stage = models.CharField(_("rings"), max_length=8, choices=Stage.choices, default=Stage.AGENTS)
    pressed_at = models.DateTimeField(_("pressed"), default=timezone.now)
    next_at = models.DateTimeField(_("next step"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    # The warm hand-over: offered to a doctor, with a summary, until they say "I have it".
    offered_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="offered_emergencies",
        verbose_name=_("offered to"),
    )
    summary = models.TextField(_("summary"), max_length=2000, blank=True)
    ended_at = models.DateTimeField(_("over"), null=True, blank=True)

    class Meta:
        verbose_name = _("emergency")
        verbose_name_plural = _("emergencies")
        ordering = ["-pressed_at"]
        indexes = [
            models.Index(
                fields=["next_at"], condition=Q(next_at__isnull=False), name="emergencies_due"
            )
        ]

    def __str__(self) -> str:
        return str(self.ticket)


class Alert(models.Model):
    """One person who was told of an emergency, and what they did."""

    emergency = models.ForeignKey(Emergency, on_delete=models.CASCADE, related_name="alerts")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="alerts"
    )
    stage = models.CharField(_("as one of"), max_length=8, choices=Stage.choices)
    at = models.DateTimeField(_("alerted"), default=timezone.now)
    rang_at = models.DateTimeField(_("a device rang"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened it"), null=True, blank=True)
    declined_at = models.DateTimeField(_("declined"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["emergency", "person"], name="alerted_once")]

    def __str__(self) -> str:
        return f"{self.person} ({self.get_stage_display()})"
