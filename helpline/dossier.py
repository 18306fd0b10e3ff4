"""All that an agent sees beside one ticket: what was written, who asks, how it came here."""

from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import User
from calls.models import Call
from chat.models import Conversation
from chat.showing import HISTORY, pane
from helpline.desk_forms import CodeForm, NoteForm, PriorityForm, TransferForm
from helpline.models import CannedReply, Emergency, Ticket, Viewing
from helpline.progress import groups
from helpline.queue import Desk
from helpline.sight import Sight

LAST = 5


def inside(ticket: Ticket, person: User) -> Conversation | None:
    """The conversation, if this person is in it and may answer."""
    own = Conversation.objects.for_user(person).in_list_of(person)
    return own.filter(pk=ticket.conversation_id).first()


def dossier(ticket: Ticket, desk: Desk) -> dict[str, Any]:
    """For the page of a ticket at the desk."""
    person = desk.person
    looking = Viewing.objects.now().filter(ticket=ticket).exclude(person=person)
    return {
        "ticket": ticket,
        "lookers": list(looking.select_related("person").order_by("pk")),
        "notes": ticket.notes.select_related("author"),
        "steps": _steps(ticket),
        "note_form": NoteForm(),
        "code_form": CodeForm(),
        "reports": list(ticket.reports.order_by("-created_at")[:3]),
        "priority_form": PriorityForm(initial={"priority": ticket.priority}),
        **_talk(ticket, person),
        **_about(ticket, desk),
        **_handing_on(ticket, person),
    }


def _steps(ticket: Ticket) -> list[list[Any]]:
    """How it came here; of an emergency also who wrote what became of the person."""
    rows: list[list[Any]] = list(groups(ticket.transitions.select_related("by", "assignee")))
    emergency = _emergency(ticket)
    told = emergency.became if emergency else None
    return sorted([*rows, [told]], key=lambda each: each[0].at) if told else rows


def _emergency(ticket: Ticket) -> Emergency | None:
    return getattr(ticket, "emergency", None) if ticket.is_emergency else None


def _talk(ticket: Ticket, person: User) -> dict[str, Any]:
    """The open conversation for whoever is in it; for others what was written so far."""
    shown = inside(ticket, person)
    if shown is None:
        history, has_more = ticket.conversation.messages.page(before=None, limit=HISTORY)
        return {"is_inside": False, "history": history, "has_more": has_more}
    asking = [each for each in shown.members.all() if each.person_id == ticket.requester_id]
    online = asking[0].online if asking else False
    talk = pane(shown, person) | {"them": ticket.requester, "online": online}
    return talk | {"is_inside": True}


def _about(ticket: Ticket, desk: Desk) -> dict[str, Any]:
    """Who asks. No chart, no date of birth, and nothing of what they write to others."""
    asking, emergency = ticket.requester, _emergency(ticket)
    theirs = desk.mine.filter(requester=asking).exclude(pk=ticket.pk)
    calls = Call.objects.for_user(asking).exclude(end_reason="").order_by("-created_at")
    return {
        "their_time": timezone.now().astimezone(ZoneInfo(asking.time_zone)),
        "their_tickets": theirs.select_related("category")[:LAST],
        "their_calls": list(calls[:LAST]),
        "emergency": emergency,
        "sight": Sight(emergency, desk.person) if emergency else None,
    }


def _handing_on(ticket: Ticket, person: User) -> dict[str, Any]:
    """What the one who has it can do; a supervisor can do it in their place."""
    is_mine = ticket.assignee_id == person.pk
    canned = CannedReply.objects.for_category(ticket.category)
    return {
        "is_mine": is_mine,
        "transfer_form": TransferForm(ticket=ticket, by=person) if ticket.assignee else None,
        "canned": [(each, each.filled_in(ticket, person)) for each in canned] if is_mine else [],
    }
