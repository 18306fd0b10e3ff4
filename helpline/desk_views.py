"""The agents' desk: the queue, and a ticket as its agent sees it."""

from typing import Any, cast

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from chat import posting
from chat.forms import MessageForm
from chat.models import Conversation
from helpline import telling
from helpline.desk_forms import AvailabilityForm
from helpline.dossier import dossier, inside
from helpline.models import Agent, Ticket
from helpline.queue import Desk
from telemed.models import Refusal


def agent_of(request: HttpRequest) -> User:
    """Who asks; for staff who do not work the helpline there is no desk."""
    person = cast(User, request.user)
    if not person.is_agent:
        raise Http404
    return person


def ticket_of(request: HttpRequest, number: int) -> Ticket:
    """A ticket that this agent may work; others are not there."""
    return get_object_or_404(Desk(agent_of(request)).mine.at_hand(), number=number)


def desk_of(request: HttpRequest) -> Desk:
    """The desk on the list that the address names."""
    desk = Desk(agent_of(request), request.GET.get("show", "queue"))
    if desk.show not in dict(desk.lists):
        raise Http404
    return desk


def show(request: HttpRequest, template: str, desk: Desk, **more: Any) -> HttpResponse:
    """A page of the desk in the admin's frame."""
    frame = admin.site.each_context(request) | {"is_nav_sidebar_enabled": False}
    return render(request, template, frame | {"desk": desk} | desk.figures() | more)


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The queue."""
    return show(request, "helpline/desk/home.html", desk_of(request), title=_("Desk"))


@require_POST
def availability(request: HttpRequest) -> HttpResponse:
    """Takes tickets from now on, or no more."""
    form = AvailabilityForm(request.POST)
    agent = Agent.objects.of(agent_of(request))
    agent.set_available(form.is_valid() and form.cleaned_data["available"])
    return redirect("desk:home")


@require_POST
def claim_next(request: HttpRequest) -> HttpResponse:
    """The best one of the queue is mine."""
    desk = Desk(agent_of(request))
    if ticket := desk.claim_next():
        return redirect(f"{reverse('desk:ticket', args=[ticket.number])}?show=mine")
    words = _("Nobody waits in your queues.") if desk.queues else _("Nobody waits.")
    messages.info(request, words)
    return redirect("desk:home")


@require_http_methods(["GET", "HEAD", "POST"])
def ticket(request: HttpRequest, number: int) -> HttpResponse:
    """A ticket to be worked; a reply without JavaScript posts here too."""
    desk = desk_of(request)
    shown = get_object_or_404(desk.mine.at_hand(), number=number)
    shown.note_opening(desk.person, request)
    shown.join(desk.person)
    telling.seen(shown, desk.person, request)
    form = MessageForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _replied(form, shown, desk.person):
        return redirect(f"{reverse('desk:ticket', args=[number])}?show={desk.show}")
    more = dossier(shown, desk) | {"form": form, "asks": request.GET.get("ask", "")}
    title = f"{shown.number} {shown.subject}"
    return show(request, "helpline/desk/ticket.html", desk, title=title, **more)


def _replied(form: MessageForm, ticket: Ticket, author: User) -> bool:
    if not inside(ticket, author):
        form.add_error("body", _("Claim this ticket first."))
        return False
    try:
        posting.check_pace(author)
        posting.post(author=author, conversation_id=ticket.conversation_id, **form.cleaned_data)
    except Conversation.DoesNotExist:
        raise Http404 from None
    except Refusal as refusal:
        form.add_error("body", str(refusal.detail))
        return False
    return True
