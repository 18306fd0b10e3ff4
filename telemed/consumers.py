"""The base of every socket: signs in, joins, reads commands in its own loop, cleans up.

A person who may not be here is accepted, told nothing, and closed with a code of ours: a
refused handshake would reach the browser as 1006, which it retries for ever. Only a bad
Origin and a flood are refused. Everyone else has joined before the handshake is answered, so
that a page which sees its socket open and then asks what it missed cannot miss anything.
"""

import asyncio
import logging
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, ClassVar, Self, TypeVar

from channels.consumer import AsyncConsumer
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError

from telemed import closing, metrics, wire
from telemed.beats import beat
from telemed.closing import ABUSE, FORBIDDEN, NOT_FOUND, RESTART, SIGN_IN, TOO_FAST, TOO_LARGE
from telemed.handshake import address_of, person_of, second_factor_is_missing
from telemed.hub import SOCKETS, hub
from telemed.limits import Allowance, TooFast, allowances
from telemed.logs import address, request_id
from telemed.models import Refusal
from telemed.monitoring import Life
from telemed.outbox import Outbox
from telemed.threads import in_pool
from telemed.websocket import WRITE

logger = logging.getLogger(__name__)

BAD_FRAMES, HASTY_FRAMES = 5, 100

BUSY = "This could not be done just now. Try again in a moment."

Result = TypeVar("Result")
Handler = Callable[..., Awaitable[wire.Event | None]]


def handles(command: type[wire.Command]) -> Callable[[Handler], Handler]:
    """Marks the method that carries out a command; what it returns becomes the ack's result."""

    def mark(handler: Handler) -> Handler:
        handler.command = command  # type: ignore[attr-defined]
        return handler

    return mark


