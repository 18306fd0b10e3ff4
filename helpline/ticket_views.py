"""One's tickets: written, listed, read, solved, opened again and rated."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from chat.forms import MessageForm
from chat.models import Conversation
from chat.showing import pane
from chat.views import SignedIn, sent
from helpline import asking, telling
from helpline.forms import SCORES, RatingForm, ReopeningForm, TicketForm, call_of
from helpline.models import Emergency, Status, Ticket, TicketTransition
from helpline.own import SHOWN, page
from helpline.progress import steps
from helpline.reception import Reception
from helpline.refusals import AlreadyRated
from helpline.searching import suggest
from telemed.models import Refusal

HIGHEST = 2**31 - 1
AT_HAND = ("requester", "assignee", "category", "conversation", "call")
# At the other end: whoever of them answers, which may change while the page is open.
HELPLINE = {"display_name": _("the helpline"), "short_name": _("the helpline")}


@require_safe
@login_required
def tickets(request: SignedIn) -> HttpResponse:
    """One's own, the newest first."""
    asking.open_chat_of(request.user)  # one that nobody has joined in time is a ticket by now
    show = request.GET.get("show", "all")
    show = show if show in SHOWN else "all"
    rows, older = page(request.user, show, _number(request))
    return render(request, "helpline/tickets.html", {"rows": rows, "older": older, "show": show})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: SignedIn) -> HttpResponse:
    """A new ticket, about one of one's calls if the link says so."""
    known = {name: request.GET.get(name, "") for name in ("category", "call", "subject")}
    form = TicketForm(request.POST or None, person=request.user, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(asking.write(request.user, **form.cleaned_data))
        except Refusal as refusal:
            form.add_error(None, str(refusal.detail))
    said = str(form["subject"].value() or "")
    context = {
        "form": form,
        "call": call_of(request.user, str(form["call"].value() or "")),
        "suggested": suggest(said[:100].replace("\0", "")) if said else [],
    }
    return render(request, "helpline/new.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def ticket(request: SignedIn, number: int) -> HttpResponse:
    """How it stands, and the conversation; a message without JavaScript is posted here too."""
    shown = _visible(request, number)
    if not shown.is_mine(request.user) and request.user.is_agent:
        return redirect(telling.desk_url(shown))
    if request.method != "POST" and (alert := _live_alert(shown)):
        return redirect(alert)
    form = MessageForm(request.POST or None)
    conversation = _conversation(request, shown)
    if request.method == "POST" and form.is_valid() and sent(form, conversation, request.user):
        return redirect(shown)
    return _ticket(request, shown, conversation, form=form)


def _live_alert(shown: Ticket) -> Emergency | None:
    """While it lives, an emergency has a page of its own."""
    alerts = Emergency.objects.live().filter(ticket=shown)
    return alerts.first() if shown.is_emergency else None


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def resolution(request: SignedIn, number: int) -> HttpResponse:
    """It is solved, says who asked; read, as after an error or a reload, it leads to the ticket."""
    mine = _own(request, number)
    if request.method != "POST":
        return redirect(mine)
    return _carry_out(request, mine, lambda: mine.resolve(by=request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def reopening(request: SignedIn, number: int) -> HttpResponse:
    """It is not solved after all; what is wrong becomes a message."""
    mine, form = _own(request, number), ReopeningForm(request.POST)
    if request.method != "POST":
        return redirect(mine)
    if form.is_valid():
        words = form.cleaned_data["wrong"]
        return _carry_out(request, mine, lambda: asking.again(mine, words, by=request.user))
    return _ticket(request, mine, _conversation(request, mine), reopening_form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def rating(request: SignedIn, number: int) -> HttpResponse:
    """How it was; what was typed stays where it is refused, but for what was rated already."""
    mine, form = _own(request, number), RatingForm(request.POST)
    if request.method != "POST":
        return redirect(mine)
    if form.is_valid():
        try:
            mine.rate(**form.cleaned_data, by=request.user)
        except AlreadyRated as refusal:
            messages.warning(request, str(refusal.detail))
            return redirect(mine)
        except Refusal as refusal:
            form.add_error(None, str(refusal.detail))
        else:
            messages.success(request, _("Thank you for your rating."))
            return redirect(mine)
    return _ticket(request, mine, _conversation(request, mine), rating_form=form)


def _ticket(
    request: SignedIn, shown: Ticket, conversation: Conversation, **forms: Any
) -> HttpResponse:
    shown.note_opening(request.user, request)
    telling.seen(shown, request.user, request)
    context = pane(conversation, request.user) | state_of(shown) | forms
    context.setdefault("form", MessageForm())
    context.setdefault("rating_form", RatingForm())
    context.setdefault("reopening_form", ReopeningForm())
    context["is_mine"] = shown.is_mine(request.user)
    context["helpline"] = HELPLINE
    context["stars"] = SCORES[::-1]
    return render(request, "helpline/ticket.html", context)


def state_of(shown: Ticket) -> dict[str, Any]:
    """What a ticket's page shows besides the conversation."""
    passed = _known(shown, list(shown.transitions.select_related("assignee", "by", "rating")))
    resolutions = [each for each in passed if each.to_status == Status.RESOLVED]
    last = resolutions[-1] if resolutions else None
    rated = [each.rating for each in resolutions if hasattr(each, "rating")]
    return {
        "ticket": shown,
        "steps": steps(shown, passed),
        "ratings": rated[::-1],
        "is_unrated": bool(shown.is_settled and last and not hasattr(last, "rating")),
        **(_queueing(shown) if shown.awaits_joining else {}),
    }


def _known(shown: Ticket, passed: list[TicketTransition]) -> list[TicketTransition]:
    """Without what came after the ticket was read: it would contradict the rest of the page."""
    ends = [place for place, each in enumerate(passed, 1) if each.at == shown.moved_at]
    return passed[: ends[-1]] if ends else passed


def _queueing(shown: Ticket) -> dict[str, Any]:
    reception = Reception(timezone.now(), category=shown.category)
    return {"place": asking.place_of(shown), "reception": reception}


def _carry_out(request: SignedIn, mine: Ticket, verb: Callable[[], object]) -> HttpResponse:
    try:
        verb()
    except Refusal as refusal:
        messages.error(request, str(refusal.detail))
    return redirect(mine)


def _own(request: SignedIn, number: int) -> Ticket:
    mine = Ticket.objects.filter(requester=request.user)
    return asking.settled(get_object_or_404(mine.select_related(*AT_HAND), number=number))


def _visible(request: SignedIn, number: int) -> Ticket:
    seen = Ticket.objects.for_user(request.user)
    return asking.settled(get_object_or_404(seen.select_related(*AT_HAND), number=number))


def _conversation(request: SignedIn, shown: Ticket) -> Conversation:
    own = Conversation.objects.for_user(request.user).in_list_of(request.user)
    return get_object_or_404(own, pk=shown.conversation_id)


def _number(request: SignedIn) -> int | None:
    asked = request.GET.get("before", "")
    if not asked:
        return None
    if not (asked.isascii() and asked.isdigit() and len(asked) < 11 and int(asked) <= HIGHEST):
        raise Http404
    return int(asked)
