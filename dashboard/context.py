"""What the frame of every page shows."""

from functools import partial
from operator import getitem
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from notifications.badges import badges


def frame(request: HttpRequest) -> dict[str, Any]:
    """The emergency number, and a signed-in person's counts, asked for when they are shown."""
    context: dict[str, Any] = {"EMERGENCY_NUMBER": settings.EMERGENCY_NUMBER}
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        counted = SimpleLazyObject(lambda: badges(user))
        for name in ("unread_notifications", "unread_messages", "missed_calls"):
            context[name] = SimpleLazyObject(partial(getitem, counted, name))
    return context
