"""Emergencies follow their calls and the clock: who answers one has it, and none is left alone."""

from datetime import datetime

from accounts.models import User
from calls.models import Call, watching
from calls.models.watching import About
from helpline import alarms
from helpline.models import Emergency
from telemed import clock


@clock.settles
def settle(now: datetime) -> None:
    """The next stage, the next round, the look after those who have one."""
    Emergency.objects.settle(now)


def follow(call: Call, by: User | None) -> None:
    """Whoever accepts the call has the emergency; the call is locked, so nothing overtakes."""
    emergency = _of(call)
    if emergency is None:
        return
    if call.status == "active" and by not in (None, emergency.person, emergency.owner):
        emergency.own(by)
    else:
        alarms.moved(emergency)


def claim(call: Call) -> User | None:
    """Whoever has an emergency and its person, on the telephone with each other once more."""
    there = Emergency.objects.live().filter(ticket__conversation=call.conversation_id)
    emergency = there.at_hand().first()
    if emergency is None or not emergency.go_on_in(call):
        return None
    return emergency.person


def note_joining(call: Call, who: User | None) -> None:
    """What is said of whoever has not joined yet is true no more."""
    if emergency := _of(call):
        if who is not None:
            emergency.note("joined", who)
        alarms.moved(emergency)


def note_connection(call: Call, by: User) -> None:
    """From now on the person is seen and heard by whoever helps."""
    if emergency := _of(call):
        emergency.note_connection(by)


def note_parting(call: Call, who: User, reason: str) -> None:
    """Out of the call, which goes on: by their own deed, or silently gone."""
    if emergency := _of(call):
        emergency.note_parting(who, is_lost=reason == "lost")


def note_ringing(call: Call, by: User) -> None:
    """A device of someone who was alerted rings."""
    if emergency := _of(call):
        emergency.note_ringing(by)


def note_refusal(call: Call, by: User) -> None:
    """Someone who was alerted declines."""
    if emergency := _of(call):
        emergency.note_refusal(by)


def describe(call: Call, reader: User | None) -> About:
    """What the dialog of those who are rung says, and what its reader may know."""
    seen = Emergency.objects.for_user(reader) if reader else Emergency.objects.all()
    emergency = seen.filter(ticket__conversation=call.conversation_id).first()
    if emergency is None:
        return About()
    place = emergency.place or emergency.coordinates
    words = "\n".join(filter(None, [emergency.happening, place]))
    return About(
        words,
        emergency.get_absolute_url(),
        goes_on=emergency.ended_at is None,
        is_safe=emergency.is_safe and _ended_together(emergency, call),
    )


def _ended_together(emergency: Emergency, call: Call) -> bool:
    """An emergency that is ended ends its call; whoever hung up before has said nothing by that."""
    over, hung_up = emergency.ended_at, call.ended_at
    return over is not None and hung_up is not None and over <= hung_up


def _of(call: Call) -> Emergency | None:
    return Emergency.objects.filter(call=call).at_hand().first()


watching.claimed.append(claim)
watching.moved.append(follow)
watching.joined.append(note_joining)
watching.connected.append(note_connection)
watching.parted.append(note_parting)
watching.rang.append(note_ringing)
watching.declined.append(note_refusal)
watching.described.append(describe)
