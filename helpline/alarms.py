"""Who is told what about an emergency: its pages, those who were alerted, the bell."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from accounts.models import User
from helpline.events import EmergencyMoved
from helpline.kinds import EMERGENCY, EMERGENCY_OFFER, EMERGENCY_TAKEN
from helpline.telling import Desks
from notifications.models import Notice, Notification, notify_all
from telemed.wire import publish

if TYPE_CHECKING:
    from helpline.models import Emergency


def moved(emergency: "Emergency", left: Iterable[User] = ()) -> None:
    """Whoever shows it asks how it stands; those who have `left` it learn that they may not now."""
    reading = [each.person for each in emergency.alerts.opening().select_related("person")]
    told = dict.fromkeys([emergency.person, *reading, *left])
    publish(EmergencyMoved(id=emergency.pk), to=[*told, Desks()])


def alert(emergency: "Emergency", people: Iterable[User]) -> None:
    """Somebody needs help now."""
    _notify(emergency, people, EMERGENCY.name, name=emergency.person.display_name)


def answered(emergency: "Emergency", by: User) -> None:
    """All others can go back to what they did; the desk of `by` need not say what they know."""
    see(emergency, by)
    others = [each for each in _alerted(emergency) if each != by]
    names = {"name": emergency.person.display_name, "by": by.display_name}
    _notify(emergency, others, EMERGENCY_TAKEN.name, **names)
    moved(emergency, left=others)


def offered(emergency: "Emergency", helper: User, by: User) -> None:
    """Somebody is asked to take over."""
    names = {"name": emergency.person.display_name, "by": by.display_name}
    _notify(emergency, [helper], EMERGENCY_OFFER.name, **names)
    moved(emergency)


def not_offered(emergency: "Emergency", helper: User) -> None:
    """They have declined, or are asked no more: for them it is over."""
    see(emergency, helper)
    moved(emergency, left=[helper])


def handed_over(emergency: "Emergency", left: User | None, by: User) -> None:
    """Who had it is told that they are relieved; in the call, whose page says so, nobody is yet."""
    if left and left != by:
        names = {"name": emergency.person.display_name, "by": by.display_name}
        _notify(emergency, [left], EMERGENCY_TAKEN.name, **names)
    moved(emergency)


def ended(emergency: "Emergency") -> None:
    """Nobody has to look any more."""
    Notification.objects.filter(open_key=_key(emergency)).mark_read()
    asked = [emergency.offered_to] if emergency.offered_to else []
    moved(emergency, left=asked if emergency.answered_at else _alerted(emergency))


def see(emergency: "Emergency", by: User) -> None:
    """This one knows."""
    Notification.objects.for_user(by).filter(open_key=_key(emergency)).mark_read()


def _alerted(emergency: "Emergency") -> list[User]:
    return [each.person for each in emergency.alerts.select_related("person")]


def _notify(emergency: "Emergency", people: Iterable[User], kind: str, **names: str) -> None:
    urgent = kind != EMERGENCY_TAKEN.name
    context = {"number": str(emergency.ticket.number), **names}
    url = emergency.get_absolute_url()
    notify_all([Notice(list(people), kind, url, _key(emergency), context, urgent)])


def _key(emergency: "Emergency") -> str:
    return f"emergency:{emergency.pk}"
