"""Wakes the assignment after whatever may let a ticket be given to someone.

Many changes in a moment wake it once. The hint is lost with a process; the clock looks as well.
"""

from collections.abc import Callable

from telemed.soon import Soon

sleepers: list[Callable[[], object]] = []


def call_all(_why: set[str]) -> None:
    """Wakes everyone who has asked."""
    for each in sleepers:
        each()


awake = Soon[str](call_all)


def wake() -> None:
    """For verbs, in any thread; after the commit."""
    awake.after_commit(["changed"])
