"""A ticket: one state machine, moved by conditional UPDATEs, so that of several the first wins."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit import recording
from chat.models import Message
from helpline import sla, telling, waking
from helpline.models.answering import Answering
from helpline.models.selection import TicketQuerySet
from helpline.models.settling import Settling
from helpline.models.states import (
    ALLOWED,
    OWNED,
    SETTLED,
    UNSETTLED,
    Channel,
    Priority,
    Status,
)
from helpline.models.working import Working
from helpline.refusals import AlreadyClaimed, NotSettled, TicketSettled
from telemed.models import UUIDModel

MOVING = ("status", "assignee", "queued_at", "moved_at", "assigned_at", "resolved_at")


class Ticket(Working, Answering, Settling, UUIDModel):
    """Something that a person wants from us, and the conversation about it."""

    number = models.PositiveIntegerField(_("number"), unique=True, editable=False)
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="tickets",
        verbose_name=_("requester"),
    )
    category = models.ForeignKey(
        "helpline.Category",
        on_delete=models.PROTECT,
        related_name="tickets",
        verbose_name=_("category"),
    )
    channel = models.CharField(
        _("channel"), max_length=10, choices=Channel.choices, default=Channel.TICKET
    )
    subject = models.CharField(_("subject"), max_length=120)
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Priority.choices, default=Priority.NORMAL
    )
    status = models.CharField(
        _("status"), max_length=8, choices=Status.choices, default=Status.OPEN
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assigned_tickets",
        verbose_name=_("with"),
    )
    conversation = models.OneToOneField(
        "chat.Conversation", on_delete=models.PROTECT, related_name="ticket"
    )
    # The call that it is about; calls made while it is worked are in the conversation.
    call = models.ForeignKey(
        "calls.Call",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("about the call"),
    )
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    moved_at = models.DateTimeField(_("last step"), default=timezone.now)
    # Since when it has been in the queue; one that comes back keeps its time and goes first.
    queued_at = models.DateTimeField(default=timezone.now)
    came_back = models.BooleanField(default=False)
    # A live chat waits so long for someone to join; then it is a ticket.
    chat_until = models.DateTimeField(null=True, blank=True)
    assigned_at = models.DateTimeField(_("taken"), null=True, blank=True)
    # When whoever has it has opened or answered it; empty while it has only been given to them.
    joined_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Who has it must have answered by then, or it is somebody else's turn.
    answer_until = models.DateTimeField(null=True, blank=True, editable=False)
    taken_from = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    # What we promise runs from here, and stands still while the requester has to answer.
    promised_at = models.DateTimeField(default=timezone.now, editable=False)
    waited = models.DurationField(default=timedelta, editable=False)
    first_responded_at = models.DateTimeField(_("first answer"), null=True, blank=True)
    response_due_at = models.DateTimeField(_("answer due"), null=True, blank=True)
    resolution_due_at = models.DateTimeField(_("resolution due"), null=True, blank=True)
    response_warn_at = models.DateTimeField(null=True, blank=True, editable=False)
    resolution_warn_at = models.DateTimeField(null=True, blank=True, editable=False)
    warned_at = models.DateTimeField(null=True, blank=True)
    breached_at = models.DateTimeField(_("promise broken"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status__in=OWNED) | Q(assignee__isnull=False), name="owned_by_someone"
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.OPEN) | Q(assignee=None), name="queued_by_nobody"
            ),
        ]
        indexes = [
            models.Index(fields=["requester", "-opened_at"], name="tickets_of_person"),
            models.Index(
                fields=["priority", "-came_back", "queued_at"],
                condition=Q(status=Status.OPEN),
                name="tickets_queue",
            ),
            models.Index(
                fields=["status"], condition=Q(status__in=UNSETTLED), name="tickets_unsettled"
            ),
            models.Index(
                fields=["resolved_at"], condition=Q(status=Status.RESOLVED), name="tickets_resolved"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    def get_absolute_url(self) -> str:
        return reverse("helpline:ticket", args=[self.number])

    @property
    def group(self) -> str:
        """Where events for everyone who looks at it go."""
        return f"ticket.{self.pk}"

    @property
    def is_settled(self) -> bool:
        """Resolved or closed."""
        return self.status in SETTLED

    @property
    def is_emergency(self) -> bool:
        """It came by the emergency button."""
        return self.channel == Channel.EMERGENCY

    @property
    def is_live_chat(self) -> bool:
        """The requester waits for somebody to join."""
        return self.channel == Channel.CHAT and self.status == Status.OPEN

    def is_mine(self, person: User) -> bool:
        """Whether this person asked."""
        return self.requester_id == person.pk

    def note_opening(self, by: User, request: HttpRequest | None = None) -> None:
        """Puts on record that `by` reads it; asked before the answer."""
        recording.opened(by, self, subject_person=self.requester, request=request)

    # How it moves.

    def begin(self, body: str, client_id: uuid.UUID) -> None:
        """The new row's first step, its first message, and by when there is an answer."""
        self._note("", self.requester, "", self.opened_at)
        if body:
            self.conversation.append(self.requester, client_id, Message.Kind.TEXT, body)
        sla.promise(self, self.opened_at)
        telling.moved(self)
        waking.wake()

    @transaction.atomic
    def _move(
        self,
        to: Status,
        by: User | None,
        reason: str = "",
        *,
        now: datetime,
        only: Q | None = None,
        **fields: object,
    ) -> None:
        """The only way from state to state. One conditional UPDATE: the first wins."""
        came_from, had, since = self.status, self.assignee_id, self.moved_at
        if to not in ALLOWED[came_from]:
            raise NotSettled if came_from in UNSETTLED else TicketSettled
        here = Ticket.objects.filter(pk=self.pk, status=came_from, assignee=had)
        here = here if only is None else here.filter(only)
        moved = here.update(status=to, moved_at=now, **fields)
        self.refresh_from_db()
        if not moved:
            raise AlreadyClaimed
        self._note(came_from, by, reason, now)
        if came_from == Status.WAITING:
            sla.prolong(self, since, now)
        telling.moved(self)
        if to == Status.OPEN or had:
            waking.wake()

    def _note(self, came_from: str, by: User | None, reason: str, now: datetime) -> None:
        self.transitions.create(
            from_status=came_from,
            to_status=self.status,
            reason=reason,
            assignee=self.assignee,
            by=by,
            at=now,
        )
        recording.changed(by, self, subject_person=self.requester, result=str(self.status))

    def _say(self, author: User, words: "str | Promise", **names: str) -> None:
        """One line in the conversation that everyone reads, in the requester's language.

        A supervisor who acts from outside is named in it, and somebody inside is its author.
        """
        with translation.override(self.requester.language):
            body = str(words) % names
        inside = set(self.conversation.members.present().values_list("person", flat=True))
        people = (author, self.assignee, self.requester)
        within = [each for each in people if each and each.pk in inside]
        self.conversation.append(within[0], uuid.uuid4(), Message.Kind.NOTICE, body)

    def _part(self, person: User, *, by: User | None) -> None:
        """Who has had it reads no further, unless it is their own ticket."""
        if person.pk != self.requester_id:
            member = self.conversation.members.present().filter(person=person).first()
            if member:
                member.leave(by=by)
