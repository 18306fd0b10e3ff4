"""Whoever loses access is out of every socket at once, whatever it is about (SECURITY 4)."""

import pytest

from calls.models import Call
from chat.models import Conversation
from telemed import consumers
from tests.sockets import in_thread, open_socket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def conversation(asha, dr_rao):
    """What Asha and Dr Rao share."""
    return Conversation.objects.direct(asha, dr_rao)


@pytest.mark.parametrize("which", ["me", "conversation", "call"])
async def test_a_deactivated_doctor_hears_nothing_more(which, conversation, asha, dr_rao, ravi):
    call = await in_thread(lambda: Call.objects.start(conversation, by=asha, kind="audio"))
    path = {
        "me": "/ws/me/",
        "conversation": f"/ws/conversations/{conversation.pk}/",
        "call": f"/ws/calls/{call.pk}/",
    }[which]
    async with open_socket(path, as_=dr_rao) as his, open_socket(path, as_=asha) as hers:
        if which == "me":
            await hers.sends("{")
        await in_thread(lambda: dr_rao.deactivate(by=ravi))
        await his.closes(consumers.SIGN_IN)
        assert not hers.communicator.future.done()
