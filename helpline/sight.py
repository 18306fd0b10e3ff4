"""An emergency as one of those who look at it sees it: what they are, and what they may do."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from math import ceil
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Patient, User
from helpline.meeting import Meeting
from helpline.models import Alert, Emergency, EmergencyStep, Stage
from helpline.models.stages import following, people_of
from helpline.responders import Responder, responders_of

NEXT_SHOWN = 4
ALONE_AFTER = timedelta(seconds=30)


def dialable(number: str) -> str:
    """Only what may be dialled."""
    return "".join(each for each in number if each in "+0123456789")


@dataclass
class Sight(Meeting):
    """One person's sight of an emergency, which comes `at_hand`."""

    emergency: Emergency
    me: User

    @property
    def is_mine(self) -> bool:
        """I need help."""
        return self.emergency.person == self.me

    @property
    def is_owner(self) -> bool:
        """I have it."""
        return self.emergency.owner == self.me

    @property
    def is_chief(self) -> bool:
        """I may see to every emergency."""
        return self.me.is_supervisor

    @property
    def may_review(self) -> bool:
        """I may read its review: mine too, once it is over."""
        return self.is_chief or (self.is_owner and self.emergency.is_over)

    @property
    def may_tell_outcome(self) -> bool:
        """It is over, and mine to say what became of the person."""
        return self.emergency.is_over and self.emergency.may_tell_outcome(self.me)

    @property
    def is_offered(self) -> bool:
        """I am asked to take over."""
        return self.emergency.offered_to_id == self.me.pk

    @cached_property
    def _alert(self) -> Alert | None:
        return self.emergency.alerts.filter(person=self.me).first()

    @property
    def is_alerted(self) -> bool:
        """I was told."""
        return self._alert is not None

    @property
    def has_declined(self) -> bool:
        """I said that I cannot."""
        return bool(self._alert and self._alert.declined_at)

    @property
    def may_take(self) -> bool:
        """Nobody has it, and I could."""
        if self.is_mine or self.emergency.is_over or self.emergency.owner:
            return False
        return self.emergency.ticket.can_be_worked_by(self.me)

    @property
    def may_hand_over(self) -> bool:
        """It is mine to pass on."""
        return bool(self.emergency.owner) and (self.is_owner or self.is_chief)

    @property
    def may_end(self) -> bool:
        """It is mine, or mine to settle."""
        return not self.emergency.is_over and (self.is_mine or self.may_hand_over)

    @property
    def may_ring_again(self) -> bool:
        """The call broke off, or none could be made."""
        return self.is_mine and not self.emergency.is_over and self.live_call is None

    @property
    def is_waiting(self) -> bool:
        """Nobody has it: nobody yet, or nobody any more."""
        return not self.emergency.is_over and self.emergency.owner is None

    @property
    def is_left_alone(self) -> bool:
        """So long without an answer, or with nobody who can come, that one must not wait for us."""
        return self.is_waiting and (self.alone_in <= 0 or self.have_all_declined)

    @property
    def alone_in(self) -> int:
        """Seconds until then."""
        return ceil((self.emergency.pressed_at + ALONE_AFTER - timezone.now()).total_seconds())

    @cached_property
    def have_all_declined(self) -> bool:
        """Nobody rings at this moment."""
        return self.is_waiting and self.emergency.have_all_declined

    @cached_property
    def is_heard(self) -> bool:
        """A device of somebody rings."""
        return self.emergency.alerts.filter(rang_at__isnull=False, declined_at=None).exists()

    @cached_property
    def _parting(self) -> EmergencyStep | None:
        if not self.is_waiting:
            return None
        steps = self.emergency.steps.filter(kind__in=("answered", "lost"))
        last = steps.select_related("person").last()
        return last if last and last.kind == "lost" else None

    @property
    def gone(self) -> User | None:
        """Who had it and is there no more: everyone is rung again."""
        return self._parting.person if self._parting else None

    @property
    def gave_back(self) -> bool:
        """They did not vanish: it was put back."""
        return bool(self._parting and self._parting.words)

    @property
    def was_answered(self) -> bool:
        """Somebody has had it before; now nobody has."""
        return self.is_waiting and self.emergency.first_answer is not None

    @property
    def seconds_left(self) -> int:
        """Until the next group is alerted."""
        if self.emergency.next_at is None:
            return 0
        return max(0, ceil((self.emergency.next_at - timezone.now()).total_seconds()))

    @property
    def next_words(self) -> Any:
        """Whom the countdown is for."""
        if self.emergency.stage == Stage.EVERYONE:
            return _("Everyone again")
        doctors_next = self.emergency.stage == Stage.AGENTS and self._people_next(Stage.DOCTORS)
        return _("The doctors on duty") if doctors_next else _("Supervisors and everyone")

    @property
    def is_nobody_on_duty(self) -> bool:
        """It had to begin with everyone."""
        return not self.emergency.alerts.exclude(stage=Stage.EVERYONE).exists()

    @cached_property
    def responders(self) -> list[Responder]:
        """Those who were alerted, the one who answered first; and some of those who are next."""
        told = responders_of(self.emergency)
        if not self.is_waiting or self.emergency.stage == Stage.EVERYONE:
            return told
        coming = (self._people_next(stage) for stage in following(self.emergency.stage))
        return told + [Responder(each, "next") for each in next(filter(None, coming), [])]

    def _people_next(self, stage: str) -> list[User]:
        known = self.emergency.alerts.values("person")
        people = people_of(stage, timezone.now()).exclude(pk__in=known)
        return list(people.exclude(pk=self.emergency.person.pk)[:NEXT_SHOWN])

    # For those who help.

    @cached_property
    def patient(self) -> Patient | None:
        """Whom to send where, and whom to call: nothing of charts."""
        return Patient.objects.filter(user=self.emergency.person).first()

    @property
    def number_shown(self) -> str:
        """As they wrote it, or as their profile has it."""
        return self.emergency.call_back or self.emergency.person.phone

    @property
    def number(self) -> str:
        """As a telephone takes it."""
        return dialable(self.number_shown)

    @property
    def contact(self) -> str:
        """The emergency contact's, as a telephone takes it."""
        return dialable(self.patient.emergency_contact_phone if self.patient else "")

    @property
    def age(self) -> int | None:
        """In years."""
        born = self.patient.date_of_birth if self.patient else None
        if born is None:
            return None
        today: date = timezone.localdate()
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
