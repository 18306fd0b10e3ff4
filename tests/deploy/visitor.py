"""A visitor of the site from a machine of their own: an address, a jar of cookies, TLS."""

import asyncio
import json
import re
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http.client import HTTPMessage, HTTPSConnection
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from websockets.asyncio.client import ClientConnection, connect

from chat.events import PostMessage
from tests.conftest import CAST_PASSWORD
from tests.deploy.processes import Site

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Visitor:
    """Any address of 127.0.0.0/8 is this machine, so that each can come from another one."""

    site: Site
    source: str = "127.0.0.1"
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.site.certificate)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """One request on a connection of its own."""
        connection = HTTPSConnection(
            "localhost",
            self.site.https,
            timeout=30,
            context=self.tls,
            source_address=(self.source, 0),
        )
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body, sent | {"Cookie": self.cookie})
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: each.value for name, each in SimpleCookie(line).items()}
        return answer

    def comes_in(self) -> None:
        """Waits until nginx, which leaves a process out for two seconds, asks it again."""
        deadline = time.monotonic() + 10
        while (status := self.get("/").status) != 200:
            assert status == 502
            assert time.monotonic() < deadline

    def get(self, path: str, **headers: str) -> Answer:
        """Looks at a page."""
        return self.ask("GET", path, **headers)

    def post(self, path: str, form: dict[str, str]) -> Answer:
        """Sends a form of the site."""
        kind = "application/x-www-form-urlencoded"
        return self.ask(
            "POST",
            path,
            urlencode(form).encode(),
            Content_Type=kind,
            Referer=self.site.address + path,
        )

    def send(self, path: str, data: dict[str, Any]) -> Answer:
        """Sends JSON to the API as a page of the site does."""
        return self.ask(
            "POST",
            path,
            json.dumps(data).encode(),
            Content_Type="application/json",
            Referer=self.site.address,
            X_CSRFToken=self.cookies["__Host-csrf"],
        )

    def sign_in(self, who: str) -> "Visitor":
        """By the form."""
        token = TOKEN.search(self.get("/accounts/login/").text)
        assert token
        form = {"csrfmiddlewaretoken": token[1], "login": f"{who}@example.com"}
        answer = self.post("/accounts/login/", form | {"password": CAST_PASSWORD})
        assert answer.status == 302, answer.text
        return self

    @asynccontextmanager
    async def socket(self, path: str, **headers: str) -> AsyncIterator[ClientConnection]:
        """As a page of the site opens it."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        async with connect(
            f"wss://localhost:{self.site.https}{path}",
            ssl=self.tls,
            origin=self.site.address,  # type: ignore[arg-type]
            additional_headers=sent | {"Cookie": self.cookie},
            local_addr=(self.source, 0),
            proxy=None,
            open_timeout=30,
        ) as socket:
            yield socket

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())


def conversation(visitor: Visitor) -> UUID:
    """What this person and Dr Rao write to each other."""
    listed = visitor.get("/api/v1/doctors/").json()["results"]
    slug = next(each["slug"] for each in listed if "Rao" in each["name"])
    return UUID(visitor.send("/api/v1/conversations/", {"doctor": slug}).json()["id"])


async def tell(opened: ClientConnection, body: str) -> dict[str, Any]:
    """Posts a message by a socket, and returns the answer."""
    data = {"client_id": str(uuid4()), "body": body}
    await opened.send(json.dumps({"type": PostMessage.wire_name, "data": data, "ref": "mine"}))
    return await hear(opened, lambda frame: frame.get("ref") == "mine")


async def hear(
    opened: ClientConnection, is_wanted: Callable[[dict[str, Any]], bool], within: float = 30
) -> dict[str, Any]:
    """Waits for a frame."""
    while True:
        async with asyncio.timeout(within):
            frame: dict[str, Any] = json.loads(await opened.recv())
        if is_wanted(frame):
            return frame
