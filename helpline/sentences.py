"""What each step of an emergency is called in its review, in plain sentences."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from calls.models import CallTransition
from helpline.models import Emergency, EmergencyStep, Stage


@dataclass(frozen=True, slots=True)
class Told:
    """A step among those before and after it."""

    step: EmergencyStep
    emergency: Emergency
    earlier: list[EmergencyStep]
    later: list[EmergencyStep]

    @property
    def sentence(self) -> str:
        """What has happened; by whom stands beside it."""
        in_words = STEPS.get(self.step.kind)
        return in_words(self) if in_words else self.step.get_kind_display()


def of_call(step: CallTransition) -> str:
    """What a call did."""
    if step.to_status == "active":
        return _("Answered the call")
    if step.to_status == "ringing":
        is_alarm = step.call.is_emergency
        return _("The call began to ring") if is_alarm else _("Called")
    return ENDED.get(step.reason, lambda: _("Ended the call"))()


ENDED: dict[str, Callable[[], str]] = {
    "failed": lambda: _("The call ended before a connection came up"),
    "lost": lambda: _("The call ended, because the connection was lost"),
    "cancelled": lambda: _("The call stopped ringing"),
    "missed": lambda: _("The call rang out without an answer"),
    "busy": lambda: _("The call found the other one in another call"),
    "declined": lambda: _("Declined the call"),
}

TOLD: dict[str, Callable[[], str]] = {
    "place": lambda: _("the place"),
    "latitude": lambda: _("where the device is"),
    "call_back": lambda: _("the number to call back"),
    "happening": lambda: _("what is happening"),
}


def _told(told: Told) -> str:
    names = [TOLD[name]() for name in told.step.words.split(", ") if name in TOLD]
    return _("Told us %(what)s") % {"what": ", ".join(names)} if names else _("Told us more")


def _stage(told: Told) -> str:
    group, is_first = told.step.words, all(each.kind != "stage" for each in told.earlier)
    if is_first and group == Stage.EVERYONE:
        return _("Nobody was on duty: everyone was rung at once")
    words = _("Rung first: %(group)s") if is_first else _("Rung next: %(group)s")
    return words % {"group": Stage(group).label if group in Stage.values else group}


def _answered(told: Told) -> str:
    in_writing = _("Answered in writing, and had the emergency")
    return in_writing if told.step.words == "writing" else _("Answered, and had the emergency")


def _connected(told: Told) -> str:
    return _("Was connected with %(name)s") % {"name": told.emergency.person.display_name}


def _left(told: Told) -> str:
    has_handed_over = told.step.words == "handed_over"
    return _("Left the call, having handed over") if has_handed_over else _("Left the call")


def _offered(told: Told) -> str:
    asked = told.step.other
    if asked is None:
        return _("Was asked to take over")
    end = next((each.kind for each in told.later if each.kind in OFFER_ENDS), "")
    words = OFFER_ENDS[end]() if end else _("Asked %(name)s to take over")
    return words % {"name": asked.display_name}


# What an offer ends by; the last three leave it without an answer.
OFFER_ENDS: dict[str, Callable[[], str]] = {
    "handed_over": lambda: _("Asked %(name)s to take over"),
    "refused": lambda: _("Asked %(name)s to take over, who declined"),
    "taken_back": lambda: _("Asked %(name)s to take over, and took the question back"),
    "offered": lambda: _("Asked %(name)s to take over, who did not answer"),
    "rung_again": lambda: _("Asked %(name)s to take over, who did not answer"),
    "ended": lambda: _("Asked %(name)s to take over, who did not answer"),
}


def _lost(told: Told) -> str:
    gave_back = told.step.words == "gave_back"
    return _("Gave it back") if gave_back else _("No longer had it")


def _handed_over(told: Told) -> str:
    if told.step.other is None:
        return _("Took it over")
    return _("Took it over from %(name)s") % {"name": told.step.other.display_name}


def _ended(told: Told) -> str:
    if told.step.person is None:
        return _("The emergency was over: its ticket was settled")
    is_safe = told.step.person == told.emergency.person
    return _("Said: I am safe, and ended the alert") if is_safe else _("Ended the emergency")


STEPS: dict[str, Callable[[Told], str]] = {
    "told": _told,
    "stage": _stage,
    "answered": _answered,
    "connected": _connected,
    "left": _left,
    "lost": _lost,
    "offered": _offered,
    "handed_over": _handed_over,
    "ended": _ended,
}
