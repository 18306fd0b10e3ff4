"""Where one is signed in, and how one signs out elsewhere."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import SignIn
from accounts.models.sign_in import SignInQuerySet


@require_safe
@login_required
def sign_ins(request: HttpRequest) -> HttpResponse:
    """This browser first, then the others as they were last used."""
    own = sorted(
        SignIn.objects.for_user(request.user),
        key=lambda each: each.session_id != request.session.session_key,
    )
    return render(request, "accounts/sign_ins.html", {"sign_ins": own})


def others(request: HttpRequest) -> SignInQuerySet:
    """One's own, but for this browser, out of which one signs by the button for it."""
    own = SignIn.objects.for_user(request.user)
    return own.exclude(session=request.session.session_key)


@require_POST
@login_required
def ending(request: HttpRequest, sign_in_id: UUID) -> HttpResponse:
    """Signs one other browser out."""
    chosen = get_object_or_404(others(request), pk=sign_in_id)
    others(request).filter(pk=chosen.pk).end(request)
    messages.success(request, _("You are signed out there."))
    return redirect("accounts:sign-ins")


@require_POST
@login_required
def ending_others(request: HttpRequest) -> HttpResponse:
    """Signs all other browsers out."""
    others(request).end(request)
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("accounts:sign-ins")
