"""The socket of a conversation: who hears what, and what a person may do there."""

from uuid import uuid4

import pytest
from django.db import OperationalError

from audit.models import AccessRecord
from chat import events, posting
from chat.models import Conversation, Member, Message
from chat.wording import LIMIT
from telemed.wire import Ack, Beat, Refused
from tests.sockets import in_thread, open_socket

pytestmark = pytest.mark.django_db(transaction=True)


def address(conversation: Conversation) -> str:
    return f"/ws/conversations/{conversation.pk}/"


def post(body: str) -> events.PostMessage:
    return events.PostMessage(client_id=uuid4(), body=body)


async def test_a_message_arrives_and_its_ack_comes_after_it_is_stored(conversation, asha, dr_rao):
    async with (
        open_socket(address(conversation), as_=asha) as hers,
        open_socket(address(conversation), as_=dr_rao) as his,
    ):
        ack = await hers.command(post("Good morning"))
        stored = await in_thread(Message.objects.get)
        assert isinstance(ack, Ack)
        assert ack.result["id"] == str(stored.pk)
        heard = await his.receives(events.MessagePosted)
        assert (heard.body, heard.seq, heard.author.name) == ("Good morning", 1, asha.name)
        assert ack.result["body"] == heard.body


async def test_both_sockets_of_one_person_hear_it(conversation, asha):
    async with (
        open_socket(address(conversation), as_=asha) as one,
        open_socket(address(conversation), as_=asha) as other,
    ):
        await one.command(post("From my phone"))
        assert (await one.receives(events.MessagePosted)).body == "From my phone"
        assert (await other.receives(events.MessagePosted)).body == "From my phone"


async def test_a_retry_is_acknowledged_with_the_first_result(conversation, asha):
    async with open_socket(address(conversation), as_=asha) as socket:
        command = post("Once")
        first, again = await socket.command(command), await socket.command(command)
        assert first == again
        await socket.receives(events.MessagePosted)
        await socket.receives_nothing(events.MessagePosted)


async def test_what_was_missed_while_away_is_fetched(conversation, asha, dr_rao, api, say):
    async with open_socket(address(conversation), as_=dr_rao) as his:
        await in_thread(say, asha, "Heard")
        last = (await his.receives(events.MessagePosted)).changed_seq
    await in_thread(say, asha, "Missed", "Missed too")
    async with open_socket(address(conversation), as_=dr_rao):
        url = f"/api/v1/conversations/{conversation.pk}/messages/?since={last}"
        page = await in_thread(lambda: api(as_=dr_rao).get(url).json())
    assert [message["body"] for message in page["results"]] == ["Missed", "Missed too"]
    assert (page["head"], page["has_more"]) == (3, False)


@pytest.mark.parametrize("who", ["stranger", "meera", "ravi"])
async def test_nobody_else_gets_in(conversation, asha, request, who):
    async with open_socket(address(conversation), as_=asha) as socket:
        await socket.command(post("Mine"))
    outsider = await in_thread(request.getfixturevalue, who)
    async with open_socket(address(conversation), as_=outsider) as socket:
        await socket.closes(4004)


async def test_a_visitor_is_told_to_sign_in(conversation):
    async with open_socket(address(conversation)) as socket:
        await socket.closes(4001)


async def test_a_conversation_that_does_not_exist(asha):
    async with open_socket(f"/ws/conversations/{uuid4()}/", as_=asha) as socket:
        await socket.closes(4004)


async def test_a_removed_member_stops_receiving_at_once(conversation, asha, dr_rao, meera, say):
    async with (
        open_socket(address(conversation), as_=asha) as hers,
        open_socket(address(conversation), as_=dr_rao) as his,
    ):
        await in_thread(say, dr_rao, "Before")
        assert await hers.receives(events.MessagePosted)
        await in_thread(Member.objects.create, conversation=conversation, person=meera)
        member = await in_thread(conversation.member, asha)
        await in_thread(member.leave, by=dr_rao)
        await hers.closes(4004)
        await in_thread(say, dr_rao, "After")
        await his.receives(events.MessagePosted)
        assert (await his.receives(events.MessagePosted)).body == "After"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "blank_message"),
        (" \n ", "blank_message"),
        ("a" * (LIMIT + 1), "message_too_long"),
        ("a\0", "unreadable_text"),
    ],
)
async def test_a_bad_message_is_refused_and_the_socket_lives(conversation, asha, body, code):
    async with open_socket(address(conversation), as_=asha) as socket:
        answer = await socket.command(post(body))
        assert isinstance(answer, Refused)
        assert (answer.code, bool(answer.detail)) == (code, True)
        assert isinstance(await socket.command(post("A good one")), Ack)


async def test_half_a_character_is_a_bad_frame(conversation, asha):
    async with open_socket(address(conversation), as_=asha) as socket:
        data = f'{{"client_id": "{uuid4()}", "body": "a\\ud800b"}}'
        await socket.sends(f'{{"type": "{events.PostMessage.wire_name}", "data": {data}}}')
        assert (await socket.receives(Refused)).code == "bad_frame"
        assert isinstance(await socket.command(post("A good one")), Ack)


