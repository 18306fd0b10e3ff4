"""A person's devices: what rings on them, and a tab that holds a call.

The rules are those of static/js/models/rings.js, call_line.js and call_lease.js.
"""

import asyncio
import contextlib
from typing import Any
from uuid import uuid4

from calls.events import (
    CallAccepted,
    CallEnded,
    CallRang,
    Description,
    JoinCall,
    PartyJoined,
    RenewLease,
    SendSignal,
    SignalSent,
)
from telemed import wire
from tests.calls.descriptions import GOOD
from tests.processes.browser import Browser, Dropped, Failed, Refused, until

RENEWAL = 10.0
RESEND = 1.0


class Phone:
    """One device of a person: which calls ring on it now."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.ringing: set[str] = set()
        self.line = browser.open("/ws/me/")
        self.line.listeners.append(self._hear)
        self._asking: asyncio.Task[None] | None = None

    async def rings(self, call: str, within: float = 10.0) -> None:
        await until(lambda: call in self.ringing, f"{call} rings", within)

    async def is_silent(self, within: float = 10.0) -> None:
        await until(lambda: not self.ringing, "it rings no more", within)

    async def call(self, conversation: str) -> str:
        """Calls the others, and returns the id of the call."""
        about = {"conversation": conversation, "kind": "video"}
        began = await self.browser.post("/api/v1/calls/", about)
        return str(began["id"])

    async def answer(self, call: str, how: str = "acceptance") -> None:
        await self.browser.post(f"/api/v1/calls/{call}/{how}/")

    def _hear(self, kind: str, content: Any) -> None:
        if kind == CallRang.wire_name:
            self.ringing.add(content["id"])
        elif kind in (CallAccepted.wire_name, CallEnded.wire_name):
            self.ringing.discard(content["id"])
        elif kind == "open" or (
            kind == wire.Beat.wire_name and content["ringing"] != len(self.ringing)
        ):
            self._asking = asyncio.create_task(self._ask())

    async def _ask(self) -> None:
        with contextlib.suppress(Failed):
            calls = await self.browser.get("/api/v1/calls/ringing/")
            self.ringing = {each["id"] for each in calls}


class Party:
    """A tab that holds a call, keeps it while the socket comes and goes, and signals."""

    def __init__(self, browser: Browser, call: str, person: str) -> None:
        self.browser, self.call, self.person = browser, call, person
        self.id = str(uuid4())
        self.joined: list[dict[str, Any]] = []
        self.joined_at = 0.0
        self.others: set[str] = set()
        self.refusals: list[str] = []
        self.head: int | None = None
        self.line = browser.open(f"/ws/calls/{call}/")
        self.line.listeners.append(self._hear)
        self._signals = 0
        self._jobs: set[asyncio.Task[None]] = set()
        self._do(self._hold())

    async def holds(self, within: float = 10.0) -> None:
        await until(lambda: self.joined and self.line.is_open, "the tab has the call", within)

    async def meets(self, other: "Party", within: float = 10.0) -> None:
        await until(lambda: other.id in self.others, "the other is here", within)

    async def signal(self, other: "Party", within: float = 10.0) -> None:
        """Until it has arrived: a peer repeats an offer that is not answered."""
        self._signals += 1
        number = self._signals
        async with asyncio.timeout(within):
            while not other.heard_of(self, number):
                with contextlib.suppress(Dropped, Refused):
                    await self.line.send(self._offer(other, number))
                with contextlib.suppress(AssertionError):
                    await until(lambda: other.heard_of(self, number), "the signal", RESEND)

    def heard_of(self, other: "Party", number: int) -> bool:
        signals = self.line.heard(SignalSent)
        return any((each["from_party"], each["number"]) == (other.id, number) for each in signals)

    async def hang_up(self) -> None:
        await self.browser.post(f"/api/v1/calls/{self.call}/ending/")

    async def close(self) -> None:
        for job in self._jobs:
            job.cancel()
        await asyncio.gather(*self._jobs, return_exceptions=True)

    def _offer(self, other: "Party", number: int) -> SendSignal:
        description = Description(type="offer", sdp=GOOD)
        return SendSignal(
            from_party=self.id, to_party=other.id, number=number, description=description
        )

    def _hear(self, kind: str, content: Any) -> None:
        if kind == "open":
            self._do(self._join())
        elif kind == PartyJoined.wire_name and content["person"] != self.person:
            self.others.add(content["party_id"])
        elif kind == wire.Beat.wire_name:
            self._compare(content["status"])

    def _compare(self, head: int) -> None:
        """A head that has moved: joining again is asking how things stand."""
        if self.head not in (None, head):
            self._do(self._join())
        self.head = head

    async def _join(self) -> None:
        with contextlib.suppress(Dropped):
            try:
                joined = await self.line.send(JoinCall(party_id=self.id))
            except Refused as refused:
                self.refusals.append(refused.code)
                return
            self.joined.append(joined)
            self.joined_at = asyncio.get_running_loop().time()
            self.others |= {each["party_id"] for each in joined["parties"]}

    async def _hold(self) -> None:
        while True:
            await asyncio.sleep(RENEWAL)
            with contextlib.suppress(Dropped):
                try:
                    await self.line.send(RenewLease(party_id=self.id))
                except Refused as refused:
                    self.refusals.append(refused.code)

    def _do(self, job: Any) -> None:
        task = asyncio.create_task(job)
        self._jobs.add(task)
        task.add_done_callback(self._jobs.discard)
