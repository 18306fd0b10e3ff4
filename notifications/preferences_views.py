"""The page on which a person chooses how they are told."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from notifications.forms import DoNotDisturbForm, PreferencesForm
from notifications.models import Preferences
from notifications.muted import muted_by


class SignedIn(HttpRequest):
    """A request behind `login_required`."""

    user: User


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def preferences(request: SignedIn) -> HttpResponse:
    """The matrix, quiet hours, sounds, and what is muted."""
    own = Preferences.own(request.user)
    form = PreferencesForm(own, *([request.POST] if request.method == "POST" else []))
    if request.method == "POST" and form.is_valid() and form.keep():
        messages.success(request, _("Your choices are saved."))
        return redirect("notifications:preferences")
    context = {
        "form": form,
        "is_undisturbed": own.is_undisturbed,
        "undisturbed_until": own.disturbs_again_at,
        "muted": muted_by(request.user),
    }
    return render(request, "notifications/preferences.html", context)


@require_POST
@login_required
def do_not_disturb(request: SignedIn) -> HttpResponse:
    """No sound for a while, or again."""
    form = DoNotDisturbForm(request.POST)
    if form.is_valid():
        is_on = form.keep(request.user).is_undisturbed
        words = _("Do not disturb is on.") if is_on else _("Do not disturb is off.")
        messages.success(request, words)
    else:
        messages.error(request, _("Choose for how long you do not want to be disturbed."))
    if "from_centre" in request.POST:
        return redirect("notifications:list")
    return redirect(reverse("notifications:preferences") + "#undisturbed")
