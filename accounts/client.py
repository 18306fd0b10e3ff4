"""Where a request comes from."""

from django.http import HttpRequest

from telemed.address import address_from


def address_of(request: HttpRequest) -> str | None:
    """The address that our own outermost proxy saw."""
    forwarded, direct = (request.META.get(n, "") for n in ("HTTP_X_FORWARDED_FOR", "REMOTE_ADDR"))
    return address_from(forwarded, direct)
