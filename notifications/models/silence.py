"""Silence, about one thing or about everything: how long it may last, and what it holds back."""

from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notifications.models.delivery import Delivery, Reason, State
from notifications.models.notification import Notification
from telemed.models import Refusal

# Until the person turns it off: a moment that nobody here lives to see, so that every
# comparison with it holds.
FOREVER = datetime(9000, 1, 1, tzinfo=UTC)
LONGEST = timedelta(days=366)


class NotAhead(Refusal):
    """Silence ends in the future."""

    code = "not_ahead"
    detail = _("This moment has passed already. Choose a later one.")
    status = 422


class TooLong(Refusal):
    """Nobody remembers after a year."""

    code = "too_long"
    detail = _("At most a year. Without an end it lasts until you turn it off.")
    status = 422


def end_of(until: datetime | None) -> datetime:
    """When a silence ends that is asked for until then; raises NotAhead or TooLong."""
    if until is None:
        return FOREVER
    now = timezone.now()
    if until <= now:
        raise NotAhead
    if until - now > LONGEST:
        raise TooLong
    return until


def told(end: datetime | None) -> datetime | None:
    """The end as people are told it; None where only they themselves will end it."""
    return None if end is None or end >= FOREVER else end


@transaction.atomic
def hush(recipient: User, key: str) -> None:
    """Nothing more goes out about a thing that is unread; it stays in the bell."""
    unread = Notification.objects.for_user(recipient).filter(open_key=key)
    unread.update(silent=True)
    waiting = Delivery.objects.filter(notification__in=unread, state=State.WAITING)
    waiting.update(state=State.SKIPPED, reason=Reason.MUTED, due_at=None, ended_at=timezone.now())
