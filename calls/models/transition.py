"""How a call came to its state: one row for each step."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from calls.models.states import EndReason, Status
from telemed.models import Transition


class CallTransition(Transition):
    """Who moved a call, from where to where, when and why; nobody is a deadline."""

    call = models.ForeignKey("calls.Call", on_delete=models.CASCADE, related_name="transitions")
    from_status = models.CharField(_("from"), max_length=8, choices=Status.choices, blank=True)
    to_status = models.CharField(_("to"), max_length=8, choices=Status.choices)
    reason = models.CharField(_("reason"), max_length=12, choices=EndReason.choices, blank=True)

    class Meta(Transition.Meta):
        constraints = [
            models.UniqueConstraint(fields=["call", "to_status"], name="each_state_once")
        ]
