"""The STUN and TURN servers a party of a live call may use, with passing credentials."""

import base64
import hashlib
import hmac
import time

from django.conf import settings

from accounts.models import User
from calls.events import IceServer

TTL_SECONDS = 2 * 60 * 60


def servers(person: User, now: float | None = None) -> list[IceServer]:
    """What RTCPeerConnection is given; empty when no server is configured."""
    found = [IceServer(urls=settings.STUN_URLS)] if settings.STUN_URLS else []
    if settings.TURN_URLS and settings.TURN_SECRET:
        expires = int(time.time() if now is None else now) + TTL_SECONDS
        username = f"{expires}:{person.public_id}"
        key = credential(settings.TURN_SECRET, username)
        found.append(IceServer(urls=settings.TURN_URLS, username=username, credential=key))
    return found


def credential(secret: str, username: str) -> str:
    """Coturn's REST scheme: the server works the same out from the name, and stores nothing."""
    digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1)
    return base64.b64encode(digest.digest()).decode()
