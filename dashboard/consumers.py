"""The one socket of every page of a signed-in person."""

from collections.abc import Sequence
from typing import Self
from uuid import UUID

from accounts import presence
from calls.models import Call
from chat.models import Member
from notifications.badges import badges_of_all
from telemed.consumers import Socket


class MeSocket(Socket):
    """What concerns a person wherever they are: calls, notifications, badges, presence."""

    kind = "me"
    lease: UUID | None = None

    async def open(self) -> None:
        """Joins the person's group, says that they are here, and at once where things stand."""
        self.join(self.user)
        self.lease = await self.run(presence.take, self.user)
        await self.beat()
        await self.run(Member.objects.reach, self.user)

    @classmethod
    def heads_of(cls, sockets: Sequence[Self]) -> list[dict[str, int]]:
        """The badges, and whether a call rings, so that a lost hint is found out."""
        people = [socket.user for socket in sockets]
        ringing = Call.objects.ringing_counts(people)
        return [
            {**numbers, "ringing": ringing.get(person.pk, 0)}
            for person, numbers in zip(people, badges_of_all(people), strict=True)
        ]

    async def beaten(self) -> None:
        """The page lives, so the person is here; a lease given up for lost is taken anew."""
        if self.lease and not await self.run(presence.renew, self.lease):
            self.lease = await self.run(presence.take, self.user)

    async def gone(self) -> None:
        """Gone, unless another page of theirs is open or comes back soon."""
        if self.lease:
            await self.run(presence.leave, self.lease)
