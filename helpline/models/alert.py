"""Who was told of an emergency, and for how long that lets them read it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from helpline.models.stages import Stage


class AlertQuerySet(models.QuerySet["Alert"]):
    """Selections of alerts."""

    def opening(self) -> "AlertQuerySet":
        """Those that let their person read the emergency now.

        Where somebody is and how to reach them is for who may come to help. While nobody has it
        that is everyone who was told, also who has declined: they may still take it. Of doctors
        it is afterwards who has had it, and who is asked to take it over until that is answered,
        taken back or given to another; agents work the queue that it is in.
        """
        nobody_has_it = Q(emergency__answered_at=None, emergency__ended_at=None)
        asked = Q(emergency__offered_to=F("person"), emergency__ended_at=None)
        has_had_it = Q(answered_at__isnull=False)
        return self.filter(~Q(person__role=Role.DOCTOR) | nobody_has_it | asked | has_had_it)


class Alert(models.Model):
    """One person who was told of an emergency, and what they did."""

    emergency = models.ForeignKey(
        "helpline.Emergency", on_delete=models.CASCADE, related_name="alerts"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="alerts"
    )
    stage = models.CharField(_("group"), max_length=8, choices=Stage.choices)
    at = models.DateTimeField(_("alerted"), default=timezone.now)
    rang_at = models.DateTimeField(_("a device rang"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened it"), null=True, blank=True)
    declined_at = models.DateTimeField(_("declined"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["emergency", "person"], name="alerted_once")]

    def __str__(self) -> str:
        return f"{self.person} ({self.get_stage_display()})"
