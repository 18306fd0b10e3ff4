"""What every endpoint shares: who may ask, how pages go on, how a refusal is told."""

from typing import TYPE_CHECKING, Any

from django.core import exceptions
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import authentication, parsers
from rest_framework.exceptions import APIException, NotFound, ParseError, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from telemed.models import Refusal

if TYPE_CHECKING:
    from rest_framework.views import APIView


class SessionAuthentication(authentication.SessionAuthentication):
    """The browser's session, with its CSRF check; without one the answer is 401."""

    def authenticate_header(self, request: Request) -> str:
        """Makes an anonymous request 401 instead of 403."""
        return "Session"


class SignedIn(IsAuthenticated):
    """Signed in, and with the second step that patient data demands (SECURITY 16)."""

    message = "Set up your second step at sign-in first."

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """The rows themselves are narrowed by `for_user`."""
        user = request.user
        return bool(user.is_authenticated and not user.lacks_second_factor)


class Pages(CursorPagination):
    """Keyset pages: constant cost however far one goes back."""

    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 200
    ordering = "-created_at"

    def paginate_queryset(
        self, queryset: Any, request: Request, view: "APIView | None" = None
    ) -> list[Any] | None:
        """A view may name its own `ordering`; a cursor that nobody was given is not found."""
        self.ordering = getattr(view, "ordering", self.ordering)
        try:
            return super().paginate_queryset(queryset, request, view)
        except (exceptions.ValidationError, OverflowError, ValueError):
            raise NotFound(self.invalid_cursor_message) from None


class TooLarge(APIException):
    """More than anyone has to say here."""

    status_code = 413
    default_code = "too_large"
    default_detail = _("This is too large.")


class JSONParser(parsers.JSONParser):
    """JSON, no deeper than it can be read."""

    def parse(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Raises ParseError where the interpreter would give up."""
        try:
            return super().parse(*args, **kwargs)
        except RecursionError:
            raise ParseError(_("JSON parse error - nested too deeply")) from None


class RefusedByDomain(APIException):
    """A `Refusal` as an answer of the API."""

    def __init__(self, refusal: Refusal) -> None:
        self.status_code = refusal.status
        self.wait = refusal.retry_after or None
        super().__init__(str(refusal.detail), refusal.code)


def explain(exception: Exception, context: Any) -> Response | None:
    """Turns every exception that has words into a problem document."""
    from drf_standardized_errors.handler import exception_handler  # imports views, which import us

    if isinstance(exception, Refusal):
        exception = RefusedByDomain(exception)
    elif isinstance(exception, exceptions.RequestDataTooBig):
        exception = TooLarge()
    return exception_handler(exception, context)


def number(request: Request, name: str, default: int, low: int, high: int) -> int:
    """A whole number of the query string; raises `ValidationError` outside its bounds."""
    raw = request.query_params.get(name, default)
    try:
        value = int(raw)
    except ValueError:
        raise ValidationError({name: f"This is not a whole number: {raw!r}"[:120]}) from None
    if not low <= value <= high:
        raise ValidationError({name: f"This must be between {low} and {high}."})
    return value


def not_found(request: HttpRequest) -> JsonResponse:
    """An address under /api/ that does not exist, in the form of the API."""
    error = {"code": "not_found", "detail": "There is nothing here.", "attr": None}
    return JsonResponse({"type": "client_error", "errors": [error]}, status=404)
