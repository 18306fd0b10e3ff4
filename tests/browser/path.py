"""The way of packets to the relay: a UDP proxy whose faults are those of a real network."""

import asyncio
import random
import threading
from collections.abc import Callable
from typing import Any, Self

Address = tuple[str, int]
Send = Callable[[bytes], None]


class Path:
    """Forwards to a port of this machine, in a thread of its own, until told otherwise."""

    def __init__(self, target: int) -> None:
        self.target = ("127.0.0.1", target)
        self.port = 0
        self.passed = 0
        self._is_cut = False
        self._loss = self._delay = self._jitter = 0.0
        self._chance = random.Random(1)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._near: asyncio.DatagramTransport | None = None
        self._far: dict[Address, asyncio.Future[asyncio.DatagramTransport]] = {}

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(timeout=10)
        return self

    def __exit__(self, *wrong: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(timeout=10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def cut(self) -> None:
        """Nothing passes until `heal`, and nobody is told."""
        self._is_cut = True

    def spoil(self, *, loss: float, delay: float, jitter: float) -> None:
        """Each packet is lost with this chance, or late by so many seconds, more or less."""
        self._loss, self._delay, self._jitter = loss, delay, jitter

    def heal(self) -> None:
        """All is well again."""
        self._is_cut = False
        self.spoil(loss=0, delay=0, jitter=0)

    async def _listen(self) -> None:
        forward = Heard(lambda content, who: self._forward(content, who))
        self._near, _ = await self._loop.create_datagram_endpoint(
            lambda: forward, local_addr=("127.0.0.1", 0)
        )
        self.port = self._near.get_extra_info("sockname")[1]

    async def _close(self) -> None:
        ways = await asyncio.gather(*self._far.values())
        for transport in (self._near, *ways):
            if transport:
                transport.close()

    def _forward(self, content: bytes, who: Address) -> None:
        if who not in self._far:
            self._far[who] = asyncio.ensure_future(self._open(who))
        way = self._far[who]
        way.add_done_callback(lambda opened: self._carry(content, opened.result().sendto))

    async def _open(self, who: Address) -> asyncio.DatagramTransport:
        """This browser socket's own way to the relay, which answers to it."""

        def back(content: bytes, _from: Address) -> None:
            near = self._near
            if near:
                self._carry(content, lambda late: near.sendto(late, who))

        transport, _ = await self._loop.create_datagram_endpoint(
            lambda: Heard(back), remote_addr=self.target
        )
        return transport

    def _carry(self, content: bytes, send: Send) -> None:
        if self._is_cut or self._chance.random() < self._loss:
            return
        self.passed += 1
        late = self._delay + self._chance.uniform(-self._jitter, self._jitter)
        if late > 0:
            self._loop.call_later(late, send, content)
        else:
            send(content)


class Heard(asyncio.DatagramProtocol):
    """Passes on what arrives; that nobody listens on the other side is no fault of ours."""

    def __init__(self, hear: Callable[[bytes, Any], None]) -> None:
        self.hear = hear

    def datagram_received(self, data: bytes, addr: Any) -> None:
        """Each packet by itself."""
        self.hear(data, addr)
