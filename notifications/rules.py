"""Why something is not told outside the application, or not yet: asked when it is planned and
again when it is sent, for much may have changed between."""

from datetime import datetime

from notifications.kinds import Kind, Transport
from notifications.models import Notification, Preferences, Reason
from notifications.transports import senders


def objection(
    notification: Notification, kind: Kind, transport: str, preferences: Preferences, now: datetime
) -> str:
    """A `Reason` not to tell by this transport; empty when there is none."""
    if notification.read_at is not None and transport not in kind.though_read:
        return Reason.SEEN
    if kind.is_over(notification.updated_at, now) or not notification.recipient.is_active:
        return Reason.OVER
    if notification.silent:
        return Reason.MUTED
    if not preferences.allows(kind, transport):
        return Reason.CHOSEN
    return "" if transport in senders else Reason.NO_TRANSPORT


def held_until(
    kind: Kind, transport: str, preferences: Preferences, now: datetime
) -> datetime | None:
    """Until when quiet hours hold it back; mail lies in its box without a sound."""
    return None if transport == Transport.EMAIL else preferences.quiet_until(kind, now)
