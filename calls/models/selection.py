"""Which calls a person sees, which are live or due, and how one begins."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from accounts.models import User
from calls import ice
from calls.models.participant import Participant
from calls.models.states import LIVE, RING, Kind, Status
from calls.refusals import AlreadyAnswered, CallOver, NotReachable
from telemed import clock, relay

if TYPE_CHECKING:
    from calls.models.call import Call
    from chat.models import Conversation

ATTEMPTS = 3
PEOPLE = Prefetch(
    "participants",
    queryset=Participant.objects.select_related("person__doctor").order_by("pk"),
    to_attr="everyone",
)


class CallQuerySet(models.QuerySet["Call"]):
    """Selections of calls, and their beginning."""

    def for_user(self, user: Any) -> "CallQuerySet":
        """The calls this person made or was called by."""
        mine = Participant.objects.filter(call=OuterRef("pk"), person=user.pk)
        return self.filter(Exists(mine))

    def in_lists_of(self, user: Any) -> "CallQuerySet":
        """Without the emergencies that rang this person and that someone else has answered."""
        mine = Participant.objects.filter(call=OuterRef("pk"), person=user.pk)
        passed_by = ~Exists(mine.filter(joined_at__isnull=False)) & ~Q(status=Status.RINGING)
        return self.for_user(user).exclude(Q(kind=Kind.EMERGENCY) & passed_by)

    def live(self) -> "CallQuerySet":
        """Ringing or active."""
        return self.filter(status__in=LIVE)

    def holding(self, person: User) -> "CallQuerySet":
        """The live call this person is in; being rung is not being in it."""
        inside = Participant.objects.here().filter(call=OuterRef("pk"), person=person)
        return self.live().filter(Exists(inside))

    def stop(self, by: User, now: datetime) -> None:
        """Ends these as they stand: whoever begins or takes another call leaves theirs."""
        for call in self:
            with suppress(CallOver):
                call._stop(by, now)

    def concerned(self, call: "Call", person: User) -> "CallQuerySet":
        """The calls that change when this person accepts `call`."""
        holds = self.holding(person).values("pk")
        return self.filter(Q(pk=call.pk) | Q(pk__in=holds))

    def lock(self) -> None:
        """Nobody else moves these calls until this transaction ends; in one order always."""
        list(self.order_by("pk").select_for_update().values_list("pk"))

    def ringing_for(self, person: User, now: datetime | None = None) -> "CallQuerySet":
        """The calls that wait for an answer of this person."""
        rung = Participant.objects.filter(call=OuterRef("pk"), person=person, declined_at=None)
        waits = self.filter(Exists(rung)).unanswered(now).exclude(started_by=person)
        return waits.order_by("created_at")

    def unanswered(self, now: datetime | None = None) -> "CallQuerySet":
        """Those that ring; an emergency has no time at which it rings out."""
        unheard = Q(ring_expires_at=None) | Q(ring_expires_at__gt=now or timezone.now())
        return self.filter(unheard, status=Status.RINGING)

    def ringing_counts(self, people: Iterable[User]) -> dict[int, int]:
        """How many calls wait for an answer of each of these, by primary key; none for most."""
        called = Participant.objects.filter(
            person__in=list(people), call__in=self.unanswered(), declined_at=None
        ).exclude(person=F("call__started_by"))
        counted = called.order_by().values_list("person").annotate(number=Count("call"))
        return dict(counted)

    def steps(self, calls: Iterable[UUID]) -> dict[UUID, int]:
        """How often each of these calls has moved."""
        moved = self.filter(pk__in=list(calls)).order_by()
        return dict(moved.values_list("pk").annotate(number=Count("transitions")))

    def due(self, now: datetime) -> "CallQuerySet":
        """Calls whose time to ring is up, or that someone has silently gone from."""
        here = Participant.objects.here().filter(call=OuterRef("pk"))
        lost = Exists(here.run_out(now)) | ~Exists(here)
        unheard = Q(status=Status.RINGING, ring_expires_at__lte=now)
        return self.filter(unheard | (Q(status=Status.ACTIVE) & lost))

    def unanswered_by(self, person: User) -> "CallQuerySet":
        """The calls this person missed."""
        missed = Participant.objects.missed().filter(call=OuterRef("pk"), person=person)
        return self.filter(Exists(missed))

    def unreturned_by(self, person: User) -> "CallQuerySet":
        """Those of them that still wait for a sign of this person."""
        waiting = Participant.objects.unreturned().filter(call=OuterRef("pk"), person=person)
        return self.filter(Exists(waiting))

    def with_waits(self, person: User) -> "CallQuerySet":
        """Adds `waits`: this person has missed it, and has given no sign since."""
        silent = Participant.objects.unheeded().filter(call=OuterRef("pk"), person=person)
        return self.annotate(waits=Exists(silent))

    def gathered(self, *by: Case) -> "CallQuerySet":
        """Adds the `number` of each caller's, and which of them it is, `nth` from the newest."""
        same: list[F | Case] = [F("started_by"), *by]
        newest_first = Window(RowNumber(), same, order_by=("-created_at", "-pk"))
        return self.annotate(number=Window(Count("pk"), same), nth=newest_first)

    def before(self, last: "Call | None") -> "CallQuerySet":
        """Newest first, from below `last`."""
        ordered = self.order_by("-created_at", "-pk")
        if last is None:
            return ordered
        same = Q(created_at=last.created_at, pk__lt=last.pk)
        return ordered.filter(Q(created_at__lt=last.created_at) | same)

    def with_people(self) -> "CallQuerySet":
        """With everyone concerned at hand, in constant queries."""
        return self.select_related("started_by").prefetch_related(PEOPLE)

    def settle(self, now: datetime | None = None) -> None:
        """Carries out the deadlines that have passed; as often as one likes."""
        now = now or timezone.now()
        clock.each(self.model.objects.due(now), lambda call: call.settle(now))

    def start(self, conversation: "Conversation", *, by: User, kind: str) -> "Call":
        """Rings the others of a conversation; if they already ring this person, answers them.

        Between the look and the deed a call may begin or end, by the other side or by another
        device: the constraint or the conditional UPDATE notices, and we look again.
        """
        conversation.member(by)
        self.settle()
        for _attempt in range(ATTEMPTS):
            live = self.live().filter(conversation=conversation).first()
            try:
                return live.meet(by) if live else self._ring(conversation, by, kind)
            except (IntegrityError, CallOver, AlreadyAnswered):
                continue
        raise CallOver

    @transaction.atomic
    def _ring(self, conversation: "Conversation", by: User, kind: str) -> "Call":
        members = conversation.members.present().exclude(person=by).select_related("person")
        others = [member.person for member in members if member.person.is_active]
        if not others:
            raise NotReachable
        now = timezone.now()
        call = self.create(
            conversation=conversation,
            kind=kind,
            relay_only=ice.is_relay_only(by, others),
            started_by=by,
            created_at=now,
            ring_expires_at=now + RING,
        )
        call.begin(others, now)
        return call

    @transaction.atomic
    def start_emergency(
        self, conversation: "Conversation", *, by: User, people: Iterable[User]
    ) -> "Call":
        """Rings a group, who need not be in the conversation, until one of them answers.

        Whoever presses while in another call leaves that one. An emergency that lives in the
        conversation rings these too; another call there ends. Whose wish to hide their address
        no relay can fulfil is rung all the same.
        """
        now = timezone.now()
        self.filter(Q(pk__in=self.holding(by)) | Q(conversation=conversation)).live().lock()
        for live in self.live().filter(conversation=conversation):
            if live.kind == Kind.EMERGENCY and live.status == Status.RINGING:
                live.ring_also(people)
                return live
            live._stop(by, now)
        self.holding(by).stop(by, now)
        others = [each for each in people if each.pk != by.pk]
        call = self.create(
            conversation=conversation,
            kind=Kind.EMERGENCY,
            relay_only=relay.is_configured() and ice.is_relay_only(by, others),
            started_by=by,
            created_at=now,
        )
        call.begin(others, now)
        return call
