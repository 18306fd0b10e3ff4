"""Web push: says on every device of a person that something waits, and nothing of what."""

from collections.abc import Collection

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from notifications import vapid
from notifications.kinds import Kind, Transport, Urgency, kinds
from notifications.models import Delivery, Notification, Preferences, PushSubscription, Reason
from notifications.models.notification import unread_of
from notifications.pushing import Attempt, Message, Result, push
from notifications.transports import Later, Never, Outcome, Sent, finds, sends

# What does not end by itself may wait until the device is on again.
WAITING_SECONDS = 24 * 60 * 60
URGENCIES = {
    Urgency.CALM: "low",
    Urgency.NORMAL: "normal",
    Urgency.HIGH: "high",
    Urgency.ALARM: "high",
}


@finds(Transport.PUSH)
def having_devices(people: Collection[User]) -> set[int]:
    """Most people have none: planning for them ends here, not with a courier for each."""
    devices = PushSubscription.objects.filter(person__in=people)
    return set(devices.values_list("person_id", flat=True))


@sends(Transport.PUSH)
def send(delivery: Delivery) -> Outcome:
    """To all devices of the recipient; that one has taken it is enough."""
    if not vapid.is_set_up():
        return Never(Reason.NO_TRANSPORT)
    notification = delivery.notification
    devices = list(PushSubscription.objects.for_user(notification.recipient))
    if not devices:
        return Never(Reason.NO_ADDRESS)
    if not note_shown(notification):
        return Never(Reason.SEEN)
    attempts = push(message_of(notification), devices)
    note_seen_meanwhile(notification)
    return outcome_of(attempts)


def message_of(notification: Notification) -> Message:
    """What may stand on a locked screen, in the language that is active."""
    kind = kinds[notification.kind]
    person = notification.recipient
    content = {
        "tag": str(notification.pk),
        "title": notification.outside,
        "body": _("Open Telemed to see it."),
        "url": notification.url,
        "badge": unread_of(person),
        "urgent": kind.is_urgent,
        "sound": sound_of(kind, Preferences.own(person)),
        "at": int(notification.updated_at.timestamp() * 1000),
    }
    # The topic's alphabet and its 32 characters are those of an id without dashes.
    return Message(content, lasting(kind), URGENCIES[kind.urgency], notification.pk.hex)


def lasting(kind: Kind) -> int:
    """For how many seconds a push service keeps it for a device that is off."""
    return WAITING_SECONDS if kind.lasts is None else int(kind.lasts.total_seconds())


def sound_of(kind: Kind, preferences: Preferences) -> str:
    """Empty when it comes without one; the device itself chooses how the others sound."""
    return kind.sound if preferences.sounds.get(kind.sound, kind.sound) else ""


def note_shown(notification: Notification) -> bool:
    """Before it goes out, so that it is taken back when it is read; False when it has been."""
    unread = Notification.objects.filter(pk=notification.pk).unread()
    return bool(unread.update(pushed_at=timezone.now()))


def note_seen_meanwhile(notification: Notification) -> None:
    """It was read, and perhaps taken back, while it was on its way: it is taken back again."""
    read = Notification.objects.filter(pk=notification.pk, read_at__isnull=False)
    read.update(pushed_at=timezone.now())


def outcome_of(attempts: list[Attempt]) -> Outcome:
    """One answer for all devices."""
    by_result = {result: [each for each in attempts if each.result is result] for result in Result}
    if taken := by_result[Result.TAKEN]:
        return Sent(f"{len(taken)} of {len(attempts)}")
    if later := by_result[Result.LATER]:
        pauses = [each.after for each in later if each.after is not None]
        return Later(later[0].detail, min(pauses, default=None))
    if refused := by_result[Result.REFUSED]:
        return Never(Reason.REFUSED, refused[0].detail)
    return Never(Reason.NO_ADDRESS, "the devices are gone")
