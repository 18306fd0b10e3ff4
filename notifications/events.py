"""What browsers hear about notifications."""

from datetime import datetime
from uuid import UUID

from telemed.wire import Event


class NotificationPosted(Event):
    """Something happened that this person should know; shown as a toast by an open page."""

    id: UUID
    kind: str
    title: str
    text: str
    url: str
    urgent: bool
    silent: bool
    updated_at: datetime


class BadgeChanged(Event):
    """The counts of the bell and of the navigation, always as the database has them."""

    unread_notifications: int
    unread_messages: int
