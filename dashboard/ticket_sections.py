"""The sections of the inbox about tickets: one's own, and those to be worked at the desk."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from chat.models import Conversation
from dashboard.inbox import Action, Inbox, Row, section
from helpline.models import Status, Ticket
from helpline.telling import desk_url


@section(
    name="tickets",
    title=gettext_lazy("Your tickets"),
    order=30,
    more="helpline:tickets",
    more_title=gettext_lazy("All tickets"),
)
def tickets(inbox: Inbox) -> list[Row]:
    """What one has asked, each with what is to be done about it."""
    return [_own_row(each.ticket, each) for each in inbox.tickets]


def _own_row(ticket: Ticket, talk: Conversation) -> Row:
    url, unread = ticket.get_absolute_url(), talk.unread
    return Row(
        key=f"ticket-{ticket.pk}",
        icon="ticket",
        title=ticket.subject,
        text=_("Ticket %(number)s") % {"number": ticket.number}
        + f", {ticket.get_status_display()}",
        at=talk.newest.created_at if talk.newest else ticket.moved_at,
        url=url,
        unread=unread,
        action=_own_action(ticket, url, unread),
    )


def _own_action(ticket: Ticket, url: str, unread: int) -> Action:
    if unread or ticket.status == Status.WAITING:
        label = gettext_lazy("Reply")
        return Action(label=label, icon="message-circle", url=url, is_urgent=not unread)
    if ticket.is_settled:
        return Action(label=gettext_lazy("Rate"), icon="star", url=f"{url}#rating")
    return Action(label=gettext_lazy("Open"), icon="ticket", url=url)


@section(
    name="desk",
    title=gettext_lazy("At the desk"),
    order=15,
    more="desk:home",
    more_title=gettext_lazy("Open the desk"),
)
def desk(inbox: Inbox) -> list[Row]:
    """Those that are with this agent, after how many wait in the queue."""
    if not inbox.person.is_agent:
        return []
    return [*_queue_row(inbox), *[_desk_row(each.ticket, each.unread) for each in inbox.in_work]]


def _queue_row(inbox: Inbox) -> list[Row]:
    queued = Ticket.objects.at_desk_of(inbox.person).queued()
    waiting = list(queued.values_list("queued_at", flat=True))
    if not waiting:
        return []
    words = ngettext("%(count)s ticket waits", "%(count)s tickets wait", len(waiting))
    url = reverse("desk:home")
    return [
        Row(
            key="queue",
            icon="inbox",
            title=words % {"count": len(waiting)},
            text=_("The longest has waited since"),
            at=min(waiting),
            url=url,
            action=Action(label=gettext_lazy("Open the desk"), icon="headset", url=url),
        )
    ]


def _desk_row(ticket: Ticket, unread: int) -> Row:
    url = desk_url(ticket)
    return Row(
        key=f"desk-{ticket.pk}",
        person=ticket.requester,
        title=ticket.subject,
        role=ticket.requester.display_name,
        text=_("Ticket %(number)s") % {"number": ticket.number},
        at=ticket.assigned_at or ticket.moved_at,
        url=url,
        unread=unread,
        action=Action(label=gettext_lazy("Work on it"), icon="headset", url=url),
    )
