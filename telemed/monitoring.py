"""How what we count is read: one page a process, for a program that knows the token."""

import platform
import time
from collections.abc import Callable, Iterable

import django
from django.conf import settings
from django.db import connections
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from telemed import metrics

Handler = Callable[[HttpRequest], HttpResponse]

# A load balancer and a scraper know a machine by its address and not by the site's name.
MACHINE_PATHS = {"/healthz", "/readyz", "/metrics"}
# A client may close with any number, or ask by any method: others are counted together.
CODES = {1000, 1001, 1005, 1006, 1009, 1011, 1012, 4001, 4003, 4004, 4008, 4009, 4012, 4013, 4029}
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class Watched:
    """Counts requests by route, and lets machines ask by address.

    The three pages for machines build no links and set no cookies, so that whose name a
    request carries does not matter there; everywhere else ALLOWED_HOSTS holds.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The name of the route is known when the answer is; a path would tell ids."""
        if request.path in MACHINE_PATHS:
            request.META["HTTP_HOST"] = settings.SITE_HOST
        started = time.perf_counter()
        response = self.get_response(request)
        route, method = route_of(request), str(request.method)
        metrics.request_seconds.labels(route).observe(time.perf_counter() - started)
        known = method if method in METHODS else "other"
        metrics.requests.labels(known, route, str(response.status_code)).inc()
        return response


def route_of(request: HttpRequest) -> str:
    """The route's name, or its pattern where it has none; static files have neither."""
    match = request.resolver_match
    if match is None:
        return "none"
    return match.view_name if match.url_name else match.route


class Life:
    """One socket between its two ends, of which the first is counted, once."""

    __slots__ = ("_gauge", "_has_ended", "_is_open")

    def __init__(self, kind: str) -> None:
        self._gauge = metrics.sockets_open.labels(kind)
        self._is_open = self._has_ended = False

    def begin(self) -> None:
        """The handshake was answered."""
        self._is_open = True
        self._gauge.inc()

    def end(self, code: int | str) -> None:
        """It is over."""
        if self._has_ended:
            return
        self._has_ended = True
        metrics.socket_closes.labels(str(code if code in CODES | {"refused"} else "other")).inc()
        if self._is_open:
            self._gauge.dec()


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Everything counted here, if the token is right; no token set, no such page.

    It asks nothing of the database, because it is read most when that is away.
    """
    if not settings.METRICS_TOKEN:
        raise Http404
    given = request.headers.get("Authorization", "")
    if not constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(
        generate_latest(REGISTRY),
        content_type=CONTENT_TYPE_LATEST,
        headers={"Cache-Control": "no-store"},
    )


class Pool(Collector):
    """The connections this process keeps to PostgreSQL."""

    def describe(self) -> Iterable[Metric]:
        """Nothing: otherwise registering would already collect."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Read from the pool's own counts, which waits for nothing.

        Django's `pool` would make one where there is none yet, before anyone has used it.
        """
        pool = getattr(connections["default"], "_connection_pools", {}).get("default")
        if pool is None:
            return
        stats = pool.get_stats()
        size, idle = stats.get("pool_size", 0), stats.get("pool_available", 0)
        connected = GaugeMetricFamily(
            "telemed_db_connections", "Connections of the pool", labels=["state"]
        )
        connected.add_metric(["used"], size - idle)
        connected.add_metric(["idle"], idle)
        yield connected
        waiting = stats.get("requests_waiting", 0)
        yield GaugeMetricFamily("telemed_db_waiting", "Who waits for a connection", waiting)
        failed = stats.get("requests_errors", 0)
        yield CounterMetricFamily("telemed_db_wait_failures", "Who waited in vain", failed)


def begin() -> None:
    """Says what runs here, and looks at the pool from now on."""
    about = {"version": metrics.version(), "django": django.get_version()}
    metrics.build.info(about | {"python": platform.python_version()})
    REGISTRY.register(Pool())
