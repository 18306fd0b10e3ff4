"""Thin receivers: who signs out of a browser is not pushed to there any more."""

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import sessions
from accounts.models import User
from notifications import browsers


@receiver(user_logged_out)
def signed_out(sender: Any, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        browsers.forget(user, request)


sessions.endings.append(browsers.forget_session)
