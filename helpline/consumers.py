"""The socket of the desk: hears that something has moved, and keeps its agent's place."""

import asyncio
from collections import Counter

from helpline import sitting
from helpline.events import TicketViewed
from helpline.models import Ticket
from helpline.telling import Desks
from telemed import closing
from telemed.consumers import Socket
from telemed.hub import hub

# How many desks each person has open in this process.
open_desks: Counter[int] = Counter()


class DeskSocket(Socket):
    """An open desk: its queue, or one ticket, which colleagues then see being looked at."""

    kind = "desk"
    ticket: Ticket | None = None
    is_open = False

    async def open(self) -> None:
        """Only who works the desk; a ticket of other queues is not there."""
        if not self.user.is_agent:
            raise closing.Closed(closing.NOT_FOUND)
        if number := self.path.get("number"):
            self.ticket = await self.load(
                lambda: Ticket.objects.at_desk_of(self.user).only("number").get(number=number)
            )
        self.join(Desks())
        self.is_open = True
        open_desks[self.user.pk] += 1
        await self.beaten()

    async def beaten(self) -> None:
        """The desk is open still."""
        if await self.run(sitting.sit_down, self.user, self.ticket):
            self._tell()

    async def still_allowed(self) -> bool:
        """Whether the person works here, and the ticket is of their queues."""
        return bool(self.user.is_agent) and await self.run(self._is_mine)

    def _is_mine(self) -> bool:
        shown = self.ticket
        return shown is None or Ticket.objects.at_desk_of(self.user).filter(pk=shown.pk).exists()

    async def gone(self) -> None:
        """Others are told when the lease has run out, unless the page is back by then."""
        if not self.is_open:
            return
        open_desks[self.user.pk] -= 1
        if self.ticket:
            await self.run(sitting.look_away, self.user, self.ticket)
            after = sitting.LOOKS_AWAY_AFTER.total_seconds() + 0.2
            asyncio.get_running_loop().call_later(after, self._tell)
        if open_desks[self.user.pk] <= 0:
            del open_desks[self.user.pk]
            await self.run(sitting.stand_up, self.user)

    def _tell(self) -> None:
        if self.ticket:
            hub.send(TicketViewed(number=self.ticket.number), to=Desks())
