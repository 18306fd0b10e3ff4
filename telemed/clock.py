"""The clock: settles what is due, every few seconds, in every process.

A settling function is idempotent and claims its rows by conditional UPDATE, so that any number
of processes may call it at once. Nothing depends on it alone: reads and sockets settle too.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import TypeVar

from channels.db import database_sync_to_async
from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from telemed import metrics
from telemed.models import Refusal, Tick

logger = logging.getLogger(__name__)

PERIOD_SECONDS = 2.0
UNHURRIED_PERIODS = 5
OUTAGE = timedelta(seconds=15)

Row = TypeVar("Row")
Settler = Callable[[datetime], None]
settlers: list[Settler] = []
unhurried: list[Settler] = []
outage_hooks: list[Settler] = []


def settles(function: Settler) -> Settler:
    """Registers a function that the clock calls with the time."""
    settlers.append(function)
    return function


def settles_unhurried(function: Settler) -> Settler:
    """Registers a function that looks after what was lost, and need not do it every time."""
    unhurried.append(function)
    return function


def after_outage(function: Settler) -> Settler:
    """Registers a function for the first tick after all processes were down."""
    outage_hooks.append(function)
    return function


def each(rows: Iterable[Row], settle: Callable[[Row], object]) -> None:
    """Settles each by itself: one that fails holds up no other, and is tried again next time.

    Whoever reads settles too, and must not see another's trouble. A refusal means that somebody
    was faster. Nearly always nothing is due, which costs a third when no columns are asked for.
    """
    if isinstance(rows, QuerySet) and not rows.exists():
        return
    for row in rows:
        try:
            settle(row)
        except Refusal:
            pass
        except Exception:
            metrics.clock_failures.inc()
            logger.exception("clock: %s could not be settled", type(row).__name__)


def tick() -> None:
    """Notes that the system lives; after an outage, first lets leases be extended.

    The conditional UPDATE is the claim: of several processes that start together one runs
    the hooks, and it does so in the transaction that hides the outage from the others.
    """
    now = timezone.now()
    if not Tick.objects.filter(ticked_at__gte=now - OUTAGE).update(ticked_at=now):
        begin(now)
    metrics.clock_tick.renew()


@transaction.atomic
def begin(now: datetime) -> None:
    """The first tick of all, or after an outage."""
    if Tick.objects.filter(ticked_at__lt=now - OUTAGE).update(ticked_at=now):
        for hook in outage_hooks:
            hook(now)
    else:
        Tick.objects.update_or_create(id=1, defaults={"ticked_at": now})


async def first_tick() -> None:
    """Before anything is read or settled: an outage must be noticed first."""
    try:
        await database_sync_to_async(tick, thread_sensitive=False)()
    except DatabaseError:
        logger.exception("clock: the database does not answer; trying again")


async def run() -> None:
    """Ticks until cancelled: everything once in a period, spread over it and not in one burst."""
    for period in count():
        jobs = jobs_of(period)
        for job in jobs:
            await settle_one(job)
            await asyncio.sleep(PERIOD_SECONDS / len(jobs))


def jobs_of(period: int) -> list[Callable[[], None]]:
    """The tick, and whatever is registered; of what has time, each in a period of its own."""
    due = [each for n, each in enumerate(unhurried) if (period - n) % UNHURRIED_PERIODS == 0]
    return [tick, *(partial(settle_now, settler) for settler in [*settlers, *due])]


def settle_now(settler: Settler) -> None:
    settler(timezone.now())


async def settle_one(job: Callable[[], None]) -> None:
    """A function that fails is logged and tried again next time."""
    call = database_sync_to_async(job, thread_sensitive=False)
    results: list[object] = await asyncio.gather(call(), return_exceptions=True)
    for failure in results:
        if isinstance(failure, BaseException):
            metrics.clock_failures.inc()
            logger.error("clock: a job failed", exc_info=failure)
