"""The beats of all sockets of this process, by one task: a task for each would be dear."""

import asyncio
import logging
from typing import Protocol

logger = logging.getLogger(__name__)

BEAT_SECONDS = 20.0
# While hints from other processes are missing, everyone looks at the database this often.
UNLINKED_SECONDS = 2.0
LOOK_SECONDS = 0.25
AT_ONCE = 6


class Beating(Protocol):
    """A socket."""

    async def keep_beating(self) -> None:
        """One beat; raises nothing that does not end the socket."""


class Beats:
    """Who is to be beaten for, and when next."""

    def __init__(self) -> None:
        self.is_linked = True
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
        """The link went down, or is up again: either way something may have been missed."""
        self.is_linked = is_linked
        self._due = dict.fromkeys(self._due, 0.0)

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
            for start in range(0, len(due), AT_ONCE):
                await asyncio.gather(*map(beat, due[start : start + AT_ONCE]))


async def beat(socket: Beating) -> None:
    """One socket that fails must not keep the others from being beaten for."""
    try:
        await socket.keep_beating()
    except Exception:
        logger.exception("socket: a beat failed")
