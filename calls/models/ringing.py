"""How a call rings, and what those at both ends of it may do until it is answered."""

from collections.abc import Iterable
from datetime import datetime
from math import ceil
from typing import TYPE_CHECKING, Any, Self

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.witness import Act
from calls import telling
from calls.models import watching
from calls.models.participant import Participant
from calls.models.states import JOIN_WITHIN, RING, EndReason, Status

LOOK_AGAIN = 10


class Ringing:
    """The part of a call before anyone speaks."""

    if TYPE_CHECKING:
        objects: Any
        participants: Any
        people: Any
        pk: Any
        started_by: Any
        started_by_id: Any
        ring_expires_at: Any
        status: Any
        is_emergency: Any
        _decline_alone: Any
        _end: Any
        _move: Any
        _note: Any
        _take: Any
        _tell_watchers: Any
        turn_into_emergency: Any

    @property
    def called(self) -> list[User]:
        """Those whom it rings."""
        return [each for each in self.people if each.pk != self.started_by_id]

    @property
    def waiting(self) -> bool:
        """It rings while one who is called is in another call."""
        return self.status == Status.RINGING and any(map(self.waits_for, self.called))

    @property
    def seconds_left(self) -> int:
        """How long it will still ring; for an emergency, until one looks again."""
        if self.ring_expires_at is None:
            return LOOK_AGAIN
        return max(0, ceil((self.ring_expires_at - timezone.now()).total_seconds()))

    def waits_for(self, person: User) -> bool:
        """This person is in another call now, so it rings quietly; an emergency never does."""
        return not self.is_emergency and Participant.objects.busy([person]).exists()

    def begin(self, others: Iterable[User], now: datetime) -> None:
        """The new row rings; the caller is in the call from the start."""
        caller: Any = Participant(call=self, person=self.started_by)  # type: ignore[misc]
        caller.enter(now, lease_expires_at=now + RING + JOIN_WITHIN)
        Participant.objects.bulk_create(
            Participant(call=self, person=each)  # type: ignore[misc]
            for each in others
        )
        self._note("", self.started_by, Act.CREATED, now)
        telling.rang(self, others)  # type: ignore[arg-type]

    def meet(self, by: User) -> Self:
        """Calling where a call already lives: one's own goes on, the other's is accepted."""
        if self.status == Status.RINGING and by.pk != self.started_by_id:
            self.accept(by)
        return self

    def alert(self, by: User) -> None:
        """A device of the one who is called rings; the caller learns it once."""
        now = self._take(by, Status.RINGING, as_caller=False)
        silent = type(self).objects.filter(pk=self.pk, status=Status.RINGING, alerted_at=None)
        with transaction.atomic():
            if silent.update(alerted_at=now):
                telling.alerted(self)  # type: ignore[arg-type]
            if self.is_emergency:
                for hear in watching.rang:
                    hear(self, by)  # type: ignore[arg-type]

    def accept(self, by: User) -> None:
        """Of all devices the first wins. Whoever accepts leaves the call they are in.

        Both calls are locked first, by rising id: of people who accept each other's calls in
        a circle, nobody then waits for someone who waits for them.
        """
        now = self._take(by, Status.RINGING, as_caller=False)
        calls = type(self).objects
        with transaction.atomic():
            calls.concerned(self, by).lock()
            self._move(Status.ACTIVE, by, now=now, accepted_at=now)
            calls.holding(by).exclude(pk=self.pk).stop(by, now)
            self.participants.get(person=by).enter(now, lease_expires_at=now + JOIN_WITHIN)
            self.participants.here().update(lease_expires_at=now + JOIN_WITHIN)
            telling.accepted(self, by)  # type: ignore[arg-type]
            self.turn_into_emergency()
            self._tell_watchers(by)

    def decline(self, by: User) -> None:
        """The one who is called does not want to speak now; of a group the others go on."""
        now = self._take(by, Status.RINGING, as_caller=False)
        if self.is_emergency:
            self._decline_alone(by, now)
            return
        self._end(by, EndReason.DECLINED, now)

    def cancel(self, by: User) -> None:
        """The caller gives up; the other finds a missed call."""
        now = self._take(by, Status.RINGING, as_caller=True)
        self._end(by, EndReason.CANCELLED, now)
