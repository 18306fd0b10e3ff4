"""The socket of a call: who may open it, who hears what, what is refused."""

import asyncio
import logging
from datetime import timedelta
from typing import Any

import msgspec
import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from calls import ice, signalling
from calls.consumers import CallSocket
from calls.events import (
    CallAccepted,
    CallConnected,
    CallEnded,
    CallJoined,
    CallRang,
    Candidate,
    ChangeMedia,
    Description,
    IceServersRenewed,
    JoinCall,
    LeaveCall,
    MediaChanged,
    PartyJoined,
    PartyMoved,
    RenewIceServers,
    RenewLease,
    ReportConnected,
    SendSignal,
    SignalSent,
)
from calls.models import Call
from chat.models import Conversation
from telemed.hub import hub
from telemed.wire import Ack, Refused
from tests.calls.descriptions import BAD, GATHERED, GOOD, HIDDEN, SEEN
from tests.sockets import TestSocket, in_thread, open_socket

pytestmark = pytest.mark.django_db(transaction=True)

ASHA, RAO = "tab-of-asha", "tab-of-rao"
FROM_HOST = "candidate:1 1 udp 2122260223 192.0.2.77 54321 typ host generation 0"


def path(call: Call) -> str:
    return f"/ws/calls/{call.pk}/"


def offer(sdp: str = GOOD, *, mine: str = ASHA, to: str = RAO, number: int = 1) -> SendSignal:
    description = Description(type="offer", sdp=sdp)
    return SendSignal(from_party=mine, to_party=to, number=number, description=description)


async def join(socket: TestSocket, party: str, *, move: bool = False) -> CallJoined:
    answer = await socket.command(JoinCall(party_id=party, move=move))
    assert isinstance(answer, Ack), answer
    return msgspec.convert(answer.result, CallJoined)


async def code_of(socket: TestSocket, command: object) -> str:
    answer = await socket.command(command)
    assert isinstance(answer, Refused), answer
    return answer.code


async def test_a_stranger_and_a_visitor_are_told_nothing(active: Call, stranger: User) -> None:
    async with open_socket(path(active), as_=stranger) as socket:
        await socket.closes(4004)
    async with open_socket(path(active)) as socket:
        await socket.closes(4001)


async def test_no_such_call(asha: User) -> None:
    async with open_socket(f"/ws/calls/{asha.public_id}/", as_=asha) as socket:
        await socket.closes(4004)


async def test_both_join_and_learn_of_each_other(active: Call, asha: User, dr_rao: User) -> None:
    async with (
        open_socket(path(active), as_=asha) as hers,
        open_socket(path(active), as_=dr_rao) as his,
    ):
        first = await join(hers, ASHA)
        second = await join(his, RAO)
        assert (first.status, first.polite, first.parties) == ("active", False, [])
        assert (second.polite, second.parties[0].party_id) == (True, ASHA)
        assert second.parties[0].person == asha.public_id
        assert (first.ice_servers, first.ice_transport_policy) == ([], "all")
        heard = [await hers.receives(PartyJoined) for _ in range(2)]
        assert [(each.party_id, each.polite) for each in heard] == [(ASHA, False), (RAO, True)]


async def test_turn_is_given_to_a_party_of_a_live_call(
    active: Call, asha: User, settings: object
) -> None:
    settings.TURN_URLS, settings.TURN_SECRET = ["turn:t.example"], "secret"
    async with open_socket(path(active), as_=asha) as socket:
        (turn,) = (await join(socket, ASHA)).ice_servers
        assert turn.urls == ["turn:t.example"]
        assert turn.credential
        await in_thread(active.leave, asha)
        assert await code_of(socket, JoinCall(party_id=ASHA)) == "call_over"


async def test_a_signal_reaches_exactly_one_tab(active: Call, asha: User, dr_rao: User) -> None:
    async with (
        open_socket(path(active), as_=asha) as hers,
        open_socket(path(active), as_=dr_rao) as his,
        open_socket(path(active), as_=dr_rao) as his_other,
    ):
        await join(hers, ASHA)
        await join(his, RAO)
        assert isinstance(await hers.command(offer(number=7)), Ack)
        heard = await his.receives(SignalSent)
        assert (heard.from_party, heard.to_party, heard.number) == (ASHA, RAO, 7)
        assert heard.description == Description(type="offer", sdp=GOOD)
        assert heard.candidates is None
        await his_other.receives_nothing(SignalSent)
        await hers.receives_nothing(SignalSent)


