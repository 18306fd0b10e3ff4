"""Whether calls can go through a relay here."""

from django.conf import settings


def is_configured() -> bool:
    """A TURN server is named, and we share its secret."""
    return bool(settings.TURN_URLS and settings.TURN_SECRET)
