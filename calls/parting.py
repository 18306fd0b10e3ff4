"""What becomes of a call when one of its people may not be in its conversation any more."""

from contextlib import suppress

from accounts.models import User
from calls.models import Call
from calls.refusals import CallOver
from chat.models.member import Member, departures


def end_call_of(member: Member, by: User | None) -> None:
    """Ends the live call that the member has in this conversation, or is rung by."""
    theirs = Call.objects.for_user(member.person).filter(conversation=member.conversation_id)
    for call in theirs.live():
        is_here = call.participants.here().filter(person=member.person).exists()
        if call.is_emergency and (not is_here or call.goes_on_without(member.person)):
            continue  # of a group that is rung, or of helpers who come and go, nobody ends it
        with suppress(CallOver):
            call.stop(by)


departures.append(end_call_of)
