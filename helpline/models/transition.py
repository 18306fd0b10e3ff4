"""How a ticket came to where it is, and what the requester said of each resolution."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpline.models.states import Reason, Status
from telemed.models import Transition


class TicketTransition(Transition):
    """Who moved a ticket, from where to where, when and why; nobody is the clock."""

    ticket = models.ForeignKey(
        "helpline.Ticket", on_delete=models.CASCADE, related_name="transitions"
    )
    from_status = models.CharField(_("from"), max_length=8, choices=Status.choices, blank=True)
    to_status = models.CharField(_("to"), max_length=8, choices=Status.choices)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason.choices, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("with"),
    )


class Rating(models.Model):
    """What the requester thought of one resolution: 1 is very bad, 5 is very good."""

    resolution = models.OneToOneField(
        TicketTransition, on_delete=models.CASCADE, related_name="rating"
    )
    ticket = models.ForeignKey("helpline.Ticket", on_delete=models.CASCADE, related_name="ratings")
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="ratings_received",
        verbose_name=_("agent"),
    )
    score = models.PositiveSmallIntegerField(_("score"))
    comment = models.TextField(_("comment"), max_length=1000, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(score__gte=1, score__lte=5), name="score_1_to_5")
        ]

    def __str__(self) -> str:
        return f"{self.score}/5"
