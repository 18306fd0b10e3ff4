"""The ASGI application: HTTP by Django, sockets by Channels, and the life of the process."""

import asyncio
import gc
import os
import signal
import sys
import threading
from types import FrameType
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "telemed.settings")

from django.core.asgi import get_asgi_application

django_application = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import OriginValidator, WebsocketDenier  # noqa: E402
from django.conf import settings  # noqa: E402

from telemed import clock, jobs  # noqa: E402
from telemed.bodies import limited  # noqa: E402
from telemed.checks import refuse_unsafe_start  # noqa: E402
from telemed.files import Files  # noqa: E402
from telemed.hub import hub  # noqa: E402
from telemed.routing import websocket_urlpatterns  # noqa: E402

# Between closing the door and hanging up: who is inside already says what they came for.
LAST_WORDS_SECONDS = 0.5


class OwnOrigin(OriginValidator):
    """Lets sockets be opened by our own pages only (ASVS 4.4.2).

    Full origins are compared, scheme and port included, because a page on another port of the
    same host is another application. In the demo the port may be any, so there the origin
    must be the very address that was asked for.
    """

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        """Refuses the handshake of a foreign page."""
        headers = dict(scope["headers"])
        origin = headers.get(b"origin", b"").decode("latin-1")
        if origin in self.allowed_origins or self._is_demo(origin, headers):
            return await self.application(scope, receive, send)
        return await WebsocketDenier()(scope, receive, send)

    def _is_demo(self, origin: str, headers: dict[bytes, bytes]) -> bool:
        host = headers.get(b"host", b"").decode("latin-1")
        return settings.DEBUG and origin in (f"http://{host}", f"https://{host}")


class Living:
    """Starts hub and clock with the process and stops them with it.

    A server without lifespan events gets the same with its first scope.
    """

    def __init__(self, application: Any) -> None:
        self.application = application
        self.started = asyncio.Lock()
        self.clock: asyncio.Task[None] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """The ASGI application."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        await self.start()
        if scope["type"] == "http":
            receive = limited(receive)
        await self.application(scope, receive, send)

    async def start(self) -> None:
        """Once: hub, then clock."""
        if hub.loop is asyncio.get_running_loop():
            return
        async with self.started:
            if hub.loop is not asyncio.get_running_loop():
                refuse_unsafe_start()
                spare_the_collector()
                favour_the_loop()
                await clock.first_tick()
                await hub.start()
                self.clock = asyncio.create_task(clock.run())
                jobs.start_all()
                self._drain_on(signal.SIGTERM)

    def _drain_on(self, number: signal.Signals) -> None:
        """The server closes its sockets before it tells us that it stops, so we hear it first."""
        stop_server = signal.getsignal(number)
        if threading.current_thread() is not threading.main_thread() or not callable(stop_server):
            return
        loop = asyncio.get_running_loop()

        def drain(received: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(hub.drain)
            loop.call_soon_threadsafe(close_doors, stop_server)
            loop.call_soon_threadsafe(
                loop.call_later, LAST_WORDS_SECONDS, stop_server, received, frame
            )

        signal.signal(number, drain)

    async def stop(self) -> None:
        """Readiness off, sockets told to come back, transactions finished, the clock stopped."""
        await hub.stop()
        await asyncio.to_thread(jobs.stop_all)
        if self.clock:
            self.clock.cancel()

    async def _lifespan(self, receive: Any, send: Any) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return


def spare_the_collector() -> None:
    """What is loaded by now stays for ever, and need not be looked through again and again.

    Each socket keeps some hundred objects; with the usual thresholds a process with a thousand
    of them spends a third of its time looking for cycles that are not there.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def favour_the_loop() -> None:
    """A thread that computes gives way to the event loop after a millisecond, not after five."""
    sys.setswitchinterval(0.001)


def close_doors(stop_server: Any) -> None:
    """Takes no more connections, so that a proxy goes to another process at once.

    The server would do this and hang up on whoever has said nothing yet in one go, and a POST
    that is just on its way would be lost.
    """
    for listener in getattr(getattr(stop_server, "__self__", None), "servers", ()):
        listener.close()


application = Living(
    ProtocolTypeRouter(
        {
            "http": Files(django_application),
            "websocket": OwnOrigin(
                URLRouter(websocket_urlpatterns),
                {settings.SITE_URL, *settings.CORS_ALLOWED_ORIGINS},
            ),
        }
    )
)
