"""The sounds a page makes, and in which of its ways each is to be heard.

The browser has the notes (static/js/lib/sound.js), under the same names.
"""

from datetime import time
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from notifications.events import PreferencesChanged

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from notifications.models import Preferences

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


def heard(preferences: "Preferences") -> PreferencesChanged:
    """What a page must know to sound, or not."""
    return PreferencesChanged(
        sounds={sound: variant(preferences.sounds.get(sound, DEFAULT)) for sound in SOUNDS},
        quiet_from=_clock(preferences.quiet_from) if preferences.has_quiet_hours else None,
        quiet_to=_clock(preferences.quiet_to) if preferences.has_quiet_hours else None,
        undisturbed_until=preferences.undisturbed_until,
        lets_urgent_through=preferences.lets_urgent_through,
    )


def variant(name: object) -> str:
    """One that there is; empty for silence."""
    return str(name) if name in VARIANTS or name == SILENT else DEFAULT


def _clock(moment: time | None) -> str | None:
    return moment.strftime("%H:%M") if moment else None
