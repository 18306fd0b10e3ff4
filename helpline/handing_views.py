"""The hand-over of an emergency: asking somebody, taking the question back, the answer."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from helpline.elsewhere import says_where_it_is
from helpline.emergency_forms import OfferForm
from helpline.emergency_views import carry_out, shown_to
from helpline.models import Emergency
from helpline.sight import Sight
from telemed.models import Refusal


@require_POST
@login_required
def offer(request: HttpRequest, emergency_id: UUID) -> HttpResponse:
    """Asks somebody to take over."""
    sight = Sight(shown_to(request, emergency_id), cast(User, request.user))
    form = OfferForm(request.POST, sight=sight)
    if not form.is_valid():
        messages.error(request, _("Choose who is to take over, and write what they must know."))
        return redirect(sight.emergency)
    return carry_out(request, emergency_id, Emergency.offer, **form.cleaned_data)


@require_POST
@login_required
def withdrawal(request: HttpRequest, emergency_id: UUID) -> HttpResponse:
    """Whoever was asked to take over is asked no more."""
    return carry_out(request, emergency_id, Emergency.withdraw_offer)


@require_POST
@login_required
@says_where_it_is
def answer_offer(request: HttpRequest, emergency_id: UUID) -> HttpResponse:
    """“I have it”, and into the call; or “I cannot”, and away from it."""
    if request.POST.get("answer") != "yes":
        return _declined(request, shown_to(request, emergency_id))
    answer = carry_out(request, emergency_id, Emergency.accept_offer)
    sight = Sight(shown_to(request, emergency_id), cast(User, request.user))
    return redirect(sight.live_call) if sight.is_owner and sight.may_join else answer


def _declined(request: HttpRequest, shown: Emergency) -> HttpResponse:
    """Its page is theirs no more: they read elsewhere that they were heard."""
    try:
        shown.refuse_offer(by=cast(User, request.user))
    except Refusal as refusal:
        messages.error(request, str(refusal.detail))
        return redirect(shown)
    names = {"person": shown.person.short_name}
    words = _("You declined. %(person)s is not left alone.")
    if shown.owner:
        names["owner"] = shown.owner.short_name
        words = _("You declined. %(owner)s has been told and stays with %(person)s.")
    messages.success(request, words % names)
    return redirect("dashboard:home")
