"""Static files, answered on the event loop before Django is asked."""

from typing import Any

from django.conf import settings
from whitenoise.middleware import WhiteNoiseMiddleware

# What Django's SecurityMiddleware says on every page and means for files, too.
ON_EVERY_FILE = [(b"x-content-type-options", b"nosniff")]
if settings.SECURE_HSTS_SECONDS:
    lasting = f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains; preload"
    ON_EVERY_FILE.append((b"strict-transport-security", lasting.encode()))


class Files:
    """Answers for the files that WhiteNoise knows, and leaves the rest to the application.

    A page that is new to a browser asks for some seventy of them. Each would cross to a thread
    and back four times between Django's middlewares, which costs fifteen times what reading a
    small file costs that is in the memory of the machine.
    """

    def __init__(self, application: Any) -> None:
        self.application = application
        self.known = WhiteNoiseMiddleware(None)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """The ASGI application."""
        file = self._find(scope["path"].removeprefix(scope.get("root_path", "")))
        if file is None:
            await self.application(scope, receive, send)
            return
        asked = {
            f"HTTP_{name.decode('latin-1').upper().replace('-', '_')}": value.decode("latin-1")
            for name, value in scope["headers"]
        }
        response = file.get_response(scope["method"], asked)
        body = b""
        if response.file is not None:
            with response.file:
                body = response.file.read()
        said = [(name.lower().encode(), value.encode()) for name, value in response.headers]
        start = {"type": "http.response.start", "status": int(response.status)}
        await send(start | {"headers": [*ON_EVERY_FILE, *said]})
        await send({"type": "http.response.body", "body": body})

    def _find(self, path: str) -> Any:
        if not path.startswith(self.known.static_prefix) or "\0" in path:
            return None
        return self.known.find_file(path) if self.known.autorefresh else self.known.files.get(path)
