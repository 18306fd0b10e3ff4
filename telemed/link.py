"""The link between processes: what one process tells its sockets, the others hear by the layer.

All processes share one group and every frame goes once to the layer, many frames in one hint
when they come fast; a process that has nobody to tell drops them after a look into a dict. A
group for each conversation would cost a round trip for each socket that opens and a publish
for each group of a frame, which is far more than reading what concerns others.

The layer is at most once and says nothing of what it lost. So each process listens for its own
hints: while they come back the link is up, and when they stay away sockets ask the database
more often, until they come back. And hints are numbered: whoever finds that one is missing, or
that a process has fallen silent, which may have taken its last ones with it, asks at once.
"""

import asyncio
import logging
import uuid
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import msgspec
from channels.layers import get_channel_layer
from redis.exceptions import RedisError

from telemed import metrics
from telemed.voices import Voices

logger = logging.getLogger(__name__)

GROUP = "telemed"
TROUBLE = (RedisError, OSError, TimeoutError)
BACKLOG, AT_ONCE = 10_000, 500
# A hint costs about as much as all the rest of a message. One that finds the line idle leaves at
# once; what comes within this time after it leaves together.
GATHER_SECONDS = 0.02
PATIENCE_SECONDS = 2.0
RETRY_SECONDS = 1.0
KNOCK_SECONDS = 0.5
SILENCE_SECONDS = 2.0
# A connection may be dead without saying so: then a new one is opened.
DEAF_SECONDS = 10.0

Parcel = tuple[list[str], str, int]
_parcels = msgspec.json.Decoder(list[Parcel])
Deliver = Callable[[list[str], str, int], None]


class Link:
    """One end of it: a channel of this process in the one group of the layer."""

    def __init__(self, deliver: Deliver, changed: Callable[[bool], None]) -> None:
        self.process_id = uuid.uuid4().hex
        self.is_up = True
        self._deliver, self._changed = deliver, changed
        self._layer: Any = None
        self._channel = ""
        self._heard_at = 0.0
        self._outgoing: deque[Parcel] = deque(maxlen=BACKLOG)
        self._filled, self._sending = asyncio.Event(), asyncio.Lock()
        self._number = 0
        self._voices = Voices()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Links, if there is a layer; one that is away does not keep the process from starting."""
        self._layer, self._channel, self.is_up = get_channel_layer(), "", True
        if self._layer is None:
            return
        self._outgoing.clear()
        self._filled, self._sending = asyncio.Event(), asyncio.Lock()
        self._voices = Voices()
        self._heard_at = asyncio.get_running_loop().time()
        await self._open()
        jobs = (self._listen, self._forward, self._knock)
        self._tasks = [asyncio.create_task(keep_up(job)) for job in jobs]

    async def stop(self) -> None:
        """Cuts the link; what is on its way or waits is sent first, if there is who takes it."""
        async with self._sending:
            for task in self._tasks:
                task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=PATIENCE_SECONDS)
        self._tasks = []
        while self._outgoing and self.is_up and await self._send():
            pass
        self._outgoing.clear()

    def put(self, parcels: Iterable[Parcel]) -> None:
        """For the other processes; when they are out of reach for long, the oldest goes first."""
        if self._layer is not None:
            self._outgoing.extend(parcels)
            self._filled.set()

    async def _open(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                channel = await self._layer.new_channel()
                await self._layer.group_add(GROUP, channel)
            self._channel = channel
        except TROUBLE as trouble:
            logger.warning("link: no channel yet (%s)", type(trouble).__name__)
            await self._close()

    async def _close(self) -> None:
        """The layer forgets its connections, and what it kept of a channel that came to nothing."""
        self._channel = ""
        async with self._sending:
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await self._layer.flush()
            except TROUBLE as trouble:
                logger.warning("link: not closed (%s)", type(trouble).__name__)

    async def _listen(self) -> None:
        while True:
            if not self._channel:
                await asyncio.sleep(RETRY_SECONDS)
                await self._open()
                continue
            try:
                async with asyncio.timeout(DEAF_SECONDS):
                    hint = await self._layer.receive(self._channel)
            except TROUBLE:
                await self._close()
            else:
                self._hear(hint)

    def _hear(self, hint: dict[str, Any]) -> None:
        now = asyncio.get_running_loop().time()
        if hint["from"] == self.process_id:
            self._heard_at = now
            return
        for groups, frame, code in _parcels.decode(hint["parcels"]):
            self._deliver(groups, frame, code)
        if hint["from"] and self._voices.misses_some(hint["from"], hint["number"], now):
            self._changed(self.is_up)

    async def _forward(self) -> None:
        while True:
            await self._filled.wait()
            self._filled.clear()
            while self._outgoing:
                await self._send()
                await asyncio.sleep(GATHER_SECONDS)

    async def _send(self) -> bool:
        """The next parcels; a hint that is lost has used up its number, so that others miss it."""
        async with self._sending:
            size = min(len(self._outgoing), AT_ONCE)
            parcels = [self._outgoing.popleft() for _ in range(size)]
            self._number += 1
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    hint = hint_of(self.process_id, parcels, self._number)
                    await self._layer.group_send(GROUP, hint)
            except TROUBLE:
                return False  # the knock finds out, and the heads heal what was lost
            return True

    async def _knock(self) -> None:
        """Whether our own voice still comes back, and who has fallen silent."""
        while True:
            await asyncio.sleep(KNOCK_SECONDS)
            now = asyncio.get_running_loop().time()
            silence = now - self._heard_at
            if self.is_up != (silence < SILENCE_SECONDS):
                self.is_up = not self.is_up
                logger.warning("link: %s", "up again" if self.is_up else "down")
                metrics.link_up.set(self.is_up)
                self._changed(self.is_up)
            if self._voices.fell_silent(now):
                self._changed(self.is_up)
            if silence >= KNOCK_SECONDS and not self._outgoing:
                self._outgoing.append(([], "", 0))
                self._filled.set()


async def keep_up(job: Callable[[], Awaitable[None]]) -> None:
    """A fault in one of the link's jobs must not end the link for as long as the process lives."""
    while True:
        try:
            await job()
        except Exception:
            logger.exception("link: trouble")
            await asyncio.sleep(RETRY_SECONDS)


def hint_of(process_id: str, parcels: list[Parcel], number: int = 0) -> dict[str, Any]:
    """What travels through the layer: the parcels sealed, so that their sender opens them not."""
    sealed = msgspec.json.encode(parcels).decode()
    return {"type": "hub.hint", "from": process_id, "number": number, "parcels": sealed}


async def forward_once(parcels: list[Parcel]) -> None:
    """From a process without sockets of its own, such as a management command."""
    if (layer := get_channel_layer()) is not None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await layer.group_send(GROUP, hint_of("", parcels))
        except TROUBLE as trouble:
            logger.warning("link: a hint was lost (%s)", type(trouble).__name__)
