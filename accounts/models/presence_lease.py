"""One live connection of a person: being here is holding a lease, never a counter."""

import datetime

from django.db import models
from django.utils import timezone

from telemed.models import UUIDModel


class PresenceLeaseQuerySet(models.QuerySet["PresenceLease"]):
    """Live and run-out leases."""

    def live(self, now: datetime.datetime | None = None) -> "PresenceLeaseQuerySet":
        return self.filter(expires_at__gt=now or timezone.now())

    def run_out(self, now: datetime.datetime | None = None) -> "PresenceLeaseQuerySet":
        return self.filter(expires_at__lte=now or timezone.now())


class PresenceLease(UUIDModel):
    """Says until when a person counts as here; see `accounts.presence` for the verbs."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="presence_leases")
    expires_at = models.DateTimeField(db_index=True)

    objects = PresenceLeaseQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["user", "expires_at"], name="presence_of_person")]

    def __str__(self) -> str:
        return f"{self.user_id} until {self.expires_at:%H:%M:%S}"
