"""How a tab takes its place in a call, keeps it, and says that pictures flow."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from calls.events import CallConnected, PartyJoined, PartyMoved
from calls.models import watching
from calls.models.participant import Participant
from calls.models.states import LEASE, LIVE, Status
from calls.refusals import AlreadyAnswered, AlreadyElsewhere, CallOver, NotAccepted, NotJoined
from telemed.wire import publish


class Joining:
    """The part of a call that tabs play. Losing a socket ends nothing; the lease does."""

    if TYPE_CHECKING:
        group: Any
        objects: Any
        participants: Any
        pk: Any
        status: Any
        started_by_id: Any
        is_emergency: Any
        connected_at: Any
        refresh_from_db: Any
        may_join: Any
        relieve: Any
        _take: Any

    def is_polite(self, person: User) -> bool:
        """In a glare of offers the caller's stands; the same for every tab of a person."""
        return bool(person.pk != self.started_by_id)

    def lock(self) -> None:
        """Nobody moves the call until this transaction ends; raises CallOver."""
        locked = type(self).objects.select_for_update().filter(pk=self.pk)
        self.status = locked.values_list("status", flat=True).get()
        if self.status not in LIVE:
            raise CallOver

    def parties(self) -> dict[str, Participant]:
        """The tabs that can be reached now, by their id."""
        rows = self.participants.parties().filter(call__status__in=LIVE).select_related("person")
        return {each.party_id: each for each in rows}

    def join(self, by: User, party_id: str, *, move: bool = False) -> None:
        """The tab `party_id` holds the call for this person from now on.

        The call is locked first: joined to a call that ends at this moment, a person could
        never be called again. Joining twice is renewing.
        """
        now = self._take(by, *LIVE)
        with transaction.atomic():
            self.lock()
            mine = self.participants.select_for_update().get(person=by)
            if self.status == Status.RINGING and not mine.is_here:
                raise NotAccepted
            if not self.may_join(mine):
                raise AlreadyAnswered
            held_by = mine.party_id if mine.is_here else ""
            if held_by not in ("", party_id) and not move:
                raise AlreadyElsewhere
            mine.enter(now, lease_expires_at=now + LEASE, party_id=party_id)
            if held_by not in ("", party_id):
                publish(PartyMoved(**self._party(by, held_by)), to=self)
            publish(PartyJoined(**self._party(by, party_id), polite=self.is_polite(by)), to=self)
            self._tell_of_joining(None if held_by else by)

    def _tell_of_joining(self, who: User | None) -> None:
        if self.is_emergency:
            for hear in watching.joined:
                hear(self, who)  # type: ignore[arg-type]

    def renew(self, by: User, party_id: str) -> None:
        """The tab still holds the call; raises NotJoined when it does not."""
        if not self.participants.get(person=by).renew(party_id, timezone.now()):
            self._take(by, *LIVE)
            raise NotJoined

    def report_connected(self, by: User, party_id: str) -> datetime:
        """Media flow. The first report is when the call began; later ones learn that time.

        Only now whoever takes over an emergency has the place of the one before them.
        """
        now: datetime = self._take(by, Status.ACTIVE)
        if not self.participants.parties().filter(person=by, party_id=party_id).exists():
            raise NotJoined
        with transaction.atomic():
            mute = type(self).objects.filter(pk=self.pk, status=Status.ACTIVE, connected_at=None)
            if mute.update(connected_at=now):
                publish(CallConnected(id=self.pk, connected_at=now), to=self)
        if self.is_emergency and by.pk != self.started_by_id:
            for hear in watching.connected:
                hear(self, by)  # type: ignore[arg-type]
            self.relieve(by, now)
        self.refresh_from_db(fields=["connected_at"])
        return self.connected_at or now

    def _party(self, person: User, party_id: str) -> dict[str, Any]:
        return {"id": self.pk, "person": person.public_id, "party_id": party_id}
