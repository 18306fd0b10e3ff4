"""The socket of a call: places in it, and the signals between browsers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from calls import events, ice, signalling
from calls.models import Call, Participant
from calls.refusals import NotJoined
from telemed import wire
from telemed.consumers import Socket, handles
from telemed.hub import hub
from telemed.models import Refusal

FACTS = '{"type":"calls.'
RELAYED = tuple(
    f'{{"type":"{event.wire_name}"' for event in (events.SignalSent, events.MediaChanged)
)


@dataclass(frozen=True)
class Tab:
    """The address of one tab in a call."""

    group: str


class CallSocket(Socket):
    """One tab of someone who is in a call, or makes it."""

    kind = "calls"
    party_id = ""
    facts = 0
    parties: dict[str, Participant] | None = None
    heard: tuple[str, ...] = ()

    async def open(self) -> None:
        """Loads the call, on the record, and joins its group: itself, to see the facts pass."""
        self.known: dict[str, UUID] = {}
        call_id = self.path["call_id"]
        self.call = await self.load(lambda: Call.objects.for_user(self.user).get(pk=call_id))
        await self.run(self.call.note_opened, self.user)
        self.heard = (self.call.group,)
        hub.join(self.call.group, self)

    async def gone(self) -> None:
        """Out of the call's group too. What we close ourselves says nothing of the person.

        Whoever holds a place has joined since the call became an emergency, if it did.
        """
        hub.leave(self, self.heard)
        if self.party_id and self.call.is_emergency and not self.outbox.code:
            await self.run(self.call.note_line_lost, self.user, self.party_id)

    @classmethod
    def heads_of(cls, sockets: Sequence[Self]) -> list[dict[str, int]]:
        """How many steps each call has taken; who came or went unheard is told in passing."""
        calls = {socket.call.pk for socket in sockets}
        steps, parties = Call.objects.steps(calls), Participant.objects.parties_of(calls)
        if missed := [
            ([f"{socket.call.group}.{socket.party_id}"], wire.encode(event))
            for socket in sockets
            for event in socket.missed(parties[socket.call.pk])
        ]:
            hub.emit(missed)
        return [{"status": steps.get(socket.call.pk, 0)} for socket in sockets]

    def missed(self, here: dict[str, Participant]) -> list[wire.Event]:
        """What this tab has not heard of the others, because hints were lost; in a thread.

        To tell it twice does no harm, and the next signal looks again who is here.
        """
        if here.get(self.party_id) is None:
            return []
        others = {name: each.person for name, each in here.items() if name != self.party_id}
        known, self.known = self.known, {name: each.public_id for name, each in others.items()}
        came: list[wire.Event] = [
            events.PartyJoined(
                id=self.call.pk,
                person=others[name].public_id,
                party_id=name,
                polite=self.call.is_polite(others[name]),
            )
            for name in others.keys() - known.keys()
        ]
        went: list[wire.Event] = [
            events.PartyLeft(id=self.call.pk, person=known[name], party_id=name, reason="lost")
            for name in known.keys() - others.keys()
        ]
        if came or went:
            self.facts += 1
            self.parties = None
        return went + came

    async def still_allowed(self) -> bool:
        """Still one of its people."""
        return await self.run(Call.objects.for_user(self.user).filter(pk=self.call.pk).exists)

    def push(self, frame: str) -> None:
        """A fact may have changed who is in the call: the next signal looks again."""
        if frame.startswith(FACTS) and not frame.startswith(RELAYED):
            self.facts += 1
            self.parties = None
        self.outbox.push(frame)

    def drop(self, code: int) -> None:
        """What closes the call's sockets closes this one."""
        self.outbox.drop(code)

    @handles(events.JoinCall)
    async def join_call(self, command: events.JoinCall) -> events.CallJoined:
        """Hears its own signals before anyone can learn that it is here.

        Refused, it stops at once: the name may be that of another tab.
        """
        tab = Tab(f"{self.call.group}.{command.party_id}")
        self.join(tab)
        try:
            joined = await self.run(self._join, command)
        except Refusal:
            self.joined.remove(tab.group)
            hub.leave(self.outbox, [tab.group])
            raise
        self.party_id = command.party_id
        self.known = {each.party_id: each.person for each in joined.parties}
        return joined

    @handles(events.RenewLease)
    async def renew_lease(self, command: events.RenewLease) -> None:
        await self.run(self.call.renew, self.user, command.party_id)

    @handles(events.ReportConnected)
    async def report_connected(self, command: events.ReportConnected) -> events.CallConnected:
        since = await self.run(self.call.report_connected, self.user, command.party_id)
        return events.CallConnected(id=self.call.pk, connected_at=since)

    @handles(events.RenewIceServers)
    async def renew_ice_servers(self, command: events.RenewIceServers) -> events.IceServersRenewed:
        if command.party_id != self.party_id:
            raise NotJoined
        return await self.run(self._renew_ice_servers)

    @handles(events.LeaveCall)
    async def leave_call(self, command: events.LeaveCall) -> None:
        await self.run(self.call.leave, self.user, party_id=command.party_id)

    @handles(events.SendSignal)
    async def send_signal(self, command: events.SendSignal) -> None:
        """From this tab, to one tab of someone else that is in this call now."""
        signalling.check(command.description)
        if self.call.relay_only:
            command = signalling.through_relays(command)
        parties = await self._parties(command.from_party)
        to = parties.get(command.to_party)
        if to is None or to.person_id == self.user.pk:
            raise NotJoined
        signal = events.SignalSent(
            call=self.call.pk,
            from_party=command.from_party,
            to_party=command.to_party,
            number=command.number,
            description=command.description,
            candidates=command.candidates,
        )
        hub.send(signal, to=to)

    @handles(events.ChangeMedia)
    async def change_media(self, command: events.ChangeMedia) -> None:
        await self._parties(command.party_id)
        changed = events.MediaChanged(
            call=self.call.pk,
            party_id=command.party_id,
            microphone=command.microphone,
            camera=command.camera,
        )
        hub.send(changed, to=self.call)

    def _join(self, command: events.JoinCall) -> events.CallJoined:
        """In a worker thread: joins, and tells how the call stands."""
        call, me = self.call, self.user
        ice_servers = ice.servers(me, relay_only=call.relay_only)
        call.join(me, command.party_id, move=command.move)
        polite = call.is_polite(me)
        others = [
            each
            for each in call.parties().values()
            if each.person_id != me.pk and call.is_polite(each.person) != polite
        ]
        return events.CallJoined(
            kind=str(call.kind),
            status=str(call.status),
            alerted=call.alerted_at is not None,
            polite=polite,
            parties=[
                events.Party(person=each.person.public_id, party_id=each.party_id)
                for each in others
            ],
            ice_servers=ice_servers,
            ice_transport_policy=call.ice_transport_policy,
        )

    def _renew_ice_servers(self) -> events.IceServersRenewed:
        """In a worker thread: only for whom the database knows to be in a live call."""
        if self.party_id not in self.call.parties():
            raise NotJoined
        return events.IceServersRenewed(
            ice_servers=ice.servers(self.user, relay_only=self.call.relay_only),
            ice_transport_policy=self.call.ice_transport_policy,
        )

    async def _parties(self, mine: str) -> dict[str, Participant]:
        """Who is in the call; raises NotJoined."""
        parties = await self._look()
        if mine != self.party_id or mine not in parties:
            raise NotJoined
        return parties

    async def _look(self) -> dict[str, Participant]:
        """Asked for again after each fact."""
        while (parties := self.parties) is None:
            facts, found = self.facts, await self.run(self.call.parties)
            if facts == self.facts:
                self.parties = found
        return parties
