"""Error pages: plain words and the id of the request, without the session or the database."""

from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from telemed.logs import request_id

# What a program is told instead, in the form of every other error of the API.
CODES = {
    400: ("bad_request", "The request was not understood."),
    403: ("permission_denied", "This is not allowed."),
    404: ("not_found", "There is nothing here, or it is not yours to see."),
    405: ("method_not_allowed", "This address does not take that method."),
    413: ("too_large", "The request is too large."),
    429: ("throttled", "Too many requests: wait a moment and try again."),
    500: ("error", "Something went wrong here."),
}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What came cannot be read, or is larger than we take."""
    return _page(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Refused; what is somebody else's is a 404 instead."""
    return _page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long, or that came from another site."""
    return _page(request, 403, template="403_csrf.html")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Nothing there, or not yours: both look the same."""
    return _page(request, 404)


def not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    """An address that only takes what is sent was opened, or the other way round."""
    page = _page(request, 405)
    page["Allow"] = allowed
    return page


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """A limit was reached; used by the sign-in pages."""
    return _page(request, 429)


def server_error(request: HttpRequest) -> HttpResponse:
    """Our fault; the log has the rest under the same id."""
    return _page(request, 500)


def _page(request: HttpRequest, status: int, *, template: str = "") -> HttpResponse:
    if request.path.startswith("/api/"):
        code, detail = CODES[status]
        kind = "server_error" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "client_error"
        problem = {"code": code, "detail": detail, "attr": None}
        return JsonResponse({"type": kind, "errors": [problem]}, status=status)
    context = {"request_id": request_id.get(), "EMERGENCY_NUMBER": settings.EMERGENCY_NUMBER}
    page = render_to_string(template or f"{status}.html", context)
    return HttpResponse(page, status=status)
