"""How a ticket finds the one who works it, and what that one may do with it."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from helpline import sla, telling
from helpline.models.agent import Agent
from helpline.models.answering import JOINED
from helpline.models.states import OWNED, Channel, Priority, Reason, Status
from helpline.refusals import AlreadyClaimed, NotAnAgent, NotYourTicket, TicketSettled

LEFT = _("%(name)s had to leave. We ask somebody else.")


class Working:
    """The part of a ticket that agents play."""

    if TYPE_CHECKING:
        objects: Any
        pk: Any
        category: Any
        category_id: Any
        status: Any
        assignee: Any
        assignee_id: Any
        conversation: Any
        emergency: Any
        priority: Any
        requester: Any
        requester_id: Any
        is_emergency: Any
        is_settled: Any
        refresh_from_db: Any
        save: Any
        _move: Any
        _part: Any
        _say: Any
        channel: Any
        answer_until: Any
        assigned_at: Any
        joined_at: Any
        _answer_from: Any

    def can_be_worked_by(self, person: User) -> bool:
        """Whether its queue is this person's; supervisors work all, and nobody their own.

        Whoever was alerted to an emergency may have it, doctors too.
        """
        if self.is_emergency and self._alerted(person):
            return True
        if not (person.is_active and person.is_agent) or person.pk == self.requester_id:
            return False
        if person.is_supervisor or self.is_emergency:
            return True
        mine = Agent.objects.filter(person=person).first()
        if mine is None:
            return True
        categories = set(mine.categories.values_list("pk", flat=True))
        return not categories or self.category_id in categories

    def _alerted(self, person: User) -> bool:
        alerts = self.emergency.alerts.filter(person=person) if self._has_emergency else None
        return bool(alerts and person.is_active and person.pk != self.requester_id)

    @property
    def _has_emergency(self) -> bool:
        return hasattr(self, "emergency")

    def claim(self, by: User) -> None:
        """An agent takes it from the queue; of several the first wins."""
        if self.is_emergency and self._has_emergency:
            self.emergency.take(by)
            self.refresh_from_db()
            return
        self.refresh_from_db()
        if self.status != Status.OPEN:
            raise TicketSettled if self.is_settled else AlreadyClaimed
        self.assign(by, by=by, reason=Reason.CLAIMED)

    @transaction.atomic
    def assign(
        self, to: User, *, by: User | None, reason: Reason, now: datetime | None = None
    ) -> None:
        """It is with `to` from now on; whoever had it is out of the conversation.

        Who takes it has joined; who was given it joins when they open it or write.
        Raises NotAnAgent, AlreadyClaimed when it moved meanwhile, TicketSettled.
        """
        if not self.can_be_worked_by(to):
            raise NotAnAgent
        left, now = self.assignee, now or timezone.now()
        if left == to and self.status == Status.ASSIGNED:
            return
        is_there = by == to or self.is_emergency
        self._move(
            Status.ASSIGNED,
            by,
            reason,
            now=now,
            assignee=to,
            assigned_at=now,
            joined_at=now if is_there else None,
            answer_until=self._answer_from(now, is_there=is_there),
            came_back=False,
            taken_from=None,
        )
        Agent.objects.filter(person=to).update(last_given_at=now)
        self.conversation.admit(to, by=by)
        if is_there:
            self._say(to, JOINED, name=to.display_name)
        if left and left != to:
            self._part(left, by=by)
        telling.assigned(self, by)  # type: ignore[arg-type]

    def transfer(self, to: User, *, by: User) -> None:
        """Hands it to someone else; only who has it, or a supervisor."""
        self._take(by)
        self.assign(to, by=by, reason=Reason.TRANSFERRED)

    @transaction.atomic
    def move_to(self, category: Any, *, by: User) -> None:
        """It is about something else: back into the queue of that category."""
        self._take(by)
        self._hold()
        type(self).objects.filter(pk=self.pk).update(category=category)
        self.category = category
        self.put_back(by=by, reason=Reason.TRANSFERRED)

    def release(self, *, by: User) -> None:
        """The agent cannot go on with it."""
        self._take(by)
        self.put_back(by=by, reason=Reason.RELEASED)

    @transaction.atomic
    def put_back(self, *, by: User | None, reason: Reason, now: datetime | None = None) -> None:
        """Back to the front of its queue; an emergency that somebody had rings again."""
        rings = self._hold()
        left, now = self.assignee, now or timezone.now()
        same, silent = Q(assigned_at=self.assigned_at), None
        if reason == Reason.AGENT_SILENT:  # who opens it at this moment keeps it
            same, silent = same & Q(joined_at=self.joined_at), left
        self._move(
            Status.OPEN,
            by,
            reason,
            now=now,
            only=same,
            assignee=None,
            came_back=True,
            answer_until=None,
            taken_from=silent,
            **self._live_on(now),
        )
        if left:
            self._part(left, by=by)
        if left and rings:
            words = _("%(name)s cannot go on. Everyone is rung again.")
            self._say(self.requester, words, name=left.display_name)
            self.emergency.go_on_without(left, now, by)
        elif left and self.joined_at and reason != Reason.TRANSFERRED:
            self._say(self.requester, LEFT, name=left.display_name)

    def _live_on(self, now: datetime) -> dict[str, object]:
        """A chat whose agent was there waits for the next one as it has waited for the first."""
        if self.channel != Channel.CHAT or not self.joined_at:
            return {}
        return {"chat_until": now + timedelta(seconds=settings.CHAT_PATIENCE)}

    def _hold(self) -> bool:
        """A live emergency has its call and itself locked before its ticket; whether it is one."""
        if not (self.is_emergency and self._has_emergency):
            return False
        self.emergency.lock()
        return self.emergency.ended_at is None

    @transaction.atomic
    def take_back(self, reason: Reason, now: datetime) -> None:
        """From an agent who is gone or silent, who is told."""
        left = self.assignee
        self.put_back(by=None, reason=reason, now=now)
        telling.taken(self, left, reason)  # type: ignore[arg-type]

    def wait(self, *, by: User) -> None:
        """The requester has to answer first."""
        self._take(by)
        self._move(Status.WAITING, by, now=timezone.now())

    def resume(self, *, by: User | None) -> None:
        """The answer is there: whoever has it goes on; who has not opened it yet has to do so."""
        now = timezone.now()
        asked = {} if self.joined_at else {"answer_until": self._answer_from(now, is_there=False)}
        self._move(Status.ASSIGNED, by, Reason.REPLIED, now=now, **asked)

    def set_priority(self, priority: Priority, *, by: User) -> None:
        """More or less urgent; the promise is worked out anew, from when it was given."""
        if not self.can_be_worked_by(by):
            raise NotYourTicket
        self.priority = priority
        self.save(update_fields=["priority"])
        # Whoever opens it at this moment stops a clock, which must not run again by this.
        timeless = type(self).objects.filter(pk=self.pk, status=Status.ASSIGNED, answer_until=None)
        timeless.update(answer_until=self._answer_from(timezone.now(), is_there=True))
        sla.promise(self)  # type: ignore[arg-type]
        telling.moved(self)  # type: ignore[arg-type]

    def _take(self, by: User) -> None:
        """Raises why `by` may not do now what the one who has it may do."""
        self.refresh_from_db()
        if self.is_settled:
            raise TicketSettled
        if self.status not in OWNED or (self.assignee_id != by.pk and not by.is_supervisor):
            raise NotYourTicket
