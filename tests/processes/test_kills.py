"""A process that is killed in the middle of a message loses none, doubles none, and keeps the order."""

import asyncio
import os
import random

from tests.processes.browser import until
from tests.processes.cluster import Cluster
from tests.processes.room import Room
from tests.processes.writing import Member

KILLS = 100 if os.environ.get("TEST_LONG") else 3
PAUSE = 0.7  # as fast as one person may write for long
SETTLED_WITHIN = 15.0


async def test_a_process_is_killed_while_people_write(room: Room, cluster: Cluster) -> None:
    async with room:
        members = await room.everyone()
        for member in members[3:]:  # who only reads, at the process that lives or dies
            member.browser.at = random.randrange(2)
        writers = members[:4]
        for kill in range(KILLS):
            work = [asyncio.create_task(write(member, kill)) for member in writers]
            await kill_in_the_middle(cluster, kill % 2, members)
            await asyncio.gather(*work)
            await asyncio.to_thread(cluster.servers[kill % 2].start)
            await room.all_is_told(within=SETTLED_WITHIN)
        assert sum(member.tries for member in members) > len(room.history.sent), "nobody was hit"


async def write(member: Member, kill: int) -> None:
    await member.say_all(*(f"{member.name} {kill}.{number}" for number in range(5)), pause=PAUSE)


async def kill_in_the_middle(cluster: Cluster, victim: int, members: list[Member]) -> None:
    """At a moment when someone waits for an answer of this process."""
    at_victim = [member for member in members if member.browser.at == victim]
    await asyncio.sleep(random.uniform(0.1, 1.5))
    await until(lambda: any(is_waiting(each) for each in at_victim) or not at_victim, "a message")
    await asyncio.sleep(random.uniform(0, 0.01))
    cluster.servers[victim].kill()


def is_waiting(member: Member) -> bool:
    return bool(member.on_the_way)