async def test_typing_is_relayed_and_not_stored(conversation, asha, dr_rao):
    async with (
        open_socket(address(conversation), as_=asha) as hers,
        open_socket(address(conversation), as_=dr_rao) as his,
    ):
        assert isinstance(await hers.command(events.StartTyping()), Ack)
        typed = await his.receives(events.MemberTyped)
        assert (typed.member, typed.name) == (asha.public_id, "Asha")
    await in_thread(conversation.refresh_from_db)
    assert conversation.last_seq == 0


async def test_receipts_are_told_and_are_never_ahead(conversation, asha, dr_rao, say):
    await in_thread(say, asha, "One", "Two")
    async with (
        open_socket(address(conversation), as_=asha) as hers,
        open_socket(address(conversation), as_=dr_rao) as his,
    ):
        await his.command(events.MarkDelivered(seq=2))
        delivered = await hers.receives(events.MessagesDelivered)
        assert (delivered.member, delivered.seq) == (dr_rao.public_id, 2)
        await his.command(events.MarkRead(seq=1))
        assert (await hers.receives(events.MessagesRead)).seq == 1
        assert (await his.command(events.MarkRead(seq=9))).code == "ahead_of_conversation"
        with_overflow = {"type": events.MarkRead.wire_name, "data": {"seq": 2**80}}
        await his.sends(with_overflow)
        assert (await his.receives(Refused)).code == "bad_frame"
        await his.command(events.MarkRead(seq=1))
        await hers.receives_nothing(events.MessagesRead)


async def test_a_draft_is_kept_for_its_writer_only(conversation, asha, dr_rao):
    async with open_socket(address(conversation), as_=asha) as socket:
        await socket.command(events.SaveDraft(body="I was thinking"))
        refused = await socket.command(events.SaveDraft(body="a" * (LIMIT + 1)))
        assert refused.code == "message_too_long"
    assert (await in_thread(conversation.member, asha)).draft == "I was thinking"
    assert (await in_thread(conversation.member, dr_rao)).draft == ""


async def test_the_list_of_everyone_is_told(conversation, asha, dr_rao, say):
    async with open_socket("/ws/me/", as_=dr_rao) as his:
        await in_thread(say, asha, "One")
        touched = await his.receives(events.ConversationTouched)
        assert (touched.unread, touched.preview, touched.seq) == (1, "One", 1)
        await in_thread(say, asha, "Two\nlines")
        touched = await his.receives(events.ConversationTouched)
        assert (touched.unread, touched.preview, touched.seq) == (2, "Two lines", 2)


async def test_the_beat_carries_the_last_change(conversation, asha, say, monkeypatch):
    monkeypatch.setattr("telemed.beats.BEAT_SECONDS", 0.05)
    await in_thread(say, asha, "One", "Two")
    async with open_socket(address(conversation), as_=asha) as socket:
        assert (await socket.receives(Beat)).heads == {"seq": 2}


async def test_opening_the_socket_is_on_record(conversation, asha, dr_rao):
    for _ in range(2):
        async with open_socket(address(conversation), as_=dr_rao):
            pass
    record = await in_thread(AccessRecord.objects.get, act="opened", object_id=conversation.pk)
    assert (record.actor, record.subject_person) == (dr_rao.public_id, asha.public_id)


async def test_nobody_hears_of_what_was_rolled_back(conversation, asha, dr_rao, monkeypatch, say):
    async with open_socket(address(conversation), as_=dr_rao) as his:
        await in_thread(say, asha, "Heard")
        assert await his.receives(events.MessagePosted)

        def broken(*args, **kwargs):
            raise RuntimeError

        monkeypatch.setattr("chat.models.appending.notify_all", broken)
        with pytest.raises(RuntimeError):
            await in_thread(say, asha, "Unheard")
        await his.receives_nothing(events.MessagePosted)
    assert await in_thread(Message.objects.count) == 1


async def test_too_many_at_once_are_refused_in_words(conversation, asha, monkeypatch):
    sent = []

    async def send(**message):
        sent.append(message)

    monkeypatch.setattr(posting, "apost", send)
    async with open_socket(address(conversation), as_=asha) as socket:
        answers = [await socket.command(post(f"{number}")) for number in range(30)]
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert {answer.code for answer in refused} == {"too_fast"}
    assert 20 <= len(sent) < 30


async def test_a_server_that_cannot_keep_up_says_so_and_keeps_the_socket(
    conversation, asha, monkeypatch
):
    async with open_socket(address(conversation), as_=asha) as socket:
        monkeypatch.setattr("telemed.writer.BOUND", 0)
        assert (await socket.command(post("Hello"))).code == "overloaded"
        monkeypatch.undo()
        assert (await socket.command(post("Hello"))).result["seq"] == 1


async def test_a_database_that_fails_costs_an_answer_and_not_the_socket(
    conversation, asha, monkeypatch
):
    async def fail(posts):
        return [OperationalError("gone") for _ in posts]

    async with open_socket(address(conversation), as_=asha) as socket:
        monkeypatch.setattr(posting.writer, "_commit", fail)
        assert (await socket.command(post("Hello"))).code == "overloaded"
        monkeypatch.undo()
        assert (await socket.command(post("Hello"))).result["seq"] == 1
