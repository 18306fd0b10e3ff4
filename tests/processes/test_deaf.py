"""Clients that never read cost little memory; who reads beside them misses nothing."""

import asyncio
from pathlib import Path
from uuid import uuid4

import msgspec
from channels_redis.pubsub import RedisPubSubChannelLayer
from websockets.asyncio.client import connect

from chat.events import MemberTyped
from telemed import link, wire
from tests.processes.browser import Browser, until
from tests.processes.cluster import Cluster
from tests.processes.room import FIRST, SECOND, Room

DEAF = 20
FRAMES, AT_ONCE = 2000, 20
GROWTH = 100 * 1024  # kilobytes
WORDS = "x" * 16_000


async def test_twenty_clients_that_never_read(room: Room, cluster: Cluster) -> None:
    async with room:
        asha = await room.member("asha", FIRST)
        group = f"conversation.{room.ward}"
        sockets = [await deaf(room.browser("rao", FIRST), room.ward) for _ in range(DEAF)]
        before, peak = memory(cluster), 0
        layer = RedisPubSubChannelLayer(hosts=[cluster.services.redis.url])
        for start in range(0, FRAMES, AT_ONCE):
            parcels = [([group], frame(start + number), 0) for number in range(AT_ONCE)]
            await layer.group_send(link.GROUP, link.hint_of("", parcels))
            heard = start + AT_ONCE
            await until(lambda heard=heard: len(asha.line.heard(MemberTyped)) == heard, "all")  # type: ignore[misc]
            peak = max(peak, memory(cluster))
        await layer.flush()
        assert asha.line.codes == []
        assert len({each["member"] for each in asha.line.heard(MemberTyped)}) == FRAMES
        assert peak - before < GROWTH
        for transport in sockets:
            transport.abort()
        rao = await room.member("rao", SECOND)
        await asha.say("still here")
        await until(lambda: rao.thread.read, "it is read")


async def deaf(browser: Browser, conversation: str) -> asyncio.Transport:
    """A socket that is open and takes nothing."""
    socket = await connect(
        f"ws://127.0.0.1:{browser.port}/ws/conversations/{conversation}/",
        origin=browser.origin,  # type: ignore[arg-type]
        additional_headers={"Cookie": browser.cookies},
        compression=None,
        ping_interval=None,
        proxy=None,
    )
    socket.transport.pause_reading()  # type: ignore[attr-defined]
    return socket.transport


def frame(number: int) -> str:
    """As large as the largest message, and no other is like it."""
    typed = MemberTyped(conversation=uuid4(), member=uuid4(), name=f"{number} {WORDS}")
    assert msgspec.json.decode(wire.encode(typed))
    return wire.encode(typed)


def memory(cluster: Cluster) -> int:
    """Kilobytes that the process has, which those sockets are at."""
    process = cluster.first.process
    assert process is not None
    status = Path(f"/proc/{process.pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
