"""What this process counts, for those who watch production.

Counting is adding to a number in memory. Labels are the names of routes, kinds, codes and
reasons, all of them ours: never an id, an address or a word that someone wrote. What a hot
path counts has no label, or one that was looked up beforehand.
"""

import time
import tomllib
from collections.abc import Callable
from functools import cache

from django.conf import settings
from prometheus_client import Counter, Gauge, Histogram, Info

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

requests = Counter("telemed_requests", "Answered requests", ["method", "route", "status"])
request_seconds = Histogram(
    "telemed_request_seconds", "From the request to its answer", ["route"], buckets=SECONDS
)

sockets_open = Gauge("telemed_sockets_open", "Open sockets", ["kind"])
socket_closes = Counter("telemed_socket_closes", "Closed sockets", ["code"])
frames_refused = Counter("telemed_frames_refused", "Commands that were not done", ["code"])

messages_posted = Counter("telemed_messages_posted", "Messages that were acknowledged")
post_queue_length = Gauge("telemed_post_queue_length", "Messages that wait to be written")
post_batch_size = Histogram(
    "telemed_post_batch_size", "Messages written by one commit", buckets=(1, 2, 5, 10, 20, 50, 100)
)

calls_live = Gauge("telemed_calls_live", "Calls now, in all processes", ["status"])
calls_overdue_seconds = Gauge(
    "telemed_calls_overdue_seconds", "How long a call has rung beyond its time, in all processes"
)
calls_started = Counter("telemed_calls_started", "Calls that began to ring", ["kind"])
calls_ended = Counter("telemed_calls_ended", "Calls that ended", ["reason"])
call_answer_seconds = Histogram(
    "telemed_call_answer_seconds", "From ringing to the answer", buckets=(1, 2, 3, 5, 8, 12, 20, 30)
)

tickets_queued = Gauge("telemed_tickets_queued", "Tickets that nobody has, in all processes")
ticket_wait_seconds = Gauge(
    "telemed_ticket_wait_seconds", "How long the oldest of them waits, in all processes"
)
tickets_breached = Gauge(
    "telemed_tickets_breached", "Unsettled tickets with a broken promise, in all processes"
)
agents_present = Gauge("telemed_agents_present", "Agents who take tickets now, in all processes")
emergencies_unanswered = Gauge(
    "telemed_emergencies_unanswered", "Emergencies that nobody has, in all processes"
)

deliveries = Counter(
    "telemed_deliveries", "Notifications that left, or did not", ["transport", "state"]
)
delivery_overdue_seconds = Gauge(
    "telemed_delivery_overdue_seconds",
    "How long the oldest delivery is due, in all processes",
    ["transport"],
)

link_up = Gauge("telemed_link_up", "Whether other processes are heard; 1 where there are none")
link_up.set(1)

clock_age_seconds = Gauge("telemed_clock_age_seconds", "Since the clock last ticked")
clock_failures = Counter("telemed_clock_failures", "Jobs of the clock that failed")

build = Info("telemed_build", "What runs here")


class Age:
    """Seconds since something last happened, read when someone asks."""

    def __init__(self, gauge: Gauge, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.renew()
        gauge.set_function(lambda: self._clock() - self._renewed_at)

    def renew(self) -> None:
        """It has happened now."""
        self._renewed_at = self._clock()


clock_tick = Age(clock_age_seconds)


@cache
def version() -> str:
    """Of Telemed."""
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]
    return str(project["version"])
