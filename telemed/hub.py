"""The hub: writes frames to this process's sockets at once, and links processes by the layer.

The channel layer is at most once and carries hints only. Each process has one channel in it,
joined to a group with the group's first local socket and left with its last; frames carry the
id of the process that sent them, and a process skips its own.
"""

import asyncio
import logging
import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Protocol

from channels.layers import get_channel_layer
from redis.exceptions import RedisError

from telemed.wire import Addressable, Event, encode, groups_of

logger = logging.getLogger(__name__)

LINK_TROUBLE = (RedisError, OSError, TimeoutError)
LINK_BACKLOG = 10_000
LINK_PATIENCE = 2.0
RETRY_SECONDS = 2.0
# Joined by every socket of a person beside what it is about, so that all can be closed at once.
SOCKETS = ".sockets"


class Receiver(Protocol):
    """The outbox of a socket. Neither method waits."""

    def push(self, frame: str) -> None: ...

    def drop(self, code: int) -> None: ...


class Hub:
    """Groups of local sockets, and the link to the other processes."""

    def __init__(self) -> None:
        self.process_id = uuid.uuid4().hex
        self.groups: dict[str, set[Receiver]] = defaultdict(set)
        self.draining = False
        self.loop: asyncio.AbstractEventLoop | None = None
        self._layer: Any = None
        self._channel = ""
        self._unlinked: set[str] = set()
        self._links: dict[str, asyncio.Task[None]] = {}
        self._outgoing: asyncio.Queue[tuple[list[str], str, int]] = asyncio.Queue(LINK_BACKLOG)
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Binds the hub to the running loop; linked to other processes if there is a layer.

        A layer that is away does not keep the process from starting: the link is made later.
        """
        self.draining = False
        self._outgoing = asyncio.Queue(LINK_BACKLOG)
        self._layer, self._channel = get_channel_layer(), ""
        if self._layer is not None:
            await self._open_channel()
            self._tasks = [
                asyncio.create_task(job()) for job in (self._listen, self._forward, self._relink)
            ]
        self.loop = asyncio.get_running_loop()

    def drain(self) -> None:
        """Takes no more sockets, and tells those there are to come back (4012)."""
        self.draining = True
        for socket in {socket for sockets in self.groups.values() for socket in sockets}:
            socket.drop(4012)

    async def stop(self) -> None:
        """Drains, and cuts the link."""
        self.drain()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        self.loop = None

    async def join(self, group: str, socket: Receiver) -> None:
        """From here on the socket hears the group, also from other processes."""
        self.groups[group].add(socket)
        if self._layer is None:
            return
        if len(self.groups[group]) == 1:
            self._links[group] = asyncio.create_task(self._link(group))
        if link := self._links.get(group):  # who joins second waits for the same link
            await asyncio.shield(link)

    async def leave(self, socket: Receiver, groups: Iterable[str]) -> None:
        """The socket hears these groups no longer."""
        for group in groups:
            self.groups[group].discard(socket)
            if not self.groups[group]:
                del self.groups[group]
                await self._unlink(group)
                if group in self.groups:  # joined again meanwhile
                    await self._link(group)

    def send(self, event: Event, to: Addressable | Iterable[Addressable]) -> None:
        """Relays what is not stored (typing, signals); on the event loop only."""
        self._spread(groups_of(to), encode(event), 0)

    def emit(self, groups: list[str], frame: str) -> None:
        """Delivers a frame from any thread."""
        self._from_any_thread(groups, frame, 0)

    def disconnect(self, to: Addressable | Iterable[Addressable], code: int) -> None:
        """Closes every socket of these groups, in all processes; from any thread.

        Of a person that is every socket they have, whatever it is about.
        """
        groups = groups_of(to)
        self._from_any_thread(groups + [group + SOCKETS for group in groups], "", code)

    def _from_any_thread(self, groups: list[str], frame: str, code: int) -> None:
        if self.loop is None:  # a management command: only other processes have sockets
            if (layer := get_channel_layer()) is not None:
                asyncio.run(self._forward_once(layer, groups, frame, code))
            return
        self.loop.call_soon_threadsafe(self._spread, groups, frame, code)

    def _spread(self, groups: list[str], frame: str, code: int) -> None:
        self._deliver(groups, frame, code)
        if self._layer is None:
            return
        if self._outgoing.full():  # the link is down for long: the oldest hints go first
            self._outgoing.get_nowait()
        self._outgoing.put_nowait((groups, frame, code))

    def _deliver(self, groups: Iterable[str], frame: str, code: int) -> None:
        for group in groups:
            for socket in tuple(self.groups.get(group, ())):
                if code:
                    socket.drop(code)
                else:
                    socket.push(frame)

    async def _forward(self) -> None:
        while True:
            groups, frame, code = await self._outgoing.get()
            await self._forward_once(self._layer, groups, frame, code)

    async def _forward_once(self, layer: Any, groups: list[str], frame: str, code: int) -> None:
        hint = {"type": "hub.hint", "from": self.process_id, "frame": frame, "code": code}
        for group in groups:
            try:
                async with asyncio.timeout(LINK_PATIENCE):
                    await layer.group_send(group, {**hint, "group": group})
            except LINK_TROUBLE as trouble:
                logger.warning("link: a hint was lost (%s)", type(trouble).__name__)

    async def _open_channel(self) -> None:
        try:
            async with asyncio.timeout(LINK_PATIENCE):
                self._channel = await self._layer.new_channel()
        except LINK_TROUBLE as trouble:
            logger.warning("link: no channel yet (%s)", type(trouble).__name__)

    async def _listen(self) -> None:
        while True:
            try:
                if not self._channel:
                    await asyncio.sleep(RETRY_SECONDS)
                    await self._open_channel()
                    continue
                hint = await self._layer.receive(self._channel)
            except LINK_TROUBLE as trouble:
                logger.warning("link: cannot listen (%s)", type(trouble).__name__)
                await asyncio.sleep(RETRY_SECONDS)
                continue
            if hint["from"] != self.process_id:
                self._deliver((hint["group"],), hint["frame"], hint["code"])

    async def _link(self, group: str) -> None:
        if not self._channel:
            self._unlinked.add(group)
            return
        try:
            async with asyncio.timeout(LINK_PATIENCE):
                await self._layer.group_add(group, self._channel)
        except LINK_TROUBLE:
            self._unlinked.add(group)

    async def _unlink(self, group: str) -> None:
        self._links.pop(group, None)
        self._unlinked.discard(group)
        if self._layer is None or not self._channel:
            return
        try:
            async with asyncio.timeout(LINK_PATIENCE):
                await self._layer.group_discard(group, self._channel)
        except LINK_TROUBLE:
            logger.warning("link: a group could not be left")

    async def _relink(self) -> None:
        """Joins again what could not be joined while the layer was away."""
        while True:
            await asyncio.sleep(RETRY_SECONDS)
            for group in tuple(self._unlinked):
                self._unlinked.discard(group)
                if group in self.groups:
                    await self._link(group)


hub = Hub()
