"""Nobody writes to people who will never read it; a call is still noted."""

from uuid import uuid4

import pytest

from chat.models import Message, NotReachable
from tests.chat.test_pages import text_of


@pytest.fixture
def gone(dr_rao, ravi):
    """The doctor, whose account is deactivated."""
    dr_rao.deactivate(by=ravi)
    return dr_rao


def test_a_message_that_nobody_would_read_is_refused(conversation, asha, gone, say):
    with pytest.raises(NotReachable) as refused:
        say(asha, "Are you there?")
    assert refused.value.code == "not_reachable"
    assert not conversation.messages.exists()


def test_a_message_to_an_empty_room_is_refused(conversation, asha, dr_rao, say):
    conversation.member(asha).leave(by=dr_rao)
    with pytest.raises(NotReachable):
        say(dr_rao, "Are you there?")


def test_a_retry_still_returns_the_first_result(conversation, asha, dr_rao, ravi):
    client_id = uuid4()
    first = conversation.append(asha, client_id, body="Hello")
    dr_rao.deactivate(by=ravi)
    assert conversation.append(asha, client_id, body="Hello") == first


def test_a_call_is_noted_all_the_same(conversation, asha, gone):
    note = {"id": str(uuid4()), "kind": "audio", "end_reason": "missed", "duration": None}
    note["started_by"] = str(asha.public_id)
    assert conversation.append(asha, uuid4(), Message.Kind.CALL, call=note).seq == 1


def test_the_page_says_so_in_the_place_of_the_composer(
    conversation, asha, dr_rao, ravi, browser_client
):
    client, address = browser_client(asha), conversation.get_absolute_url()
    before = text_of(client.get(address))
    assert "<telemed-composer" in before
    assert "can be reached" not in before
    dr_rao.deactivate(by=ravi)
    after = text_of(client.get(address))
    assert "<telemed-composer" not in after
    assert "Nobody in this conversation can be reached here any more." in after
    assert 'data-ref="jump"' in after
