"""What people are told about the security of their account, whoever did it."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.urls import reverse

from accounts import browsers, witness
from accounts.models import User
from accounts.witness import Act
from notifications.kinds import SECURITY
from notifications.models import Notice, Notification, notify_all
from telemed import logs

# From the record to the words in templates/notifications/security/.
FACTS = {
    (Act.PASSWORD_CHANGED, "accounts.user", "ok"): "password",
    (Act.CHANGED, "accounts.email", "changed"): "email",
    (Act.CHANGED, "accounts.second_factor", "added"): "factor_added",
    (Act.CHANGED, "accounts.second_factor", "removed"): "factor_removed",
}

# In a session: which notice tells of its beginning.
KEPT_AS = "told_as"


def register() -> None:
    """Once, when the app is ready."""
    witness.keepers.append(witnessed)
    browsers.strangers.append(signed_in)


def signed_in(person: User, browser: str, request: HttpRequest | None) -> None:
    """From a browser that did not know them, or by a program; it leads to where they are signed in.

    Programs sign in again and again: while the person has not looked, one notice is enough.
    """
    what, key = ("sign_in", this_request(request)) if browser else ("program", "program")
    if browser and request is not None:
        request.session[KEPT_AS] = key_of(what, key)
    tell(person, what, reverse("accounts:sign-ins"), key, browser=browser)


def as_seen_from(session: SessionBase | None, found: Iterable[Notification]) -> None:
    """What tells of this very session says so: to whoever has just signed in here it is no news.

    Only its words differ. It is unread and counts here as everywhere: if this were the browser of
    a thief, its signing in must take nothing from what the owner finds on their own devices.
    """
    own = session.get(KEPT_AS) if session is not None else None
    for each in found:
        if own and each.key == own:
            each.context["here"] = True


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
    facts = {"what": what, **more}
    notify_all([Notice([person], SECURITY.name, url, key_of(what, key), facts, urgent=True)])


def key_of(what: str, key: str) -> str:
    """What names one fact among the notifications of a person."""
    return f"security:{what}:{key}"


def this_request(request: HttpRequest | None = None) -> str:
    """Each fact is told by itself, but once: a second factor takes its recovery codes along."""
    return getattr(request, "request_id", "") or logs.request_id.get() or uuid4().hex
