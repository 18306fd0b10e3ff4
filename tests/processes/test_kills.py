"""A process killed in the middle of a message loses none, doubles none, and keeps the order."""

import asyncio
import random

from tests.long import IS_LONG
from tests.processes.browser import STABLE, until
from tests.processes.cluster import Cluster
from tests.processes.room import Room
from tests.processes.writing import Member

KILLS = 100 if IS_LONG else 4
SETTLED_WITHIN = 15.0


async def test_a_process_is_killed_while_people_write(room: Room, cluster: Cluster) -> None:
    async with room:
        members = await room.everyone()
        for kill in range(KILLS):
            enough = asyncio.Event()
            work = [
                asyncio.create_task(member.keep_writing(enough, f"{kill}.")) for member in members
            ]
            await kill_in_the_middle(cluster, kill % 2, members)
            acked = len(room.history.acked)
            await until(
                lambda acked=acked: len(room.history.acked) >= acked + 3 * len(members),  # type: ignore[misc]
                "they write on",
                SETTLED_WITHIN,
            )
            enough.set()
            await asyncio.gather(*work)
            await asyncio.to_thread(cluster.servers[kill % 2].start)
            await room.all_is_told(within=SETTLED_WITHIN)
            await spread(members)
            if IS_LONG:  # who is sent away again and again waits longer and longer
                await asyncio.sleep(STABLE)


async def kill_in_the_middle(cluster: Cluster, victim: int, members: list[Member]) -> None:
    """Between the beginning of a message and its answer, and at any point of that."""
    there = [member for member in members if member.browser.at == victim]
    assert there, "nobody is at the one that dies"
    await asyncio.sleep(random.uniform(0.1, 1))
    async with asyncio.timeout(30):
        while True:
            await asyncio.sleep(0.001)
            if any(member.on_the_way for member in there):
                await asyncio.sleep(random.uniform(0, 0.01))
            if any(member.on_the_way for member in there):
                cluster.servers[victim].kill()
                return


async def spread(members: list[Member]) -> None:
    """Half of them at each process again: their networks have changed."""
    for number, member in enumerate(members):
        member.browser.at = number % 2
        member.line.reconnect()
    await asyncio.gather(*(member.line.ready() for member in members))
