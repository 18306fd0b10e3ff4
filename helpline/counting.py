"""What those who watch production see of the helpline: who waits, who is there, what is late."""

from datetime import datetime

from django.conf import settings
from django.db.models import Count, Min, Q

from helpline.models import Agent, Emergency, Status, Ticket
from telemed import clock, metrics


@clock.settles
def look_at_queue(now: datetime) -> None:
    """By the clock and not when we are asked: the figures are there without the database."""
    if not settings.METRICS_TOKEN:
        return
    queued = Q(status=Status.OPEN)
    seen = Ticket.objects.unsettled().aggregate(
        queued=Count("pk", filter=queued),
        oldest=Min("queued_at", filter=queued),
        breached=Count("pk", filter=Q(breached_at__isnull=False)),
    )
    metrics.tickets_queued.set(seen["queued"])
    waited = now - (seen["oldest"] or now)
    metrics.ticket_wait_seconds.set(max(0, waited.total_seconds()))
    metrics.tickets_breached.set(seen["breached"])
    metrics.agents_present.set(Agent.objects.present(now).count())
    unanswered = Emergency.objects.filter(answered_at=None, ended_at=None)
    metrics.emergencies_unanswered.set(unanswered.count())
