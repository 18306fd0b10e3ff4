"""Slow work that must not be lost: done by a thread of each process, from rows in the database.

A worker is a function that does some of what is due and says how much; it claims rows, so that
any number of processes may run it at once. It is called again at once while it finds something,
otherwise when it is woken, and those with a period also when that is over. The rows are the
queue, with their own times and attempts; a queue of tasks beneath would hold every one of them
twice.
"""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime

from django.db import close_old_connections, connections
from django.utils import timezone

logger = logging.getLogger(__name__)

PERIOD_SECONDS = 2.0
# All of them together; systemd and containers give a process longer than this to end.
PATIENCE_SECONDS = 5.0

Work = Callable[[datetime], int]
workers: dict[str, list["Worker"]] = defaultdict(list)


class Worker:
    """One function with a thread of its own, started and stopped with the process."""

    def __init__(self, name: str, work: Work, period: float | None = PERIOD_SECONDS) -> None:
        self._name, self._work, self._period = name, work, period
        self._thread: threading.Thread | None = None
        self._woken, self._is_stopping = threading.Event(), False

    def wake(self) -> None:
        """There is something to do; from any thread."""
        self._woken.set()

    def start(self) -> None:
        """Begins to work."""
        self._is_stopping = False
        self._woken.set()
        self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
        self._thread.start()

    def ask_to_stop(self) -> None:
        """After what it has in its hands."""
        self._is_stopping = True
        self._woken.set()

    def wait(self, seconds: float) -> None:
        """Until it has stopped; one that takes too long is left behind, and its rows run out."""
        if self._thread is not None:
            self._thread.join(max(seconds, 0))
            self._thread = None

    def _run(self) -> None:
        """The event is cleared before the look: what comes meanwhile makes for another look."""
        while not self._is_stopping:
            self._woken.wait(self._period)
            self._woken.clear()
            while not self._is_stopping and self._work_once():
                pass
            connections.close_all()

    def _work_once(self) -> int:
        close_old_connections()
        try:
            return self._work(timezone.now())
        except Exception:
            logger.exception("jobs: trouble")
            return 0


def works(name: str, work: Work, threads: int = 1, period: float | None = PERIOD_SECONDS) -> None:
    """Registers a worker under a name, with as many threads as may wait for something at once.

    Without a period it looks only when it is woken.
    """
    workers[name] += [Worker(name, work, period) for _ in range(threads)]


def wake(name: str) -> None:
    """There is something to do for these; from any thread."""
    for each in workers.get(name, ()):
        each.wake()


def start_all() -> None:
    """With the process."""
    for each in _everyone():
        each.start()


def stop_all() -> None:
    """Before the process ends."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    for each in _everyone():
        each.ask_to_stop()
    for each in _everyone():
        each.wait(deadline - time.monotonic())


def _everyone() -> list[Worker]:
    return [each for alike in workers.values() for each in alike]
