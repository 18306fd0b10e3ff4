"""How the browsers of a call may find a way to each other: STUN, TURN, or TURN alone."""

import base64
import hashlib
import hmac
import time
from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import User
from calls.events import IceServer
from calls.refusals import NoRelay
from telemed import relay

TTL_SECONDS = 2 * 60 * 60


def servers(person: User, *, relay_only: bool = False, now: float | None = None) -> list[IceServer]:
    """What RTCPeerConnection is given; empty when no server is configured.

    Raises NoRelay for a call that may go through a relay only, where there is none.
    """
    if relay_only and not relay.is_configured():
        raise NoRelay
    wants_stun = settings.STUN_URLS and not relay_only
    found = [IceServer(urls=settings.STUN_URLS)] if wants_stun else []
    if relay.is_configured():
        expires = int(time.time() if now is None else now) + TTL_SECONDS
        username = f"{expires}:{person.public_id}"
        key = credential(settings.TURN_SECRET, username)
        found.append(IceServer(urls=settings.TURN_URLS, username=username, credential=key))
    return found


def credential(secret: str, username: str) -> str:
    """Coturn's REST scheme: the server works the same out from the name, and stores nothing."""
    digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1)
    return base64.b64encode(digest.digest()).decode()


def is_relay_only(by: User, others: Iterable[User]) -> bool:
    """Whether one of them hides their network address; raises NoRelay when nothing could."""
    hiding = [each for each in (by, *others) if each.hides_network_address]
    if hiding and not relay.is_configured():
        raise NoRelay(_why(by, hiding[0]))
    return bool(hiding)


def _why(by: User, hiding: User) -> str:
    if hiding == by:
        return _(
            "You hide your network address in calls, and this site has no relay server for that. "
            "Write a message instead, or change it in your account."
        )
    return _(
        "%(name)s can be called through a relay server only, and this site has none. "
        "Write a message instead."
    ) % {"name": hiding.short_name}
