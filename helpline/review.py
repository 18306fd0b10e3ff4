"""What happened in an emergency and when: the lines of its review."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from calls.models import CallTransition
from helpline.models import Emergency, EmergencyStep, Stage


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened; `after` is counted from the press."""

    at: datetime
    after: timedelta
    what: Any
    who: User | None = None
    more: Any = ""

    @property
    def clock(self) -> str:
        """How long after the press."""
        return to_the_second(self.after)


def to_the_second(passed: timedelta) -> str:
    """4 s, 1 min 12 s, 1 h 5 min 12 s; of whole seconds, as the board and the desk count."""
    minutes, seconds = divmod(max(0, int(passed.total_seconds())), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, _("%d h")), (minutes, _("%d min")), (seconds, _("%d s"))]
    return " ".join(str(words) % number for number, words in parts if number) or "0 s"


def figures(emergency: Emergency) -> dict[str, Any]:
    """How long it took, and how many knew."""
    answer = emergency.first_answer

    def after(when: datetime | None) -> str:
        return to_the_second(when - emergency.pressed_at) if when else ""

    return {
        "answered": after(answer.at if answer else None),
        "by": answer.person if answer else None,
        "ended": after(emergency.ended_at),
        "alerted": emergency.alerts.count(),
    }


def timeline(emergency: Emergency) -> list[Line]:
    """Steps, what the calls did, and when something was written: not what."""
    lines = [
        *(_of_step(each, emergency) for each in emergency.steps.select_related("person")),
        *_of_alerts(emergency),
        *_of_calls(emergency),
        *_of_messages(emergency),
    ]
    return sorted(lines, key=lambda line: line.at)


def _of_step(step: EmergencyStep, emergency: Emergency) -> Line:
    start = emergency.pressed_at
    is_stage = step.kind in ("stage", "again")
    more = Stage(step.words).label if is_stage and step.words in Stage.values else step.words
    is_safe = step.kind == "ended" and step.person == emergency.person
    what = _("Said: I am safe, and ended the alert") if is_safe else step.get_kind_display()
    return Line(step.at, step.at - start, what, step.person, more)


def _of_alerts(emergency: Emergency) -> list[Line]:
    start = emergency.pressed_at
    alerts = emergency.alerts.select_related("person")
    return [
        Line(each.at, each.at - start, _("Alerted"), each.person, each.get_stage_display())
        for each in alerts
    ]


def _of_calls(emergency: Emergency) -> list[Line]:
    start = emergency.pressed_at
    steps = CallTransition.objects.filter(
        call__conversation=emergency.ticket.conversation_id, at__gte=start
    )
    return [
        Line(
            each.at,
            each.at - start,
            _("Call: %(status)s") % {"status": each.get_to_status_display()},
            each.by,
            each.get_reason_display(),
        )
        for each in steps.select_related("by")
    ]


def _of_messages(emergency: Emergency) -> list[Line]:
    start = emergency.pressed_at
    written = emergency.ticket.conversation.messages.filter(kind="text").select_related("author")
    return [
        Line(each.created_at, each.created_at - start, _("Wrote a message"), each.author)
        for each in written
    ]
