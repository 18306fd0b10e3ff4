"""Who is told what about a ticket: the requester's pages, the desks, the bell."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from helpline.events import TicketMoved
from helpline.kinds import (
    TICKET_DUE,
    TICKET_GIVEN,
    TICKET_OVERDUE,
    TICKET_RESOLVED,
    TICKET_TAKEN,
)
from helpline.models.states import Channel
from notifications.models import Notice, clear, notify_all
from telemed.wire import publish

if TYPE_CHECKING:
    from helpline.models import Ticket


def desk_url(ticket: "Ticket") -> str:
    """Where agents work it."""
    return reverse("desk:ticket", args=[ticket.number])


class Desks:
    """Every open desk."""

    group = "desk"


def moved(ticket: "Ticket") -> None:
    """Whoever looks at it, or at a list with it, asks how it stands."""
    event = TicketMoved(id=ticket.pk, number=ticket.number, status=str(ticket.status))
    publish(event, to=[ticket, ticket.requester, Desks()])
    if ticket.channel == Channel.CHAT:
        queue_moved(ticket)


def queue_moved(left: "Ticket") -> None:
    """Whoever waits for somebody to join sees their place change."""
    waiting = type(left).objects.queued().filter(channel=Channel.CHAT).exclude(pk=left.pk)
    for each in waiting.select_related("requester"):
        event = TicketMoved(id=each.pk, number=each.number, status=str(each.status))
        publish(event, to=[each.requester])


def assigned(ticket: "Ticket", by: User | None) -> None:
    """Who was given a ticket is told, unless they took it themselves."""
    if ticket.assignee and ticket.assignee != by:
        what = "transfer" if by else "chat" if ticket.channel == Channel.CHAT else ""
        facts = {"what": what, "by": by.display_name if by else ""}
        _notify(ticket, ticket.assignee, TICKET_GIVEN.name, desk_url(ticket), **facts)


def taken(ticket: "Ticket", left: User, reason: str) -> None:
    """Whose ticket went back to the queue is told why."""
    at_desk = left.is_agent or ticket.channel != Channel.EMERGENCY
    url = desk_url(ticket) if at_desk else ticket.emergency.get_absolute_url()
    facts = {"what": str(reason), "desk": "" if at_desk else "none"}
    facts["opened"] = "yes" if ticket.joined_at else "no"
    _notify(ticket, left, TICKET_TAKEN.name, url, **facts)


def warned(ticket: "Ticket", people: Iterable[User]) -> None:
    """A promise is nearly broken."""
    for person in people:
        _notify(ticket, person, TICKET_DUE.name, desk_url(ticket))


def breached(ticket: "Ticket", people: Iterable[User]) -> None:
    """A promise is broken."""
    for person in people:
        _notify(ticket, person, TICKET_OVERDUE.name, desk_url(ticket))


def resolved(ticket: "Ticket", by: User | None) -> None:
    """The requester is told, and asked how it was."""
    if by is None or by.pk != ticket.requester_id:
        _notify(ticket, ticket.requester, TICKET_RESOLVED.name, ticket.get_absolute_url())


def seen(ticket: "Ticket", by: User, request: HttpRequest) -> None:
    """Who goes to its page knows what was told of it; a page that asks anew may be unseen."""
    if request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate":
        clear(by, _key(ticket))


def _key(ticket: "Ticket") -> str:
    return f"ticket:{ticket.pk}"


def _notify(ticket: "Ticket", to: User, kind: str, url: str, **facts: str) -> None:
    context = {"number": str(ticket.number)} | facts
    notify_all([Notice([to], kind, url, _key(ticket), context)])
