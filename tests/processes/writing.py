"""A person with a conversation open: reads it completely, writes until it has arrived.

The rules are those of static/js/models/thread.js and outbox.js.
"""

import asyncio
import contextlib
import itertools
from typing import Any
from uuid import uuid4

from chat.events import MessagePosted, PostMessage
from telemed import wire
from tests.processes.browser import LOOK, Browser, Dropped, Failed, Refused, backoff, until
from tests.processes.history import Entry, History

ANSWER_WITHIN = 6.0
PAUSE = 0.7  # as fast as one person may write for long
PASSING = {"overloaded", "too_fast"}


class Thread:
    """Applies what comes next, fetches what is missing."""

    def __init__(self, name: str, browser: Browser, conversation: str, history: History) -> None:
        self.name, self.browser, self.history = name, browser, history
        self.api = f"/api/v1/conversations/{conversation}/messages/"
        self.last = self.wanted = 0
        self.fetches = 0
        self.read: list[Entry] = history.read.setdefault(name, [])
        self._running: asyncio.Task[None] | None = None

    def hear(self, kind: str, content: Any) -> None:
        """What the socket tells."""
        if kind == "open":
            self.catch_up()
        elif kind == MessagePosted.wire_name:
            self.receive(content)
        elif kind == wire.Beat.wire_name and content["seq"] > self.last:
            self._want(content["seq"])

    def receive(self, message: dict[str, Any]) -> None:
        """From the socket or from an acknowledgement: next, known, or after a gap."""
        if message["changed_seq"] == self.last + 1:
            self._apply(message)
        elif message["changed_seq"] > self.last:
            self._want(message["changed_seq"])

    def catch_up(self) -> None:
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._catch_up())

    def _want(self, seq: int) -> None:
        self.wanted = max(self.wanted, seq)
        self.catch_up()

    async def _catch_up(self) -> None:
        attempt, is_behind = 0, True
        while is_behind:
            try:
                while await self._take_page():
                    pass
            except Failed:
                await asyncio.sleep(backoff(attempt))
                attempt += 1
                continue
            is_behind = self.wanted > self.last
            if is_behind and attempt:
                await asyncio.sleep(backoff(attempt))
            attempt += 1

    async def _take_page(self) -> bool:
        self.fetches += 1
        page = await self.browser.get(f"{self.api}?since={self.last}")
        for message in page["results"]:
            if message["changed_seq"] > self.last:
                self._apply(message)
        if not page["has_more"]:
            self.last = max(self.last, page["head"])
        return bool(page["has_more"] and page["results"])

    def _apply(self, message: dict[str, Any]) -> None:
        self.last = message["changed_seq"]
        self.read.append((message["seq"], message["body"]))
        now = asyncio.get_running_loop().time()
        self.history.read_at[self.name, message["body"]] = now


class Member:
    """Reads and writes in one conversation."""

    def __init__(self, name: str, browser: Browser, conversation: str, history: History) -> None:
        self.name, self.browser, self.history = name, browser, history
        self.thread = Thread(name, browser, conversation, history)
        self.line = browser.open(f"/ws/conversations/{conversation}/")
        self.line.listeners.append(self.thread.hear)
        self.on_the_way: set[str] = set()
        self.tries = 0

    async def say(self, token: str) -> None:
        """Returns when it has been acknowledged, however often that had to be tried."""
        client_id = uuid4()
        loop = asyncio.get_running_loop()
        self.history.sent[token] = loop.time()
        self.on_the_way.add(token)
        attempt = 0
        while (message := await self._try(client_id, token, attempt)) is None:
            attempt += 1
        self.on_the_way.discard(token)
        self.history.acked[token] = (message["seq"], loop.time())
        self.thread.receive(message)

    async def say_all(self, *tokens: str, pause: float = 0.0) -> None:
        """One after the other, as from a page."""
        for token in tokens:
            await self.say(token)
            await asyncio.sleep(pause)

    async def keep_writing(self, enough: asyncio.Event, topic: str = "") -> None:
        """As someone who writes short messages until they are stopped."""
        for number in itertools.count():
            if enough.is_set():
                return
            await self.say(f"{self.name} {topic}{number}")
            await asyncio.sleep(PAUSE)

    async def _try(self, client_id: Any, token: str, attempt: int) -> Any:
        self.tries += 1
        try:
            return await self._send(client_id, token)
        except Dropped:
            await asyncio.sleep(LOOK)
            return None
        except (Refused, Failed) as no:
            if not passes(no):
                raise
        opened = self.line.opened
        with contextlib.suppress(AssertionError):
            await until(lambda: self.line.opened > opened, "it is back", backoff(attempt))
        return None

    async def _send(self, client_id: Any, token: str) -> Any:
        """By the socket when it is open or opens soon; when no answer comes, by HTTP."""
        letter = {"client_id": str(client_id), "body": token}
        with contextlib.suppress(AssertionError):
            await self.line.ready(ANSWER_WITHIN)
        if not self.line.is_open:
            return await self.browser.post(self.thread.api, letter)
        command = PostMessage(client_id=client_id, body=token)
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                return await self.line.send(command)
        except TimeoutError:
            message = await self.browser.post(self.thread.api, letter)
            self.line.reconnect()
            return message


def passes(no: Refused | Failed) -> bool:
    """Whether trying again may help."""
    if isinstance(no, Refused):
        return no.code in PASSING
    return no.status == 0 or no.status == 429 or no.status >= 500


async def settled(members: list[Member], head: int, within: float = 30.0) -> None:
    """Everyone has read up to here."""
    for member in members:
        await until(
            lambda member=member: member.thread.last >= head,  # type: ignore[misc]
            f"{member.name} has read up to {head}",
            within,
        )
