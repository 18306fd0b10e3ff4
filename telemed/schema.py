"""How the OpenAPI document names the two ways to be signed in."""

from drf_spectacular.authentication import SessionScheme as Session
from drf_spectacular.contrib.rest_framework_simplejwt import SimpleJWTScheme


class SessionScheme(Session):
    """The browser's cookie."""

    target_class = "telemed.api.SessionAuthentication"


class TokenScheme(SimpleJWTScheme):
    """The bearer token of a program."""

    target_class = "accounts.tokens.TokenAuthentication"
