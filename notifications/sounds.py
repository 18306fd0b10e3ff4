"""The sounds a page makes, and in which of its ways each is to be heard.

The browser has the notes (static/js/lib/sound.js), under the same names.
"""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notifications.models import Preferences

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SOUNDS: dict[str, "_StrPromise"] = {
    "message": _("New message"),
    "call": _("Incoming call"),
    "waiting": _("Patient is waiting"),
    "emergency": _("Emergency"),
}
VARIANTS: dict[str, "_StrPromise"] = {
    "chime": _("Chime"),
    "bell": _("Bell"),
    "soft": _("Soft"),
}
DEFAULT = "chime"
SILENT = ""


def chosen(preferences: Preferences) -> dict[str, str]:
    """The variant of each sound; empty for one that is turned off."""
    return {sound: _variant(preferences.sounds.get(sound, DEFAULT)) for sound in SOUNDS}


def _variant(name: object) -> str:
    return str(name) if name in VARIANTS or name == SILENT else DEFAULT


def hearing(person: User) -> dict[str, Any]:
    """What a page must know to sound, or not: asked for once on each page, by one query."""
    preferences = Preferences.of([person])[person.pk]
    until = preferences.undisturbed_until
    return {
        "sounds": chosen(preferences),
        "quiet_from": _clock(preferences.quiet_from),
        "quiet_to": _clock(preferences.quiet_to),
        "undisturbed_until": until.isoformat() if until else None,
        "lets_urgent_through": preferences.lets_urgent_through,
    }


def _clock(moment: Any) -> str | None:
    return moment.strftime("%H:%M") if moment else None
