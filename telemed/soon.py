"""What is told a moment after the commit: each thing once, however often it has changed."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from django.db import transaction

from telemed.hub import hub
from telemed.threads import in_pool

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 0.5

Key = TypeVar("Key")


class Soon(Generic[Key]):
    """Work on a set of keys, after commit: at once when it is calm, else with what has gathered.

    For hints that are read anew from the database, such as badges: of a hundred changes in a
    moment only the last is of interest. What is lost with the process heals by the heads.
    """

    def __init__(self, work: Callable[[set[Key]], None]) -> None:
        self._work = work
        self._keys: set[Key] = set()
        self._task: asyncio.Task[None] | None = None

    def after_commit(self, keys: Iterable[Key]) -> None:
        """For synchronous domain code, in any thread; nothing happens after a rollback."""
        wanted = set(keys)
        transaction.on_commit(lambda: self._add_from_thread(wanted), robust=True)

    def _add_from_thread(self, keys: set[Key]) -> None:
        if hub.loop is None:  # a management command: nothing gathers there
            self._work(keys)
        else:
            hub.loop.call_soon_threadsafe(self.add, keys)

    def add(self, keys: Iterable[Key]) -> None:
        """On the event loop, for what is on disk already."""
        self._keys.update(keys)
        loop = asyncio.get_running_loop()
        if self._task is None or self._task.done() or self._task.get_loop() is not loop:
            self._task = loop.create_task(self._run())

    async def _run(self) -> None:
        while self._keys:
            keys, self._keys = self._keys, set()
            try:
                await in_pool(self._work, keys)
            except Exception:
                logger.exception("soon: hints were lost")
            await asyncio.sleep(PAUSE_SECONDS)
