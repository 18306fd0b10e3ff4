"""What happened in an emergency and when: the lines of its review."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from calls.models import Call, CallTransition
from helpline.models import Emergency, EmergencyStep
from helpline.sentences import Told, of_call

# Who is asked to take over is put among the alerts in the moment before.
AT_ONCE = timedelta(seconds=1)
# With these nobody has it any more; with those somebody is there.
LEFT_ALONE = {"lost", "rung_again"}
COME = {"answered", "joined", "handed_over"}


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
    """How long it took, in whose hands it was, and how many knew."""
    answer, answers = emergency.first_answer, emergency.all_answers

    def after(when: datetime | None) -> str:
        return to_the_second(when - emergency.pressed_at) if when else ""

    return {
        "answered": after(answer.at if answer else None),
        "by": answer.person if answer else None,
        "handed_over": [
            (each.person, after(each.at), each.words)
            for each in answers
            if each.kind == "handed_over"
        ],
        "cut_off": emergency.steps.filter(kind="cut_off").count(),
        "alone": to_the_second(alone) if (alone := without_anybody(emergency)) else "",
        "ended": after(emergency.ended_at),
        "ended_by": emergency.ended_by,
        "alerted": emergency.alerts.count(),
    }


def without_anybody(emergency: Emergency) -> timedelta:
    """How long nobody was there after somebody had been: cut off, or with nobody who had it."""
    passed, since = timedelta(), None
    for each in emergency.steps.order_by("at", "pk"):
        is_helper = each.person_id != emergency.person.pk
        is_gone = each.kind == "cut_off" and is_helper and not each.words
        if is_gone or each.kind in LEFT_ALONE:
            since = since or each.at
        elif each.kind in COME and is_helper and since:
            passed, since = passed + (each.at - since), None
    until = emergency.ended_at or timezone.now()
    return passed + (until - since) if since else passed


def timeline(emergency: Emergency) -> list[Line]:
    """Steps, what the calls did, and when something was written: not what."""
    steps = list(emergency.steps.select_related("person__doctor", "other__doctor"))
    lines = [
        *_of_steps(steps, emergency),
        *_of_alerts(steps, emergency),
        *_of_calls(emergency),
        *_of_messages(emergency),
        *_of_outcome(emergency),
    ]
    return sorted(lines, key=lambda line: line.at)


def _of_steps(steps: list[EmergencyStep], emergency: Emergency) -> Iterator[Line]:
    start = emergency.pressed_at
    for place, each in enumerate(steps):
        told = Told(each, emergency, steps[:place], steps[place + 1 :])
        yield Line(each.at, each.at - start, told.sentence, each.person)


def _of_alerts(steps: list[EmergencyStep], emergency: Emergency) -> Iterator[Line]:
    """Those whom a group was rung with; who was asked or found it themselves is not among them."""
    asked = [(each.other_id, each.at) for each in steps if each.kind == "offered"]
    for each in emergency.alerts.select_related("person__doctor"):
        was_asked = any(
            each.person_id == whom and abs(when - each.at) < AT_ONCE for whom, when in asked
        )
        has_come = each.answered_at is not None and each.at >= each.answered_at
        if not was_asked and not has_come:
            after, group = each.at - emergency.pressed_at, each.get_stage_display()
            yield Line(each.at, after, _("Alerted"), each.person, group)


def _of_calls(emergency: Emergency) -> Iterator[Line]:
    """Who answers an emergency call is told by a step, and so is who is connected in it."""
    start, conversation = emergency.pressed_at, emergency.ticket.conversation_id
    steps = CallTransition.objects.filter(call__conversation=conversation, at__gte=start)
    for each in steps.select_related("by__doctor", "call"):
        if not (each.call.is_emergency and each.to_status == "active"):
            yield Line(each.at, each.at - start, of_call(each), each.by)
    talked = Call.objects.filter(conversation=conversation, connected_at__gte=start)
    for call in talked.exclude(kind="emergency"):
        at = call.connected_at or start
        yield Line(at, at - start, _("The call was connected"))


def _of_messages(emergency: Emergency) -> Iterator[Line]:
    start = emergency.pressed_at
    written = emergency.ticket.conversation.messages.filter(kind="text").select_related("author")
    for each in written:
        yield Line(each.created_at, each.created_at - start, _("Wrote a message"), each.author)


def _of_outcome(emergency: Emergency) -> Iterator[Line]:
    if told := emergency.became:
        what = _("Wrote what became of %(name)s") % {"name": emergency.person.display_name}
        yield Line(told.at, told.at - emergency.pressed_at, what, told.by, str(told))
