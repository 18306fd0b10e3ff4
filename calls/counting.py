"""What those who watch production see of calls: how many, how they end, how long they ring."""

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Min, Q

from calls.models.states import Status
from telemed import clock, metrics

if TYPE_CHECKING:
    from calls.models import Call


def count_step(call: "Call", now: datetime) -> None:
    """The call has come to the state it is in, once that is on disk."""
    step = partial(_count, call.status, call.kind, call.end_reason, now - call.created_at)
    transaction.on_commit(step)


def _count(status: str, kind: str, reason: str, age: timedelta) -> None:
    if status == Status.RINGING:
        metrics.calls_started.labels(kind).inc()
    elif status == Status.ACTIVE:
        metrics.call_answer_seconds.observe(age.total_seconds())
    else:
        metrics.calls_ended.labels(reason).inc()


@clock.settles
def look_at_live(now: datetime) -> None:
    """By the clock and not when we are asked: the figures are there without the database."""
    if not settings.METRICS_TOKEN:
        return
    from calls.models import Call

    ringing = Q(status=Status.RINGING)
    seen = Call.objects.live().aggregate(
        ringing=Count("pk", filter=ringing),
        all=Count("pk"),
        due=Min("ring_expires_at", filter=ringing),
    )
    metrics.calls_live.labels(Status.RINGING.value).set(seen["ringing"])
    metrics.calls_live.labels(Status.ACTIVE.value).set(seen["all"] - seen["ringing"])
    overdue = now - (seen["due"] or now)
    metrics.calls_overdue_seconds.set(max(0, overdue.total_seconds()))
