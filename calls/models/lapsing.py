"""What happens to a call by itself: it rings for so long, and people may silently be gone."""

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from calls import telling
from calls.events import PartyLeft
from calls.models import watching
from calls.models.participant import Participant
from calls.models.states import EndReason, Status
from calls.refusals import AlreadyAnswered, CallOver
from telemed import clock
from telemed.models import Tick
from telemed.wire import publish


def forgive() -> None:
    """After an outage, gives the clock's mercy before a deadline is carried out.

    A page may ask before the first tick. The tick's own claim makes this safe to repeat, and
    who lost that claim waits here until the leases are extended.
    """
    if Tick.objects.filter(ticked_at__lt=timezone.now() - clock.OUTAGE).exists():
        clock.tick()


class Lapsing:
    """The part of a call that time plays. Every deadline is a column."""

    if TYPE_CHECKING:
        group: Any
        objects: Any
        participants: Any
        pk: Any
        status: Any
        called: Any
        ring_expires_at: Any
        connected_at: Any
        is_emergency: Any
        lock: Any
        _end: Any
        _party: Any

    def settle(self, now: datetime) -> None:
        """Carries out the deadlines that have passed; when someone else was faster, nothing."""
        with suppress(AlreadyAnswered, CallOver):
            if self.status == Status.RINGING:
                if self.ring_expires_at is not None and self.ring_expires_at <= now:
                    self._ring_out(now)
            elif self.status == Status.ACTIVE and self._is_due(now):
                forgive()
                self._part_from_lost(now)

    def _is_due(self, now: datetime) -> bool:
        due: bool = type(self).objects.due(now).filter(pk=self.pk).exists()
        return due

    def _ring_out(self, now: datetime) -> None:
        forgive()
        is_busy = Participant.objects.busy(self.called, now).exists()
        self._end(None, EndReason.BUSY if is_busy else EndReason.MISSED, now)

    @transaction.atomic
    def _part_from_lost(self, now: datetime) -> None:
        """Those whose lease has run out are gone; when nobody is left, so is the call."""
        self.lock()
        lost = list(self.participants.run_out(now).select_related("person"))
        self.participants.filter(pk__in=[each.pk for each in lost]).update(left_at=now)
        self._tell_of_parting(lost, "lost")
        if not self.participants.here().exists():
            self._end(None, EndReason.LOST if self.connected_at else EndReason.FAILED, now)

    def _tell_of_parting(self, gone: list[Participant], reason: str) -> None:
        """They are out of the call, by which they may be called again."""
        for each in gone:
            publish(PartyLeft(**self._party(each.person, each.party_id), reason=reason), to=self)
            for hear in watching.parted if self.is_emergency else ():
                hear(self, each.person, reason)  # type: ignore[arg-type]
        telling.freed(self, [each.person for each in gone])  # type: ignore[arg-type]
