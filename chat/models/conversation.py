"""Conversations: the number of the last change, and how messages get into them."""

import uuid
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from audit.recording import changed, opened
from chat.events import MemberAdmitted
from chat.models.appending import Post, append_all
from chat.models.member import Member, lists
from chat.models.message import ClientIdReused, Message
from chat.models.selection import ConversationQuerySet
from notifications.models.silence import told
from telemed.models import UUIDModel
from telemed.wire import publish


class Conversation(UUIDModel):
    """People who write to each other, and the number of the last change."""

    class Kind(models.TextChoices):
        """What brought the people together."""

        DIRECT = "direct", _("Direct")
        TICKET = "ticket", _("Ticket")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.DIRECT)
    title = models.CharField(_("title"), max_length=200, blank=True)
    epoch = models.UUIDField(default=uuid.uuid4, editable=False)
    last_seq = models.PositiveBigIntegerField(_("changes"), default=0)
    pair_key = models.CharField(  # noqa: DJ001 - null is no pair, and may stand in many rows
        max_length=65, unique=True, null=True, editable=False
    )
    created_at = models.DateTimeField(_("begun"), default=timezone.now)
    touched_at = models.DateTimeField(_("last message"), default=timezone.now)

    objects = ConversationQuerySet.as_manager()

    draft: str
    is_reachable: bool
    muted_until: datetime | None
    unread: int
    newest_id: UUID | None
    newest: Message | None
    preview: str

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        ordering = ["-touched_at", "-id"]
        indexes = [models.Index(fields=["-created_at", "-id"], name="conversations_begun")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="direct") | Q(pair_key__isnull=False), name="direct_has_pair"
            )
        ]

    def __str__(self) -> str:
        return self.title or f"{self.get_kind_display()} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("chat:conversation", args=[self.pk])

    @property
    def group(self) -> str:
        """Where events for everyone in it go."""
        return f"conversation.{self.pk}"

    def member(self, person: User) -> Member:
        """The place of someone who is in it now; raises Member.DoesNotExist."""
        return self.members.present().select_related("conversation").get(person=person)

    @property
    def is_muted(self) -> bool:
        """Whether the person in whose list it was selected has muted it."""
        return self.muted_until is not None

    @property
    def mute_ends_at(self) -> datetime | None:
        """When that ends by itself."""
        return told(self.muted_until)

    @property
    def cards(self) -> list[dict[str, object]]:
        """Its members, when selected `with_members`."""
        return [member.as_card() for member in self.members.all()]

    def other(self, person: User) -> Member:
        """The other one of a direct conversation; oneself where all others have left."""
        members = list(self.members.all())
        return next((each for each in members if each.person_id != person.pk), members[0])

    @transaction.atomic
    def admit(self, person: User, *, by: User | None) -> Member:
        """Is in it from now on, and sees what was written before; who has left comes back."""
        member, is_new = self.members.get_or_create(person=person)
        if is_new or self.members.filter(pk=member.pk, left_at__isnull=False).update(left_at=None):
            member.refresh_from_db()
            changed(by, self, subject_person=person)
            admitted = MemberAdmitted(
                conversation=self.pk,
                member=person.public_id,
                delivered_seq=member.delivered_seq,
                read_seq=member.read_seq,
            )
            publish(admitted, to=[self, person])
            lists.after_commit([member.pk])
        return member

    def note_opening(self, by: User, request: HttpRequest | None = None) -> None:
        """Puts on record that `by` reads it, and whose record it is; asked before the answer."""
        opened(by, self, subject_person=self.patient, request=request)

    @property
    def patient(self) -> User | None:
        """Whose record it is, even after they have left; asks nothing if `with_members`."""
        if "members" in getattr(self, "_prefetched_objects_cache", {}):
            here = (member.person for member in self.members.all() if member.person.is_patient)
            if patient := next(here, None):
                return patient
        ever = User.objects.filter(memberships__conversation=self, role=Role.PATIENT)
        return ever.order_by(F("memberships__left_at").desc(nulls_first=True), "pk").first()

    def append(
        self,
        author: User,
        client_id: UUID,
        kind: str = Message.Kind.TEXT,
        body: str = "",
        *,
        call: dict[str, Any] | None = None,
    ) -> Message:
        """Adds a message in the caller's transaction; a retry returns the first result.

        Raises what `append_all` raises, and ClientIdReused. The number is given back with the
        savepoint when the message turns out to be there already, so that change numbers have
        no holes.
        """
        post = Post(author, self.pk, client_id, body, kind, call)
        if sent := self._sent_before(post):
            return sent
        try:
            with transaction.atomic():
                [message] = append_all([post])
        except IntegrityError:
            if sent := self._sent_before(post):
                return sent
            raise
        self.last_seq, self.touched_at = message.seq, message.created_at
        return message

    def _sent_before(self, post: Post) -> Message | None:
        """What the author has sent under this id, if they are still in the conversation."""
        self.member(post.author)
        sent = Message.objects.filter(author=post.author, client_id=post.client_id)
        message = sent.select_related("author").first()
        if message and not message.is_same(self, post.kind, post.body):
            raise ClientIdReused
        return message

    @property
    def listed_draft(self) -> str:
        """What is half written, where lists show it: what is unread goes before."""
        return "" if self.unread else self.draft

    @property
    def notification_key(self) -> str:
        """One unread notification for each conversation and person."""
        return f"conversation:{self.pk}"
