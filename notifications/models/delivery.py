"""What is done to tell a person outside the application: plan, queue and log in one."""

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifications.kinds import Transport
from notifications.models.notification import Notification
from telemed.models import UUIDModel

ATTEMPTS = 6
LEASE = timedelta(minutes=2)


class State(models.TextChoices):
    """From the plan to the end; only the first two are not the end."""

    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    SKIPPED = "skipped", _("Not sent")
    UNCERTAIN = "uncertain", _("May not have been sent")


class Reason(models.TextChoices):
    """Why a delivery waits, was not sent, or failed."""

    NONE = "", ""
    CHOSEN = "chosen", _("turned off by the person")
    MUTED = "muted", _("the conversation is muted")
    QUIET = "quiet", _("quiet hours")
    SEEN = "seen", _("seen meanwhile")
    NO_ADDRESS = "no_address", _("no address or device for it")
    NO_TRANSPORT = "no_transport", _("not set up on this server")
    OVER = "over", _("no longer of interest")
    TROUBLE = "trouble", _("the service could not be reached")
    REFUSED = "refused", _("the service refused it")
    INTERRUPTED = "interrupted", _("the server stopped while it was being sent")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Selections of deliveries."""

    def due(self, now: datetime) -> "DeliveryQuerySet":
        """Those whose turn it is."""
        return self.filter(state=State.WAITING, due_at__lte=now).order_by("due_at")

    def stuck(self, now: datetime) -> "DeliveryQuerySet":
        """Those whose process has died on them."""
        return self.filter(state=State.SENDING, due_at__lte=now)


class Delivery(UUIDModel):
    """One notification by one transport.

    `key` keeps it from being planned twice: e-mail and SMS once for a notification however often
    it is renewed, push again for what is new. `due_at` is when to send; while it is being sent,
    when to give up on the process that sends it.
    """

    notification = models.ForeignKey(
        Notification, on_delete=models.CASCADE, related_name="deliveries"
    )
    transport = models.CharField(_("transport"), max_length=8, choices=Transport)
    key = models.CharField(max_length=80, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason, blank=True)
    detail = models.CharField(_("detail"), max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    created_at = models.DateTimeField(_("planned"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(due_at__isnull=False), name="deliveries_due"
            )
        ]

    def __str__(self) -> str:
        return self.key
