"""How long a ticket has waited and what is due, in words that the page then lets tick."""

from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from helpline.models import Ticket

register = template.Library()

SOON = timedelta(minutes=5)


def span(passed: timedelta) -> str:
    """42 s, 12 min, 1 h 05, 2 d 3 h."""
    seconds = max(0, int(passed.total_seconds()))
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86_400
    if days:
        return _("%(days)d d %(hours)d h") % {"days": days, "hours": hours % 24}
    if hours:
        return _("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": minutes % 60}
    if minutes:
        return _("%(minutes)d min") % {"minutes": minutes}
    return _("%(seconds)d s") % {"seconds": seconds}


@register.filter
def span_words(passed: timedelta | None) -> str:
    """The same in a template; nothing for nothing."""
    return "" if passed is None else span(passed)


@register.simple_tag
def waited(since: datetime) -> SafeString:
    """How long it has waited; ticks."""
    words = span(timezone.now() - since)
    return format_html('<time datetime="{}" data-since>{}</time>', since.isoformat(), words)


@register.simple_tag
def due(when: datetime | None) -> SafeString:
    """`due in 12 min` or `overdue by 5 min`, in the colour of it; ticks."""
    if when is None:
        return SafeString("")
    left = when - timezone.now()
    words = _("due in %(time)s") if left >= timedelta(0) else _("overdue by %(time)s")
    return format_html(
        '<time class="clock" datetime="{}" data-due data-state="{}">{}</time>',
        when.isoformat(),
        "late" if left < timedelta(0) else "soon" if left < SOON else "",
        words % {"time": span(abs(left))},
    )


@register.filter
def next_due(ticket: Ticket) -> datetime | None:
    """By when something is promised: the first answer, then the resolution.

    Who waits in a live chat is owed an answer now, and no later moment says so. An emergency
    that nobody has any more was due when it came back, whatever is left of its hour.
    """
    if ticket.is_settled or ticket.status == "waiting":
        return None
    if ticket.channel == "chat" and ticket.is_waited_for:
        return None
    if ticket.is_emergency and ticket.status == "open" and ticket.first_responded_at:
        return ticket.moved_at
    return ticket.resolution_due_at if ticket.first_responded_at else ticket.response_due_at


@register.filter
def others(viewings: list[object], person: object) -> list[object]:
    """Who looks besides this person."""
    return [each.person for each in viewings if each.person != person]  # type: ignore[attr-defined]
