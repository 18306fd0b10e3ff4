"""What browsers hear about notifications."""

from datetime import datetime
from uuid import UUID

from telemed.wire import Event


class NotificationPosted(Event):
    """Something happened that this person should know; shown as a toast by an open page.

    `sound` is the name of the one that goes with it, empty for none.
    """

    id: UUID
    kind: str
    title: str
    text: str
    url: str
    urgent: bool
    silent: bool
    sound: str
    updated_at: datetime


class NotificationsRead(Event):
    """This person has looked at these, here or on another device: whatever shows them stops.

    Of very many several events are made.
    """

    ids: list[UUID]


class PreferencesChanged(Event):
    """What this person wants to hear, and when; `quiet_from` and `quiet_to` as 22:00."""

    sounds: dict[str, str]
    quiet_from: str | None
    quiet_to: str | None
    undisturbed_until: datetime | None
    lets_urgent_through: bool


class BadgeChanged(Event):
    """The counts of the bell and of the navigation, always as the database has them."""

    unread_notifications: int
    unread_messages: int
    unread_answers: int
    missed_calls: int
