"""The courier: sends what the ladder has planned, tries again, and writes down what came of it.

A delivery is claimed before it is sent and settled afterwards, both by conditional UPDATE, so
that of several processes one sends it. When a process dies in between, nobody knows whether it
went out: what is repeatable is sent again, everything else is not, and the ladder goes on to the
next transport at once.
"""

import logging
import random
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone, translation

from notifications.kinds import Transport, kinds
from notifications.models import Delivery, Notification, Preferences, Reason, State
from notifications.models.delivery import ATTEMPTS, LEASE
from notifications.models.notification import LADDER
from notifications.rules import held_until, objection
from notifications.transports import Later, Never, Outcome, Sent, Unsure, senders
from telemed import jobs, metrics

logger = logging.getLogger(__name__)

AT_ONCE = 20
FIRST_PAUSE_SECONDS = 15
LONGEST_PAUSE_SECONDS = 60 * 60


def call(now: datetime) -> None:
    """Wakes the couriers of this process who have something to do."""
    for transport in Transport.values:
        oldest = Delivery.objects.due(transport, now).values_list("due_at", flat=True).first()
        overdue = (now - oldest).total_seconds() if oldest else 0
        metrics.delivery_overdue_seconds.labels(transport).set(overdue)
        if oldest:
            jobs.wake(transport)


def work(transport: str, now: datetime) -> int:
    """Takes one delivery that is due as far as it goes; returns 0 when there is none.

    One, because what is claimed must be sent before its lease ends, and the process may be
    asked to stop.
    """
    for delivery in Delivery.objects.due(transport, now)[:AT_ONCE]:
        if delivery.state == State.SENDING and not is_repeatable(delivery):
            if settle(delivery, Unsure()):
                return 1
        elif claim(delivery, now):
            deliver(delivery, now)
            return 1
    return 0


def is_repeatable(delivery: Delivery) -> bool:
    """Whether the person would not notice a second time: a push replaces the one with its tag,
    and a gateway that promises to know our keys sends one SMS for each."""
    if delivery.transport == Transport.SMS and not settings.SMS_REPEATABLE:
        return False
    return delivery.transport != Transport.EMAIL and delivery.attempts < ATTEMPTS


def claim(delivery: Delivery, now: datetime) -> int:
    """Takes it for this process alone and for as long as the lease runs."""
    seen = Delivery.objects.filter(
        pk=delivery.pk, state=delivery.state, attempts=delivery.attempts, due_at=delivery.due_at
    )
    delivery.state, delivery.attempts = State.SENDING, delivery.attempts + 1
    return seen.update(state=delivery.state, attempts=delivery.attempts, due_at=now + LEASE)


def deliver(delivery: Delivery, now: datetime) -> None:
    """Sends one that was claimed, unless by now something speaks against it.

    The notification is loaded after the claim: it may have been read, renewed or deleted.
    """
    loaded = Notification.objects.select_related("recipient").filter(pk=delivery.notification_id)
    if (notification := loaded.first()) is None:
        return
    delivery.notification = notification
    kind = kinds.get(notification.kind)
    if kind is None or kind.name != delivery.kind:
        settle(delivery, Never(Reason.OVER))
        return
    preferences = Preferences.own(notification.recipient)
    if reason := objection(notification, kind, delivery.transport, preferences, now):
        settle(delivery, Never(reason))
    elif quiet := held_until(kind, delivery.transport, preferences, now):
        hold(delivery, quiet)
    else:
        settle(delivery, outcome_of(delivery))


def outcome_of(delivery: Delivery) -> Outcome:
    """Sends one, in the recipient's language."""
    try:
        with translation.override(delivery.notification.recipient.language):
            return senders[delivery.transport](delivery)
    except Exception as trouble:
        logger.exception("courier: %s failed", delivery.transport)
        return Later(type(trouble).__name__)


def settle(delivery: Delivery, outcome: Outcome) -> bool:
    """Writes down what came of it; False when it is not ours any more."""
    match outcome:
        case Sent(detail):
            return end(delivery, State.SENT, "", detail)
        case Never(reason, detail):
            state = State.FAILED if reason == Reason.REFUSED else State.SKIPPED
            return end(delivery, state, reason, detail)
        case Unsure(detail):
            return end(delivery, State.UNCERTAIN, Reason.INTERRUPTED, detail)
        case Later(detail, after) if delivery.attempts < ATTEMPTS:
            return put_off(delivery, detail, after)
        case Later(detail):
            return end(delivery, State.FAILED, Reason.TROUBLE, detail)


def end(delivery: Delivery, state: State, reason: str, detail: str) -> bool:
    """The last word on it. What may not have arrived brings the next transport forward."""
    now = timezone.now()
    if not write(delivery, state, reason, detail, due_at=None, ended_at=now):
        return False
    metrics.deliveries.labels(delivery.transport, state).inc()
    if state in (State.FAILED, State.UNCERTAIN):
        logger.error("courier: %s %s: %s", delivery.transport, state, detail or reason)
        Notification.objects.filter(pk=delivery.notification_id).unread().update(due_at=now)
        jobs.wake(LADDER)
    return True


def put_off(delivery: Delivery, detail: str, after: float | None) -> bool:
    """For as long as the service wishes; else twice as long each time, and never for all at the
    same moment."""
    if after is None:
        longest = FIRST_PAUSE_SECONDS * 2 ** (delivery.attempts - 1)
        after = random.uniform(longest / 2, longest)  # noqa: S311 - no secret
    pause = timedelta(seconds=min(max(after, 1), LONGEST_PAUSE_SECONDS))
    return write(delivery, State.WAITING, Reason.TROUBLE, detail, due_at=timezone.now() + pause)


def hold(delivery: Delivery, until: datetime) -> None:
    """Quiet hours have begun, or been moved, since it was planned: that is no attempt."""
    attempts = delivery.attempts - 1
    write(delivery, State.WAITING, Reason.QUIET, "", due_at=until, attempts=attempts)


def write(delivery: Delivery, state: State, reason: str, detail: str, **fields: object) -> bool:
    """Only while it is still ours: after the lease another process may have decided."""
    ours = Delivery.objects.filter(pk=delivery.pk, state=State.SENDING, attempts=delivery.attempts)
    return bool(ours.update(state=state, reason=reason, detail=detail[:200], **fields))
