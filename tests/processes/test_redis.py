"""Redis away: writing and calling go on, no socket closes, others see it within five seconds."""

import asyncio
import contextlib
import itertools
from collections.abc import Awaitable, Callable, Iterator
from uuid import uuid4

import pytest

from chat.events import MessagePosted
from tests.browser.proxy import Line as BrokenLine
from tests.long import IS_LONG, in_long
from tests.processes.browser import Line, until
from tests.processes.cluster import Cluster
from tests.processes.room import FIRST, SECOND, Room
from tests.processes.test_across import taking_out
from tests.processes.writing import Member

OUTAGE = 60.0 if IS_LONG else 6.0
SEEN_WITHIN = 5.0
# A page asks for how things stand at the beat, which comes this often while all is well.
BEAT = 20.0
LINKED_WITHIN = 20

Deed = Callable[[], None]


async def stopped(cluster: Cluster) -> None:
    redis = cluster.services.redis
    await asyncio.to_thread(redis.stop)
    await asyncio.sleep(OUTAGE)
    await asyncio.to_thread(redis.start)


async def paused(cluster: Cluster) -> None:
    redis = cluster.services.redis
    redis.pause()
    await asyncio.sleep(OUTAGE)
    redis.resume()


async def killed_and_started_at_once(cluster: Cluster) -> None:
    """It comes back empty, and sooner than the silence is noticed."""
    redis = cluster.services.redis
    await asyncio.to_thread(redis.kill)
    await asyncio.to_thread(redis.start)


@pytest.mark.parametrize("fault", [stopped, paused, killed_and_started_at_once])
async def test_everyone_goes_on_writing_and_reading(
    fault: Callable[[Cluster], Awaitable[None]], room: Room, cluster: Cluster
) -> None:
    async with room:
        members = await room.everyone()
        lines = [(await room.phone(name, SECOND)).line for name in ("asha", "rao")]
        enough = asyncio.Event()
        work = [asyncio.create_task(member.keep_writing(enough)) for member in members]
        await room.all_have_written()
        await fault(cluster)
        await asyncio.sleep(SEEN_WITHIN)
        enough.set()
        await asyncio.gather(*work)
        await room.all_is_told(within=SEEN_WITHIN)
        assert room.history.slow(SEEN_WITHIN) == []
        assert not lost_lines([*(member.line for member in members), *lines])
        await the_link_is_up(members)


def lost_lines(lines: list[Line]) -> list[str]:
    return [f"{line.path} {line.codes}" for line in lines if line.codes]


async def the_link_is_up(members: list[Member]) -> None:
    """A message comes by itself again, and not only because it was asked for."""
    here, there = members[0], members[1]
    for number in itertools.count():
        token = f"again {number} {uuid4()}"
        await here.say(token)
        with contextlib.suppress(AssertionError):
            await until(lambda token=token: token in told(there), token, 1)  # type: ignore[misc]
            return
        assert number < LINKED_WITHIN, "no hint has arrived"


def told(member: Member) -> list[str]:
    return [each["body"] for each in member.line.heard(MessagePosted)]


async def test_a_call_rings_across_and_is_answered_while_redis_is_stopped(
    room: Room, cluster: Cluster
) -> None:
    async with room:
        asha, rao = await room.phone("asha", FIRST), await room.phone("rao", SECOND)
        await asyncio.to_thread(cluster.services.redis.stop)
        await until_unlinked(rao.line)
        call = await asha.call(room.direct)
        await rao.rings(call, within=SEEN_WITHIN)
        await rao.answer(call)
        hers, his = room.party("asha", FIRST, call), room.party("rao", SECOND, call)
        await hers.holds()
        await his.holds()
        await asyncio.to_thread(cluster.services.redis.start)
        await hers.meets(his, within=BEAT)
        await his.meets(hers, within=BEAT)
        await hers.signal(his, within=BEAT)
        await his.signal(hers, within=BEAT)
        assert not lost_lines([asha.line, rao.line, hers.line, his.line])
        await his.hang_up()


async def until_unlinked(line: Line) -> None:
    """The beat has become faster."""
    beats: list[str] = []
    line.listeners.append(lambda kind, content: beats.append(kind))
    await until(lambda: beats.count("wire.beat") >= 2, "the beat is fast", 10)


@in_long
async def test_who_is_taken_out_while_redis_is_stopped_is_out_within_65_seconds(
    room: Room, cluster: Cluster
) -> None:
    async with room:
        asha, rao = await room.member("asha", SECOND), await room.member("rao", FIRST)
        signed_out = await room.member("priya", SECOND)
        await asyncio.to_thread(cluster.services.redis.stop)
        await room.admin(FIRST).submit("/admin/chat/member/", taking_out("asha", room))
        await room.browser("priya", FIRST).submit("/accounts/logout/")
        await until(lambda: asha.line.gone == 4004, "Asha is out", 65)
        await until(lambda: signed_out.line.gone == 4001, "Priya is out", 5)
        assert rao.line.codes == []


async def test_processes_start_without_redis_and_link_when_it_is_there(
    room: Room, cluster: Cluster
) -> None:
    async with room:
        for server in cluster.servers:
            await asyncio.to_thread(server.stop)
        await asyncio.to_thread(cluster.services.redis.stop)
        for server in cluster.servers:
            await asyncio.to_thread(server.start)
        members = [await room.member("asha", FIRST), await room.member("rao", SECOND)]
        await members[0].say("nobody links us")
        await room.all_is_told(within=SEEN_WITHIN)
        await asyncio.to_thread(cluster.services.redis.start)
        await the_link_is_up(members)
        assert not lost_lines([member.line for member in members])


@in_long
async def test_a_connection_that_is_dead_without_saying_so_is_opened_anew(
    room: Room, cluster: Cluster, line_to_redis: BrokenLine
) -> None:
    async with room:
        members = [await room.member("asha", FIRST), await room.member("rao", SECOND)]
        await the_link_is_up(members)
        line_to_redis.abandon()
        await until_unlinked(members[1].line)
        await members[0].say("nobody is told")
        await room.all_is_told(within=SEEN_WITHIN)
        await the_link_is_up(members)
        assert not lost_lines([member.line for member in members])


@pytest.fixture
def line_to_redis(cluster: Cluster) -> Iterator[BrokenLine]:
    """Both processes, started anew with Redis at the far end of a line."""
    with BrokenLine(cluster.services.redis.port) as line:
        for server in cluster.servers:
            server.environment["REDIS_URL"] = line.address.replace("http", "redis")
            server.stop()
            server.start()
        yield line
        for server in cluster.servers:
            server.environment["REDIS_URL"] = cluster.services.redis.url
            server.stop()
