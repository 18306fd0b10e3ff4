"""A call: one state machine, moved by conditional UPDATEs, so that of several the first wins."""

from contextlib import suppress
from datetime import datetime

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.witness import Act
from audit import recording
from calls import counting, telling
from calls.models import watching
from calls.models.alarming import Alarming
from calls.models.joining import Joining
from calls.models.lapsing import Lapsing
from calls.models.participant import Participant
from calls.models.ringing import Ringing
from calls.models.selection import PEOPLE, CallQuerySet
from calls.models.states import (
    ALLOWED,
    LIVE,
    STANDS,
    TALKED,
    UNANSWERED,
    EndReason,
    Kind,
    Status,
)
from calls.refusals import AlreadyAnswered, NotJoined, WrongSide
from telemed.models import UUIDModel

TIMES = ("ring_expires_at", "alerted_at", "accepted_at", "connected_at", "ended_at")
# With what it is: once it is answered it may become the call of an emergency.
MOVING = ("kind", "started_by", "status", "end_reason", *TIMES)


class Call(Ringing, Joining, Lapsing, Alarming, UUIDModel):
    """People of a conversation who speak, or one who rings the others."""

    conversation = models.ForeignKey(
        "chat.Conversation", on_delete=models.CASCADE, related_name="calls"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    status = models.CharField(
        _("status"), max_length=8, choices=Status.choices, default=Status.RINGING
    )
    end_reason = models.CharField(
        _("outcome"), max_length=12, choices=EndReason.choices, blank=True
    )
    relay_only = models.BooleanField(_("hides network addresses"), default=False, db_default=False)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="started_calls",
        verbose_name=_("started by"),
    )
    created_at = models.DateTimeField(_("started"), default=timezone.now)
    # Empty for an emergency, which rings until somebody answers.
    ring_expires_at = models.DateTimeField(_("rings until"), null=True, blank=True)
    alerted_at = models.DateTimeField(_("a device rang"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    connected_at = models.DateTimeField(_("connected"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = CallQuerySet.as_manager()
    everyone: list[Participant]
    number: int
    nth: int
    waits: bool

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"],
                condition=Q(status__in=LIVE),
                name="one_live_call_per_conversation",
            ),
            models.CheckConstraint(
                condition=Q(kind="emergency") | Q(ring_expires_at__isnull=False),
                name="only_emergencies_never_ring_out",
            ),
            models.CheckConstraint(
                condition=Q(status="ended", ended_at__isnull=False) & ~Q(end_reason="")
                | ~Q(status="ended") & Q(ended_at=None, end_reason=""),
                name="ended_with_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="calls_newest"),
            models.Index(
                fields=["status", "ring_expires_at"],
                condition=Q(status__in=LIVE),
                name="calls_live",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.get_status_display()}"

    def get_absolute_url(self) -> str:
        return reverse("calls:call", args=[self.pk])

    @property
    def group(self) -> str:
        """Where events for everyone in it go."""
        return f"call.{self.pk}"

    @property
    def ice_transport_policy(self) -> str:
        """As RTCPeerConnection calls it."""
        return "relay" if self.relay_only else "all"

    @property
    def kind_again(self) -> str:
        """What calling the same people once more is."""
        return Kind.AUDIO if self.kind == Kind.EMERGENCY else str(self.kind)

    @property
    def is_live(self) -> bool:
        """Ringing or active."""
        return self.status in LIVE

    @property
    def duration(self) -> int | None:
        """Seconds between connecting and ending, by our clock; None when nobody spoke."""
        if self.connected_at is None or self.ended_at is None or self.end_reason not in TALKED:
            return None
        return max(0, round((self.ended_at - self.connected_at).total_seconds()))

    @property
    def people(self) -> list[User]:
        """Everyone concerned; they change in an emergency only, so they are asked for once."""
        models.prefetch_related_objects([self], PEOPLE)
        return [each.person for each in self.everyone]

    @property
    def ended_by(self) -> User | None:
        """Who ended it; nobody while it lives, and when a deadline did."""
        last = self.transitions.filter(to_status=Status.ENDED).select_related("by").first()
        return last.by if last else None

    # Verbs.

    def leave(self, by: User, *, party_id: str | None = None) -> None:
        """Hanging up ends a call of two. A tab that has lost the call to another ends nothing."""
        now = self._take(by, *LIVE)
        mine = self.participants.get(person=by)
        is_stale_tab = party_id is not None and party_id != mine.party_id
        if is_stale_tab or (self.status == Status.RINGING and not mine.is_here):
            raise NotJoined
        self._stop(by, now)

    def stop(self, by: User | None) -> None:
        """An administrator ends it, or one of its people may not be in it any more."""
        self.refresh_from_db(fields=MOVING)
        self._stop(by, timezone.now())

    def note_opened(self, by: User, request: HttpRequest | None = None) -> None:
        """On the record: this person looks at the call; what they missed is seen."""
        recording.opened(by, self, subject_person=self._patient, request=request)
        telling.see_missed(by, [self])

    # How it moves.

    def _take(self, by: User, *stands: Status, as_caller: bool | None = None) -> datetime:
        """The time of a verb, after what is due; raises why `by` may not do it now.

        The deadline is carried out in its own transaction: a refusal must not undo it.
        """
        now = timezone.now()
        self.refresh_from_db(fields=MOVING)
        self.settle(now)
        Call.objects.for_user(by).only("pk").get(pk=self.pk)
        if self.status not in stands:
            raise STANDS[Status(self.status)]
        if as_caller is not None and as_caller != (by.pk == self.started_by_id):
            raise WrongSide
        return now

    def _move(
        self, to: Status, by: User | None, reason: str = "", *, now: datetime, **fields: datetime
    ) -> None:
        """The only way from state to state. One conditional UPDATE: the first wins."""
        came_from = self.status
        if reason not in ALLOWED[came_from].get(to, ()):
            raise STANDS[Status(came_from)]
        here = Call.objects.filter(pk=self.pk, status=came_from)
        moved = here.update(status=to, end_reason=reason, **fields)
        self.refresh_from_db(fields=MOVING)
        if not moved:
            raise STANDS[Status(self.status)]
        if self.is_emergency:
            self.forget_people()
        self._note(came_from, by, Act.CHANGED, now)

    def _note(self, came_from: str, by: User | None, act: Act, now: datetime) -> None:
        self.transitions.create(
            from_status=came_from, to_status=self.status, reason=self.end_reason, by=by, at=now
        )
        counting.count_step(self, now)
        named = recording.named(self) | {"result": str(self.end_reason or self.status)}
        recording.record(by, act, subject_person=self._patient, **named)

    @property
    def _patient(self) -> User | None:
        return next((each for each in self.people if each.is_patient), None)

    @transaction.atomic
    def _end(self, by: User | None, reason: EndReason, now: datetime) -> None:
        self._move(Status.ENDED, by, reason, now=now, ended_at=now)
        freed = [each.person for each in self.participants.here().select_related("person")]
        self.participants.here().update(left_at=now)
        telling.ended(self, by)
        telling.freed(self, freed)
        if reason in UNANSWERED and not self.is_emergency:
            telling.missed(self)
        self._tell_watchers(by)

    def _tell_watchers(self, by: User | None) -> None:
        if self.is_emergency:
            for hear in watching.moved:
                hear(self, by)

    def _stop(self, by: User | None, now: datetime) -> None:
        """Ends it as it stands, also when it is answered between our look and our deed.

        Of two helpers, while one hands over to the other, either leaves it to the other.
        """
        if by and self.goes_on_without(by):
            return self.part(self.participants.get(person=by), now)
        if self.status == Status.RINGING:
            with suppress(AlreadyAnswered):
                return self._end(by, EndReason.CANCELLED, now)
        connected = self.connected_at is not None
        return self._end(by, EndReason.COMPLETED if connected else EndReason.FAILED, now)
