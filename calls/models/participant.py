"""Who is in a call: being rung is not joined, and being joined is holding a lease."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from calls.models.states import LEASE, LIVE, UNANSWERED, EndReason, Kind
from calls.refusals import AlreadyInCall
from chat.models import Message

HERE = Q(joined_at__isnull=False, left_at__isnull=True)
# What was missed longer ago is in the list of calls; nobody is reminded of it for ever.
REMINDED = timedelta(days=30)


class ParticipantQuerySet(models.QuerySet["Participant"]):
    """Selections of participants."""

    def here(self) -> "ParticipantQuerySet":
        """In the call now: they started or accepted it, and have not left."""
        return self.filter(HERE)

    def parties(self) -> "ParticipantQuerySet":
        """Those of them whose tab has joined, so that signals can reach it."""
        return self.here().exclude(party_id="")

    def parties_of(self, calls: Iterable[UUID]) -> dict[UUID, dict[str, "Participant"]]:
        """The tabs in each of these calls that can be reached now, by their id."""
        found: dict[UUID, dict[str, Participant]] = {call: {} for call in calls}
        live = self.parties().filter(call__in=found, call__status__in=LIVE)
        for each in live.select_related("person"):
            found[each.call_id][each.party_id] = each
        return found

    def busy(self, people: Iterable[User], now: datetime | None = None) -> "ParticipantQuerySet":
        """Which of these people are in a call: by the rows, and not silently gone."""
        held = self.here().filter(lease_expires_at__gt=now or timezone.now())
        return held.filter(person__in=people)

    def run_out(self, now: datetime) -> "ParticipantQuerySet":
        """In the call by the rows, but their lease has ended."""
        return self.here().filter(lease_expires_at__lte=now)

    def missed(self) -> "ParticipantQuerySet":
        """Those who were called in vain, also when the caller gave up early.

        Nobody has missed an emergency who was one of the group that was rung.
        """
        vain = self.filter(call__end_reason__in=UNANSWERED).exclude(call__kind=Kind.EMERGENCY)
        return vain.exclude(person=F("call__started_by"))

    def unheeded(self) -> "ParticipantQuerySet":
        """Those of them who since have not written there, nor called, nor answered or declined.

        The last text is looked for from the end, where it mostly is.
        """
        there = {"conversation": OuterRef("call__conversation")}
        texts = Message.objects.filter(author=OuterRef("person"), kind=Message.Kind.TEXT, **there)
        wrote = Subquery(texts.order_by("-seq").values("created_at")[:1])
        later = self.model.objects.filter(
            Q(joined_at__isnull=False) | Q(call__end_reason=EndReason.DECLINED),
            person=OuterRef("person"),
            call__conversation=OuterRef("call__conversation"),
            call__created_at__gt=OuterRef("call__created_at"),
        )
        return self.missed().filter(
            ~models.Exists(later),
            call__created_at__gte=Coalesce(wrote, F("call__created_at")),
        )

    def unreturned(self) -> "ParticipantQuerySet":
        """The one definition of a missed call that is still to be returned."""
        return self.unheeded().filter(call__created_at__gt=timezone.now() - REMINDED)


class Participant(models.Model):
    """One person in one call, and the tab (`party_id`) that holds it for them.

    `joined_at` is set by starting or accepting, so that the constraint keeps a person in one
    live call at most, whatever races; the tab comes later, by the socket.
    """

    call = models.ForeignKey("calls.Call", on_delete=models.CASCADE, related_name="participants")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="participations"
    )
    party_id = models.CharField(_("tab"), max_length=36, blank=True)
    joined_at = models.DateTimeField(_("joined"), null=True, blank=True)
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    lease_expires_at = models.DateTimeField(_("lease until"), null=True, blank=True)
    # One of a group who does not answer: for the others it rings on.
    declined_at = models.DateTimeField(_("declined"), null=True, blank=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [
            models.UniqueConstraint(fields=["call", "person"], name="participant_once"),
            models.UniqueConstraint(fields=["person"], condition=HERE, name="in_one_live_call"),
            models.UniqueConstraint(
                fields=["call", "party_id"], condition=~Q(party_id=""), name="party_once"
            ),
        ]
        indexes = [models.Index(fields=["lease_expires_at"], condition=HERE, name="leases_held")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.call_id}"

    @property
    def group(self) -> str:
        """The one tab that holds the call for this person."""
        return f"call.{self.call_id}.{self.party_id}"

    @property
    def is_here(self) -> bool:
        """In the call now."""
        return self.joined_at is not None and self.left_at is None

    def enter(self, now: datetime, *, lease_expires_at: datetime, party_id: str = "") -> None:
        """Is in the call from now on; raises AlreadyInCall when they are in another one."""
        self.party_id, self.lease_expires_at = party_id, lease_expires_at
        if not self.is_here:
            self.joined_at, self.left_at = now, None
        try:
            with transaction.atomic():
                self.save()
        except IntegrityError:
            raise AlreadyInCall from None

    def renew(self, party_id: str, now: datetime) -> bool:
        """Holds on for another while; False when the lease is gone or is another tab's."""
        held = Participant.objects.here().filter(pk=self.pk, party_id=party_id)
        return bool(party_id and held.update(lease_expires_at=now + LEASE))
