"""A person's line to the server: a TCP proxy whose faults are those of a real network."""

import asyncio
import socket
import struct
import threading
from collections.abc import Coroutine
from typing import Any, Self

RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Line:
    """Forwards to a port of this machine, in a thread of its own, until told otherwise."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[Any]] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        self._wait(self._listen())
        return self

    def __exit__(self, *wrong: object) -> None:
        self._wait(self._hang_up())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def address(self) -> str:
        """What the browser opens."""
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """Every open connection is reset; new ones work."""
        self._wait(self._cut())

    def refuse(self) -> None:
        """Every open connection is reset, and new ones are refused until `heal`."""
        self._wait(self._refuse())

    def black_hole(self) -> None:
        """Connections stay open, but nothing passes until `heal`, which lets it all through."""
        self._loop.call_soon_threadsafe(self._flowing.clear)

    def abandon(self) -> None:
        """Connections that are open lead nowhere for ever, and nobody is told; new ones work."""
        self._wait(self._abandon())

    def heal(self) -> None:
        """All is well again."""
        self._wait(self._listen())

    def _wait(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=10)

    async def _listen(self) -> None:
        if not self.port:
            self._flowing, self._server = asyncio.Event(), None
        self._flowing.set()
        if self._server is None:
            self._server = await asyncio.start_server(self._forward, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def _abandon(self) -> None:
        self._flowing.clear()
        self._flowing = asyncio.Event()
        self._flowing.set()

    async def _refuse(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        await self._cut()

    async def _hang_up(self) -> None:
        """Until nothing is left: who was let in at the last moment is being connected only now."""
        await self._refuse()
        this = asyncio.current_task()
        while tasks := asyncio.all_tasks() - {this}:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _cut(self) -> None:
        for writer in tuple(self._writers):
            peer = writer.get_extra_info("socket")
            if peer.fileno() < 0:  # closed, and not yet taken from the list
                continue
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            writer.transport.abort()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._connect(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        pair, flowing = {writer, far_writer}, self._flowing
        self._writers |= pair
        ways = ((reader, far_writer), (far_reader, writer))
        await asyncio.gather(*(self._pump(*way, flowing) for way in ways))
        self._writers -= pair

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, flowing: asyncio.Event
    ) -> None:
        try:
            while content := await reader.read(65536):
                await flowing.wait()
                writer.write(content)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()
