"""What the OpenAPI document says of every endpoint: how one signs in, and how one is refused."""

from typing import Any

from drf_spectacular.authentication import SessionScheme as Session
from drf_spectacular.contrib.rest_framework_simplejwt import SimpleJWTScheme
from drf_standardized_errors.handler import exception_handler
from drf_standardized_errors.openapi import AutoSchema
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS, AllowAny


class SessionScheme(Session):
    """The browser's cookie."""

    target_class = "telemed.api.SessionAuthentication"


class TokenScheme(SimpleJWTScheme):
    """The bearer token of a program."""

    target_class = "accounts.tokens.TokenAuthentication"


class ErrorSerializer(serializers.Serializer[Any]):
    """One thing that is wrong."""

    code = serializers.CharField(help_text="Stays the same, for programs.")
    detail = serializers.CharField(help_text="For people, in their language.")
    attr = serializers.CharField(allow_null=True, help_text="The field that it is about.")


class ProblemSerializer(serializers.Serializer[Any]):
    """Why nothing was done: every refusal has this form."""

    type = serializers.ChoiceField(choices=["validation_error", "client_error", "server_error"])
    errors = ErrorSerializer(many=True)  # type: ignore[assignment]


class Endpoint(AutoSchema):
    """An endpoint with its refusals."""

    def _should_add_error_response(self, responses: Any, status_code: str) -> bool:
        # The library looks for its own handler; ours hands on to it (`telemed.api.explain`).
        self.view.get_exception_handler = lambda: exception_handler  # type: ignore[method-assign]
        if status_code in ("409", "429") and self._changes_something:
            return status_code not in responses
        is_added: bool = super()._should_add_error_response(responses, status_code)
        return is_added and status_code != "409"

    @property
    def _changes_something(self) -> bool:
        is_open = any(isinstance(each, AllowAny) for each in self.view.get_permissions())
        return self.method not in SAFE_METHODS and not is_open
