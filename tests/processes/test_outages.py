"""All processes are killed while a call rings or lives: none is stuck, none ends that could live.

Deadlines are columns, so a test need not wait: time passes for the rows alone.
"""

import asyncio

import pytest

from tests.processes.browser import until
from tests.processes.cluster import Cluster, together
from tests.processes.room import FIRST, SECOND, Room
from tests.processes.test_restarts import speaking

COLUMNS = {
    "calls_call": ["created_at", "ring_expires_at", "accepted_at", "connected_at"],
    "calls_participant": ["joined_at", "lease_expires_at"],
    "accounts_presencelease": ["expires_at"],
}
# Only while nobody lives who would write it.
TICK = {"telemed_tick": ["ticked_at"]}


def kill_all(cluster: Cluster) -> None:
    for server in cluster.servers:
        server.kill()


def let_pass(cluster: Cluster, seconds: int, deadlines: dict[str, list[str]] = COLUMNS) -> None:
    for table, columns in deadlines.items():
        moved = ", ".join(f"{name} = {name} - make_interval(secs => {seconds})" for name in columns)
        cluster.ask(f"UPDATE {table} SET {moved}")  # noqa: S608 - all of it is ours


async def outage(cluster: Cluster, seconds: int) -> None:
    await asyncio.to_thread(kill_all, cluster)
    await asyncio.to_thread(let_pass, cluster, seconds, COLUMNS | TICK)
    await asyncio.to_thread(together, *(server.start for server in cluster.servers))


@pytest.mark.parametrize("seconds", [5, 40, 120])
async def test_a_live_call_goes_on_when_both_come_back(
    seconds: int, room: Room, cluster: Cluster
) -> None:
    async with room:
        hers, his = await speaking(room)
        before = len(hers.joined), len(his.joined)
        await outage(cluster, seconds)
        await until(lambda: len(hers.joined) > before[0], "Asha has joined again", 20)
        await until(lambda: len(his.joined) > before[1], "Dr Rao has joined again", 20)
        await asyncio.to_thread(let_pass, cluster, 30)  # and no lease has run out
        await hers.signal(his)
        assert room.call_stands(hers.call) == ("active", "")
        assert hers.refusals == his.refusals == []
        await hers.hang_up()


@pytest.mark.parametrize("seconds", [5, 40, 120])
async def test_a_live_call_that_nobody_comes_back_to_is_over_90_seconds_later(
    seconds: int, room: Room, cluster: Cluster
) -> None:
    async with room:
        hers, his = await speaking(room)
        for party in (hers, his):
            await party.close()
            await party.browser.close()
        await outage(cluster, seconds)
        assert room.call_stands(hers.call) == ("active", "")
        await asyncio.to_thread(let_pass, cluster, 90)
        await until(lambda: room.call_stands(hers.call)[0] == "ended", "it is over")
        assert nobody_is_in(room, hers.call)


async def test_a_call_still_rings_after_a_short_outage(room: Room, cluster: Cluster) -> None:
    async with room:
        asha, rao = await room.phone("asha", FIRST), await room.phone("rao", SECOND)
        call = await asha.call(room.direct)
        await rao.rings(call)
        await outage(cluster, 5)
        await rao.line.ready()
        await rao.rings(call)
        await rao.answer(call)
        await rao.is_silent()
        assert room.call_stands(call) == ("active", "")
        await rao.answer(call, "ending")


@pytest.mark.parametrize("seconds", [40, 120])
async def test_a_call_that_rang_into_a_long_outage_was_missed(
    seconds: int, room: Room, cluster: Cluster
) -> None:
    async with room:
        asha, rao = await room.phone("asha", FIRST), await room.phone("rao", SECOND)
        call = await asha.call(room.direct)
        await rao.rings(call)
        await outage(cluster, seconds)
        await rao.line.ready()
        await rao.is_silent()
        await until(lambda: room.call_stands(call) == ("ended", "missed"), "it was missed")
        assert nobody_is_in(room, call)


def nobody_is_in(room: Room, call: str) -> bool:
    query = "SELECT count(*) FROM calls_participant WHERE call_id = %s AND joined_at IS NOT NULL"
    [(count,)] = room.cluster.ask(f"{query} AND left_at IS NULL", call)
    return count == 0
