"""The warm hand-over: offered with a summary, and kept until whoever was asked says “I have it”."""

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from calls.models import Call
from calls.refusals import CallOver, NotJoined
from helpline import alarms
from helpline.models.stages import Stage
from helpline.models.states import Reason
from helpline.refusals import NobodyOffered, NotAnAgent, NotYourTicket, TicketSettled

SUMMARY = 2000


class Handing:
    """The part of an emergency in which it passes from one to another."""

    if TYPE_CHECKING:
        pk: Any
        alerts: Any
        steps: Any
        ticket: Any
        call: Any
        offered_to: Any
        offered_to_id: Any
        summary: Any
        handed_over_with: Any
        person: Any
        owner: Any
        all_answers: Any
        is_over: Any
        answered_by: Any
        lock: Any
        note: Any
        put_among_alerts: Any
        save: Any

    @property
    def refusal(self) -> Any:
        """The step of whoever was asked last, if they cannot take it over."""
        if self.offered_to_id or self.is_over:
            return None
        last = self._last_of_hand_over
        return last if last and last.kind == "refused" else None

    @property
    def withdrawal(self) -> Any:
        """The step by which the last question was taken back, until another is asked."""
        last = None if self.offered_to_id or self.is_over else self._last_of_hand_over
        return last if last and last.kind == "taken_back" and last.other_id else None

    @property
    def _last_of_hand_over(self) -> Any:
        kinds = ("offered", "refused", "taken_back", "handed_over", "rung_again")
        return self.steps.filter(kind__in=kinds).select_related("person", "other").last()

    @property
    def taken_over_with(self) -> str:
        """The summary with which whoever has it took it over; who answered had none."""
        last = self.all_answers[-1] if self.all_answers else None
        return str(self.handed_over_with) if last and last.kind == "handed_over" else ""

    @property
    def offered_at(self) -> datetime | None:
        """Since when whoever is asked has been."""
        of_now = Q(other=self.offered_to_id) | Q(other=None, person=self.offered_to_id)
        asked = self.steps.filter(of_now, kind="offered").last()
        return asked.at if asked else None

    @transaction.atomic
    def offer(self, helper: User, summary: str, *, by: User) -> None:
        """Asks a doctor or an agent to take over; until they say so, everything stays as it is."""
        self.lock()
        self._check_owner(by)
        if not (helper.is_active and (helper.is_doctor or helper.is_agent)):
            raise NotAnAgent
        if helper in (by, self.owner, self.person):
            raise NotAnAgent
        if self.offered_to and self.offered_to != helper:
            self._take_back()
        self.offered_to, self.summary = helper, summary.strip()[:SUMMARY]
        self.save(update_fields=["offered_to", "summary"])
        afresh = {"rang_at": None, "opened_at": None}  # that they have declined stays known
        self.alerts.update_or_create(
            person=helper, defaults=afresh, create_defaults={"stage": Stage.DOCTORS}
        )
        self.note("offered", by, other=helper)
        alarms.offered(self, helper, by)  # type: ignore[arg-type]

    @transaction.atomic
    def withdraw_offer(self, *, by: User) -> None:
        """Whoever has it keeps it, or asks somebody else."""
        self.lock()
        self._check_owner(by)
        if asked := self.offered_to:
            self._take_back()
            self.note("taken_back", by, other=asked)

    @transaction.atomic
    def refuse_offer(self, *, by: User) -> None:
        """“I cannot”: the owner chooses someone else."""
        self.lock()
        self._take_offer(by)
        self.alerts.filter(person=by).update(declined_at=timezone.now())
        self.note("refused", by)
        alarms.not_offered(self, by)  # type: ignore[arg-type]

    @transaction.atomic
    def accept_offer(self, *, by: User) -> None:
        """“I have it”: the ticket, the conversation and the place in the call are the doctor's.

        The calls are locked first, of both, as whoever accepts a call locks them.
        """
        if self.call:
            Call.objects.concerned(self.call, by).lock()
        self.lock()
        owner = self.owner
        self._take_offer(by)
        if self.call and self.call.status == "active" and owner:
            with suppress(CallOver, NotJoined):
                self.call.hand_over(owner, by)
        self.answered_by, self.handed_over_with = by, self.summary
        self.save(update_fields=["answered_by", "handed_over_with"])
        self.put_among_alerts(by, answered_at=timezone.now(), declined_at=None)
        self.ticket.assign(by, by=by, reason=Reason.TRANSFERRED)
        self.note("handed_over", by, self.summary, other=owner)
        stays = self.call and owner and self.call.goes_on_without(owner)
        alarms.handed_over(self, None if stays else owner, by)  # type: ignore[arg-type]

    def _take_offer(self, by: User) -> None:
        if self.is_over:
            raise TicketSettled
        if self.offered_to_id != by.pk:
            raise NobodyOffered
        self.offered_to = None
        self.save(update_fields=["offered_to"])
        alarms.see(self, by)  # type: ignore[arg-type]

    def _take_back(self) -> None:
        asked, self.offered_to = self.offered_to, None
        self.save(update_fields=["offered_to"])
        alarms.not_offered(self, asked)  # type: ignore[arg-type]

    def _check_owner(self, by: User) -> None:
        if self.is_over:
            raise TicketSettled
        if by != self.owner and not by.is_supervisor:
            raise NotYourTicket
