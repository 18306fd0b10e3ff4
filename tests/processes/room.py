"""People of one test: their browsers at the two processes, and the history of what they write."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any, Self

from tests.processes.browser import Browser, until
from tests.processes.calling import Party, Phone
from tests.processes.cluster import Cluster
from tests.processes.history import History
from tests.processes.writing import Member, settled

FIRST, SECOND = 0, 1
NAMES = ["asha", "rao", "meera", "iyer", "priya", "arjun"]


class Room:
    """Entered for as long as people are in it; closes all their browsers."""

    def __init__(self, cluster: Cluster, about: dict[str, Any]) -> None:
        self.cluster = cluster
        self.direct: str = about["direct"]
        self.ward: str = about["ward"]
        self.people: dict[str, dict[str, Any]] = about["people"]
        self.history = History()
        self.members: list[Member] = []
        self._leaving = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *wrong: object) -> None:
        await self._leaving.aclose()

    def browser(self, name: str, at: int) -> Browser:
        """Signed in as one of the people, at one of the processes."""
        return self._browser(self.people[name]["session"], at)

    def admin(self, at: int) -> Browser:
        return self._browser(self.cluster.admin["session"], at)

    def _browser(self, session: str, at: int) -> Browser:
        browser = Browser(self.cluster.origin, self.cluster.ports, session, at)
        self._leaving.push_async_callback(browser.close)
        return browser

    async def member(self, name: str, at: int, conversation: str = "") -> Member:
        """With the conversation open."""
        browser = self.browser(name, at)
        label = f"{name} at {at}"
        member = Member(label, browser, conversation or self.ward, self.history)
        await member.line.ready()
        self.members.append(member)
        return member

    async def everyone(self) -> list[Member]:
        """All six, three at each process."""
        return list(
            await asyncio.gather(
                *(self.member(name, number % 2) for number, name in enumerate(NAMES))
            )
        )

    async def phone(self, name: str, at: int) -> Phone:
        """A device that may ring."""
        phone = Phone(self.browser(name, at))
        await phone.line.ready()
        return phone

    def party(self, name: str, at: int, call: str) -> Party:
        """A tab with the call."""
        party = Party(self.browser(name, at), call, self.people[name]["id"])
        self._leaving.push_async_callback(party.close)
        return party

    async def all_have_written(self) -> None:
        """Each has had an answer to a message."""
        for member in self.members:
            await until(
                lambda member=member: any(  # type: ignore[misc]
                    token.startswith(member.name) for token in self.history.acked
                ),
                f"{member.name} has written",
            )

    async def all_is_told(self, within: float = 30.0) -> None:
        """Everyone has read everything, and nothing is wrong with what they have read."""
        self.history.stored = self.stored()
        await settled(self.members, self.head, within)
        assert self.history.faults() == []

    def stored(self) -> list[tuple[int, str]]:
        query = "SELECT seq, body FROM chat_message WHERE conversation_id = %s ORDER BY seq"
        return self.cluster.ask(query, self.ward)

    @property
    def head(self) -> int:
        """The number of the last change."""
        query = "SELECT last_seq FROM chat_conversation WHERE id = %s"
        [(head,)] = self.cluster.ask(query, self.ward)
        return int(head)

    def call_stands(self, call: str) -> tuple[str, str]:
        """Its status and outcome, as the rows say."""
        [row] = self.cluster.ask("SELECT status, end_reason FROM calls_call WHERE id = %s", call)
        return row
