"""Two people at two processes are as near to each other as at one."""

import asyncio
import contextlib

from chat.events import MemberTyped, StartTyping
from tests.processes.browser import Dropped, Line, until
from tests.processes.room import FIRST, SECOND, Room

CLOSED_WITHIN = 5.0


async def test_what_is_written_at_one_process_is_read_at_the_other(room: Room) -> None:
    async with room:
        members = await room.everyone()
        tokens = [[f"{each.name} {number}" for number in range(15)] for each in members]
        await asyncio.gather(
            *(member.say_all(*said) for member, said in zip(members, tokens, strict=True))
        )
        await room.all_is_told()
        assert len(room.history.stored) == 90


async def test_typing_is_seen_at_the_other_process(room: Room) -> None:
    async with room:
        asha = await room.member("asha", FIRST, room.direct)
        rao = await room.member("rao", SECOND, room.direct)
        await typed(asha.line, rao.line)
        await typed(rao.line, asha.line)


async def typed(here: Line, there: Line) -> None:
    """A page says so again every few seconds."""
    heard = len(there.heard(MemberTyped))
    async with asyncio.timeout(10):
        while len(there.heard(MemberTyped)) == heard:
            await here.send(StartTyping())
            with contextlib.suppress(AssertionError):
                await until(lambda: len(there.heard(MemberTyped)) > heard, "typing", 1)


async def test_a_call_rings_across_and_an_answer_here_stops_the_ringing_there(room: Room) -> None:
    async with room:
        asha = await room.phone("asha", FIRST)
        here, there = await room.phone("rao", FIRST), await room.phone("rao", SECOND)
        call = await asha.call(room.direct)
        await here.rings(call)
        await there.rings(call)
        await there.answer(call)
        await here.is_silent()
        await there.is_silent()
        assert room.call_stands(call) == ("active", "")


async def test_a_caller_who_gives_up_is_heard_at_the_other_process(room: Room) -> None:
    async with room:
        asha, rao = await room.phone("asha", FIRST), await room.phone("rao", SECOND)
        call = await asha.call(room.direct)
        await rao.rings(call)
        await asha.answer(call, "cancellation")
        await rao.is_silent()


async def test_signals_travel_both_ways_between_processes(room: Room) -> None:
    async with room:
        asha, rao = await room.phone("asha", FIRST), await room.phone("rao", SECOND)
        call = await asha.call(room.direct)
        hers = room.party("asha", FIRST, call)
        await hers.holds()
        await rao.rings(call)
        await rao.answer(call)
        his = room.party("rao", SECOND, call)
        await hers.meets(his)
        await his.meets(hers)
        await hers.signal(his)
        await his.signal(hers)
        await his.hang_up()
        await until(lambda: room.call_stands(call)[0] == "ended", "it has ended")


async def test_who_signs_out_at_one_process_is_out_at_the_other(room: Room) -> None:
    async with room:
        here = room.browser("asha", FIRST)
        me = await room.phone("asha", SECOND)
        asha = await room.member("asha", SECOND)
        rao = await room.member("rao", SECOND)
        await here.submit("/accounts/logout/")
        await is_closed(asha.line, 4001)
        await is_closed(me.line, 4001)
        assert rao.line.codes == []


async def test_who_is_deactivated_at_one_process_is_out_at_the_other(room: Room) -> None:
    async with room:
        asha, rao = await room.member("asha", SECOND), await room.member("rao", SECOND)
        person = room.people["asha"]["pk"]
        chosen = f"action=deactivate&_selected_action={person}"
        await room.admin(FIRST).submit("/admin/accounts/user/", chosen)
        await is_closed(asha.line, 4001)
        assert rao.line.codes == []


async def test_who_is_taken_out_at_one_process_hears_nothing_at_the_other(room: Room) -> None:
    async with room:
        asha, rao = await room.member("asha", SECOND), await room.member("rao", FIRST)
        await room.admin(FIRST).submit("/admin/chat/member/", taking_out("asha", room))
        await is_closed(asha.line, 4004)
        await rao.say("between us")
        assert asha.thread.read == []


def taking_out(name: str, room: Room) -> str:
    query = "SELECT id FROM chat_member WHERE conversation_id = %s AND person_id = %s"
    [(place,)] = room.cluster.ask(query, room.ward, room.people[name]["pk"])
    return f"action=take_out&_selected_action={place}"


async def is_closed(line: Line, code: int) -> None:
    """Told to go within the time that we promise; a session that is gone is found out then."""
    with contextlib.suppress(Dropped):
        await until(lambda: line.codes, f"{line.path} is closed", CLOSED_WITHIN)
    await until(lambda: line.gone is not None, f"{line.path} is gone")
    assert line.gone == code
