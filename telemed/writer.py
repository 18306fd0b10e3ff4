"""Group commit: what arrives while a transaction is being committed goes into the next one.

There is no timer. When it is calm a batch is one item and nobody waits; under load batches grow
by themselves, and a sync of the disk serves them all.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from django.db import connections

logger = logging.getLogger(__name__)

BOUND, AT_ONCE = 2_000, 128
IDLE_SECONDS = 5.0

Item = TypeVar("Item")
Result = TypeVar("Result")


class Full(Exception):
    """More waits than will be written in any time worth waiting for."""


class Writer(Generic[Item, Result]):
    """A bounded queue, and a thread with a connection of its own that empties it by `commit`.

    `commit` takes a batch and returns for each item, in order, its result or its exception.
    """

    def __init__(
        self, name: str, commit: Callable[[Sequence[Item]], Sequence[Result | BaseException]]
    ) -> None:
        self._name, self._commit = name, commit
        self._queue: SimpleQueue[tuple[Item, asyncio.Future[Result]] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        writers.append(self)

    @property
    def waiting(self) -> int:
        """How many items wait."""
        return self._queue.qsize()

    async def put(self, item: Item) -> Result:
        """Returns when the item is on disk; raises Full at once, or what `commit` says of it."""
        if self._queue.qsize() >= BOUND:
            raise Full
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._queue.put((item, future))
        if self._thread is None:
            self._start()
        return await future

    def close(self) -> None:
        """Writes what waits, and gives the connection back; the next item starts it anew."""
        with self._starting:
            thread, self._thread = self._thread, None
            if thread is not None:
                self._queue.put(None)
                thread.join()

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while (batch := self._next_batch()) is not None:
            if batch:
                self._settle(batch)
            else:
                connections.close_all()
        connections.close_all()

    def _next_batch(self) -> list[tuple[Item, asyncio.Future[Result]]] | None:
        """What waits, after waiting for it; nothing after idling, None when it is closed."""
        try:
            first = self._queue.get(timeout=IDLE_SECONDS)
        except Empty:
            return []
        if first is None:
            return None
        batch = [first]
        while len(batch) < AT_ONCE:
            try:
                following = self._queue.get_nowait()
            except Empty:
                break
            if following is None:
                self._queue.put(None)  # after what came before it
                break
            batch.append(following)
        return batch

    def _settle(self, batch: list[tuple[Item, asyncio.Future[Result]]]) -> None:
        try:
            outcomes = self._commit([item for item, _ in batch])
        except Exception as trouble:
            logger.exception("%s: a batch failed", self._name)
            connections.close_all()  # it may be the connection that is broken
            outcomes = [trouble] * len(batch)
        futures = [future for _, future in batch]
        try:
            futures[0].get_loop().call_soon_threadsafe(resolve, futures, outcomes)
        except RuntimeError:  # the loop has ended, and with it who asked
            pass


def resolve(
    futures: Sequence[asyncio.Future[Result]], outcomes: Sequence[Result | BaseException]
) -> None:
    """On the loop; who went away meanwhile is passed over."""
    for future, outcome in zip(futures, outcomes, strict=True):
        if future.done():
            continue
        if isinstance(outcome, BaseException):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)


writers: list[Writer[Any, Any]] = []


def close_all() -> None:
    """Before the process ends: every transaction is finished."""
    for writer in writers:
        writer.close()