class Socket(AsyncConsumer):
    """One WebSocket of one signed-in person about one subject."""

    handlers: ClassVar[dict[str, Handler]] = {}
    kind: ClassVar[str] = "other"

    def __init_subclass__(cls) -> None:
        marked = [getattr(cls, name) for name in dir(cls) if hasattr(getattr(cls, name), "command")]
        cls.handlers = {handler.command.wire_name: handler for handler in marked}

    # What a socket of an app overrides.

    async def open(self) -> None:
        """Loads the subject by `for_user` and joins its group."""

    @classmethod
    def heads_of(cls, sockets: Sequence[Self]) -> list[dict[str, int]]:
        """Where things stand for each of these, for their beats; runs in a worker thread."""
        return [{} for _ in sockets]

    async def still_allowed(self) -> bool:
        """Whether the subject may still be seen; asked once a minute."""
        return True

    async def beaten(self) -> None:
        """The page has answered a beat: leases may be renewed."""

    async def gone(self) -> None:
        """Clean-up; runs however the socket ends."""

    # What a socket of an app calls.

    def join(self, subject: wire.Addressable) -> None:
        """Hears a group from now on."""
        self._hear(subject.group)

    def _hear(self, group: str) -> None:
        self.joined.append(group)
        hub.join(group, self.outbox)

    async def run(self, verb: Callable[..., Result], *args: Any, **kwargs: Any) -> Result:
        """Runs synchronous domain code in the sockets' threads, never on the event loop."""
        return await in_pool(verb, *args, **kwargs)

    async def load(self, query: Callable[[], Result]) -> Result:
        """Loads the subject; closes with 4004 when it is not there for this person."""
        try:
            return await self.run(query)
        except ObjectDoesNotExist:
            raise closing.Closed(NOT_FOUND) from None

    # The life of the socket.

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """The ASGI application."""
        self.scope, self.receive, self.send_frame = scope, receive, send
        self.path: dict[str, Any] = scope["url_route"]["kwargs"]
        self.joined: list[str] = []
        self.outbox = Outbox(send, scope.get("extensions", {}).get(WRITE))
        self.bad_frames = self.hasty_frames = 0
        self.checked_at, self.life = time.monotonic(), Life(self.kind)
        address.set(address_of(scope) or None)
        request_id.set(uuid.uuid4().hex[:16])
        await receive()
        self.user = await self.run(person_of, scope)
        self.allowance: Allowance = allowances.of(self.user.pk if self.user else address_of(scope))
        if not self.allowance.take_handshake():
            self.life.end("refused")
            await send({"type": "websocket.close"})
            return
        await self._live()

    async def _live(self) -> None:
        """Until the socket is closed, by them or by us."""
        self.allowance.sockets += 1
        try:
            code = await self._enter()
            await self.send_frame({"type": "websocket.accept"})
            self.life.begin()
            if code:
                self.life.end(code)
                await self.send_frame({"type": "websocket.close", "code": code})
                return
            self.outbox.open()
            hub.beats.add(self)
            await self._read()
        finally:
            self.life.end(1006)
            self.allowance.sockets -= 1
            hub.beats.remove(self)
            self.outbox.abandon()
            hub.leave(self.outbox, self.joined)
            await asyncio.shield(self.gone())

    async def _enter(self) -> int:
        """Loads and joins; returns the code to close with, 0 to stay."""
        if self.user is None:
            return SIGN_IN
        if hub.draining:
            return RESTART
        if await self.run(second_factor_is_missing, self.user):
            return FORBIDDEN
        try:
            self._hear(self.user.group + SOCKETS)
            await self.open()
        except closing.Closed as closed:
            return closed.code
        return 0

    async def _read(self) -> None:
        while (message := await self.receive())["type"] == "websocket.receive":
            if not self.outbox.is_closing:
                await self._take(message.get("text") or message.get("bytes") or "")
        self.life.end(self.outbox.code or message.get("code") or 1005)

    async def _take(self, frame: str | bytes) -> None:
        if len(frame) > wire.FRAME_LIMIT:
            self.outbox.drop(TOO_LARGE)
            return
        ref = None
        try:
            envelope = wire.read_envelope(frame)
            ref = envelope.ref
            command = wire.read_command(envelope)
            await self._carry_out(command, ref)
        except wire.BadFrame as bad:
            self._refuse("bad_frame", str(bad), ref)
            self.bad_frames += 1
            if self.bad_frames >= BAD_FRAMES:
                self.outbox.drop(ABUSE)

    async def _carry_out(self, command: wire.Command, ref: str | None) -> None:
        if not self.allowance.take(command.wire_name, command.rate):
            self._slow_down(ref)
            return
        if isinstance(command, wire.AnswerBeat):
            await self.beaten()
            return
        handler = self.handlers.get(command.wire_name)
        if handler is None:
            raise wire.BadFrame("This socket does not take that command")
        try:
            result = await handler(self, command)
        except Refusal as refusal:
            self._refuse(refusal.code, str(refusal.detail), ref)
        except ObjectDoesNotExist:
            self.outbox.drop(NOT_FOUND)
        except DatabaseError:
            logger.exception("socket: a command could not be carried out")
            self._refuse("overloaded", BUSY, ref)
        else:
            self.outbox.push(wire.encode(wire.Ack(result=result), ref))

    def _slow_down(self, ref: str | None) -> None:
        self._refuse(TooFast.code, str(TooFast.detail), ref)
        self.hasty_frames += 1
        if self.hasty_frames >= HASTY_FRAMES:
            self.outbox.drop(TOO_FAST)

    def _refuse(self, code: str, detail: str, ref: str | None) -> None:
        metrics.frames_refused.labels(code).inc()
        self.outbox.push(wire.encode(wire.Refused(code=code, detail=detail), ref))

    async def beat(self) -> None:
        """Sends where things stand."""
        await beat([self])

    async def recheck(self) -> None:
        """Closes the socket of a person who may not be here any more.

        A database that is away costs a look and not the socket.
        """
        self.checked_at = time.monotonic()
        try:
            if code := await self._reason_to_close():
                self.outbox.drop(code)
        except DatabaseError as trouble:
            logger.warning("socket: a look was missed (%s)", type(trouble).__name__)

    async def _reason_to_close(self) -> int:
        user = await self.run(person_of, self.scope)
        if user is None or user.pk != self.user.pk:
            return SIGN_IN
        if await self.run(second_factor_is_missing, user):
            return FORBIDDEN
        self.user = user
        return 0 if await self.still_allowed() else NOT_FOUND


class NoSuchSocket(Socket):
    """Any other address: told nothing, closed with 4004."""

    async def open(self) -> None:
        """There is nothing here for anyone."""
        raise closing.Closed(NOT_FOUND)
