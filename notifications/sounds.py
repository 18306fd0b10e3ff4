"""The sounds a page makes, and in which of its ways each is to be heard.

The browser has the notes (static/js/lib/sound.js), under the same names.
"""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

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


def variant(name: object) -> str:
    """One that there is; empty for silence."""
    return str(name) if name in VARIANTS or name == SILENT else DEFAULT
