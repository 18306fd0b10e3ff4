"""Which subscription belongs to the browser that is asking: its session knows."""

import hashlib
from typing import Any

from django.http import HttpRequest

from accounts.models import User
from accounts.models.account import Account
from notifications.models import PushSubscription

KEPT_AS = "push"


def digest(endpoint: str) -> str:
    """By this a page sees whether the server knows the subscription that its browser has."""
    return hashlib.sha256(endpoint.encode()).hexdigest()[:16]


def remember(request: HttpRequest, subscription: PushSubscription) -> None:
    """A browser has one subscription; an earlier one of this session is over."""
    known = request.session.get(KEPT_AS, {}).get("id")
    if known != str(subscription.pk):
        forget(subscription.person, request)
    about = {"id": str(subscription.pk), "digest": digest(subscription.endpoint)}
    request.session[KEPT_AS] = about


def forget(user: User, request: HttpRequest) -> None:
    """This browser is not pushed to any more."""
    forget_session(user, {KEPT_AS: request.session.pop(KEPT_AS, None)})


def forget_session(user: Account, known: dict[str, Any]) -> None:
    """Nor is the browser of a session that knows this."""
    if about := known.get(KEPT_AS):
        PushSubscription.objects.filter(person=user.pk, pk=about["id"]).delete()
