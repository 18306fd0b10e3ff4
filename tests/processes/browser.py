"""A browser without a screen: one person's requests, and sockets that come back by themselves.

Rules and times are those of static/js/lib/socket.js. A balancer stands before the processes: it
sends a browser to the one it was at, and at once to the next when that one takes no connection.
"""

import asyncio
import contextlib
import json
import random
import socket
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from telemed import wire

SILENCE, HANDSHAKE, STABLE = 45.0, 15.0, 10.0
FINAL = {4001, 4003, 4004, 4008, 4009}
LOST = 1006
PATIENCE = 10.0
LOOK = 0.02

Frame = dict[str, Any]


class Dropped(Exception):
    """The socket died before the answer came: the command was carried out, or was not."""


class Refused(Exception):
    """The server has refused a command."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Failed(Exception):
    """A request was answered with an error, or not at all (0)."""

    def __init__(self, status: int, words: str = "") -> None:
        super().__init__(f"{status} {words}")
        self.status = status


async def until(condition: Callable[[], object], what: str, within: float = PATIENCE) -> None:
    """Waits until it is true; says what was waited for when it never is."""
    try:
        async with asyncio.timeout(within):
            while not condition():  # noqa: ASYNC110 - it is about many things at once
                await asyncio.sleep(LOOK)
    except TimeoutError:
        raise AssertionError(f"not within {within} s: {what}") from None


def backoff(attempt: int, cap: float = 30.0) -> float:
    """As in static/js/lib/timing.js."""
    full = min(cap, 2.0 ** min(attempt, 10))
    return full / 2 + random.random() * full / 2


class Browser:
    """One person, signed in, at one of the processes."""

    def __init__(self, origin: str, ports: list[int], session: str, at: int = 0) -> None:
        self.origin, self.ports, self.at = origin, ports, at
        self.token = uuid4().hex
        self.cookies = f"session={session}; csrf={self.token}"
        self.lines: list[Line] = []

    @property
    def port(self) -> int:
        return self.ports[self.at]

    def open(self, path: str) -> "Line":
        """A socket, for as long as the browser is open."""
        self.lines.append(Line(self, path))
        return self.lines[-1]

    async def close(self) -> None:
        await asyncio.gather(*(line.close() for line in self.lines))

    async def get(self, path: str) -> Any:
        """What the API answers."""
        return json.loads(await self.request("GET", path))

    async def post(self, path: str, content: Any = None) -> Any:
        """What the API answers to JSON."""
        answer = await self.request("POST", path, json.dumps(content or {}), "application/json")
        return json.loads(answer or "null")

    async def submit(self, path: str, fields: str = "") -> str:
        """What a page answers to a form."""
        kind = "application/x-www-form-urlencoded"
        return await self.request("POST", path, f"csrfmiddlewaretoken={self.token}&{fields}", kind)

    async def request(self, method: str, path: str, body: str = "", kind: str = "") -> str:
        """The body of the answer; raises Failed."""
        try:
            async with asyncio.timeout(PATIENCE):
                reader, writer = await self._connect()
                writer.write(self._head(method, path, body, kind) + body.encode())
                answer = await reader.read()
                writer.close()
        except (OSError, TimeoutError) as trouble:
            raise Failed(0, type(trouble).__name__) from None
        head, _, content = answer.partition(b"\r\n\r\n")
        status = int([*head.split(), b"0", b"0"][1])
        if not 200 <= status < 400:
            raise Failed(status, content.decode()[:300])
        return content.decode()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection(sock=await self.reach())

    async def reach(self) -> socket.socket:
        """A connection to a process that takes it; raises OSError when none does."""
        for _ in self.ports:
            connection = socket.socket()
            connection.setblocking(False)
            try:
                await asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", self.port))
            except OSError:
                connection.close()
                self.at = (self.at + 1) % len(self.ports)
            else:
                return connection
        raise ConnectionRefusedError

    def _head(self, method: str, path: str, body: str, kind: str) -> bytes:
        lines = {
            "Host": self.origin.split("//")[1],
            "Origin": self.origin,
            "Cookie": self.cookies,
            "X-CSRFToken": self.token,
            "Accept": "application/json, text/html",
            "Content-Type": kind or "text/plain",
            "Content-Length": str(len(body.encode())),
            "Connection": "close",
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode()


class Line:
    """One socket of a page: comes back, answers beats, and has an answer for each command."""

    def __init__(self, browser: Browser, path: str) -> None:
        self.browser, self.path = browser, path
        self.is_open = False
        self.codes: list[int] = []
        self.opened = 0
        self.gone: int | None = None
        self.heads: dict[str, int] = {}
        self.frames: list[Frame] = []
        self.listeners: list[Callable[[str, Any], None]] = []
        self._asked: dict[str, asyncio.Future[Any]] = {}
        self._link: ClientConnection | None = None
        self._attempt = 0
        self._at_once = False
        self._task = asyncio.create_task(self._run())

    async def ready(self, within: float = PATIENCE) -> "Line":
        await until(lambda: self.is_open, f"{self.path} is open", within)
        return self

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def send(self, command: wire.Command) -> Any:
        """The result of the command; raises Refused or Dropped."""
        if self._link is None or not self.is_open:
            raise Dropped
        ref = uuid4().hex
        answer = self._asked[ref] = asyncio.get_running_loop().create_future()
        await self._write(command, ref)
        return await answer

    async def _write(self, command: wire.Command, ref: str | None) -> None:
        frame = {"type": command.wire_name, "data": command} | ({"ref": ref} if ref else {})
        try:
            if self._link is not None:
                await self._link.send(msgspec.json.encode(frame).decode())
        except ConnectionClosed:
            self._drop()
            raise Dropped from None

    def reconnect(self) -> None:
        """At once: it looks open and leads nowhere, or the network has changed."""
        self._at_once = True
        if self._link is not None and self._link.transport is not None:
            self._link.transport.abort()

    def heard(self, event: type[wire.Event]) -> list[Any]:
        """The facts of this class so far."""
        return [each["data"] for each in self.frames if each["type"] == event.wire_name]

    async def hears(self, event: type[wire.Event], within: float = PATIENCE) -> Any:
        """The first fact of this class."""
        await until(lambda: self.heard(event), event.wire_name, within)
        return self.heard(event)[0]

    async def _run(self) -> None:
        while self.gone is None:
            code = await self._live()
            self.codes.append(code)
            if code in FINAL:
                self.gone = code
            elif self._at_once:
                self._at_once = False
            else:
                await asyncio.sleep(backoff(self._attempt))
                self._attempt += 1

    async def _live(self) -> int:
        """From the handshake to the end; returns the code."""
        loop = asyncio.get_running_loop()
        opened_at = loop.time()
        try:
            async with self._handshake(await self.browser.reach()) as link:
                self._link, self.is_open, opened_at = link, True, loop.time()
                self.opened += 1
                self._tell("open", None)
                while True:
                    async with asyncio.timeout(SILENCE):
                        frame = await link.recv()
                    await self._hear(frame)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else LOST
        except (OSError, InvalidHandshake, EOFError, TimeoutError):
            return LOST
        finally:
            if loop.time() - opened_at > STABLE:
                self._attempt = 0
            self._drop()

    def _handshake(self, connection: socket.socket) -> connect:
        return connect(
            self.browser.origin.replace("http", "ws", 1) + self.path,
            sock=connection,
            origin=self.browser.origin,  # type: ignore[arg-type]
            additional_headers={"Cookie": self.browser.cookies},
            compression=None,
            open_timeout=HANDSHAKE,
            close_timeout=1,
            ping_interval=None,
            proxy=None,
        )

    async def _hear(self, text: str | bytes) -> None:
        frame: Frame = json.loads(text)
        kind, ref = frame["type"], frame.get("ref")
        if kind == wire.Beat.wire_name:
            self.heads = frame["data"]["heads"]
            with contextlib.suppress(Dropped):  # the next frame tells how it ended
                await self._write(wire.AnswerBeat(), None)
            self._tell(kind, self.heads)
        elif kind in (wire.Ack.wire_name, wire.Refused.wire_name):
            self._answer(kind, ref, frame["data"])
        else:
            self.frames.append(frame)
            self._tell(kind, frame["data"])

    def _answer(self, kind: str, ref: str | None, content: Any) -> None:
        asked = self._asked.pop(ref or "", None)
        if asked is None or asked.done():
            return
        if kind == wire.Ack.wire_name:
            asked.set_result(content["result"])
        else:
            asked.set_exception(Refused(content["code"]))

    def _tell(self, kind: str, content: Any) -> None:
        for listener in self.listeners:
            listener(kind, content)

    def _drop(self) -> None:
        """It has ended, whoever finds out first."""
        self._link, self.is_open = None, False
        asked, self._asked = self._asked, {}
        for answer in asked.values():
            if not answer.done():
                answer.set_exception(Dropped())
