"""Removes what was read long ago, and the old lines of the log of deliveries."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import QuerySet
from django.utils import timezone

from notifications.models import Delivery, Notification

KEPT_FOR = timedelta(days=90)
AT_ONCE = 1000


class Command(BaseCommand):
    """`manage.py clearnotifications`, a part of `clean`."""

    help = "Removes deliveries that ended, and notifications that were read, 90 days ago."

    def handle(self, *args: Any, **options: Any) -> None:
        """What nobody has looked at stays, however old."""
        before = timezone.now() - KEPT_FOR
        remove(Delivery.objects.filter(ended_at__lt=before))
        remove(Notification.objects.filter(read_at__lt=before))


def remove(old: QuerySet[Any]) -> None:
    """By a thousand, so that nobody has to wait for it."""
    while keys := list(old.order_by().values_list("pk", flat=True)[:AT_ONCE]):
        old.model._base_manager.filter(pk__in=keys).delete()
