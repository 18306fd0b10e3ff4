"""Conversations: the number of the last change, and how messages get into them."""

import uuid
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, models, transaction
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from audit.recording import opened
from chat.events import ConversationTouched
from chat.models.member import Member
from chat.models.message import ClientIdReused, Message
from chat.models.selection import ConversationQuerySet
from chat.wording import check_message
from notifications.models import notify
from telemed.models import Refusal, UUIDModel
from telemed.wire import publish


class NotReachable(Refusal):
    """Nobody would ever read it."""

    code = "not_reachable"
    detail = _("Nobody in this conversation can be reached here any more.")


# The number is taken and the row is locked by one statement, so that two who post at once get
# two numbers, and the second waits until the first has committed: whoever sees a number sees
# all lower ones.
TAKE_NUMBER = """
UPDATE chat_conversation SET last_seq = last_seq + 1, touched_at = %s WHERE id = %s
RETURNING last_seq
"""


class Conversation(UUIDModel):
    """People who write to each other, and the number of the last change."""

    class Kind(models.TextChoices):
        """What brought the people together."""

        DIRECT = "direct", _("Direct")

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
    unread: int
    newest_id: UUID | None
    newest: Message | None

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        ordering = ["-touched_at", "-id"]
        indexes = [models.Index(fields=["-touched_at", "-id"], name="conversations_newest")]
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
    def cards(self) -> list[dict[str, object]]:
        """Its members, when selected `with_members`."""
        return [member.as_card() for member in self.members.all()]

    def other(self, person: User) -> Member:
        """The other one of a direct conversation; oneself where all others have left."""
        members = list(self.members.all())
        return next((each for each in members if each.person_id != person.pk), members[0])

    def note_opening(self, by: User, request: HttpRequest | None = None) -> None:
        """Puts on record that `by` reads it, and whose record it is; asked before the answer."""
        opened(by, self, subject_person=self.patient, request=request)

    @property
    def patient(self) -> User | None:
        """Whose record it is, even after they have left; asks little if `with_members`."""
        here = (member.person for member in self.members.all() if member.person.is_patient)
        ever = User.objects.filter(memberships__conversation=self, role=Role.PATIENT)
        return next(here, None) or ever.first()

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

        Raises Member.DoesNotExist when the author is not in the conversation. The number is
        given back with the savepoint when the message turns out to be there already, so that
        change numbers have no holes.
        """
        self.member(author)
        if sent := self._sent_before(author, client_id, kind, body):
            return sent
        if kind == Message.Kind.TEXT:
            check_message(body)
            if not self.members.reachable_by(author).exists():
                raise NotReachable
        try:
            with transaction.atomic():
                message = self._insert(author, client_id, kind, body, call)
        except IntegrityError:
            if sent := self._sent_before(author, client_id, kind, body):
                return sent
            raise
        self._tell(message)
        return message

    def _sent_before(self, author: User, client_id: UUID, kind: str, body: str) -> Message | None:
        sent = Message.objects.filter(author=author, client_id=client_id)
        message = sent.select_related("author").first()
        if message and not message.is_same(self, kind, body):
            raise ClientIdReused
        return message

    def _insert(
        self, author: User, client_id: UUID, kind: str, body: str, call: dict[str, Any] | None
    ) -> Message:
        now = timezone.now()
        self.touched_at, self.last_seq = now, self._take_number(now)
        self.members.filter(person=author).wrote(self.last_seq, clears_draft=call is None)
        return Message.objects.create(
            conversation=self,
            seq=self.last_seq,
            changed_seq=self.last_seq,
            author=author,
            client_id=client_id,
            kind=kind,
            body=body,
            call=call,
            created_at=now,
        )

    def _take_number(self, now: datetime) -> int:
        when = connection.ops.adapt_datetimefield_value(now)
        key = self._meta.pk.get_db_prep_value(self.pk, connection)
        with connection.cursor() as cursor:
            cursor.execute(TAKE_NUMBER, [when, key])
            [(number,)] = cursor.fetchall()
        return int(number)

    def _tell(self, message: Message) -> None:
        """Constant in queries, however many are in it."""
        publish(message.as_event(), to=self)
        members = list(self.members.present().annotate_unread().select_related("person"))
        for member in members:
            publish(self.touched(message, member), to=member.person)
        if message.kind == Message.Kind.TEXT:
            others = [each.person for each in members if each.person_id != message.author_id]
            notify(
                others,
                "message",
                about=self,
                key=self.notification_key,
                context={"sender": message.author.display_name},
            )

    @property
    def notification_key(self) -> str:
        """One unread notification for each conversation and person."""
        return f"conversation:{self.pk}"

    def touched(self, message: Message | None, member: Member) -> ConversationTouched:
        """How it stands in the list of one member with `unread`, in the member's language."""
        with translation.override(member.person.language):
            preview = message.preview if message else ""
        return ConversationTouched(
            conversation=self.pk,
            seq=self.last_seq,
            unread=member.unread,
            preview=preview,
            author=message.author.public_id if message else None,
            created_at=message.created_at if message else None,
        )
