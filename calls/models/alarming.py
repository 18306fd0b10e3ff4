"""What an emergency call does that no other does: it rings a group, and never rings out."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from calls import telling
from calls.events import PartyLeft
from calls.models import watching
from calls.models.participant import Participant
from calls.models.states import BACK_WITHIN, JOIN_WITHIN, EndReason, Kind, Status
from calls.refusals import AlreadyAnswered, CallOver, NotJoined
from telemed.wire import publish


class Alarming:
    """The part of a call that only an emergency has."""

    if TYPE_CHECKING:
        objects: Any
        participants: Any
        pk: Any
        kind: Any
        status: Any
        started_by: Any
        started_by_id: Any
        lock: Any
        _end: Any
        _party: Any
        _take: Any
        _tell_of_parting: Any

    @property
    def is_emergency(self) -> bool:
        """It rings a group of helpers until one of them answers."""
        return bool(self.kind == Kind.EMERGENCY)

    @property
    def answerer(self) -> User | None:
        """The helper who is in it, or was the last to be."""
        helpers = self.participants.exclude(person=self.started_by_id)
        spoke = helpers.filter(joined_at__isnull=False).select_related("person__doctor")
        last = spoke.order_by("joined_at", "pk").last()
        return last.person if last else None

    @transaction.atomic
    def turn_into_emergency(self) -> None:
        """An ordinary call that is about an emergency becomes its call once it is answered.

        Whoever needs help is not left alone in it then, and both pages say what such a call says:
        a tab that was in it before has to join anew, and sees by that what it has become.
        """
        if self.is_emergency:
            return
        claims = (claim(self) for claim in watching.claimed)  # type: ignore[arg-type]
        person = next(filter(None, claims), None)
        if person is None:
            return
        for each in self.participants.parties().select_related("person"):
            party = self._party(each.person, each.party_id)
            publish(PartyLeft(**party, reason="lost"), to=self)  # type: ignore[arg-type]
        self.participants.here().update(party_id="")
        type(self).objects.filter(pk=self.pk).update(kind=Kind.EMERGENCY, started_by=person)
        self.kind, self.started_by = Kind.EMERGENCY, person
        self.forget_people()

    def forget_people(self) -> None:
        """Of a group more may have been rung since they were asked for."""
        self.__dict__.pop("everyone", None)

    @transaction.atomic
    def ring_also(self, people: Iterable[User]) -> None:
        """Rings these too; raises CallOver or AlreadyAnswered where nothing rings any more."""
        self.lock()
        if self.status != Status.RINGING:
            raise AlreadyAnswered
        rung = set(self.participants.values_list("person", flat=True))
        news = [each for each in people if each.pk not in rung]
        Participant.objects.bulk_create(
            Participant(call=self, person=each)  # type: ignore[misc]
            for each in news
        )
        self.forget_people()
        telling.rang(self, news)  # type: ignore[arg-type]

    def ask_anew(self) -> None:
        """Those who have declined are rung again with all others."""
        self.participants.exclude(person=self.started_by_id).update(declined_at=None)

    def ring_again(self) -> None:
        """Tells the pages of everyone who has not declined once more, with what is new."""
        rung = self.participants.filter(declined_at=None).exclude(person=self.started_by_id)
        people = [each.person for each in rung.select_related("person")]
        telling.rang(self, people)  # type: ignore[arg-type]

    @transaction.atomic
    def _decline_alone(self, by: User, now: datetime) -> None:
        """It stops ringing for this one; for all others it goes on."""
        self.participants.filter(person=by).update(declined_at=now)
        telling.declined(self, by)  # type: ignore[arg-type]
        for hear in watching.declined:
            hear(self, by)  # type: ignore[arg-type]

    def may_join(self, mine: Participant) -> bool:
        """Who was only rung, or has handed it over, stays outside."""
        if not self.is_emergency or mine.person_id == self.started_by_id or mine.is_here:
            return True
        if mine.joined_at is None:
            return False
        return not self._others_than(mine.person).filter(joined_at__gt=mine.joined_at).exists()

    def goes_on_without(self, person: User) -> bool:
        """Another helper is in it, too: while it is handed over there are two."""
        if not self.is_emergency or person.pk == self.started_by_id:
            return False
        is_here = self.participants.here().filter(person=person).exists()
        return is_here and self._others_than(person).exists()

    def _others_than(self, helper: User) -> Any:
        """The other helpers who are in it now."""
        return self.participants.here().exclude(person__in=[helper.pk, self.started_by_id])

    @transaction.atomic
    def hand_over(self, came_from: User, to: User) -> None:
        """`to` joins `came_from`, who stays until the caller hears `to`: nobody is left alone."""
        now = timezone.now()
        type(self).objects.concerned(self, to).lock()
        self.lock()
        if self.status != Status.ACTIVE:
            raise CallOver
        if not self.participants.here().filter(person=came_from).exists():
            raise NotJoined
        type(self).objects.holding(to).exclude(pk=self.pk).stop(to, now)
        mine, _ = self.participants.get_or_create(person=to)
        mine.joined_at = None  # whoever takes over has come last, also when they were here before
        mine.enter(now, lease_expires_at=now + JOIN_WITHIN)
        self.forget_people()

    def relieve(self, by: User, now: datetime) -> None:
        """The caller hears `by`: whoever was there before them is out of it."""
        mine = self.participants.get(person=by)
        for each in self._others_than(by).filter(joined_at__lt=mine.joined_at):
            self.part(each, now)

    def note_line_lost(self, by: User, party_id: str) -> None:
        """A helper's tab was closed or cut off: it is soon back, or the caller is alone.

        The caller's own place lasts its time: of a call that both had lost nothing would be left.
        """
        soon = timezone.now() + BACK_WITHIN
        theirs = self.participants.parties().filter(person=by, party_id=party_id)
        held = theirs.exclude(person=self.started_by_id).filter(lease_expires_at__gt=soon)
        held.update(lease_expires_at=soon)

    @transaction.atomic
    def part(self, gone: Participant, now: datetime) -> None:
        """One helper leaves it to another."""
        if not self.participants.here().filter(pk=gone.pk).update(left_at=now):
            return
        self.forget_people()
        self._tell_of_parting([gone], "handed_over")

    @transaction.atomic
    def give_up(self, by: User | None) -> None:
        """A named owner goes on in writing, or it has to ring anew."""
        with suppress(CallOver):
            self.lock()
            answered = self.status == Status.ACTIVE
            reason = EndReason.COMPLETED if answered else EndReason.CANCELLED
            self._end(by, reason, timezone.now())
