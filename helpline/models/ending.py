"""How an emergency ends, and what became of the person."""

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit import recording
from helpline import alarms
from helpline.models.record import OUTCOME, Outcome
from helpline.refusals import NotSettled, NotYourTicket, OutcomeKnown
from telemed.models import Refusal


class Ending:
    """The part of an emergency in which it is over."""

    if TYPE_CHECKING:
        outcome: Any
        ticket: Any
        call: Any
        person: Any
        next_at: Any
        ended_at: Any
        live_for: Any
        is_over: Any
        owner: Any
        lock: Any
        note: Any
        save: Any

    @property
    def became(self) -> Outcome | None:
        """What became of the person, once somebody has written it."""
        return cast("Outcome | None", getattr(self, "outcome", None))

    @transaction.atomic
    def end(self, *, by: User, outcome: str = "", words: str = "") -> None:
        """“I am safe”, or the one who has it has seen to it; nobody ends one that nobody has.

        To say what became of the person is part of it, and no condition: lives come first.
        """
        self.lock()
        may_settle = self.owner and (by == self.owner or by.is_supervisor)
        if by.pk != self.person.pk and not may_settle:
            raise NotYourTicket
        now = timezone.now()
        if not self.ticket.is_settled:
            self.ticket.resolve(by=by, anyway=True)
        if self.ended_at is None:
            self.close(by, now)
        if by.pk != self.person.pk and (outcome or words.strip()):
            self.tell_outcome(outcome, words, by=by)

    def close(self, by: User | None, now: datetime) -> None:
        """Nothing rings any more, and nothing more is due; it is locked."""
        if self.call and self.call.is_live:
            self.call.give_up(by)
        self._silence(by)
        self.ended_at, self.next_at, self.live_for = now, None, None
        self.save(update_fields=["ended_at", "next_at", "live_for"])
        self.note("ended", by)
        alarms.ended(self)  # type: ignore[arg-type]

    def _silence(self, by: User | None) -> None:
        """A call back that still rings is over with it; in one that was answered they speak on."""
        for call in self.ticket.conversation.calls.filter(status="ringing"):
            with suppress(Refusal):
                call.decline(by) if by in call.called else call.give_up(by)

    @transaction.atomic
    def tell_outcome(self, outcome: str = "", words: str = "", *, by: User) -> None:
        """Who had it writes what became of the person, or a supervisor; of several the first."""
        self.lock()
        if not self.may_tell_outcome(by):
            raise NotYourTicket
        if not self.is_over:
            raise NotSettled
        if self.became:
            raise OutcomeKnown
        kind = outcome or Outcome.Kind.OTHER
        self.outcome = Outcome.objects.create(
            emergency=self,  # type: ignore[misc]
            kind=kind,
            words=words.strip()[:OUTCOME],
            by=by,
        )
        recording.changed(by, self, subject_person=self.person, result=str(kind))
        alarms.moved(self)  # type: ignore[arg-type]

    def may_tell_outcome(self, person: User) -> bool:
        """Whoever had it at the end, and supervisors; never the one who needed help."""
        had_it = person == self.owner or person.is_supervisor
        return bool(had_it and person.is_active and person.pk != self.person.pk)
