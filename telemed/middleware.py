"""Request ids, and what every response tells the browser about caching."""

import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotFound
from django.urls import reverse

from telemed.address import address_from
from telemed.logs import address, request_id
from telemed.views import not_allowed, not_found

Handler = Callable[[HttpRequest], HttpResponse]

SIGN_OUTS = ("account_logout", "admin:logout")


class RequestIds:
    """Gives each request an id, for the log, the record, the error page and the response."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Our own id always: one taken from the client could forge log lines."""
        request.request_id = uuid.uuid4().hex[:16]  # type: ignore[attr-defined]
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
        seen = address_from(forwarded, request.META.get("REMOTE_ADDR", ""))
        tokens = request_id.set(request.request_id), address.set(seen)  # type: ignore[attr-defined]
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(tokens[0])
            address.reset(tokens[1])
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response


class BrowserRules:
    """What a signed-in person sees is stored nowhere; signing out clears what was (ASVS 14.3)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Static files are served before this, and stay cacheable."""
        response = self.get_response(request)
        if settings.DEBUG and _is_djangos(response):
            response = not_found(request, Http404())  # Django would show a programmer's page
        if response.status_code == 405 and not response.content:
            response = not_allowed(request, response["Allow"])
        user = getattr(request, "user", None)
        if "Cache-Control" not in response and user is not None:
            response["Cache-Control"] = "no-store, private"
        if request.method == "POST" and request.path in map(reverse, SIGN_OUTS):
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response


def _is_djangos(response: HttpResponse) -> bool:
    """And not a page of ours that says in its own words what is not there."""
    is_missing = isinstance(response, HttpResponseNotFound)
    return is_missing and "html" in response["Content-Type"]
