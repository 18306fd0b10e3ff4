"""The directory of doctors, a doctor's profile, one's own profile, and photos."""

from uuid import UUID

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import witness
from accounts.forms import DirectoryForm, PhotoForm, profile_form
from accounts.models import Doctor, User
from accounts.witness import Act
from telemed import relay
from telemed.models import Refusal

PAGE = 20


@require_GET
def directory(request: HttpRequest) -> HttpResponse:
    """The public list of doctors and the search in it."""
    form = DirectoryForm(request.GET)
    page = Paginator(form.doctors(), PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/directory.html", {"form": form, "page": page})


@require_GET
def doctor(request: HttpRequest, slug: str) -> HttpResponse:
    """A doctor's public profile, with the ways to reach them."""
    found = get_object_or_404(Doctor.objects.listed(), slug=slug)
    return render(request, "accounts/doctor.html", {"doctor": found})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """What one has told about oneself, to be changed."""
    user: User = request.user  # type: ignore[assignment]
    form = profile_form(user, *([request.POST] if request.method == "POST" else []))
    if request.method == "POST" and form.is_valid():
        form.keep(by=user, request=request)
        messages.success(request, _("Your profile is saved."))
        return redirect("accounts:profile")
    if request.method != "POST":
        witness.tell(user, Act.OPENED, subject=user, request=request)
    context = {
        "form": form,
        "has_second_factor": is_mfa_enabled(user),
        "has_relay": relay.is_configured(),
    }
    return render(request, "accounts/profile.html", context)


@login_required
@require_POST
def own_photo(request: HttpRequest) -> HttpResponse:
    """Takes in a new photo; without a file, says so."""
    user: User = request.user  # type: ignore[assignment]
    form = PhotoForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("Choose a picture first."))
        return redirect("accounts:profile")
    try:
        user.change_photo(form.cleaned_data["photo"], by=user, request=request)
        messages.success(request, _("Your photo is saved."))
    except Refusal as refusal:
        messages.error(request, str(refusal.detail))
    return redirect("accounts:profile")


@login_required
@require_POST
def photo_removal(request: HttpRequest) -> HttpResponse:
    """Back to initials."""
    user: User = request.user  # type: ignore[assignment]
    user.change_photo(None, by=user, request=request)
    messages.success(request, _("Your photo is removed."))
    return redirect("accounts:profile")


@require_GET
def photo(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A person's photo, for those who may see the person. Seeing a patient's is on record."""
    person = get_object_or_404(User.objects.for_user(request.user), public_id=public_id)
    if not person.photo:
        raise Http404
    if not person.is_doctor and person != request.user:
        witness.tell(request.user, Act.OPENED, subject=person, about="photo", request=request)
    with person.photo.open("rb") as file:
        response = HttpResponse(file.read(), content_type="image/jpeg")
    response["Cache-Control"] = "private, max-age=300" if person.is_doctor else "no-store, private"
    return response
