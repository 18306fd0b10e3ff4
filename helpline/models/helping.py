"""What people do in an emergency: tell, look, decline, take it, have everyone rung again."""

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from calls.models import Call
from chat.models import Message
from helpline import alarms
from helpline.models.climbing import ALONE_FOR, GRACE
from helpline.models.states import Reason
from helpline.refusals import AlreadyClaimed, NotAnAgent, NotYourTicket, StillInCall, TicketSettled

ATTEMPTS = 3
LIMITS = {"place": 300, "call_back": 32, "happening": 500}


class Helping:
    """The part of an emergency that the person and those who help play."""

    if TYPE_CHECKING:
        objects: Any
        pk: Any
        alerts: Any
        steps: Any
        ticket: Any
        call: Any
        person: Any
        place: Any
        latitude: Any
        longitude: Any
        accuracy: Any
        coordinates: Any
        located_at: Any
        call_back: Any
        happening: Any
        next_at: Any
        waits_alone: Any
        stage: Any
        answered_at: Any
        answered_by: Any
        is_over: Any
        owner: Any
        lock: Any
        note: Any
        save: Any
        ring_everyone: Any
        hurry: Any

    # What the person tells.

    def take_down(self, told: dict[str, Any], now: datetime) -> list[str]:
        """Puts what was told on the row, as much as there is room for; names what is new."""
        news = []
        if None not in (told.get("latitude"), told.get("longitude")):
            self.located_at = now
        for name, value in told.items():
            kept = value[: LIMITS[name]].strip() if isinstance(value, str) else value
            if kept not in ("", None) and kept != getattr(self, name):
                setattr(self, name, kept)
                news.append(name)
        return news

    @transaction.atomic
    def tell(self, *, by: User, **told: Any) -> None:
        """The person, or whoever helps, adds where they are, their number, what is happening."""
        self.lock()
        if not (news := self.take_down(told, timezone.now())):
            return
        self.save(update_fields=[*news, "located_at"])
        self.note("told", by, ", ".join(news)[:60])
        if not self.is_over and self.ticket.conversation.members.present().filter(person=by):
            self.ticket.conversation.append(by, uuid4(), Message.Kind.NOTICE, self.in_words())
        if self.call and self.call.status == "ringing":
            self.call.ring_again()
        alarms.moved(self)  # type: ignore[arg-type]

    def in_words(self) -> str:
        """What is known, for the conversation: in the language that is active."""
        lines = [str(_("Emergency"))]
        lines += [self.happening] if self.happening else []
        lines += [f"{_('Place')}: {self.place}"] if self.place else []
        if self.coordinates:
            within = f" (± {self.accuracy} m)" if self.accuracy else ""
            lines.append(f"{_('Location')}: {self.coordinates}{within}")
        lines += [f"{_('Call back on')}: {self.call_back}"] if self.call_back else []
        return "\n".join(lines)

    # What those who were alerted do.

    def note_look(self, by: User) -> None:
        """Someone who was alerted has it open, while it lives; the one who has it is there."""
        if self.is_over:
            return
        self._note_once("opened", by)
        # A page that asks anew is no help to who is in the call without them.
        if by == self.owner and not self.waits_alone(timezone.now()):
            looks = type(self).objects.live().filter(pk=self.pk, answered_at__isnull=False)
            looks.update(next_at=timezone.now() + GRACE)

    def note_ringing(self, by: User) -> None:
        """A device of theirs rings."""
        self._note_once("rang", by)

    def note_connection(self, by: User) -> None:
        """Reports are repeated: one line for each time they have come into the call."""
        known = self.steps.filter(person=by, kind__in=("joined", "connected")).last()
        if known and known.kind == "joined":
            self.note("connected", by)

    def note_parting(self, who: User, *, is_lost: bool) -> None:
        """Out of the call, in which others are; perhaps because they have handed it over."""
        has_handed_over = who not in (self.owner, self.person)
        self.note("cut_off" if is_lost else "left", who, "handed_over" if has_handed_over else "")
        if is_lost and who == self.owner:
            self._look_by(timezone.now() + ALONE_FOR)
        alarms.moved(self)  # type: ignore[arg-type]

    def _look_by(self, when: datetime) -> None:
        """Whether they are there is looked at by then, or earlier if that is due."""
        later = type(self).objects.live().filter(pk=self.pk, next_at__gt=when)
        later.filter(answered_at__isnull=False).update(next_at=when)

    def decline(self, *, by: User) -> None:
        """From its page; in the call if one rings."""
        if self.call and self.call.status == "ringing" and by in self.call.called:
            self.call.decline(by)
        else:
            self.note_refusal(by)

    @transaction.atomic
    def note_refusal(self, by: User) -> None:
        """Their devices are silent; all others go on, the next group if none is left."""
        self.lock()
        self._note_once("declined", by)
        alarms.see(self, by)  # type: ignore[arg-type]
        self.hurry(timezone.now())

    def _note_once(self, act: str, by: User) -> None:
        untold = self.alerts.filter(**{"person": by, f"{act}_at": None})
        if untold.update(**{f"{act}_at": timezone.now()}):
            self.note(act, by)
            alarms.moved(self)  # type: ignore[arg-type]

    @transaction.atomic
    def take(self, by: User) -> None:
        """By button or from the queue, for who has no devices: it goes on in writing."""
        self.lock()
        if self.owner and self.owner != by:
            raise AlreadyClaimed
        self.own(by)
        if self.call and self.call.status == "ringing":
            self.call.give_up(by)

    def own(self, by: User, now: datetime | None = None) -> None:
        """It is with `by` from now on, who has accepted its call or taken it; it is locked."""
        if self.is_over:
            raise TicketSettled
        if not self.ticket.can_be_worked_by(by):
            raise NotAnAgent
        now = now or timezone.now()
        self.answered_at, self.answered_by, self.next_at = now, by, now + GRACE
        self.save(update_fields=["answered_at", "answered_by", "next_at"])
        self.put_among_alerts(by, answered_at=now, declined_at=None)
        if in_call := bool(self.call and self.call.status == "active"):
            self.ticket.note_answer(now)
        self._assign(by)
        self.note("answered", by, "" if in_call else "writing")
        alarms.answered(self, by)  # type: ignore[arg-type]

    def go_on_in(self, call: Call) -> bool:
        """Whoever has it and the person speak on in this call: whether it is its call now.

        The call is locked. What ends or settles the emergency locks the calls first, so that one
        conditional UPDATE is enough; to lock its former call as well might be the wrong order.
        """
        talking = set(call.participants.values_list("person", flat=True))
        if self.owner is None or talking != {self.owner.pk, self.person.pk}:
            return False
        live = type(self).objects.live().filter(pk=self.pk, answered_at__isnull=False)
        if not live.update(call=call, next_at=timezone.now() + GRACE):
            return False
        self.call = call
        self.ticket.note_answer(timezone.now())
        return True

    def put_among_alerts(self, person: User, **done: Any) -> None:
        """Also whoever found it in the queue is one of those who know."""
        self.alerts.get_or_create(person=person, defaults={"stage": self.stage})
        self.alerts.filter(person=person).update(**done)

    def _assign(self, by: User) -> None:
        """The queue may give the ticket to someone at the same moment: who answers has it."""
        for _attempt in range(ATTEMPTS):
            with suppress(AlreadyClaimed), transaction.atomic():
                return self.ticket.assign(by, by=by, reason=Reason.CLAIMED)
            self.ticket.refresh_from_db()
        raise AlreadyClaimed

    @transaction.atomic
    def ring_again(self, *, by: User) -> None:
        """The call broke off: the person has everyone rung again."""
        if by.pk != self.person.pk:
            raise NotYourTicket
        self.lock()
        if self.is_over:
            raise TicketSettled
        if self.call and self.call.is_live:
            raise StillInCall
        self.ring_everyone()
