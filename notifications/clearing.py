"""Takes back from a person's devices what they have read on one of them.

`Notification.pushed_at` says that devices may be showing it. What is read and still has that
mark is due here, so reading costs nothing more, and nothing is lost with a process: the mark
goes when the push services have the news, and is set ahead while somebody is at it.

Browsers want to be shown something for each push. Chromium is content while it shows another
one of ours or has a page of ours in sight, and lets a quiet push pass now and then; Firefox
counts as well. Apple withdraws the subscription after a few, so its devices are not told: they
clear up when the application is opened.
"""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db import transaction

from notifications import endpoints, vapid
from notifications.kinds import kinds
from notifications.models import Notification, NotificationQuerySet, PushSubscription
from notifications.models.delivery import LEASE
from notifications.models.notification import unread_of
from notifications.pushing import Attempt, Message, Result, push
from notifications.transports.push import WAITING_SECONDS, lasting
from telemed.sql import unlocked

# A push holds 4 KB, and a tag has 36 characters.
AT_ONCE = 50
# What could not be said in this time is not worth a push any more.
PATIENCE = timedelta(minutes=30)
SHOWS_EVERY_PUSH = "push.apple.com"


def work(now: datetime) -> int:
    """Takes back what is due; returns how many there were."""
    found = claim(now)
    by_person: dict[int, list[Notification]] = defaultdict(list)
    for each in found:
        by_person[each.recipient_id].append(each)
    for read in by_person.values():
        if not must_try_again(read, take_back(read), now):
            # Not those that were pushed once more meanwhile.
            same(read).filter(pushed_at=now + LEASE).update(pushed_at=None)
    return len(found)


def claim(now: datetime) -> list[Notification]:
    """Some of what is due, for this process alone and for as long as the lease runs."""
    due = Notification.objects.filter(read_at__isnull=False, pushed_at__lte=now)
    if not due.exists():
        return []
    with transaction.atomic():
        found = list(unlocked(due).select_related("recipient").order_by("pushed_at")[:AT_ONCE])
        same(found).update(pushed_at=now + LEASE)
    return found


def take_back(read: list[Notification]) -> list[Attempt]:
    """One push for all that a person has read."""
    devices = [
        each
        for each in PushSubscription.objects.for_user(read[0].recipient)
        if not endpoints.host_of(each.endpoint).endswith(SHOWS_EVERY_PUSH)
    ]
    return push(message_of(read), devices) if devices and vapid.is_set_up() else []


def message_of(read: list[Notification]) -> Message:
    """Which ones, and how many are left."""
    person = read[0].recipient
    content = {
        "clear": [str(each.pk) for each in read],
        "badge": unread_of(person),
    }
    known = [lasting(kinds[each.kind]) for each in read if each.kind in kinds]
    # One that still waits for its device is replaced, and never shown there.
    topic = read[0].pk.hex if len(read) == 1 else ""
    return Message(content, max(known, default=WAITING_SECONDS), "normal", topic)


def must_try_again(read: list[Notification], attempts: list[Attempt], now: datetime) -> bool:
    """Whether a push service could not be reached, and it is not too late; the lease runs out."""
    is_young = any(each.read_at and each.read_at > now - PATIENCE for each in read)
    return is_young and any(each.result is Result.LATER for each in attempts)


def same(read: list[Notification]) -> NotificationQuerySet:
    """Their rows."""
    return Notification.objects.filter(pk__in=[each.pk for each in read])
