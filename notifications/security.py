"""What people are told about the security of their account, whoever did it."""

from typing import Any
from uuid import uuid4

from django.http import HttpRequest
from django.urls import reverse

from accounts import browsers, witness
from accounts.models import User
from accounts.witness import Act
from notifications.kinds import SECURITY
from notifications.models import Notice, notify_all
from telemed import logs

# From the record to the words in templates/notifications/security/.
FACTS = {
    (Act.PASSWORD_CHANGED, "accounts.user", "ok"): "password",
    (Act.CHANGED, "accounts.email", "changed"): "email",
    (Act.CHANGED, "accounts.second_factor", "added"): "factor_added",
    (Act.CHANGED, "accounts.second_factor", "removed"): "factor_removed",
}


def register() -> None:
    """Once, when the app is ready."""
    witness.keepers.append(witnessed)
    browsers.strangers.append(signed_in)


def signed_in(person: User, browser: str) -> None:
    """From a browser that did not know them, or by a program; it leads to where they are signed in.

    Programs sign in again and again: while the person has not looked, one notice is enough.
    """
    what, key = ("sign_in", this_request()) if browser else ("program", "program")
    tell(person, what, reverse("accounts:sign-ins"), key, browser=browser)


def witnessed(
    actor: Any,
    act: Act,
    *,
    subject_person: User,
    object_type: str,
    request: HttpRequest | None = None,
    result: str = "ok",
    **more: Any,
) -> None:
    """A keeper of the record hears of everything, and tells what matters."""
    if what := FACTS.get((act, object_type, result)):
        tell(subject_person, what, reverse("accounts:profile"), this_request(request))


def tell(person: User, what: str, url: str, key: str, **more: str) -> None:
    """Urgent, so that the word of it stays on an open page until somebody has seen it."""
    key, facts = f"security:{what}:{key}", {"what": what, **more}
    notify_all([Notice([person], SECURITY.name, url, key, facts, urgent=True)])


def this_request(request: HttpRequest | None = None) -> str:
    """Each fact is told by itself, but once: a second factor takes its recovery codes along."""
    return getattr(request, "request_id", "") or logs.request_id.get() or uuid4().hex
