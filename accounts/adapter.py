"""How allauth signs people up and in here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation

from accounts import browsers, client
from accounts.models import Patient, SignInAttempts, TooManyAttempts, User
from accounts.user_agents import name_of


class Adapter(DefaultAccountAdapter):
    """Sign-up makes a patient; passwords are tried under our own atomic limit."""

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Only patients sign up; doctors and staff are made in the admin."""
        user.name = form.cleaned_data["name"]
        user.language = translation.get_language() or user.language
        with transaction.atomic():
            super().save_user(request, user, form, commit)
            if commit:
                Patient.objects.create(user=user)
        return user

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Before the password is looked at, for known and unknown addresses alike.

        Replaces allauth's limit, which counts in the cache and lets parallel attempts pass.
        A code by e-mail is not a password, so the owner can still get in.
        """
        try:
            SignInAttempts.count(credentials.get("email", ""))
        except TooManyAttempts as refusal:
            raise ValidationError(refusal.detail, code=refusal.code) from refusal

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        user = super().authenticate(request, **credentials)
        if user is not None:
            SignInAttempts.forget(credentials.get("email", ""))
        return user

    def login(self, request: HttpRequest, user: User) -> None:
        """Notes what Django is about to overwrite."""
        user.has_signed_in_before = user.last_login is not None
        super().login(request, user)

    def post_login(self, request: HttpRequest, user: User, **more: Any) -> HttpResponse:
        """Where there was no sign-in before, none is strange."""
        response: HttpResponse = super().post_login(request, user, **more)
        if not browsers.remember(request, response, user) and user.has_signed_in_before:
            browser = name_of(request.headers.get("User-Agent", ""))
            browsers.tell_of_stranger(user, browser=browser, request=request)
        return response

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """To the account, and not to the same form, which would ask for more."""
        return reverse("accounts:profile")

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Only to an address that is given up, which we are about to forget.

        Everything else is told by the notifications, which try again and keep a log.
        """
        if email is not None:
            super().send_notification_mail(template_prefix, user, context, email)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Each role has its home, unless sign-in was on the way to somewhere."""
        return str(request.user.home_url)  # type: ignore[union-attr]

    def get_client_ip(self, request: HttpRequest) -> str:
        return client.address_of(request) or "0.0.0.0"  # noqa: S104 - a name for "unknown"

    def format_email_subject(self, subject: str) -> str:
        """Without the host's name in brackets."""
        return str(subject)
