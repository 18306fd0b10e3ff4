"""A browser that may be pushed to."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notifications import endpoints
from telemed.models import UUIDModel

# Devices of one person; all of them are pushed to within the lease of a delivery.
MOST = 20


class PushSubscriptionQuerySet(models.QuerySet["PushSubscription"]):
    """Selections of subscriptions."""

    def for_user(self, user: User | AnonymousUser) -> "PushSubscriptionQuerySet":
        """A person's own devices and no others."""
        return self.filter(person_id=user.pk)

    def register(
        self, person: User, *, endpoint: str, p256dh: str, auth: str, device: str = ""
    ) -> "PushSubscription":
        """A known endpoint moves to this person; of too many devices the oldest go.

        Raises EndpointRefused.
        """
        endpoints.check(endpoint)
        now = timezone.now()
        values = {"person": person, "p256dh": p256dh, "auth": auth, "device": device}
        with transaction.atomic():
            subscription, _created = self.update_or_create(
                endpoint=endpoint, defaults={**values, "created_at": now}
            )
            too_many = self.for_user(person).values_list("pk", flat=True)[MOST:]
            self.filter(pk__in=list(too_many)).delete()
        return subscription


class PushSubscription(UUIDModel):
    """Where one browser of a person is reached, and with which keys (RFC 8030, RFC 8291).

    An endpoint belongs to one browser, and so to whoever signed in there last.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="push_subscriptions"
    )
    endpoint = models.URLField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=40)
    device = models.CharField(_("device"), max_length=100, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True, blank=True)

    objects = PushSubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("push subscription")
        verbose_name_plural = _("push subscriptions")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.device or str(self.pk)
