"""The server's end of a WebSocket: uvicorn's, with a short way for the frames that are many.

Almost every frame is a text of one piece. Those are taken apart and put together here, in a few
steps; whatever else there is (control frames, fragments, frames too large or wrong) goes to the
library whole, frame by frame, so that it never sees the middle of one. What is sent to many
sockets is put together once.
"""

import asyncio
from functools import lru_cache
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request
from websockets.protocol import State
from websockets.speedups import apply_mask

TEXT_IN_ONE_PIECE = 0x81
MASKED = 0x80
# A client may be this many frames ahead of us before we stop reading from it.
AHEAD = 8
# What our consumers find in the scope beside what ASGI promises: `write(text)`, which answers
# whether the frame could be handed over at once.
WRITE = "telemed.write"


class WebSocket(WebSocketsSansIOProtocol):
    """Reads and writes as its parent does, and faster where that is simple."""

    rest = b""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.queue, self.writable = Mailbox(), Gate()  # type: ignore[assignment]

    def handle_connect(self, event: Request) -> None:
        """The handshake is the parent's; the application is told of the short way."""
        super().handle_connect(event)
        if self.conn.state is not State.CLOSED and hasattr(self, "scope"):
            extensions: dict[str, Any] = self.scope["extensions"]
            extensions[WRITE] = self.write_text

    def start_keepalive(self) -> None:
        """The handshake has been answered: what was read of it is needed no more.

        The parser that has read it holds it too; a fresh one goes on where it stands, between
        frames, for nothing is sent before the answer.
        """
        super().start_keepalive()
        del self.request, self.response
        self.conn.parser = self.conn.parse()
        next(self.conn.parser)

    def write_text(self, text: str) -> bool:
        """Hands a frame to the transport, unless the client reads too slowly or is gone."""
        if not self.writable.is_set() or self.close_sent or self.conn.state is not State.OPEN:
            return False
        if self.transport.is_closing():  # the line broke, and the protocol has yet to hear of it
            return False
        self.transport.write(framed(text))
        return True

    def data_received(self, data: bytes) -> None:
        """Takes whole frames off the front; what is left waits for the rest of it."""
        if not self.handshake_complete or self.conn.state is not State.OPEN:
            super().data_received(data)
            return
        data = self.rest + data if self.rest else data
        start = 0
        while (end := end_of_frame(data, start)) is not None:
            if end - start > self.limit:  # the library refuses it without waiting for it
                self.rest = b""
                super().data_received(data[start:])
                return
            if end > len(data):
                break
            self._take(data, start, end)
            start = end
        self.rest = data[start:]

    @property
    def limit(self) -> int:
        return int(self.config.ws_max_size)

    def _take(self, data: bytes, start: int, end: int) -> None:
        first, second = data[start], data[start + 1]
        is_open = self.conn.state is State.OPEN and not self.frames
        if first != TEXT_IN_ONE_PIECE or not second & MASKED or not is_open:
            super().data_received(data[start:end])
            return
        body = start + header_size(second)
        payload = apply_mask(data[body:end], data[body - 4 : body])
        try:
            text = payload.decode()
        except UnicodeDecodeError:  # no error of ours: a traceback for each would fill the log
            self.conn.send_close(1007)
            self.handle_parser_exception()
            return
        if not self.close_sent:
            self._hand_over({"type": "websocket.receive", "text": text})

    def _hand_over(self, message: Any) -> None:
        self.queue.put_nowait(message)
        if self.queue.qsize() >= AHEAD and not self.read_paused:
            self.read_paused = True
            self.transport.pause_reading()


class Mailbox:
    """As much of asyncio.Queue as is used here, for one reader, in a tenth of its memory."""

    __slots__ = ("_letters", "_reader")

    def __init__(self) -> None:
        self._letters: list[Any] = []
        self._reader: asyncio.Future[None] | None = None

    def put_nowait(self, letter: Any) -> None:
        """Wakes the reader, if it waits."""
        self._letters.append(letter)
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    async def get(self) -> Any:
        """The oldest letter, when there is one."""
        while not self._letters:
            self._reader = asyncio.get_running_loop().create_future()
            await self._reader
        self._reader = None
        return self._letters.pop(0)

    def qsize(self) -> int:
        return len(self._letters)

    def empty(self) -> bool:
        return not self._letters


class Gate:
    """As much of asyncio.Event as is used here: open from the start, and rarely shut."""

    __slots__ = ("_opening",)

    def __init__(self) -> None:
        self._opening: asyncio.Future[None] | None = None

    def is_set(self) -> bool:
        return self._opening is None

    def set(self) -> None:
        """Lets everyone through."""
        opening, self._opening = self._opening, None
        if opening is not None and not opening.done():
            opening.set_result(None)

    def clear(self) -> None:
        """Whoever comes now waits."""
        if self._opening is None:
            self._opening = asyncio.get_running_loop().create_future()

    async def wait(self) -> None:
        """Returns when it is open."""
        while self._opening is not None:
            await asyncio.shield(self._opening)


def header_size(second: int) -> int:
    """How long the head of a frame is, by its second byte (RFC 6455, 5.2)."""
    length = second & 0x7F
    return 2 + {126: 2, 127: 8}.get(length, 0) + (4 if second & MASKED else 0)


def end_of_frame(data: bytes, start: int) -> int | None:
    """Where the frame that starts here ends; None while even that cannot be known."""
    if len(data) < start + 2:
        return None
    length = data[start + 1] & 0x7F
    size = header_size(data[start + 1])
    if len(data) < start + size:
        return None
    if length == 126:
        length = int.from_bytes(data[start + 2 : start + 4], "big")
    elif length == 127:
        length = int.from_bytes(data[start + 2 : start + 10], "big")
    return start + size + length


@lru_cache(maxsize=128)
def framed(text: str) -> bytes:
    """A text as the frame that a server sends: the same bytes for everyone who hears it."""
    payload = text.encode()
    length = len(payload)
    if length < 126:
        return bytes((TEXT_IN_ONE_PIECE, length)) + payload
    if length < 1 << 16:
        return bytes((TEXT_IN_ONE_PIECE, 126)) + length.to_bytes(2, "big") + payload
    return bytes((TEXT_IN_ONE_PIECE, 127)) + length.to_bytes(8, "big") + payload
