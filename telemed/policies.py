"""What pages may load and use (SECURITY: Browser; ASVS 3.4), and whom we push to."""

from csp.constants import NONE, SELF
from django_permissions_policy.decorators import permissions_policy_override

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
        "media-src": [SELF, "blob:"],
        "img-src": [SELF, "blob:", "data:"],
        "connect-src": [SELF],
    }
}

# Where browsers let themselves be pushed to; `*.` stands for any subdomain.
PUSH_SERVICES = [
    "fcm.googleapis.com",
    "*.push.services.mozilla.com",
    "*.notify.windows.com",
    "*.push.apple.com",
]

FOR_CALLS = ["autoplay", "camera", "display-capture", "fullscreen", "microphone"]
FOR_NOBODY = ["accelerometer", "geolocation", "gyroscope", "magnetometer", "midi", "payment", "usb"]

PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: [] for feature in (*FOR_NOBODY, "camera", "display-capture", "microphone")
}

IN_CALLS: dict[str, str | list[str] | tuple[str]] = {
    **{feature: [] for feature in FOR_NOBODY},
    **dict.fromkeys(FOR_CALLS, "self"),
}

uses_devices = permissions_policy_override(IN_CALLS)
"""Opens camera and microphone to the page of this view, and to no other."""

WITH_LOCATION: dict[str, str | list[str] | tuple[str]] = {
    **{feature: [] for feature in (*FOR_NOBODY, *FOR_CALLS)},
    "geolocation": "self",
    "autoplay": "self",
}

uses_location = permissions_policy_override(WITH_LOCATION)
"""Lets the pages of an emergency ask where the device is, and no other."""
