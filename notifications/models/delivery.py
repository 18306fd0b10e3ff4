"""What is done to tell a person outside the application: plan, queue and log in one."""

from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notifications.kinds import Transport
from notifications.models.notification import Notification
from telemed.models import UUIDModel

# With the courier's pauses: for about two hours.
ATTEMPTS = 10
# Longer than any transport tries once.
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
    """Why a delivery waits, was not sent, or failed.

    `OVER` also stands for people who may not sign in any more.
    """

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
    INTERRUPTED = "interrupted", _("interrupted while it was being sent")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Selections of deliveries."""

    def for_user(self, user: User | AnonymousUser) -> "DeliveryQuerySet":
        """Those of a person's own notifications."""
        return self.filter(notification__recipient=user.pk)

    def due(self, transport: str, now: datetime) -> "DeliveryQuerySet":
        """Those whose turn it is, and those whose process has died on them; oldest first."""
        return self.filter(transport=transport, due_at__lte=now).order_by("due_at")


class Delivery(UUIDModel):
    """One notification by one transport.

    `key` keeps it from being planned twice: notification, kind, transport and, from the second
    on, a number. E-mail and SMS go out once for a notification however often it is renewed, push
    again for what is new. `due_at` is when to send; while it is being sent, when to give up on
    the process that sends it.
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
                fields=["transport", "due_at"],
                condition=models.Q(due_at__isnull=False),
                name="deliveries_due_by",
            )
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def kind(self) -> str:
        """What it tells of; its notification may be about something else by now."""
        return self.key.split(":")[1]
