"""Group commit: what arrives while a transaction is being committed goes into the next one.

There is no timer. When it is calm a batch is one item and nobody waits; under load batches grow
by themselves, and a sync of the disk serves them all.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Generic, TypeVar

from django.db import DatabaseError, connections

logger = logging.getLogger(__name__)

BOUND, AT_ONCE = 2_000, 128

Item = TypeVar("Item")
Result = TypeVar("Result")


class Full(Exception):
    """More waits than will be written in any time worth waiting for."""


class Writer(Generic[Item, Result]):
    """A bounded queue on the event loop, emptied in batches by `commit`.

    `commit` takes a batch and returns for each item, in order, its result or its exception.
    """

    def __init__(
        self, commit: Callable[[Sequence[Item]], Awaitable[Sequence[Result | BaseException]]]
    ) -> None:
        self._commit = commit
        self._waiting: deque[tuple[Item, asyncio.Future[Result]]] = deque()
        self._task: asyncio.Task[None] | None = None
        writers.append(self)

    @property
    def waiting(self) -> int:
        """How many items wait."""
        return len(self._waiting)

    async def put(self, item: Item) -> Result:
        """Returns when the item is on disk; raises Full at once, or what `commit` says of it."""
        if len(self._waiting) >= BOUND:
            raise Full
        loop = asyncio.get_running_loop()
        if self._task is None or self._task.done() or self._task.get_loop() is not loop:
            self._task = loop.create_task(self._run())
        future: asyncio.Future[Result] = loop.create_future()
        self._waiting.append((item, future))
        return await future

    async def finish(self) -> None:
        """Returns when nothing waits any more."""
        if self._task is not None and self._task.get_loop() is asyncio.get_running_loop():
            await asyncio.shield(self._task)

    async def _run(self) -> None:
        while self._waiting:
            size = min(len(self._waiting), AT_ONCE)
            batch = [self._waiting.popleft() for _ in range(size)]
            try:
                outcomes = await self._commit([item for item, _ in batch])
            except Exception as trouble:
                logger.exception("writer: a batch failed")
                outcomes = [trouble] * size
            for (_, future), outcome in zip(batch, outcomes, strict=True):
                settle(future, outcome)


def settle(future: asyncio.Future[Result], outcome: Result | BaseException) -> None:
    """Who went away meanwhile is passed over."""
    if future.done():
        return
    if isinstance(outcome, BaseException):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)


writers: list[Writer[Any, Any]] = []


async def finish_all() -> None:
    """Before the process ends: every transaction is finished."""
    for writer in writers:
        await writer.finish()


class OwnThread:
    """A thread with a database connection that stays open between calls, until one breaks it."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer")

    async def run(self, verb: Callable[..., Result], *args: Any) -> Result:
        """Runs synchronous domain code there."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._guarded, verb, *args)

    def close(self) -> None:
        """Gives the connection back; the next call opens another."""
        self._pool.submit(connections.close_all).result()

    def _guarded(self, verb: Callable[..., Result], *args: Any) -> Result:
        try:
            return verb(*args)
        except DatabaseError:
            connections.close_all()
            raise
