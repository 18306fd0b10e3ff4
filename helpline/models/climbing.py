"""How an emergency is never left alone: its ladder, and the look after whoever has it."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import PresenceLease, User
from accounts.presence import LEASE as PRESENCE
from calls.models import Call, Participant
from calls.models.states import LIVE
from helpline import alarms
from helpline.models.agent import Agent
from helpline.models.stages import AGAIN_EVERY, STAGE_LASTS, Stage, following, people_of
from helpline.models.states import OWNED, Reason
from telemed.models import Refusal

logger = logging.getLogger(__name__)

# How often we look whether the one who has it is there, and how long a silent page counts.
LOOK_EVERY = timedelta(seconds=5)
PAGE_SILENT = timedelta(seconds=50)
# Between the answer and the page, the call or the desk that shows that they are there.
GRACE = timedelta(seconds=45)
# Who was cut off from the call and is not back in it so soon leaves the person alone there.
ALONE_FOR = timedelta(seconds=15)


class Climbing:
    """The part of an emergency that time plays. Every deadline is the column `next_at`."""

    if TYPE_CHECKING:
        objects: Any
        pk: Any
        alerts: Any
        steps: Any
        ticket: Any
        call: Any
        call_id: Any
        stage: Any
        next_at: Any
        answered_at: Any
        answered_by: Any
        offered_to: Any
        summary: Any
        ended_at: Any
        person: Any
        refresh_from_db: Any
        save: Any
        close: Any

    def note(
        self,
        kind: str,
        person: User | None = None,
        words: str = "",
        *,
        other: User | None = None,
        at: datetime | None = None,
    ) -> None:
        """One line of the review."""
        at = at or timezone.now()
        self.steps.create(kind=kind, person=person, other=other, words=words, at=at)

    def note_press(self, client_id: UUID | None, now: datetime) -> None:
        """The person pressed; a repetition of a press is no other one."""
        if client_id is None or not self.steps.filter(client_id=client_id).exists():
            self.steps.create(kind="pressed", person=self.person, client_id=client_id, at=now)

    def lock(self) -> None:
        """Nobody else moves it until this transaction ends: always the calls first, then itself."""
        live = Q(conversation=self.ticket.conversation_id, status__in=LIVE)
        Call.objects.filter(live | Q(pk=self.call_id)).lock()
        type(self).objects.select_for_update().filter(pk=self.pk).values_list("pk").get()
        self.refresh_from_db()

    def begin(self, now: datetime, client_id: UUID | None) -> None:
        """The first group that has somebody in it is alerted."""
        self.note_press(client_id, now)
        self._climb(Stage.values, now)

    @transaction.atomic
    def settle(self, now: datetime) -> None:
        """Takes the step that is due; when someone else was faster, nothing."""
        self.lock()
        if self.ended_at is not None:
            return
        if self.ticket.is_settled:
            self.close(None, now)
        elif self.next_at is not None and self.next_at <= now:
            if self.answered_at is None:
                self._climb(following(self.stage), now)
            else:
                self._look_after(now)

    def _climb(self, stages: Sequence[str], now: datetime) -> None:
        """Alerts the next group; one with nobody new in it is skipped at once."""
        was = self.stage
        known = self.alerts.values("person")
        for stage in stages:
            fresh = people_of(stage, now).exclude(pk=self.person.pk).exclude(pk__in=known)
            if people := list(fresh):
                break
        lasts = AGAIN_EVERY if stage == Stage.EVERYONE else STAGE_LASTS
        self.stage, self.next_at = stage, now + lasts
        self.save(update_fields=["stage", "next_at"])
        again = was == stage == Stage.EVERYONE
        self.note("again" if again else "stage", words=stage, at=now)
        self._alert(people, stage, now)
        if again:
            self._remind(people)
        alarms.moved(self)  # type: ignore[arg-type]

    def hurry(self, now: datetime) -> None:
        """All who were rung have declined: the next group at once, or soon everyone once more."""
        if self.ended_at is not None or self.answered_at is not None or not self.have_all_declined:
            return
        if self.stage != Stage.EVERYONE:
            self._climb(following(self.stage), now)
        if self.have_all_declined and self.next_at > now + STAGE_LASTS:
            self.next_at = now + STAGE_LASTS
            self.save(update_fields=["next_at"])

    @property
    def have_all_declined(self) -> bool:
        """Nobody is rung now: whoever was alerted cannot come, or was not reached for a while."""
        lately = Q(at__gt=timezone.now() - STAGE_LASTS)
        reached = Q(rang_at__isnull=False) | Q(person__in=User.objects.online())
        waited_for = self.alerts.filter(lately | reached, declined_at=None)
        return self.alerts.exclude(declined_at=None).exists() and not waited_for.exists()

    def _alert(self, people: list[User], stage: str, now: datetime) -> None:
        """Each of these is told, and every page of theirs rings."""
        alert: Any = self.alerts.model
        rows = [alert(emergency=self, person=each, stage=stage, at=now) for each in people]
        alert.objects.bulk_create(rows, ignore_conflicts=True)
        self._ring(people)
        alarms.alert(self, people)  # type: ignore[arg-type]

    def _remind(self, just_told: list[User]) -> None:
        """Everyone who has not declined is told once more.

        When none of them has a page open, those who have declined are asked anew: nobody else
        hears it, and the person was told that we go on.
        """
        is_ringing = self.call and self.call.status == "ringing"
        waited_for = self.alerts.filter(declined_at=None).values("person")
        if not User.objects.online().filter(pk__in=waited_for).exists():
            self.alerts.update(declined_at=None)
            if is_ringing:
                self.call.ask_anew()
        alerts = self.alerts.filter(declined_at=None).exclude(person__in=just_told)
        alarms.alert(self, [each.person for each in alerts.select_related("person")])  # type: ignore[arg-type]
        if is_ringing:
            self.call.ring_again()

    def _ring(self, people: list[User]) -> None:
        """A call that cannot be made keeps nothing else from being done; it is tried again."""
        try:
            with transaction.atomic():
                if self.call is None:
                    self._start_call(people)
                elif self.call.status == "ringing":
                    self.call.ring_also(people)
        except (Refusal, DatabaseError) as trouble:
            logger.warning("emergency: no call could be made: %s", type(trouble).__name__)
            self.note("no_call", words=getattr(trouble, "code", type(trouble).__name__)[:60])
            self.call = None

    def _start_call(self, people: list[User]) -> None:
        conversation = self.ticket.conversation
        self.call = Call.objects.start_emergency(conversation, by=self.person, people=people)
        self.save(update_fields=["call"])

    # After the answer.

    def _look_after(self, now: datetime) -> None:
        """Whoever has it is there, or has left the person alone: then everyone is rung again."""
        if self._is_attended(now):
            self.next_at = now + LOOK_EVERY
            self.save(update_fields=["next_at"])
            return
        self.note("lost", self.ticket.assignee)
        self.ring_everyone(now, gone=True)

    def _is_attended(self, now: datetime) -> bool:
        """In the call with the person, at the desk, or for those without one on any page."""
        held = Participant.objects.here().filter(lease_expires_at__gt=now)
        talking = held.filter(call__conversation=self.ticket.conversation_id)
        if talking.exclude(person=self.person).exists():
            return True
        if self.waits_alone(now, ALONE_FOR):
            return False
        owner = self.ticket.assignee
        if owner is None or self.ticket.status not in OWNED:
            return False
        at_desk = Agent.objects.filter(person=owner, lease_expires_at__gt=now)
        seen = Q(user=owner, expires_at__gt=now + PRESENCE - PAGE_SILENT)
        return at_desk.exists() or PresenceLease.objects.filter(seen).exists()

    def waits_alone(self, now: datetime, since: timedelta = timedelta()) -> bool:
        """In a call from which the others were cut off: no page of theirs helps anybody there."""
        if self.call is None or self.call.status != "active":
            return False
        others = self.call.participants.exclude(person=self.person)
        near = others.here() | others.filter(left_at__gt=now - since)
        waits = self.call.participants.here().filter(person=self.person)
        return waits.exists() and not near.exists()

    def go_on_without(self, left: User, now: datetime | None, by: User | None) -> None:
        """Its ticket was put back by whoever had it, or by the desk: it must not stay silent."""
        if self.ended_at is None and self.answered_at is not None:
            self.note("lost", left, "gave_back" if by == left else "put_back")
            self.ring_everyone(now)

    def ring_everyone(self, now: datetime | None = None, *, gone: bool = False) -> None:
        """A new call rings all of them, also those who have declined before."""
        now = now or timezone.now()
        if self.call and self.call.is_live:
            self.call.give_up(None)
        self.answered_at, self.answered_by, self.call, self.offered_to = None, None, None, None
        self.stage, self.next_at, self.summary = Stage.EVERYONE, now + AGAIN_EVERY, ""
        anew = ["answered_at", "answered_by", "call", "offered_to", "summary", "stage", "next_at"]
        self.save(update_fields=anew)
        if gone and self.ticket.status in OWNED:
            self.ticket.put_back(by=None, reason=Reason.AGENT_GONE)
        self.alerts.update(rang_at=None, declined_at=None, answered_at=None)
        self.note("rung_again")
        new = people_of(Stage.EVERYONE, now).exclude(pk=self.person.pk)
        self._alert(list(new.exclude(pk__in=self.alerts.values("person"))), Stage.EVERYONE, now)
        everyone = [each.person for each in self.alerts.select_related("person")]
        self._ring(everyone)
        alarms.alert(self, everyone)  # type: ignore[arg-type]
        alarms.moved(self)  # type: ignore[arg-type]
