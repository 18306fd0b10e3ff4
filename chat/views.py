"""The pages of messages: the list, one conversation, and the first message to a doctor."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Doctor, User
from chat import posting
from chat.forms import MessageForm, MutingForm
from chat.models import Conversation, Member
from chat.models.selection import check_may_begin
from chat.places import places
from chat.showing import pane
from telemed.models import Refusal

ROWS = 50


class SignedIn(HttpRequest):
    """A request behind `login_required`."""

    user: User


@require_safe
@login_required
def conversations(request: SignedIn) -> HttpResponse:
    """One's conversations, the last touched first; `q` finds by name, `before` goes on."""
    return render(request, "chat/list.html", the_list(request))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def conversation(request: SignedIn, conversation_id: UUID) -> HttpResponse:
    """A conversation; a form without JavaScript posts here too."""
    own = Conversation.objects.for_user(request.user).in_list_of(request.user)
    shown = get_object_or_404(own, pk=conversation_id)
    form = MessageForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and sent(form, shown, request.user):
        return redirect(shown)
    if place := places.get(shown.kind):
        return redirect(place(shown, request.user))
    shown.note_opening(request.user, request)
    return render(
        request,
        "chat/conversation.html",
        the_list(request) | pane(shown, request.user) | {"form": form},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def first_message(request: SignedIn, slug: str) -> HttpResponse:
    """To a doctor: the conversation there is, or a form for its first message."""
    other = get_object_or_404(Doctor.objects.listed(), slug=slug).user
    if known := Conversation.objects.between(request.user, other):
        return redirect(known)
    form = MessageForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and (begun := _begun(form, request.user, other))
    ):
        return redirect(begun)
    context = the_list(request) | {
        "other": other,
        "form": form,
        "refusal": _refusal(request, other),
    }
    return render(request, "chat/first.html", context)


@require_POST
@login_required
def muting(request: SignedIn, conversation_id: UUID) -> HttpResponse:
    """Mutes or unmutes it for oneself; from the preferences one goes back there."""
    shown = get_object_or_404(Conversation.objects.for_user(request.user), pk=conversation_id)
    form = MutingForm(request.POST)
    if form.is_valid():
        with suppress(Member.DoesNotExist):  # taken out meanwhile
            form.keep(shown.member(request.user))
    else:
        messages.error(request, _("Choose for how long it is to be muted."))
    return redirect("notifications:preferences" if "from_preferences" in request.POST else shown)


def _refusal(request: SignedIn, other: User) -> Refusal | None:
    try:
        check_may_begin(request.user, other)
    except Refusal as refusal:
        return refusal
    return None


def _begun(form: MessageForm, by: User, other: User) -> Conversation | None:
    try:
        begun = Conversation.objects.direct(by, other)
    except Refusal as refusal:
        form.add_error("body", str(refusal.detail))
        return None
    return begun if sent(form, begun, by) else None


def sent(form: MessageForm, to: Conversation, author: User) -> bool:
    """Who answers by this form has read what stands above it."""
    try:
        posting.check_pace(author)
        posted = posting.post(author=author, conversation_id=to.pk, **form.cleaned_data)
    except Conversation.DoesNotExist:  # taken out meanwhile
        raise Http404 from None
    except Refusal as refusal:
        form.add_error("body", str(refusal.detail))
        return False
    to.member(author).mark_read(posted.seq)
    return True


def the_list(request: SignedIn) -> dict[str, Any]:
    """The list of conversations, alone or beside an open one."""
    q = request.GET.get("q", "").replace("\0", "").strip()[:100]
    own = Conversation.objects.in_messages_of(request.user)
    found = own.named(q, request.user) if q else own
    rows = found.before(_last_of_page(request)).with_newest(request.user, ROWS + 1)
    return {
        "q": q,
        "rows": [(row, row.other(request.user)) for row in rows[:ROWS]],
        "older": rows[ROWS - 1].pk if len(rows) > ROWS else None,
    }


def _last_of_page(request: SignedIn) -> Conversation | None:
    try:
        key = UUID(request.GET.get("before", ""))
    except ValueError:
        return None
    return Conversation.objects.for_user(request.user).filter(pk=key).first()
