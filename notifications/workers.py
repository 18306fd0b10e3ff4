"""The threads that plan and send: one that climbs, and couriers for each transport."""

from functools import partial

from notifications import courier, ladder
from notifications.kinds import Transport
from notifications.models.notification import LADDER
from telemed import jobs

# A call rings for half a minute: its push must not wait behind a service that is slow.
COURIERS = {Transport.PUSH: 4, Transport.EMAIL: 1, Transport.SMS: 1}


def register() -> None:
    """Once, when the app is ready."""
    jobs.works(LADDER, ladder.climb)
    for transport, threads in COURIERS.items():
        jobs.works(transport, partial(courier.work, transport), threads)
