"""The pages of calls: the history, the question before, the call itself, its outcome."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Doctor, User
from calls import calling
from calls.forms import HistoryForm, StartForm
from calls.models import Call, Kind
from calls.models.states import CHOSEN
from calls.refusals import CallOver
from calls.sides import Side
from calls.telling import note, see_missed
from chat.models import Conversation
from chat.showing import beside
from telemed.models import Refusal
from telemed.policies import uses_devices

ROWS = 30


def _me(request: HttpRequest) -> User:
    return cast(User, request.user)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def calls(request: HttpRequest) -> HttpResponse:
    """The history; a form that posts here begins a call."""
    if request.method == "POST":
        return _start(request)
    form = HistoryForm(request.GET)
    if not form.is_valid():
        raise Http404
    return render(request, "calls/list.html", _history(request, **form.cleaned_data))


def _history(request: HttpRequest, show: str, before: UUID | None) -> dict[str, Any]:
    Call.objects.settle()
    see_missed(_me(request))
    mine = Call.objects.for_user(_me(request))
    last = get_object_or_404(mine, pk=before) if before else None
    shown = mine.unanswered_by(_me(request)) if show else mine.in_lists_of(_me(request))
    found = list(shown.with_people().with_waits(_me(request)).before(last)[: ROWS + 1])
    return {
        "show": show,
        "rows": [Side(each, _me(request)) for each in found[:ROWS]],
        "older": found[ROWS - 1].pk if len(found) > ROWS else None,
        "is_first_page": last is None,
    }


def _start(request: HttpRequest) -> HttpResponse:
    form = StartForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("That call could not be started. Choose whom to call."))
        return _back(request)
    try:
        return redirect(calling.call(_me(request), **form.cleaned_data))
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    except Refusal as refusal:
        messages.error(request, str(refusal.detail))
        return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    """The page the form was on."""
    came_from = request.headers.get("referer", "")
    ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, request.is_secure())
    return redirect(came_from if ours else "calls:list")


@require_safe
@login_required
def confirm(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Says what will happen, before a visitor who has just signed in rings a doctor."""
    if kind not in dict(CHOSEN):
        raise Http404
    doctor = get_object_or_404(Doctor.objects.listed(), slug=slug)
    context = {"doctor": doctor, "peer": doctor.user, "note": note(doctor.user), "kind": kind}
    return render(request, "calls/confirm.html", context)


@require_safe
@login_required
@uses_devices
def call(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """One address, three faces: it waits for my answer, it lives, it has ended.

    Whoever needs help is led on from an ended call: into the one that rings by now because the
    helper was cut off, or to the page of the emergency.
    """
    Call.objects.settle()
    mine = Call.objects.for_user(_me(request)).with_people().with_waits(_me(request))
    shown = get_object_or_404(mine, pk=call_id)
    shown.note_opened(_me(request), request)
    side = Side(shown, _me(request))
    live = "answer" if side.rings_me else "call"
    face = live if shown.is_live else "ended"
    if side.is_outside:
        face = "taken"
    if face == "ended" and side.is_outgoing and side.about.goes_on:
        anew = Call.objects.holding(_me(request)).filter(conversation=shown.conversation_id)
        return redirect(anew.first() or side.about.page)
    context = {
        "call": shown,
        "side": side,
        "now": timezone.now(),
        "ended_by": shown.ended_by,
        "media": _media(request, shown),
        **(_writing(shown, _me(request)) if face == "call" and shown.is_emergency else {}),
    }
    return render(request, f"calls/{face}.html", context)


def _writing(shown: Call, me: User) -> dict[str, Any]:
    """In an emergency the words stand beside the call, for those who are in the conversation."""
    own = Conversation.objects.for_user(me).in_list_of(me)
    conversation = own.filter(pk=shown.conversation_id).first()
    return beside(conversation, me, to_us=shown.started_by == me) if conversation else {}


def _media(request: HttpRequest, shown: Call) -> str:
    """Without a camera by choice, and in an emergency unless it was chosen."""
    chosen = request.GET.get("media", "")
    if shown.is_emergency:
        return Kind.VIDEO if chosen == Kind.VIDEO else Kind.AUDIO
    return Kind.AUDIO if chosen == Kind.AUDIO else str(shown.kind)


def _carry_out(request: HttpRequest, call_id: UUID, verb: Callable[..., None]) -> HttpResponse:
    """Back to the call's page, which shows what became of it, whoever was first."""
    mine = get_object_or_404(Call.objects.for_user(_me(request)), pk=call_id)
    try:
        verb(mine, _me(request))
    except CallOver:
        pass
    except Refusal as refusal:
        messages.error(request, str(refusal.detail))
    return redirect(mine)


@require_POST
@login_required
def acceptance(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """Answers; `media=audio` joins a video call without one's own camera."""
    had_pictures = Call.objects.filter(pk=call_id, kind=Kind.VIDEO).exists()
    answer = _carry_out(request, call_id, Call.accept)
    media = request.POST.get("media") or (Kind.VIDEO if had_pictures else "")
    emergencies = Call.objects.filter(pk=call_id, kind=Kind.EMERGENCY)
    if media == Kind.AUDIO or (media == Kind.VIDEO and emergencies.exists()):
        answer["Location"] += f"?media={media}"
    return answer


@require_POST
@login_required
def refusal(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """The one who is called declines."""
    return _carry_out(request, call_id, Call.decline)


@require_POST
@login_required
def cancellation(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """The caller gives up."""
    return _carry_out(request, call_id, Call.cancel)


@require_POST
@login_required
def open_call(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """Calls again without hiding one's address; not in an emergency, which this would end."""
    mine = Call.objects.for_user(_me(request)).exclude(kind=Kind.EMERGENCY)
    stuck = get_object_or_404(mine, pk=call_id)
    try:
        return redirect(calling.call_openly(_me(request), stuck, request=request))
    except Refusal as refusal:
        messages.error(request, str(refusal.detail))
        return redirect(stuck)


@require_POST
@login_required
def ending(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """Hangs up."""
    return _carry_out(request, call_id, Call.leave)
