"""Who is told what about a call: both people's pages, the conversation, the bell."""

import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from calls.events import CallAccepted, CallAlerted, CallDeclined, CallEnded, Caller, CallRang
from calls.kinds import INCOMING_CALL, MISSED_CALL
from calls.models import watching
from calls.models.states import UNANSWERED, EndReason
from notifications.models import Notification, NotificationQuerySet, notify
from telemed.wire import Addressable, publish

if TYPE_CHECKING:
    from calls.models import Call


def note(person: User) -> str:
    """What stands under a name: the specialty of a doctor, else the role."""
    doctor = getattr(person, "doctor", None) if person.is_doctor else None
    return str(doctor.get_specialty_display() if doctor else person.get_role_display())


def ring(call: "Call", to: User) -> CallRang:
    """The call as it rings at one person, who may be in another one now."""
    caller = call.started_by
    about = watching.about(call)
    with translation.override(to.language):
        role = note(caller)
        if about.goes_on and not call.is_emergency:
            role = _("%(role)s, about the emergency") % {"role": role}
    return CallRang(
        id=call.pk,
        conversation=call.conversation_id,
        kind=str(call.kind),
        caller=Caller(
            id=caller.public_id,
            name=caller.display_name,
            initials=caller.initials,
            hue=caller.hue,
            photo=caller.photo_url,
            role=role,
        ),
        ring_expires_at=call.ring_expires_at,
        waiting=call.waits_for(to),
        about=about.words if call.is_emergency else "",
        page=about.page if call.is_emergency else "",
    )


def rang(call: "Call", others: Iterable[User]) -> None:
    """Every page of those who are called rings, and every device that has no page open.

    Of an emergency the app tells that made it.
    """
    for each in others:
        publish(ring(call, each), to=each)
    if call.is_emergency:
        return
    notify(others, INCOMING_CALL.name, about=call, key=_key(call), context=_about(call))
    returned(call, call.started_by)


def freed(call: "Call", people: Iterable[User]) -> None:
    """What waited for those who are out of a call rings aloud now.

    Asked after the commit: who leaves one call by accepting another is not free.
    """
    calls = type(call).objects

    def ring_aloud() -> None:
        for person in people:
            for each in calls.ringing_for(person).select_related("started_by__doctor"):
                if not (again := ring(each, person)).waiting:
                    publish(again, to=person)

    transaction.on_commit(ring_aloud, robust=True)


def alerted(call: "Call") -> None:
    """The caller learns that a device rings."""
    publish(CallAlerted(id=call.pk), to=[call, call.started_by])


def declined(call: "Call", by: User) -> None:
    """All devices of this one fall silent."""
    publish(CallDeclined(id=call.pk, by=by.public_id), to=by)


def accepted(call: "Call", by: User) -> None:
    """Every device stops ringing."""
    publish(CallAccepted(id=call.pk, by=by.public_id), to=_everywhere(call))
    _fall_silent(call)
    returned(call, by)


def ended(call: "Call", by: User | None) -> None:
    """Every device learns the outcome, and the conversation remembers it.

    What nobody answered is told by `missed`, in the place of what rang.
    """
    over = CallEnded(
        id=call.pk,
        conversation=call.conversation_id,
        end_reason=str(call.end_reason),
        duration=call.duration,
        ended_by=by.public_id if by else None,
    )
    publish(over, to=_everywhere(call))
    if call.end_reason not in UNANSWERED:
        _fall_silent(call)
    if by and call.end_reason == EndReason.DECLINED:
        returned(call, by)
    _leave_row(call)


def missed(call: "Call") -> None:
    """Those who were called find it in the bell."""
    notify(call.called, MISSED_CALL.name, about=call, key=_key(call), context=_about(call))


def returned(call: "Call", by: User) -> None:
    """By calling, answering or declining one has dealt with what one missed here before."""
    if unseen().for_user(by).exists():
        see_missed(by, call.conversation.calls.all())


def see_missed(person: User, calls: "Iterable[Call] | None" = None) -> None:
    """The person has looked at these calls, or dealt with them; at all in their list."""
    mine = unseen().for_user(person)
    if calls is not None:
        mine = mine.filter(open_key__in=[_key(call) for call in calls])
    mine.mark_read()


def unseen() -> NotificationQuerySet:
    """Missed calls that nobody has looked at: what the bell tells of them, and the badge counts."""
    return Notification.objects.unread().filter(kind=MISSED_CALL.name)


def _fall_silent(call: "Call") -> None:
    """It rings no more, so there is nothing to be told of."""
    Notification.objects.filter(open_key=_key(call), recipient__in=call.called).mark_read()


def _about(call: "Call") -> dict[str, str]:
    return {"caller": call.started_by.display_name, "kind": str(call.kind)}


def _key(call: "Call") -> str:
    return f"call:{call.pk}"


def _everywhere(call: "Call") -> list[Addressable]:
    return [call, *call.people]


def _leave_row(call: "Call") -> None:
    """One message, written in the transaction that ends the call.

    Its client id is drawn here: one that browsers know could be used up by a message of
    theirs, and the call could not end. Nor may it fail when the caller has left the
    conversation meanwhile.
    """
    members = call.conversation.members.present()
    if members.filter(person=call.started_by_id).exists():
        outcome = {
            "id": str(call.pk),
            "kind": str(call.kind),
            "end_reason": str(call.end_reason),
            "duration": call.duration,
            "started_by": str(call.started_by.public_id),
            "began_at": call.created_at.isoformat(),
        }
        call.conversation.append(call.started_by, uuid.uuid4(), "call", call=outcome)
