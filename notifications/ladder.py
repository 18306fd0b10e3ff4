"""The ladder: who has not looked at a notification is told by one transport after the other.

The rules choose the transport and the time, never whether: the row in the application is there
in any case, and whatever is not sent stands in the log with its reason. Nothing is remembered
but the rows, so that a process that dies between two steps loses nothing: the next look finds
the same notifications due, and the keys of the deliveries keep a step from being taken twice.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from operator import attrgetter

from django.db import connection, transaction

from accounts.models import User
from notifications.kinds import Kind, Transport, kinds
from notifications.models import Delivery, Notification, Preferences, Reason, State
from notifications.transports import senders
from telemed import jobs

AT_ONCE = 100
# Whoever has a page open is given this long to notice what it shows.
NOTICING = timedelta(seconds=10)
# Another push about the same unread thing: not for every line that someone writes.
AGAIN = timedelta(minutes=1)


def climb(now: datetime) -> int:
    """Plans what is due; returns how many notifications were looked at.

    The rows stay locked while it plans, and others pass over them.
    """
    due = Notification.objects.filter(due_at__lte=now).order_by("due_at")
    if not due.exists():
        return 0
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True, of=("self",))
        found = list(due.select_related("recipient")[:AT_ONCE])
        if found:
            plan(found, now)
    return len(found)


def plan(found: list[Notification], now: datetime) -> None:
    """The next steps of these, set-wise."""
    people = {each.recipient_id: each.recipient for each in found}
    preferences = Preferences.of(people.values())
    online = set(User.objects.online().filter(pk__in=people).values_list("pk", flat=True))
    earlier = taken(found)
    planned: list[Delivery] = []
    for each in found:
        steps = Steps(each, preferences[each.recipient_id], earlier[each.pk])
        each.due_at = steps.take(now, is_online=each.recipient_id in online)
        each.again_at = steps.again_at
        planned += steps.planned
    Delivery.objects.bulk_create(planned, ignore_conflicts=True)
    Notification.objects.bulk_update(found, ["due_at", "again_at"])
    for transport in {each.transport for each in planned}:
        transaction.on_commit(partial(jobs.wake, transport))


def taken(found: Iterable[Notification]) -> dict[object, list[Delivery]]:
    """What was planned before for each of these, oldest first."""
    earlier: dict[object, list[Delivery]] = defaultdict(list)
    for delivery in Delivery.objects.filter(notification__in=list(found)).order_by("created_at"):
        earlier[delivery.notification_id].append(delivery)
    return earlier


class Steps:
    """The steps of one notification."""

    def __init__(
        self, notification: Notification, preferences: Preferences, earlier: list[Delivery]
    ) -> None:
        self.notification, self.preferences = notification, preferences
        self.earlier = {each.key: each for each in earlier}
        self.planned: list[Delivery] = []

    def take(self, now: datetime, *, is_online: bool) -> datetime | None:
        """Plans the steps that are due, and returns when to look again."""
        kind = kinds.get(self.notification.kind)
        if kind is None or self.notification.read_at is not None:
            return None
        times = [self._step(kind, Transport(name), now, is_online) for name in kind.urgency.value]
        return min((time for time in times if time is not None), default=None)

    def _step(
        self, kind: Kind, transport: Transport, now: datetime, is_online: bool
    ) -> datetime | None:
        """Takes the step if it is due; returns when it will be, None when it is done."""
        key = self._key(kind, transport)
        if key in self.earlier:
            return None
        time = self._time(kind, transport, is_online)
        if time > now:
            return time
        quiet = self.preferences.quiet_until(kind, now)
        reason = self._reason_against(kind, transport)
        delivery = Delivery(
            notification=self.notification, transport=transport, key=key, created_at=now
        )
        if reason:
            delivery.state, delivery.reason, delivery.ended_at = State.SKIPPED, reason, now
        elif quiet is not None and transport != Transport.EMAIL:
            delivery.due_at, delivery.reason = quiet, Reason.QUIET
        else:
            delivery.due_at = now
        self.planned.append(delivery)
        return None

    def _key(self, kind: Kind, transport: Transport) -> str:
        """Push goes out again for what came after it; the others once for the thing."""
        key = f"{self.notification.pk}:{kind.name}:{transport}"
        if transport == Transport.PUSH:
            sent = sorted(self._pushes(kind), key=attrgetter("created_at"))
            if sent and sent[-1].created_at < self.notification.updated_at:
                return f"{key}:{len(sent) + 1}"
            return f"{key}:{max(len(sent), 1)}"
        return key

    @property
    def again_at(self) -> datetime | None:
        """When a renewal may be pushed."""
        pushes = [
            each.created_at
            for each in [*self.earlier.values(), *self.planned]
            if each.transport == Transport.PUSH
        ]
        return max(pushes) + AGAIN if pushes else None

    def _pushes(self, kind: Kind) -> list[Delivery]:
        start = f"{self.notification.pk}:{kind.name}:{Transport.PUSH}"
        return [each for key, each in self.earlier.items() if key.startswith(start)]

    def _time(self, kind: Kind, transport: Transport, is_online: bool) -> datetime:
        """Push follows the last event, the slower ones the first that was not looked at."""
        delay = timedelta(seconds=kind.urgency.value[transport])
        if transport != Transport.PUSH:
            return self.notification.created_at + delay
        time = self.notification.updated_at + delay
        if is_online and not kind.is_urgent:
            time += NOTICING
        last = max((each.created_at for each in self._pushes(kind)), default=None)
        return time if last is None else max(time, last + AGAIN)

    def _reason_against(self, kind: Kind, transport: Transport) -> str:
        if self.notification.silent:
            return Reason.MUTED
        if not self.preferences.allows(kind, transport):
            return Reason.CHOSEN
        if transport not in senders:
            return Reason.NO_TRANSPORT
        return ""
