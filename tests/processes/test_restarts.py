"""A rolling restart: calls go on, and everyone is back at the other process within ten seconds."""

import asyncio

from tests.long import IS_LONG
from tests.processes.browser import STABLE, Line, until
from tests.processes.calling import Party
from tests.processes.cluster import Cluster
from tests.processes.room import FIRST, SECOND, Room

RESTARTS = 20 if IS_LONG else 2
BACK_WITHIN = 10.0


async def test_a_call_goes_on_while_the_processes_are_restarted(
    room: Room, cluster: Cluster
) -> None:
    async with room:
        hers, his = await speaking(room)
        names = (hers.id, his.id)
        lines = [hers.line, his.line, (await room.phone("asha", SECOND)).line]
        for _ in range(RESTARTS):
            for server in cluster.servers:
                closed = [len(line.codes) for line in lines]
                joined = [len(hers.joined), len(his.joined)]
                await asyncio.to_thread(server.stop)
                await come_back(lines, closed)
                await until(lambda: hers.line.is_open and his.line.is_open, "both are back")
                await hers.signal(his)
                await his.signal(hers)
                assert (len(hers.joined), len(his.joined)) != tuple(joined), "nobody was moved"
                await asyncio.to_thread(server.start)
                if IS_LONG:  # who is sent away again and again waits longer and longer
                    await asyncio.sleep(STABLE)
        assert room.call_stands(hers.call) == ("active", "")
        assert (hers.id, his.id) == names
        assert hers.refusals == his.refusals == []
        assert {code for line in lines for code in line.codes} == {4012}
        await his.hang_up()


async def speaking(room: Room) -> tuple[Party, Party]:
    """Asha and Dr Rao, each at a process, in a call."""
    asha, rao = await room.phone("asha", FIRST), await room.phone("rao", SECOND)
    call = await asha.call(room.direct)
    await rao.rings(call)
    await rao.answer(call)
    hers, his = room.party("asha", FIRST, call), room.party("rao", SECOND, call)
    await hers.meets(his)
    await his.meets(hers)
    return hers, his


async def come_back(lines: list[Line], closed: list[int]) -> None:
    """Those who were told to come back are there again in time."""
    told = [line for line, before in zip(lines, closed, strict=True) if len(line.codes) > before]
    assert told, "nobody was at this process"
    await asyncio.gather(*(line.ready(BACK_WITHIN) for line in told))


async def test_what_is_written_while_the_processes_are_restarted_arrives_once(
    room: Room, cluster: Cluster
) -> None:
    async with room:
        members = await room.everyone()
        enough = asyncio.Event()
        work = [asyncio.create_task(member.keep_writing(enough)) for member in members]
        for server in cluster.servers:
            written = len(room.history.acked)
            await until(lambda written=written: len(room.history.acked) > written, "they write")  # type: ignore[misc]
            await asyncio.to_thread(server.stop)
            await asyncio.to_thread(server.start)
        await room.all_have_written()
        enough.set()
        await asyncio.gather(*work)
        await room.all_is_told()
        assert len(room.history.stored) == len(room.history.sent)
