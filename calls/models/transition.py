"""How a call came to its state: one row for each step."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from calls.models.states import EndReason, Status


class CallTransition(models.Model):
    """Who moved a call, from where to where, when and why; nobody is a deadline."""

    call = models.ForeignKey("calls.Call", on_delete=models.CASCADE, related_name="transitions")
    from_status = models.CharField(_("from"), max_length=8, choices=Status.choices, blank=True)
    to_status = models.CharField(_("to"), max_length=8, choices=Status.choices)
    reason = models.CharField(_("reason"), max_length=12, choices=EndReason.choices, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("transition")
        verbose_name_plural = _("transitions")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["call", "to_status"], name="each_state_once")
        ]

    def __str__(self) -> str:
        return f"{self.from_status} → {self.to_status}"
