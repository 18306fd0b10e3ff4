"""Where a request comes from, behind as many proxies as we run ourselves."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str | None:
    """The address that our own outermost proxy saw.

    Each proxy appends what it saw, so only the last TRUSTED_PROXIES entries are ours; what
    stands left of them was written by the client.
    """
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    trusted: int = settings.TRUSTED_PROXIES
    seen = hops[-trusted] if 0 < trusted <= len(hops) else request.META.get("REMOTE_ADDR", "")
    try:
        return str(ipaddress.ip_address(seen.strip()))
    except ValueError:
        return None
