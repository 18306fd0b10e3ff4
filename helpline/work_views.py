"""What an agent does with a ticket: each is a form that posts to a noun."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpline.desk_forms import CodeForm, NoteForm, PriorityForm, TransferForm
from helpline.desk_views import agent_of, desk_of, ticket_of
from helpline.models import Diagnosis, Note, Ticket
from helpline.refusals import AlreadyClaimed, UnansweredQuestion
from telemed.models import Refusal


def _back(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """To the ticket, or to the list when it went to a queue that is not this agent's."""
    desk = desk_of(request)
    is_here = desk.mine.filter(pk=ticket.pk).exists()
    where = reverse("desk:ticket", args=[ticket.number]) if is_here else reverse("desk:home")
    return redirect(f"{where}?show={desk.show}")


def _carry_out(request: HttpRequest, ticket: Ticket, verb: Callable[[], object]) -> HttpResponse:
    """Does it, or says why not and, when a colleague was faster, who that was."""
    try:
        verb()
    except AlreadyClaimed as refusal:
        ticket.refresh_from_db()
        messages.warning(request, _taken(ticket) or str(refusal.detail))
    except Refusal as refusal:
        messages.warning(request, str(refusal.detail))
    return _back(request, ticket)


def _taken(ticket: Ticket) -> str:
    if not ticket.assignee:
        return ""
    return _("%(name)s has taken this ticket.") % {"name": ticket.assignee.display_name}


def _why(form: Form) -> str:
    return " ".join(str(words) for errors in form.errors.values() for words in errors)


@require_POST
def assignment(request: HttpRequest, number: int) -> HttpResponse:
    """Takes it from the queue."""
    ticket = ticket_of(request, number)
    return _carry_out(request, ticket, lambda: ticket.claim(agent_of(request)))


@require_POST
def transfer(request: HttpRequest, number: int) -> HttpResponse:
    """Hands it to a colleague or to another queue."""
    ticket, by = ticket_of(request, number), agent_of(request)
    form = TransferForm(request.POST, ticket=ticket, by=by)
    if not form.is_valid():
        messages.warning(request, _("Choose to whom the ticket goes."))
        return _back(request, ticket)
    return _carry_out(request, ticket, lambda: form.hand_over(ticket, by))


@require_POST
def release(request: HttpRequest, number: int) -> HttpResponse:
    """Gives it back to the front of its queue."""
    ticket = ticket_of(request, number)
    return _carry_out(request, ticket, lambda: ticket.release(by=agent_of(request)))


@require_POST
def waiting(request: HttpRequest, number: int) -> HttpResponse:
    """The requester has to answer first."""
    ticket = ticket_of(request, number)
    return _carry_out(request, ticket, lambda: ticket.wait(by=agent_of(request)))


@require_POST
def resolution(request: HttpRequest, number: int) -> HttpResponse:
    """It is done; over an unanswered question only when that is meant."""
    ticket, anyway = ticket_of(request, number), bool(request.POST.get("anyway"))
    try:
        ticket.resolve(by=agent_of(request), anyway=anyway)
    except UnansweredQuestion:
        return redirect(
            f"{reverse('desk:ticket', args=[number])}?show={desk_of(request).show}&ask=resolution"
        )
    except Refusal as refusal:
        messages.warning(request, str(refusal.detail))
    return _back(request, ticket)


@require_POST
def reopening(request: HttpRequest, number: int) -> HttpResponse:
    """A supervisor puts it back into the queue, with a note on what is still wrong."""
    ticket, form = ticket_of(request, number), NoteForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Say in a note what is still wrong."))
        return _back(request, ticket)
    words, by = form.cleaned_data["note"], agent_of(request)
    return _carry_out(request, ticket, lambda: ticket.reopen(words, by=by))


@require_POST
def priority(request: HttpRequest, number: int) -> HttpResponse:
    """More or less urgent."""
    ticket, form = ticket_of(request, number), PriorityForm(request.POST)
    if not form.is_valid() or ticket.is_emergency:
        messages.warning(request, _("This priority cannot be chosen."))
        return _back(request, ticket)
    wanted = form.cleaned_data["priority"]
    return _carry_out(request, ticket, lambda: ticket.set_priority(wanted, by=agent_of(request)))


@require_POST
def notes(request: HttpRequest, number: int) -> HttpResponse:
    """Written for colleagues; the requester never sees it."""
    ticket, form = ticket_of(request, number), NoteForm(request.POST)
    if form.is_valid():
        Note.objects.write(ticket, form.cleaned_data["note"], by=agent_of(request))
    else:
        messages.warning(request, _why(form))
    return _back(request, ticket)


@require_POST
def unsent(request: HttpRequest, number: int) -> HttpResponse:
    """What whoever had it wrote and had not sent: in their field once it is theirs again."""
    ticket = ticket_of(request, number)
    mine = get_object_or_404(ticket.conversation.members, person=agent_of(request))
    try:
        mine.keep_unsent(request.POST.get("body", "").replace("\r\n", "\n"))
    except Refusal as refusal:
        return HttpResponse(refusal.detail, status=400, content_type="text/plain")
    return HttpResponse(status=204)


@require_POST
def report(request: HttpRequest, number: int) -> HttpResponse:
    """The six letters that the person reads out open their report here."""
    ticket, form = ticket_of(request, number), CodeForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Type the six letters that the person reads out."))
        return _back(request, ticket)
    code, by = form.cleaned_data["code"], agent_of(request)
    return _carry_out(request, ticket, lambda: Diagnosis.objects.attach(code, ticket, by=by))
