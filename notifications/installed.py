"""What makes a browser keep Telemed as an application: manifest, worker and offline page."""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from notifications import vapid

LIGHT = "#f9f7f2"
# Shown without a network, and so kept by the worker; nothing of a person is among them. The page
# asks for them as `?kept`, so that the worker does not stand between other pages and these files.
KEPT = [
    "css/tokens.css",
    "css/reset.css",
    "css/base.css",
    "css/components/button.css",
    "css/offline.css",
    "js/offline.js",
    "img/favicon.svg",
]
SHORTCUTS = {
    "chat:list": gettext_lazy("Messages"),
    "calls:list": gettext_lazy("Calls"),
    "accounts:directory": gettext_lazy("Doctors"),
}


def always_fresh(response: HttpResponse) -> HttpResponse:
    """May be kept, but is asked for again each time."""
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. It lies at the root, because its place is its scope.

    Another offline page or another script changes a byte here, and browsers install anew.
    """
    offline_page = reverse("offline")
    told = {
        "offline": offline_page,
        "files": [offline_page, *(f"{static(name)}?kept" for name in KEPT)],
        "version": hashlib.sha256(_offline_page().encode()).hexdigest()[:12],
        "renewal": reverse("notifications:push"),
        "subscriptions": reverse("push-subscription-list"),
        "icon": static("img/app-192.png"),
        "badge": static("img/notification-badge.png"),
        "words": {"title": "Telemed", "fallback": _("Something new is waiting for you.")},
    }
    script = (
        f"self.telemed = {json.dumps(told)};\nimportScripts({json.dumps(static('js/sw.js'))});\n"
    )
    return always_fresh(HttpResponse(script, content_type="text/javascript"))


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What the worker shows when there is no way to us; the same for everybody."""
    return always_fresh(HttpResponse(_offline_page()))


def _offline_page() -> str:
    return render_to_string("offline.html", {"EMERGENCY_NUMBER": settings.EMERGENCY_NUMBER})


@require_safe
def installing(request: HttpRequest) -> HttpResponse:
    """How Telemed is installed; the steps are the same for everybody."""
    return render(request, "install/page.html")


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """By this a browser offers to install Telemed, and knows what it is called."""
    told = {
        "id": "/",
        "name": "Telemed",
        "short_name": "Telemed",
        "description": _("Write, book and talk with your doctor."),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": LIGHT,
        "theme_color": LIGHT,
        "icons": [icon(size, purpose) for purpose in ("any", "maskable") for size in (192, 512)],
        "shortcuts": [
            {"name": str(name), "url": reverse(view), "icons": [icon(192, "any")]}
            for view, name in SHORTCUTS.items()
        ],
    }
    return always_fresh(JsonResponse(told, content_type="application/manifest+json"))


def icon(size: int, purpose: str) -> dict[str, Any]:
    """One picture of our mark; a maskable one may be cut to any shape."""
    name = f"app-{size}" if purpose == "any" else f"app-maskable-{size}"
    source = static(f"img/{name}.png")
    return {"src": source, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}


@require_safe
@login_required
def push(request: HttpRequest) -> HttpResponse:
    """What our worker needs to subscribe anew when no page is open."""
    return JsonResponse({"key": vapid.public_key(), "token": get_token(request)})
