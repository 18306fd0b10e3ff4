"""The pages of emergencies: the button, one emergency for all who see it, its review."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from calls.models import Call
from chat.forms import MessageForm
from chat.models import Conversation
from chat.showing import beside
from chat.views import sent
from helpline.elsewhere import says_where_it_is
from helpline.emergency_forms import EmergencyForm, OfferForm, OutcomeForm
from helpline.models import Emergency
from helpline.review import figures, timeline
from helpline.sight import Sight
from telemed.models import Refusal
from telemed.policies import uses_location


def _me(request: HttpRequest) -> User:
    return cast(User, request.user)


@require_http_methods(["GET", "HEAD", "POST"])
@uses_location
def start(request: HttpRequest) -> HttpResponse:
    """The local number, then one button; a press needs nothing, and is never refused."""
    if not request.user.is_authenticated:
        return render(request, "helpline/emergency/start.html", {})
    if request.method == "POST":
        return _press(request)
    Emergency.objects.settle()
    context = {
        "live": Emergency.objects.live_of(_me(request)),
        "form": EmergencyForm(initial=_known_of(_me(request))),
    }
    return render(request, "helpline/emergency/start.html", context)


def _press(request: HttpRequest) -> HttpResponse:
    form = EmergencyForm(request.POST)
    emergency = Emergency.objects.press(by=_me(request), client_id=form.client_id, **form.told)
    _say_what_was_left_out(request, form)
    if request.accepts("text/html"):
        return redirect(emergency)
    return JsonResponse({"page": emergency.get_absolute_url()}, status=201)


def _say_what_was_left_out(request: HttpRequest, form: EmergencyForm) -> None:
    if left_out := ", ".join(form.not_understood):
        words = _("We did not understand: %(fields)s. Write it once more, in the chat if you like.")
        messages.warning(request, words % {"fields": left_out})


def _known_of(person: User) -> dict[str, str]:
    """What the profile proposes."""
    patient = getattr(person, "patient", None)
    address = " ".join((patient.address if patient else "").split())
    return {"call_back": person.phone, "place": address}


def shown_to(request: HttpRequest, emergency_id: UUID) -> Emergency:
    """The emergency, for whoever may see it; raises Http404 for all others."""
    mine = Emergency.objects.for_user(request.user).at_hand()
    return get_object_or_404(mine, pk=emergency_id)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@uses_location
@says_where_it_is
def emergency(request: HttpRequest, emergency_id: UUID) -> HttpResponse:
    """How it stands, for the person and for those who help.

    A message without JavaScript is posted here too.
    """
    Emergency.objects.settle()
    shown, me = shown_to(request, emergency_id), _me(request)
    conversation, form = _conversation(shown, me), MessageForm(request.POST or None)
    if request.method == "POST":
        if conversation is None:
            raise Http404
        if form.is_valid() and sent(form, conversation, me):
            return redirect(shown)
    shown.note_opening(me, request)
    sight = Sight(shown, me)
    face = "own" if sight.is_mine else "helper"
    context = {
        "emergency": shown,
        "sight": sight,
        "now": timezone.now(),
        "details": EmergencyForm(initial=_told_by(shown)),
        "became": OutcomeForm(),
        **(beside(conversation, me, form, to_us=sight.is_mine) if conversation else {}),
    }
    if sight.may_hand_over:
        context["offer"] = OfferForm(sight=sight, initial={"summary": shown.summary})
    return render(request, f"helpline/emergency/{face}.html", context)


def _told_by(shown: Emergency) -> dict[str, Any]:
    known = _known_of(shown.person)
    return {
        "place": shown.place or known["place"],
        "call_back": shown.call_back or known["call_back"],
        "happening": shown.happening,
    }


def _conversation(shown: Emergency, me: User) -> Conversation | None:
    """For those who are in it."""
    own = Conversation.objects.for_user(me).in_list_of(me)
    return own.filter(pk=shown.ticket.conversation_id).first()


def carry_out(
    request: HttpRequest, emergency_id: UUID, verb: Callable[..., None], **more: Any
) -> HttpResponse:
    """Back to its page, which shows what became of it, whoever was first."""
    shown = shown_to(request, emergency_id)
    try:
        verb(shown, by=_me(request), **more)
    except Refusal as refusal:
        messages.error(request, str(refusal.detail))
    return redirect(shown)


@require_POST
@login_required
def details(request: HttpRequest, emergency_id: UUID) -> HttpResponse:
    """Where they are, their number, what is happening."""
    form = EmergencyForm(request.POST)
    answer = carry_out(request, emergency_id, Emergency.tell, **form.told)
    is_page = request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
    if is_page and not form.not_understood:
        messages.success(request, _("Saved. Everyone who was alerted sees it."))
    _say_what_was_left_out(request, form)
    return answer


@require_POST
@login_required
@says_where_it_is
def taking(request: HttpRequest, emergency_id: UUID) -> HttpResponse:
    """By call, or in writing for who has no devices."""
    shown = shown_to(request, emergency_id)
    call, me = shown.call, _me(request)
    if call is None or request.POST.get("by") != "call" or not _rings(call, me):
        return carry_out(request, emergency_id, Emergency.take)
    try:
        call.accept(me)
    except Refusal as refusal:
        messages.error(request, str(refusal.detail))
        return redirect(shown)
    return redirect(call)


def _rings(call: Call, me: User) -> bool:
    return call.status == "ringing" and me in call.called


@require_POST
@login_required
@says_where_it_is
def refusal(request: HttpRequest, emergency_id: UUID) -> HttpResponse:
    """One's own devices fall silent; all others go on."""
    answer = carry_out(request, emergency_id, Emergency.decline)
    messages.success(request, _("You declined. The others go on ringing."))
    return answer


@require_POST
@login_required
def ringing(request: HttpRequest, emergency_id: UUID) -> HttpResponse:
    """The call broke off: everyone is rung again."""
    return carry_out(request, emergency_id, Emergency.ring_again)


@require_POST
@login_required
def ending(request: HttpRequest, emergency_id: UUID) -> HttpResponse:
    """“I am safe”, or whoever has it has seen to it and says what became of the person."""
    return carry_out(request, emergency_id, Emergency.end, **OutcomeForm(request.POST).told)


@require_POST
@login_required
def outcome(request: HttpRequest, emergency_id: UUID) -> HttpResponse:
    """Written once it is over, where whoever ended it did not, or was somebody else."""
    if told := OutcomeForm(request.POST).told:
        return carry_out(request, emergency_id, Emergency.tell_outcome, **told)
    messages.error(request, _("Choose what became of them, or write it."))
    return redirect(shown_to(request, emergency_id))


@require_safe
@login_required
def review(request: HttpRequest, emergency_id: UUID) -> HttpResponse:
    """What happened and when, for supervisors and whoever had it; to be printed."""
    shown = shown_to(request, emergency_id)
    sight = Sight(shown, _me(request))
    if not sight.may_review:
        raise Http404
    context = {"emergency": shown, "lines": timeline(shown), "figures": figures(shown)}
    context["may_tell"] = sight.may_tell_outcome
    return render(request, "helpline/emergency/review.html", context)