async def test_candidates_are_relayed_as_they_came(joined: Call, asha: User, dr_rao: User) -> None:
    candidates = [
        Candidate(candidate="candidate:1 1 udp 1 192.0.2.1 9 typ host", sdpMid="0"),
        Candidate(candidate="", sdpMid="0", sdpMLineIndex=0),
    ]
    async with (
        open_socket(path(joined), as_=asha) as hers,
        open_socket(path(joined), as_=dr_rao) as his,
    ):
        await join(hers, ASHA)
        await join(his, RAO)
        command = SendSignal(from_party=RAO, to_party=ASHA, number=1, candidates=candidates)
        await his.command(command)
        assert (await hers.receives(SignalSent)).candidates == candidates


@pytest.fixture
def hidden(joined: Call, settings: Any) -> Call:
    """The call goes through relays only, because someone asked for it when it began."""
    settings.TURN_URLS, settings.TURN_SECRET = ["turn:t.example"], "secret"
    Call.objects.filter(pk=joined.pk).update(relay_only=True)
    return joined


async def test_where_addresses_are_hidden_only_those_of_relays_pass(
    hidden: Call, asha: User, dr_rao: User
) -> None:
    async with (
        open_socket(path(hidden), as_=asha) as hers,
        open_socket(path(hidden), as_=dr_rao) as his,
    ):
        for socket, party in ((hers, ASHA), (his, RAO)):
            answer = await join(socket, party)
            assert answer.ice_transport_policy == "relay"
            assert [each.urls for each in answer.ice_servers] == [["turn:t.example"]]
        await hers.command(offer(GATHERED))
        heard = await his.receives(SignalSent)
        assert heard.description
        assert heard.description.sdp == signalling.hide_addresses(GATHERED)
        trickled = [Candidate(candidate=each) for each in (FROM_HOST, SEEN)]
        command = SendSignal(from_party=RAO, to_party=ASHA, number=1, candidates=trickled)
        await his.command(command)
        assert (await hers.receives(SignalSent)).candidates == [Candidate(candidate=HIDDEN)]


async def test_where_the_relay_is_gone_one_may_not_join_unprotected(
    hidden: Call, asha: User, settings: Any
) -> None:
    settings.TURN_URLS = []
    async with open_socket(path(hidden), as_=asha) as hers:
        assert await code_of(hers, JoinCall(party_id=ASHA)) == "no_relay"


async def test_fresh_credentials_are_given_to_a_party_and_to_nobody_else(
    joined: Call, asha: User, settings: Any
) -> None:
    settings.TURN_URLS, settings.TURN_SECRET = ["turn:t.example"], "secret"
    async with (
        open_socket(path(joined), as_=asha) as hers,
        open_socket(path(joined), as_=asha) as her_other,
    ):
        (first,) = (await join(hers, ASHA)).ice_servers
        with time_machine.travel(timezone.now() + timedelta(hours=3), tick=False):
            await in_thread(joined.renew, asha, ASHA)
            answer = await hers.command(RenewIceServers(party_id=ASHA))
            (second,) = msgspec.convert(answer.result, IceServersRenewed).ice_servers
        for turn in (first, second):
            assert turn.credential == ice.credential("secret", turn.username)
        assert int(second.username.partition(":")[0]) > int(first.username.partition(":")[0])
        for stranger_to_it in (her_other, hers):
            assert await code_of(stranger_to_it, RenewIceServers(party_id=RAO)) == "not_joined"
        assert await code_of(her_other, RenewIceServers(party_id=ASHA)) == "not_joined"
        await in_thread(joined.leave, asha)
        assert await code_of(hers, RenewIceServers(party_id=ASHA)) == "not_joined"


