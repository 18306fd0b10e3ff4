"""The threads that plan and send: one that climbs, one that clears, couriers by transport."""

from functools import partial

from notifications import clearing, courier, ladder
from notifications.kinds import Transport
from notifications.models.notification import LADDER
from telemed import jobs

# A call rings for half a minute: its push must not wait behind a service that is slow.
COURIERS = {Transport.PUSH: 4, Transport.EMAIL: 1, Transport.SMS: 1}


def register() -> None:
    """Once, when the app is ready."""
    jobs.works(LADDER, ladder.climb)
    jobs.works("clearing", clearing.work)
    for transport, threads in COURIERS.items():
        jobs.works(transport, partial(courier.work, transport), threads)
