"""What waits to be written to one socket."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

BUFFER = 1_000
OVERLOADED = 4013

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Outbox:
    """A bounded queue of frames and the writer that empties it. Putting in never waits."""

    def __init__(self, send: Send) -> None:
        self.is_closing = False
        self._send = send
        self._frames: list[dict[str, Any]] = []
        self._filled = asyncio.Event()

    def push(self, frame: str) -> None:
        """Queues a frame; a reader so slow that the queue is full is closed with 4013."""
        if len(self._frames) >= BUFFER:
            self.drop(OVERLOADED)
        else:
            self._frames.append({"type": "websocket.send", "text": frame})
            self._filled.set()

    def drop(self, code: int) -> None:
        """Closes the socket after what is already queued; 4013 throws the queue away."""
        if code == OVERLOADED:
            self._frames.clear()
        self._frames.append({"type": "websocket.close", "code": code})
        self.is_closing = True
        self._filled.set()

    async def write(self) -> None:
        """Writes until a close is written."""
        while True:
            await self._filled.wait()
            self._filled.clear()
            frames, self._frames = self._frames, []
            for frame in frames:
                await self._send(frame)
                if frame["type"] == "websocket.close":
                    return
