"""Every page in the viewer's time zone and language, and patient data only with a second factor."""

import zoneinfo
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.models.sign_in import note_now_and_then

# What is the same for everybody.
NOBODYS = ("/sw.js", "/manifest.webmanifest", "/offline/")

Handler = Callable[[HttpRequest], HttpResponse]


class ViewerZone:
    """Activates the zone and the language that a signed-in person chose."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            with timezone.override(None):
                return self.get_response(request)
        request.LANGUAGE_CODE = user.language
        zone = zoneinfo.ZoneInfo(user.time_zone)
        with timezone.override(zone), translation.override(user.language):
            response = self.get_response(request)
            response.headers["Content-Language"] = user.language
            return response


class NoteSignIns:
    """Notes now and then that a session is used, so that people see where they are signed in."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            note_now_and_then(request, request.user)
        return self.get_response(request)


class BackToTheForm:
    """Who must sign in before a form is taken comes back to the page with the form.

    The form's own address, where `next` would lead, often answers to POST alone.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method != "POST" or not isinstance(response, HttpResponseRedirect):
            return response
        sign_in, _sep, asked = response.url.partition("?")
        if sign_in != resolve_url(settings.LOGIN_URL) or "next" not in QueryDict(asked):
            return response
        page = request.headers.get("Referer", "")
        if not url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure()):
            return redirect_to_login("/")
        parts = urlsplit(page)
        return redirect_to_login(parts._replace(scheme="", netloc="").geturl())


class SecondFactor:
    """Leads doctors and staff without a second factor to the page that sets one up.

    Account pages stay open, or there would be no way to set it up or to sign out. The API and
    the sockets answer for themselves, by the same `lacks_second_factor`.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self._is_open(request.path) or not getattr(request.user, "lacks_second_factor", False):
            return self.get_response(request)
        if request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate":
            messages.warning(
                request, _("Set up your second step at sign-in first: it guards patient data.")
            )
        query = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
        return HttpResponseRedirect(f"{reverse('mfa_activate_totp')}?{query}")

    @staticmethod
    def _is_open(path: str) -> bool:
        prefixes = ("/accounts/", "/api/", "/healthz", "/readyz", settings.STATIC_URL)
        return path.startswith(prefixes) or path in NOBODYS
