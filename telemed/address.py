"""Where a request or a handshake comes from, behind as many proxies as we run ourselves."""

import ipaddress

from django.conf import settings


def address_from(forwarded: str, direct: str) -> str | None:
    """The address that our own outermost proxy saw, or None when it is none.

    Each proxy appends what it saw to X-Forwarded-For, so only the last TRUSTED_PROXIES entries
    are ours; what stands left of them was written by the client.
    """
    hops = [hop for hop in forwarded.split(",") if hop.strip()]
    trusted: int = settings.TRUSTED_PROXIES
    seen = hops[-trusted] if 0 < trusted <= len(hops) else direct
    try:
        return str(ipaddress.ip_address(seen.strip()))
    except ValueError:
        return None