async def test_no_description_before_the_call_is_accepted(
    ringing: Call, asha: User, dr_rao: User
) -> None:
    async with (
        open_socket(path(ringing), as_=asha) as hers,
        open_socket(path(ringing), as_=dr_rao) as his,
    ):
        await join(hers, ASHA)
        assert await code_of(his, JoinCall(party_id=RAO)) == "not_accepted"
        assert await code_of(hers, offer()) == "not_joined"
        assert await code_of(his, offer(mine=RAO, to=ASHA)) == "not_joined"
        await in_thread(ringing.accept, dr_rao)
        await hers.receives(CallAccepted)
        await join(his, RAO)
        await hers.receives(PartyJoined)
        assert isinstance(await hers.command(offer()), Ack)
        await his.receives(SignalSent)


@pytest.mark.parametrize(
    ("mine", "to"), [(RAO, ASHA), (ASHA, ASHA), (ASHA, "nobodys-tab"), ("nobodys-tab", RAO)]
)
async def test_nobody_speaks_as_another_or_to_whom_is_not_there(
    mine: str, to: str, joined: Call, asha: User
) -> None:
    async with open_socket(path(joined), as_=asha) as hers:
        await join(hers, ASHA)
        assert await code_of(hers, offer(mine=mine, to=to)) == "not_joined"
        assert isinstance(await hers.command(offer()), Ack)


async def test_a_tab_refused_a_place_does_not_overhear(
    joined: Call, asha: User, dr_rao: User
) -> None:
    async with (
        open_socket(path(joined), as_=asha) as hers,
        open_socket(path(joined), as_=asha) as her_other,
        open_socket(path(joined), as_=dr_rao) as his,
    ):
        await join(hers, ASHA)
        await join(his, RAO)
        assert await code_of(her_other, JoinCall(party_id="other-tab")) == "already_elsewhere"
        assert await code_of(her_other, JoinCall(party_id=RAO)) == "already_elsewhere"
        await hers.command(offer())
        await his.receives(SignalSent)
        await her_other.receives_nothing(SignalSent)


async def test_the_tab_that_lost_the_call_is_out_at_once(
    joined: Call, asha: User, dr_rao: User
) -> None:
    async with (
        open_socket(path(joined), as_=asha) as old,
        open_socket(path(joined), as_=asha) as new,
        open_socket(path(joined), as_=dr_rao) as his,
    ):
        await join(old, ASHA)
        await join(his, RAO)
        assert isinstance(await his.command(offer(mine=RAO, to=ASHA)), Ack)
        await join(new, "new-tab-of-asha", move=True)
        assert (await old.receives(PartyMoved)).party_id == ASHA
        await his.receives(PartyMoved)
        assert await code_of(old, offer()) == "not_joined"
        assert await code_of(his, offer(mine=RAO, to=ASHA)) == "not_joined"
        assert await code_of(old, RenewLease(party_id=ASHA)) == "not_joined"
        assert await code_of(old, LeaveCall(party_id=ASHA)) == "not_joined"
        assert isinstance(await his.command(offer(mine=RAO, to="new-tab-of-asha")), Ack)
        await new.receives(SignalSent)


