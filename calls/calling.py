"""How anyone begins a call: in a conversation they share, or with a doctor they have found."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from accounts.models import Doctor, User
from calls.models import Call
from calls.refusals import CallOver
from chat.models import Conversation
from telemed.limits import TooFast, allowances

RATE = (10 / 60, 10)


def call(by: User, *, kind: str, conversation: UUID | None = None, doctor: str = "") -> Call:
    """Rings the other side; names either a conversation or a doctor.

    Raises DoesNotExist for what is not there for this person, TooFast, and the refusals of
    `Conversation.objects.direct` and `Call.objects.start`.
    """
    if not allowances.of(by.pk).take("calls.call", RATE):
        raise TooFast
    if conversation:
        found = Conversation.objects.for_user(by).get(pk=conversation)
    else:
        found = Conversation.objects.direct(by, Doctor.objects.listed().get(slug=doctor).user)
    return Call.objects.start(found, by=by, kind=kind)


def call_openly(by: User, stuck: Call, **about: Any) -> Call:
    """Shows one's network address from now on, and calls again: the relay led nowhere."""
    by.hides_network_address = False
    by.edit(["hides_network_address"], by=by, **about)
    with suppress(CallOver):
        stuck.leave(by)
    return call(by, kind=stuck.kind_again, conversation=stuck.conversation_id)
