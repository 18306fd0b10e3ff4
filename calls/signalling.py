"""What may pass between two browsers through us: session descriptions of a known shape."""

import re

from calls.events import Description
from calls.refusals import BadDescription
from telemed.wire import FRAME_LIMIT

M_LINES = 8
FINGERPRINT = re.compile(r"a=fingerprint:sha-256 (?:[0-9a-f]{2}:){31}[0-9a-f]{2}", re.IGNORECASE)
STRAY = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029]|\r(?!\n)")


def check(description: Description | None) -> None:
    """Raises BadDescription; says nothing of the content, which is in no log either.

    SDES keys (`a=crypto`) would let the relay listen; without a sha-256 fingerprint the
    encryption would not be bound to the one who signals. Stray control characters could hide
    a line from us that a browser sees.
    """
    if description is not None and not is_sound(description.sdp):
        raise BadDescription


def is_sound(sdp: str) -> bool:
    """Whether it reads as a description that the browsers of our pages make."""
    if STRAY.search(sdp) or len(sdp.encode(errors="replace")) > FRAME_LIMIT:
        return False
    lines = sdp.replace("\r\n", "\n").split("\n")
    media = sum(line.startswith("m=") for line in lines)
    return (
        lines[0] == "v=0"
        and 0 < media <= M_LINES
        and any(FINGERPRINT.fullmatch(line) for line in lines)
        and not any(line.lower().lstrip().startswith("a=crypto") for line in lines)
    )
