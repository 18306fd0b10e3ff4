"""What the frame of every page shows."""

import json
from functools import cache, partial
from operator import getitem
from typing import Any, cast

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from helpline.models import Emergency
from notifications.badges import badges, counters
from notifications.models import Preferences
from notifications.sounds import heard
from telemed.wire import builtins


def frame(request: HttpRequest) -> dict[str, Any]:
    """The emergency number, and what is a signed-in person's, asked for when it is shown."""
    context: dict[str, Any] = {"EMERGENCY_NUMBER": settings.EMERGENCY_NUMBER}
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        counted = SimpleLazyObject(lambda: badges(user))
        for name in counters:
            context[name] = SimpleLazyObject(partial(getitem, counted, name))
        known = cache(lambda: known_of(user))
        context["in_hand"] = SimpleLazyObject(lambda: in_hand(known()))
        chosen = cast(Preferences, SimpleLazyObject(lambda: preferences_of(known())))
        context["own_preferences"] = chosen
        context["hearing"] = SimpleLazyObject(lambda: json.dumps(builtins(heard(chosen))))
    return context


def known_of(user: User) -> User:
    """All that the frame asks about this person, by one query that knows the doctor too."""
    people = User.objects.select_related("doctor", "preferences")
    known = people.annotate(has_in_hand=Exists(Emergency.objects.in_hand_of(OuterRef("pk"))))
    found = known.get(pk=user.pk)
    if hasattr(found, "doctor"):
        user.doctor = found.doctor
    return found


def in_hand(known: User) -> list[Emergency]:
    """The emergencies that one has or is asked to take over; a patient is led back elsewhere."""
    if known.is_patient or not vars(known)["has_in_hand"]:
        return []
    return list(Emergency.objects.in_hand_of(known).for_user(known).at_hand())


def preferences_of(known: User) -> Preferences:
    """What this person has chosen."""
    return getattr(known, "preferences", None) or Preferences(person=known)
