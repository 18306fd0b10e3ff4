"""The threads that plan and send: one that looks every few seconds, and couriers it wakes.

Only the one asks the database while there is nothing to do, and only reads.
"""

from datetime import datetime
from functools import partial

from notifications import clearing, courier, ladder
from notifications.kinds import Transport
from notifications.models.notification import LADDER
from notifications.transports import email, push, sms  # noqa: F401 - they register themselves
from telemed import jobs

# A call rings for half a minute: its push must not wait behind a service that is slow.
COURIERS = {Transport.PUSH: 4, Transport.EMAIL: 1, Transport.SMS: 1}


def look(now: datetime) -> int:
    """Wakes the couriers who have something to do, and plans what is due."""
    courier.call(now)
    return ladder.climb(now)


def register() -> None:
    """Once, when the app is ready."""
    jobs.works(LADDER, look)
    jobs.works("clearing", clearing.work, period=jobs.PERIOD_SECONDS)
    for transport, threads in COURIERS.items():
        jobs.works(transport, partial(courier.work, transport), threads, period=None)
