"""The addresses of the site; one of the three places that know every app."""

from csp.decorators import csp_update
from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

import accounts.api
import calls.api
import chat.api
import helpline.api
import helpline.emergency_api
import helpline.public_api
import notifications.api
import notifications.push_api
from accounts import debug_mail
from notifications import installed
from telemed import api, health, monitoring

APIS = [
    *(accounts.api, chat.api, calls.api, helpline.api, helpline.emergency_api),
    *(helpline.public_api, notifications.api, notifications.push_api),
]

router = SimpleRouter()
for module in APIS:
    for prefix, viewset, basename in module.ROUTES:
        router.register(prefix, viewset, basename)

# The Swagger page sets styles by script: the one named exception of our policy (SECURITY 20).
swagger = csp_update({"style-src": ["'self'", "'unsafe-inline'"]})(
    SpectacularSwaggerSplitView.as_view(url_name="schema")
)

urlpatterns = [
    path("", include("dashboard.urls")),
    path("", include("accounts.urls")),
    path("", include("audit.urls")),
    path("sw.js", installed.worker, name="worker"),
    path("manifest.webmanifest", installed.manifest, name="manifest"),
    path("offline/", installed.offline, name="offline"),
    path("install/", installed.installing, name="install"),
    path("messages/", include("chat.urls")),
    path("calls/", include("calls.urls")),
    path("notifications/", include("notifications.urls")),
    path("help/", include("helpline.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/desk/", include("helpline.desk_urls")),
    path("admin/", admin.site.urls),
    *[path("api/v1/", include(module.urlpatterns)) for module in APIS],
    path("api/v1/", include(router.urls)),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", swagger, name="api-docs"),
    re_path(r"^api/", api.not_found),
    path("debug/mail/", debug_mail.page, name="debug-mail"),
    path("healthz", health.live),
    path("readyz", health.ready),
    path("metrics", monitoring.figures),
]

handler400 = "telemed.views.bad_request"
handler403 = "telemed.views.forbidden"
handler404 = "telemed.views.not_found"
handler429 = "telemed.views.too_many_requests"
handler500 = "telemed.views.server_error"
