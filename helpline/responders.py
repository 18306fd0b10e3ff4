"""Who was alerted to an emergency, what each of them does, and who has it now."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from calls.telling import note
from helpline.models import Alert, Emergency

# With the people at hand: a list asks for all of its emergencies at once.
ALERTS = Prefetch("alerts", Alert.objects.select_related("person__doctor"))
# The sign and the words of each state, in their order: who has it comes first.
STATES: dict[str, tuple[str, Any]] = {
    "answered": ("phone", gettext_lazy("Has it")),
    "offered": ("send", gettext_lazy("Asked to take over")),
    "handed_over": ("check", gettext_lazy("Handed it over")),
    "had_it": ("check", gettext_lazy("Had it before")),
    "declined": ("phone-off", gettext_lazy("Cannot come")),
    "opened": ("eye", gettext_lazy("Has it open")),
    "ringing": ("bell", gettext_lazy("Ringing")),
    "alerted": ("send", gettext_lazy("Alerted")),
    "next": ("clock", gettext_lazy("Next")),
}
# Once it is over nobody rings, and nobody has it.
AFTERWARDS: dict[str, Any] = {
    "answered": gettext_lazy("Had it at the end"),
    "had_it": gettext_lazy("Had it"),
    "declined": gettext_lazy("Could not come"),
    "opened": gettext_lazy("Opened it"),
    "alerted": gettext_lazy("Was alerted"),
}
# Once somebody has it nobody else is rung or has to look.
TAKEN: dict[str, Any] = {name: AFTERWARDS[name] for name in ("opened", "alerted")}


@dataclass(frozen=True)
class Responder:
    """One person who was alerted, or will be next; `after`: from whom they have it."""

    person: User
    state: str
    after: User | None = None
    is_over: bool = False
    is_taken: bool = False

    @property
    def note(self) -> str:
        """What stands under the name."""
        if self.after is None:
            return note(self.person)
        names = {"role": note(self.person), "name": self.after.display_name}
        return _("%(role)s, handed over by %(name)s") % names

    @property
    def icon(self) -> str:
        """The sign of the state."""
        return STATES[self.state][0]

    @property
    def words(self) -> Any:
        """The state in words."""
        words = STATES[self.state][1]
        if self.is_over:
            return AFTERWARDS.get(self.state, words)
        return TAKEN.get(self.state, words) if self.is_taken else words


def responders_of(emergency: Emergency) -> list[Responder]:
    """Those who were alerted, the one who has it first."""
    prefetch_related_objects([emergency], ALERTS)
    alerts = list(emergency.alerts.all())
    owner, before, is_over = emergency.owner, _had_it_before(emergency, alerts), emergency.is_over
    told = [
        Responder(
            person=each.person,
            state=_state_of(each, emergency),
            after=before if each.person == owner else None,
            is_over=is_over,
            is_taken=owner is not None,
        )
        for each in alerts
    ]
    order = list(STATES)
    return sorted(told, key=lambda each: order.index(each.state))


def _had_it_before(emergency: Emergency, alerts: list[Alert]) -> User | None:
    """Who handed it to the one who has it."""
    others = [each for each in alerts if each.answered_at and each.person != emergency.owner]
    last = max(others, key=lambda each: (each.answered_at, each.pk), default=None)
    return last.person if last and emergency.owner else None


def _state_of(alert: Alert, emergency: Emergency) -> str:
    """What this person has done last that matters."""
    if emergency.owner == alert.person:
        return "answered"
    if alert.answered_at:
        return "handed_over" if emergency.owner else "had_it"
    if emergency.offered_to_id == alert.person_id and not emergency.is_over:
        return "offered"
    rings = emergency.owner is None and not emergency.is_over
    if not rings and any(each.person_id == alert.person_id for each in emergency.all_answers):
        return "had_it"
    if alert.declined_at:
        return "declined"
    if alert.opened_at:
        return "opened"
    return "ringing" if alert.rang_at and rings else "alerted"
