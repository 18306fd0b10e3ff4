"""The ladder: who has not looked at a notification is told by one transport after the other.

The rules choose the transport and the time, never whether: the row in the application is there
in any case, and whatever is not sent stands in the log with its reason. Nothing is remembered
but the rows, so that a process that dies between two steps loses nothing: the next look finds
the same notifications due, and the keys of the deliveries keep a step from being taken twice.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from functools import partial

from django.db import transaction

from accounts.models import User
from notifications.kinds import kinds
from notifications.models import Delivery, Notification, Preferences
from notifications.steps import Steps
from notifications.transports import finders
from telemed import jobs
from telemed.sql import adapted, run_each, unlocked

AT_ONCE = 100
WRITTEN = "UPDATE notifications_notification SET due_at = %s, again_at = %s WHERE id = %s"


def climb(now: datetime) -> int:
    """Plans what is due; returns how many notifications were looked at.

    The rows stay locked while it plans, and others pass over them.
    """
    due = Notification.objects.filter(due_at__lte=now).order_by("due_at")
    if not due.exists():
        return 0
    with transaction.atomic():
        found = list(unlocked(due).select_related("recipient")[:AT_ONCE])
        if found:
            plan(found, now)
    return len(found)


def plan(found: list[Notification], now: datetime) -> None:
    """The next steps of these, set-wise."""
    people = {each.recipient_id: each.recipient for each in found}
    preferences = Preferences.of(people.values())
    online = set(User.objects.online().filter(pk__in=people).values_list("pk", flat=True))
    earlier, without = taken(found), unaddressed(list(people.values()))
    planned: list[Delivery] = []
    for each in found:
        each.due_at = None
        kind = kinds.get(each.kind)
        if kind and (each.read_at is None or kind.though_read):
            is_online = each.recipient_id in online
            own = preferences[each.recipient_id]
            steps = Steps(each, kind, own, earlier[each.pk], without[each.recipient_id])
            following, each.again_at = steps.take(now, is_online=is_online)
            each.due_at = following if each.read_at is None else None
            planned += steps.planned
    Delivery.objects.bulk_create(planned, ignore_conflicts=True)
    run_each(WRITTEN, [adapted((each.due_at, each.again_at, each.pk)) for each in found])
    for transport in {each.transport for each in planned if each.due_at}:
        transaction.on_commit(partial(jobs.wake, transport))


def taken(found: Iterable[Notification]) -> dict[object, list[Delivery]]:
    """What was planned before for each of these, oldest first."""
    earlier: dict[object, list[Delivery]] = defaultdict(list)
    for delivery in Delivery.objects.filter(notification__in=list(found)).order_by("created_at"):
        earlier[delivery.notification_id].append(delivery)
    return earlier


def unaddressed(people: Collection[User]) -> dict[int, set[str]]:
    """The transports that have no address of each."""
    found = {transport: finder(people) for transport, finder in finders.items()}
    return {
        person.pk: {name for name, having in found.items() if person.pk not in having}
        for person in people
    }
