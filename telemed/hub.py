"""The hub: writes frames to this process's sockets at once, and hands them to the link."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from typing import Protocol

from telemed import postgres, writer
from telemed.beats import Beats
from telemed.link import Link, Parcel, forward_once
from telemed.wire import Addressable, Event, encode, groups_of

# Joined by every socket of a person beside what it is about, so that all can be closed at once.
SOCKETS = ".sockets"


class Receiver(Protocol):
    """The outbox of a socket. Neither method waits."""

    def push(self, frame: str) -> None: ...

    def drop(self, code: int) -> None: ...


class Hub:
    """Groups of local sockets, and what they hear."""

    def __init__(self) -> None:
        self.groups: dict[str, set[Receiver]] = defaultdict(set)
        self.draining = False
        self.loop: asyncio.AbstractEventLoop | None = None
        self.beats = Beats()
        self.link = Link(self._deliver, self.beats.follow)

    async def start(self) -> None:
        """Binds the hub to the running loop; linked to other processes if there is a layer."""
        self.draining = False
        await self.link.start()
        self.loop = asyncio.get_running_loop()

    def drain(self) -> None:
        """Takes no more sockets, and tells those there are to come back (4012)."""
        self.draining = True
        for socket in {socket for sockets in self.groups.values() for socket in sockets}:
            socket.drop(4012)

    async def stop(self) -> None:
        """Drains, lets every transaction finish, and cuts the link."""
        self.drain()
        await writer.finish_all()
        await self.link.stop()
        postgres.close_all()
        self.loop = None

    def join(self, group: str, socket: Receiver) -> None:
        """From here on the socket hears the group, also from other processes."""
        self.groups[group].add(socket)

    def leave(self, socket: Receiver, groups: Iterable[str]) -> None:
        """The socket hears these groups no longer."""
        for group in groups:
            self.groups[group].discard(socket)
            if not self.groups[group]:
                del self.groups[group]

    def send(self, event: Event, to: Addressable | Iterable[Addressable]) -> None:
        """Relays what is not stored (typing, signals); on the event loop only."""
        self._spread([(groups_of(to), encode(event), 0)])

    def tell(self, frames: Iterable[tuple[list[str], str]]) -> None:
        """Delivers frames of facts that are on disk; on the event loop only."""
        self._spread([(groups, frame, 0) for groups, frame in frames])

    def emit(self, frames: Iterable[tuple[list[str], str]]) -> None:
        """Delivers frames to their groups in this order, from any thread."""
        self._from_any_thread([(groups, frame, 0) for groups, frame in frames])

    def disconnect(self, to: Addressable | Iterable[Addressable], code: int) -> None:
        """Closes every socket of these groups, in all processes; from any thread.

        Of a person that is every socket they have, whatever it is about.
        """
        groups = groups_of(to)
        self._from_any_thread([(groups + [group + SOCKETS for group in groups], "", code)])

    def _from_any_thread(self, parcels: list[Parcel]) -> None:
        if self.loop is None:  # a management command: only other processes have sockets
            asyncio.run(forward_once(parcels))
            return
        self.loop.call_soon_threadsafe(self._spread, parcels)

    def _spread(self, parcels: list[Parcel]) -> None:
        for groups, frame, code in parcels:
            self._deliver(groups, frame, code)
        self.link.put(parcels)

    def _deliver(self, groups: list[str], frame: str, code: int) -> None:
        for group in groups:
            for socket in tuple(self.groups.get(group, ())):
                if code:
                    socket.drop(code)
                else:
                    socket.push(frame)


hub = Hub()
