"""Thin receivers: allauth and Django tell that someone signed in or out, verbs do the rest."""

from typing import Any

from allauth.account.signals import (
    email_changed,
    password_changed,
    password_reset,
    password_set,
)
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import sessions, witness
from accounts.models import User
from accounts.models.sign_in import note_now_and_then
from accounts.witness import Act


@receiver(user_logged_in)
def signed_in(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    sessions.opened(user, request=request)
    note_now_and_then(request, user)


@receiver(user_logged_out)
def signed_out(sender: Any, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        sessions.closed(user, request=request)


@receiver([password_changed, password_set, password_reset])
def password_stored(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    user.note_password_change(by=user, request=request)


@receiver(email_changed)
def email_stored(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    result = "changed" if kwargs.get("from_email_address") else "confirmed"
    about = {"about": "email", "result": result}
    witness.tell(user, Act.CHANGED, subject=user, request=request, **about)


@receiver(authenticator_added)
def second_factor_added(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    about = {"about": "second_factor", "result": "added"}
    witness.tell(user, Act.CHANGED, subject=user, request=request, **about)


@receiver(authenticator_removed)
def second_factor_removed(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    about = {"about": "second_factor", "result": "removed"}
    witness.tell(user, Act.CHANGED, subject=user, request=request, **about)
