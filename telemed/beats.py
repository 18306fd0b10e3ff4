"""The beats of all sockets of this process, by one task: a task for each would be dear.

Sockets of one kind that are due together are asked after by one query.
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from telemed.threads import in_pool
from telemed.wire import Beat, encode

logger = logging.getLogger(__name__)

BEAT_SECONDS = 20.0
# While hints from other processes are missing, everyone looks at the database this often.
UNLINKED_SECONDS = 2.0
RECHECK_SECONDS = 60.0
LOOK_SECONDS = 0.25
HASTE_SECONDS = 1.0
CHECKED_AT_ONCE, ASKED_AT_ONCE = 6, 200


class Beating(Protocol):
    """A socket."""

    checked_at: float
    outbox: Any

    @classmethod
    def heads_of(cls, sockets: Sequence[Any]) -> list[dict[str, int]]:
        """Where things stand for each of these, in order; runs in a worker thread."""

    async def recheck(self) -> None:
        """Closes the socket when this person may not be here any more."""


class Beats:
    """Who is to be beaten for, and when next."""

    def __init__(self) -> None:
        self.is_linked = True
        self._hastened_at = 0.0
        self._due: dict[Beating, float] = {}
        self._task: asyncio.Task[None] | None = None

    def add(self, socket: Beating) -> None:
        """From now on, the first time after a whole period."""
        loop = asyncio.get_running_loop()
        self._due[socket] = loop.time() + self._period
        if self._task is None or self._task.done() or self._task.get_loop() is not loop:
            self._task = loop.create_task(self._run())

    def remove(self, socket: Beating) -> None:
        """No more."""
        self._due.pop(socket, None)

    def follow(self, is_linked: bool) -> None:
        """The link is down, or up; either way something may have been missed.

        So everyone is beaten for at once, or soon when that was just done: a link that loses
        hint after hint must not keep the database busy.
        """
        self.is_linked = is_linked
        now = asyncio.get_running_loop().time()
        if self._hastened_at <= now:
            self._hastened_at = max(now, self._hastened_at + HASTE_SECONDS)
        self._due = {each: min(at, self._hastened_at) for each, at in self._due.items()}

    @property
    def _period(self) -> float:
        return BEAT_SECONDS if self.is_linked else min(BEAT_SECONDS, UNLINKED_SECONDS)

    async def _run(self) -> None:
        """Until there is nobody left."""
        while self._due:
            await asyncio.sleep(min(LOOK_SECONDS, self._period))
            now = asyncio.get_running_loop().time()
            due = [socket for socket, at in self._due.items() if at <= now]
            self._due |= dict.fromkeys(due, now + self._period)
            try:
                await self._recheck(due)
                await beat(socket for socket in due if socket in self._due)
            except Exception:
                logger.exception("beats: some were missed")

    async def _recheck(self, due: Iterable[Beating]) -> None:
        """Those that were not looked at for a minute."""
        now = time.monotonic()
        stale = [socket for socket in due if now - socket.checked_at >= RECHECK_SECONDS]
        for start in range(0, len(stale), CHECKED_AT_ONCE):
            some = stale[start : start + CHECKED_AT_ONCE]
            await asyncio.gather(*(socket.recheck() for socket in some))


async def beat(sockets: Iterable[Beating]) -> None:
    """Tells each where things stand."""
    kinds = defaultdict(list)
    for socket in sockets:
        kinds[type(socket)].append(socket)
    for kind, alike in kinds.items():
        for start in range(0, len(alike), ASKED_AT_ONCE):
            some = alike[start : start + ASKED_AT_ONCE]
            heads = await in_pool(kind.heads_of, some)
            for socket, head in zip(some, heads, strict=True):
                socket.outbox.push(encode(Beat(heads=head)))
