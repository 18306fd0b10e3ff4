"""Which browsers a person has signed in from before: the browser remembers it, and not we.

It keeps a signed cookie that names the people who have signed in there, as keyed hashes. We
store nothing of it: no address, no fingerprint, no list (`SignIn` goes with its session). Whoever
clears their cookies has a new browser.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

if TYPE_CHECKING:
    from accounts.models import User

COOKIE = "__Host-known" if settings.HTTPS else "known"
YEAR_SECONDS = 365 * 24 * 60 * 60
AT_MOST = 10

# Told of everyone who signs in where they have not before (notifications: the person learns it),
# and the name of the browser with its request; empty for a program, by the API, which has no
# cookies to be known by.
strangers: list[Callable[["User", str, HttpRequest | None], None]] = []


def remember(request: HttpRequest, response: HttpResponse, user: "User") -> bool:
    """The browser knows this person from now on; returns whether it did before."""
    known, name = _known(request), _name(user)
    newest = [name, *(each for each in known if each != name)][:AT_MOST]
    response.set_signed_cookie(
        COOKIE,
        ".".join(newest),
        max_age=YEAR_SECONDS,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return name in known


def tell_of_stranger(
    user: "User", *, browser: str = "", request: HttpRequest | None = None
) -> None:
    """Someone has signed in as this person, from where they have not before."""
    for each in strangers:
        each(user, browser, request)


def _known(request: HttpRequest) -> list[str]:
    found = request.get_signed_cookie(COOKIE, default="", max_age=YEAR_SECONDS)
    return found.split(".") if found else []


def _name(user: "User") -> str:
    return salted_hmac("accounts.browsers", str(user.public_id)).hexdigest()[:32]
