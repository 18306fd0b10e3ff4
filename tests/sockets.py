"""Sockets of the real ASGI application, for tests that say what they see.

    async with open_socket(f"/ws/conversations/{conversation.id}/", as_=asha) as socket:
        ack = await socket.command(PostMessage(client_id=uuid4(), body="Hello"))
        posted = await socket.receives(MessagePosted)

Tests that use it are marked `django_db(transaction=True)`, because facts leave on commit.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from uuid import uuid4

import msgspec
from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client

from accounts.models import User
from telemed import wire
from telemed.asgi import application
from telemed.hub import hub

PATIENCE = 5.0

Fact = TypeVar("Fact", bound=wire.Event)
Result = TypeVar("Result")


async def until(condition: Callable[[], object]) -> None:
    """Waits for what nobody tells."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)


async def in_thread(verb: Callable[..., Result], *args: Any, **kwargs: Any) -> Result:
    """Runs synchronous domain code beside open sockets, in a thread with its own connection."""
    return await database_sync_to_async(verb, thread_sensitive=False)(*args, **kwargs)


class Communicator(WebsocketCommunicator):
    """Channels' own keeps threads from closing their connections, for tests in one transaction.

    Ours commit, as life does, and an open connection would keep the database from going away.
    """

    async def send_input(self, message: dict[str, Any]) -> None:
        await ApplicationCommunicator.send_input(self, message)

    async def receive_output(self, timeout: float = PATIENCE) -> dict[str, Any]:  # noqa: ASYNC109
        output: dict[str, Any] = await ApplicationCommunicator.receive_output(self, timeout)
        return output


class TestSocket:
    """One open socket: sends commands, waits for facts, and keeps what nobody asked for yet."""

    __test__ = False

    def __init__(self, communicator: Communicator) -> None:
        self.communicator = communicator
        self.unread: list[dict[str, Any]] = []

    async def sends(self, frame: str | bytes | dict[str, Any]) -> None:
        """Sends a frame as it stands, well formed or not."""
        if isinstance(frame, bytes):
            await self.communicator.send_to(bytes_data=frame)
        else:
            text = frame if isinstance(frame, str) else json.dumps(frame)
            await self.communicator.send_to(text_data=text)

    async def command(self, command: wire.Command) -> wire.Ack | wire.Refused:
        """Sends a command and returns its own answer."""
        ref = uuid4().hex
        await self.sends(
            {"type": command.wire_name, "data": msgspec.to_builtins(command), "ref": ref}
        )
        answers = {kind.wire_name: kind for kind in (wire.Ack, wire.Refused)}
        frame = await self._first(lambda each: each.get("ref") == ref, f"the answer to {command}")
        return msgspec.convert(frame["data"], answers[frame["type"]])

    async def receives(self, event: type[Fact]) -> Fact:
        """Waits for the next fact of this class; others are kept for later."""
        frame = await self._first(lambda each: each["type"] == event.wire_name, event.wire_name)
        return msgspec.convert(frame["data"], event)

    async def receives_nothing(self, event: type[wire.Event], for_seconds: float = 0.2) -> None:
        """No such fact is here or comes; show first that it would have come."""
        while not await self.communicator.receive_nothing(timeout=for_seconds):
            self.unread.append(await self._next(event.wire_name))
        assert event.wire_name not in [frame["type"] for frame in self.unread]

    async def closes(self, code: int) -> None:
        """Waits until the server closes with this code; frames before that are passed over."""
        while True:
            message = await self._output(f"a close with {code}")
            if message["type"] == "websocket.close":
                assert message.get("code", 1000) == code
                return

    async def _first(self, wanted: Callable[[dict[str, Any]], bool], what: str) -> dict[str, Any]:
        position = 0
        while True:
            if position == len(self.unread):
                self.unread.append(await self._next(what))
            if wanted(self.unread[position]):
                return self.unread.pop(position)
            position += 1

    async def _next(self, what: str) -> dict[str, Any]:
        message = await self._output(what)
        assert message["type"] == "websocket.send", f"waited for {what}, but: {message}"
        frame: dict[str, Any] = json.loads(message["text"])
        return frame

    async def _output(self, what: str) -> dict[str, Any]:
        try:
            return await self.communicator.receive_output(timeout=PATIENCE)
        except TimeoutError:
            kinds = [frame["type"] for frame in self.unread]
            raise AssertionError(f"waited for {what}, saw only {kinds}") from None


@asynccontextmanager
async def open_socket(
    path: str, *, as_: User | None = None, origin: str = settings.SITE_URL, cookie: str = ""
) -> AsyncIterator[TestSocket]:
    """Opens a socket as a browser signed in as this person would, or with another cookie."""
    if as_ is not None and not cookie:
        cookie = await in_thread(session_cookie, as_)
    async with running_hub():
        communicator = Communicator(application, path, headers=headers(origin, cookie))
        connected, _ = await communicator.connect(timeout=PATIENCE)
        if not connected:
            raise HandshakeRefused(path)
        try:
            yield TestSocket(communicator)
        finally:
            await communicator.disconnect(timeout=PATIENCE)


class HandshakeRefused(Exception):
    """The server did not accept the handshake at all, as for a foreign Origin."""


def headers(origin: str, cookie: str) -> list[tuple[bytes, bytes]]:
    """What a browser sends with its handshake."""
    host = settings.SITE_URL.split("//")[1]
    pairs = {"host": host, "origin": origin, "cookie": cookie}
    return [(name.encode(), value.encode()) for name, value in pairs.items() if value]


def session_cookie(user: User) -> str:
    """The Cookie header of a browser signed in as this person."""
    client = Client()
    client.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


@asynccontextmanager
async def running_hub() -> AsyncIterator[None]:
    """The hub on this test's loop, without the clock: tests settle when they mean to."""
    is_outermost = hub.loop is not asyncio.get_running_loop()
    if is_outermost:
        await hub.start()
    try:
        yield
    finally:
        if is_outermost:
            await hub.stop()
            hub.draining = False  # the process of the tests goes on
