"""Tokens of the API: who gets one, how it is renewed, when it dies."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import InvalidToken, TokenError
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from rest_framework_simplejwt.tokens import RefreshToken

from accounts import browsers, sessions
from accounts.models import SignInAttempts, User


class TokenAuthentication(JWTAuthentication):
    """A bearer token: signature, times, audience, issuer, type, and the person as they are now."""


class TokenRequest(serializers.Serializer[Any]):
    """E-mail, password and, where an authenticator exists, a one-time code."""

    email = serializers.EmailField(write_only=True)
    password = serializers.CharField(write_only=True, max_length=1000, trim_whitespace=False)
    code = serializers.CharField(
        write_only=True, required=False, max_length=20, help_text="From the authenticator app."
    )
    access = serializers.CharField(read_only=True)
    refresh = serializers.CharField(read_only=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, str]:
        """The same words whatever is wrong with address or password."""
        SignInAttempts.count(attrs["email"])
        user = authenticate(
            self.context["request"], email=attrs["email"], password=attrs["password"]
        )
        if not isinstance(user, User) or not user.has_confirmed_email:
            raise AuthenticationFailed(
                gettext("The e-mail address or password is wrong, or the address unconfirmed."),
                "sign_in_refused",
            )
        self._demand_code(user, attrs.get("code", ""))
        SignInAttempts.forget(attrs["email"])
        sessions.opened(user, request=self.context["request"])
        browsers.tell_of_stranger(user)
        return pair(RefreshToken.for_user(user))

    def _demand_code(self, user: User, code: str) -> None:
        authenticators = Authenticator.objects.filter(user=user).exclude(type="webauthn")
        if not authenticators:
            return
        if not any(each.wrap().validate_code(code.strip()) for each in authenticators):
            raise AuthenticationFailed(
                gettext("Add the code of your authenticator app."), "code_needed"
            )


class TokenRenewal(serializers.Serializer[Any]):
    """A refresh token for a new pair; each works once."""

    refresh = serializers.CharField()
    access = serializers.CharField(read_only=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, str]:
        try:
            return renew(Renewable(attrs["refresh"]))
        except TokenError as wrong:
            raise InvalidToken(wrong.args[0]) from wrong


class RenewalThrottle(SimpleRateThrottle):
    """Counts by the person of a good token, so that people behind one server do not share.

    What is no good token counts by its address: made-up ones must not each get a count.
    """

    scope = "refresh"

    def get_cache_key(self, request: Request, view: Any) -> str:
        who = holder(request.data) or self.get_ident(request)
        return self.cache_format % {"scope": self.scope, "ident": who}


class Renewable(RefreshToken):
    """A refresh token of which `renew` decides whether it was used."""

    def check_blacklist(self) -> None:
        """Nothing here: a check before the claim would let two through."""


def holder(asked: Any) -> str:
    """Whose refresh token was sent; nobody's when it is not one of ours, or too old."""
    try:
        return str(Renewable(asked["refresh"])["sub"])
    except (TokenError, TypeError, LookupError, ValueError):
        return ""


def renew(token: Renewable) -> dict[str, str]:
    """The insert is the claim: of two who use a token at once, one gets a pair.

    The other, like anyone who uses it later, proves that two hold it: all refresh tokens of
    the person are revoked, and both must sign in again.
    """
    outstanding = OutstandingToken.objects.filter(jti=token["jti"]).first()
    if outstanding is None:
        raise TokenError(_("Token is invalid"))
    try:
        with transaction.atomic():
            BlacklistedToken.objects.create(token=outstanding)
    except IntegrityError:
        revoke_all(outstanding.user_id)
        raise TokenError(_("Token was used before; sign in again.")) from None
    return pair(RefreshToken.for_user(TokenAuthentication().get_user(token)))


def revoke_all(user_id: int | None) -> None:
    """Access tokens follow within their five minutes."""
    left = OutstandingToken.objects.filter(user=user_id, blacklistedtoken=None)
    revoked = [BlacklistedToken(token=token) for token in left]
    BlacklistedToken.objects.bulk_create(revoked, ignore_conflicts=True)


def pair(refresh: RefreshToken) -> dict[str, str]:
    return {"access": str(refresh.access_token), "refresh": str(refresh)}
