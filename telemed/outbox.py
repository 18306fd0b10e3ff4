"""What waits to be written to one socket."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

BUFFER = 1_000
OVERLOADED = 4013

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Outbox:
    """A bounded queue of frames, and a writer that is there only while something waits.

    Putting in never waits. Nothing is written before `open`: a socket hears its groups before
    its handshake is answered. Where the server offers `write`, a frame that finds nothing before
    it goes that way, without a task.
    """

    def __init__(self, send: Send, write: Callable[[str], bool] | None = None) -> None:
        self.is_closing, self.code = False, 0
        self._send, self._write_at_once = send, write
        self._frames: list[dict[str, Any]] = []
        self._is_open = False
        self._writer: asyncio.Task[None] | None = None

    def open(self) -> None:
        """The handshake has been answered."""
        self._is_open = True
        self._wake()

    def push(self, frame: str) -> None:
        """Queues a frame; a reader so slow that the queue is full is closed with 4013."""
        if self.is_closing or self._goes_at_once(frame):
            return
        if len(self._frames) >= BUFFER:
            self.drop(OVERLOADED)
            return
        self._frames.append({"type": "websocket.send", "text": frame})
        self._wake()

    def drop(self, code: int) -> None:
        """Closes the socket after what is already queued; 4013 throws the queue away."""
        if self.is_closing:
            return
        if code == OVERLOADED:
            self._frames.clear()
        self._frames.append({"type": "websocket.close", "code": code})
        self.is_closing, self.code = True, code
        self._wake()

    def abandon(self) -> None:
        """The socket has ended: nobody will read what is left."""
        self.is_closing, self._is_open = True, False
        self._frames.clear()
        if self._writer:
            self._writer.cancel()

    def _goes_at_once(self, frame: str) -> bool:
        is_idle = self._is_open and self._writer is None and not self._frames
        return is_idle and self._write_at_once is not None and self._write_at_once(frame)

    def _wake(self) -> None:
        if self._is_open and self._frames and self._writer is None:
            self._writer = asyncio.get_running_loop().create_task(self._write())

    async def _write(self) -> None:
        try:
            while self._frames:
                frames, self._frames = self._frames, []
                for frame in frames:
                    await self._send(frame)
        except OSError:  # they are gone, and the reader hears of it
            self.is_closing = True
        finally:
            self._writer = None
