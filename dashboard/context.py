"""What the frame of every page shows."""

import json
from functools import partial
from operator import getitem
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from notifications.badges import badges
from notifications.models import Preferences
from notifications.sounds import heard
from telemed.wire import builtins


def frame(request: HttpRequest) -> dict[str, Any]:
    """The emergency number, and what is a signed-in person's, asked for when it is shown."""
    context: dict[str, Any] = {"EMERGENCY_NUMBER": settings.EMERGENCY_NUMBER}
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        counted = SimpleLazyObject(lambda: badges(user))
        for name in ("unread_notifications", "unread_messages", "missed_calls"):
            context[name] = SimpleLazyObject(partial(getitem, counted, name))
        chosen = cast(Preferences, SimpleLazyObject(lambda: preferences_of(user)))
        context["own_preferences"] = chosen
        context["hearing"] = SimpleLazyObject(lambda: json.dumps(builtins(heard(chosen))))
    return context


def preferences_of(user: User) -> Preferences:
    """What this person has chosen; by the query that knows the doctor too."""
    known = User.objects.select_related("doctor", "preferences").get(pk=user.pk)
    if hasattr(known, "doctor"):
        user.doctor = known.doctor
    return getattr(known, "preferences", None) or Preferences(person=known)
