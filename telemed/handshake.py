"""Who opens a socket: read from its handshake, as a page reads its request."""

from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from telemed.address import address_from

Scope = dict[str, Any]


def header(scope: Scope, name: bytes) -> str:
    """A header of the handshake; several of one name are joined."""
    return b"; ".join(value for key, value in scope["headers"] if key == name).decode("latin-1")


def address_of(scope: Scope) -> str:
    """The address a handshake comes from; empty when it is unknown."""
    direct = str((scope.get("client") or ("", 0))[0])
    return address_from(header(scope, b"x-forwarded-for").replace(";", ","), direct) or ""


def person_of(scope: Scope) -> Any:
    """The signed-in person, or None; checks the session's hash as pages do."""
    try:
        cookies = SimpleCookie(header(scope, b"cookie"))
    except CookieError:
        return None
    if settings.SESSION_COOKIE_NAME not in cookies:
        return None
    request = HttpRequest()
    store = import_module(settings.SESSION_ENGINE).SessionStore
    request.session = store(cookies[settings.SESSION_COOKIE_NAME].value)
    user = get_user(request)
    return user if user.is_authenticated and user.is_active else None


def second_factor_is_missing(user: Any) -> bool:
    """Asks accounts, late: the plumbing imports no app."""
    return bool(user.lacks_second_factor)