@pytest.mark.parametrize("why", ["no fingerprint", "keys in the clear", "nine media"])
async def test_a_bad_description_is_refused_and_logged_nowhere(
    why: str, joined: Call, asha: User, dr_rao: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with (
        open_socket(path(joined), as_=asha) as hers,
        open_socket(path(joined), as_=dr_rao) as his,
    ):
        await join(hers, ASHA)
        await join(his, RAO)
        assert await code_of(hers, offer(BAD[why])) == "bad_sdp"
        await his.receives_nothing(SignalSent)
        await hers.command(offer())
        await his.receives(SignalSent)
    assert "ice-pwd" not in caplog.text


async def test_signals_ask_the_database_only_after_a_fact(
    joined: Call, asha: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    parties = Call.parties
    monkeypatch.setattr(Call, "parties", lambda call: asked.append(1) or parties(call))
    async with open_socket(path(joined), as_=asha) as hers:
        await join(hers, ASHA)
        await hers.receives(PartyJoined)
        asked.clear()
        for number in range(10):
            assert isinstance(await hers.command(offer(number=number)), Ack)
        assert len(asked) == 1


async def test_a_microphone_turned_off_is_told(joined: Call, asha: User, dr_rao: User) -> None:
    async with (
        open_socket(path(joined), as_=asha) as hers,
        open_socket(path(joined), as_=dr_rao) as his,
    ):
        await join(hers, ASHA)
        await join(his, RAO)
        await hers.command(ChangeMedia(party_id=ASHA, microphone=False, camera=True))
        heard = await his.receives(MediaChanged)
        assert (heard.party_id, heard.microphone, heard.camera) == (ASHA, False, True)
        media = ChangeMedia(party_id=RAO, microphone=True, camera=True)
        assert await code_of(hers, media) == "not_joined"


async def test_connecting_and_hanging_up(joined: Call, asha: User, dr_rao: User) -> None:
    async with (
        open_socket(path(joined), as_=asha) as hers,
        open_socket(path(joined), as_=dr_rao) as his,
    ):
        await join(hers, ASHA)
        await join(his, RAO)
        answer = await hers.command(ReportConnected(party_id=ASHA))
        assert isinstance(answer, Ack)
        told = await his.receives(CallConnected)
        assert msgspec.convert(answer.result, CallConnected) == told
        assert isinstance(await hers.command(RenewLease(party_id=ASHA)), Ack)
        assert isinstance(await hers.command(LeaveCall(party_id=ASHA)), Ack)
        over = await his.receives(CallEnded)
        assert (over.end_reason, over.duration, over.ended_by) == ("completed", 0, asha.public_id)
        assert await code_of(his, offer(mine=RAO, to=ASHA)) == "not_joined"
        assert await code_of(his, RenewLease(party_id=RAO)) == "call_over"


async def test_losing_the_socket_ends_nothing(joined: Call, asha: User) -> None:
    async with open_socket(path(joined), as_=asha) as hers:
        await join(hers, ASHA)
    async with open_socket(path(joined), as_=asha) as hers:
        await join(hers, ASHA)
    assert await in_thread(lambda: Call.objects.get(pk=joined.pk).status) == "active"


async def test_the_head_counts_the_steps(ringing: Call, dr_rao: User, asha: User) -> None:
    async with open_socket(path(ringing), as_=asha):
        (socket,) = hub.groups[ringing.group]
        assert isinstance(socket, CallSocket)
        assert await in_thread(socket.heads_of, [socket]) == [{"status": 1}]
        await in_thread(ringing.accept, dr_rao)
        assert await in_thread(socket.heads_of, [socket]) == [{"status": 2}]
        assert await socket.still_allowed()


async def test_both_are_rung_and_told_on_every_page(
    conversation: Conversation, asha: User, dr_rao: User
) -> None:
    async with open_socket("/ws/me/", as_=asha) as hers, open_socket("/ws/me/", as_=dr_rao) as his:
        call = await in_thread(Call.objects.start, conversation, by=asha, kind="audio")
        rang = await his.receives(CallRang)
        assert (rang.id, rang.caller.name, rang.caller.role) == (call.pk, "Asha Verma", "Patient")
        await hers.receives_nothing(CallRang)
        await in_thread(call.decline, dr_rao)
        await asyncio.gather(hers.receives(CallEnded), his.receives(CallEnded))


async def test_a_helper_whose_line_closes_keeps_the_place_for_a_moment_only(
    asha: User, dr_rao: User, conversation: Conversation
) -> None:
    def begin() -> Call:
        call = Call.objects.start_emergency(conversation, by=asha, people=[dr_rao])
        call.accept(dr_rao)
        return call

    def lasts(person: User) -> bool:
        leases = call.participants.filter(person=person)
        return leases.filter(lease_expires_at__gt=timezone.now() + timedelta(seconds=20)).exists()

    call = await in_thread(begin)
    for person, tab in ((asha, ASHA), (dr_rao, RAO)):
        async with open_socket(path(call), as_=person) as socket:
            await join(socket, tab)
            assert await in_thread(lasts, person)
    assert await in_thread(lasts, asha), "or nothing would be left of the call"
    assert not await in_thread(lasts, dr_rao)
    async with open_socket(path(call), as_=dr_rao) as socket:
        await join(socket, RAO)
        assert await in_thread(lasts, dr_rao), "who is back is here as before"
