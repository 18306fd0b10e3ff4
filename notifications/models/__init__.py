"""Notifications, how they are delivered, and what people have chosen."""

from notifications.models.delivery import Delivery, Reason, State
from notifications.models.notification import (
    Notice,
    Notification,
    Recipient,
    clear,
    notify,
    notify_all,
    posted,
)
from notifications.models.preferences import Preferences
from notifications.models.push_subscription import PushSubscription
from notifications.models.selection import NotificationQuerySet
from notifications.models.silence import FOREVER, hush

__all__ = [
    "FOREVER",
    "Delivery",
    "Notice",
    "Notification",
    "NotificationQuerySet",
    "Preferences",
    "PushSubscription",
    "Reason",
    "Recipient",
    "State",
    "clear",
    "hush",
    "notify",
    "notify_all",
    "posted",
]
