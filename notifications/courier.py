"""The courier: sends what the ladder has planned, tries again, and writes down what came of it.

A delivery is claimed before it is sent and settled afterwards, so that of several processes one
sends it. When a process dies in between, nobody knows whether it went out: push is sent again,
because its tag keeps it from being shown twice; e-mail and SMS are not, and the ladder goes on
to the next transport at once.
"""

import logging
import random
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone, translation

from notifications.kinds import Transport, kinds
from notifications.models import Delivery, Notification, Reason, State
from notifications.models.delivery import ATTEMPTS, LEASE
from notifications.transports import Later, Never, Outcome, Sent, senders

logger = logging.getLogger(__name__)

AT_ONCE = 20
FIRST_PAUSE_SECONDS = 15


def work(transport: str, now: datetime) -> int:
    """Sends what is due by a transport; returns how many were sent or given up."""
    recover(transport, now)
    deliveries = claim(transport, now)
    for delivery in deliveries:
        settle(delivery, outcome_of(delivery))
    return len(deliveries)


def claim(transport: str, now: datetime) -> list[Delivery]:
    """Takes some that are due, for this process alone and for as long as the lease runs."""
    due = Delivery.objects.due(now).filter(transport=transport)
    if not due.exists():
        return []
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True, of=("self",))
        found = list(due.select_related("notification__recipient")[:AT_ONCE])
        for each in found:
            each.state, each.attempts, each.due_at = State.SENDING, each.attempts + 1, now + LEASE
        Delivery.objects.bulk_update(found, ["state", "attempts", "due_at"])
    return found


def recover(transport: str, now: datetime) -> None:
    """What a process has died on: sent again, or left as uncertain with the ladder going on."""
    stuck = Delivery.objects.stuck(now).filter(transport=transport)
    if transport == Transport.PUSH:
        stuck.update(state=State.WAITING)
        return
    for each in stuck:
        claimed = Delivery.objects.filter(pk=each.pk, state=State.SENDING)
        if claimed.update(
            state=State.UNCERTAIN, reason=Reason.INTERRUPTED, due_at=None, ended_at=now
        ):
            Notification.objects.filter(pk=each.notification_id).unread().update(due_at=now)


def outcome_of(delivery: Delivery) -> Outcome:
    """Sends one, in the recipient's language."""
    notification = delivery.notification
    if notification.read_at is not None:
        return Never(Reason.SEEN)
    if notification.kind not in kinds:
        return Never(Reason.OVER)
    try:
        with translation.override(notification.recipient.language):
            return senders[delivery.transport](delivery)
    except Exception as trouble:
        logger.exception("courier: %s failed", delivery.transport)
        return Later(type(trouble).__name__)


def settle(delivery: Delivery, outcome: Outcome) -> None:
    """Writes down what came of it."""
    now = timezone.now()
    match outcome:
        case Sent(detail):
            end(delivery, State.SENT, "", detail, now)
        case Never(reason, detail):
            state = State.FAILED if reason == Reason.REFUSED else State.SKIPPED
            end(delivery, state, reason, detail, now)
        case Later(detail, after) if delivery.attempts < ATTEMPTS:
            delivery.state, delivery.reason, delivery.detail = (
                State.WAITING,
                Reason.TROUBLE,
                detail[:200],
            )
            delivery.due_at = now + (timedelta(seconds=after) if after else pause(delivery))
            delivery.save(update_fields=["state", "reason", "detail", "due_at"])
        case Later(detail):
            end(delivery, State.FAILED, Reason.TROUBLE, detail, now)


def end(delivery: Delivery, state: str, reason: str, detail: str, now: datetime) -> None:
    """The last word on it."""
    delivery.state, delivery.reason, delivery.detail = state, reason, detail[:200]
    delivery.due_at, delivery.ended_at = None, now
    delivery.save(update_fields=["state", "reason", "detail", "due_at", "ended_at"])
    if state == State.FAILED:
        logger.error("courier: %s was not delivered: %s", delivery.transport, detail or reason)


def pause(delivery: Delivery) -> timedelta:
    """Twice as long each time, and never for all at the same moment."""
    seconds = FIRST_PAUSE_SECONDS * 2 ** (delivery.attempts - 1)
    return timedelta(seconds=random.uniform(seconds / 2, seconds))  # noqa: S311 - no secret
