"""Messages, and how they are paged and caught up."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chat.events import Author, CallNote, MessagePosted
from chat.wording import LIMIT
from telemed.models import Refusal, UUIDModel


class ClientIdReused(Refusal):
    """A retry must be the same message."""

    code = "client_id_reused"
    detail = _("Another message was already sent under this id.")


class MessageQuerySet(models.QuerySet["Message", "Message"]):
    """Pages of a conversation's history."""

    def page(self, *, before: int | None, limit: int) -> tuple[list["Message"], bool]:
        """The newest messages below `before`, oldest first, and whether older ones exist."""
        older = self if before is None else self.filter(seq__lt=before)
        newest: list[Message] = list(older.select_related("author").order_by("-seq")[: limit + 1])
        return newest[:limit][::-1], len(newest) > limit

    def since(self, change: int, *, limit: int) -> tuple[list["Message"], bool]:
        """What has changed after the change of this number, in order, and whether more has."""
        changed = self.filter(changed_seq__gt=change).select_related("author")
        found: list[Message] = list(changed.order_by("changed_seq")[: limit + 1])
        return found[:limit], len(found) > limit


class Message(UUIDModel):
    """One message. Its numbers are given by `Conversation.append` and by nothing else."""

    class Kind(models.TextChoices):
        """What a message is made of."""

        TEXT = "text", _("Text")
        CALL = "call", _("Call")
        NOTICE = "notice", _("Notice")

    # Every index is paid for by every message; these two keys begin unique ones already.
    conversation = models.ForeignKey(
        "chat.Conversation", on_delete=models.CASCADE, related_name="messages", db_index=False
    )
    seq = models.PositiveBigIntegerField(_("number"))
    changed_seq = models.PositiveBigIntegerField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="messages", db_index=False
    )
    client_id = models.UUIDField(default=uuid.uuid4)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.TEXT)
    body = models.TextField(_("text"), blank=True)
    call = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField(_("written"), default=timezone.now)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["conversation", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["conversation", "seq"], name="message_number"),
            models.UniqueConstraint(fields=["conversation", "changed_seq"], name="message_change"),
            models.UniqueConstraint(fields=["author", "client_id"], name="message_sent_once"),
            models.CheckConstraint(
                condition=Q(seq__gte=1, changed_seq__gte=models.F("seq")), name="message_numbers"
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("body"), LIMIT), name="message_length"
            ),
            models.CheckConstraint(
                condition=Q(kind="call", call__isnull=False)
                | (~Q(kind="call") & Q(call__isnull=True) & ~Q(body="")),
                name="message_content",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} no. {self.seq}"

    def as_event(self) -> MessagePosted:
        """The message as the wire and the API tell it."""
        return MessagePosted(
            id=self.id,
            conversation=self.conversation_id,
            seq=self.seq,
            changed_seq=self.changed_seq,
            author=Author(**self.author.face),
            client_id=self.client_id,
            kind=str(self.kind),
            body=self.body,
            created_at=self.created_at,
            call=self._call_note,
        )

    def is_same(self, conversation: models.Model, kind: str, body: str) -> bool:
        """Whether sending this again is a retry of this message."""
        mine = (self.conversation_id, self.kind, self.body)
        return mine == (conversation.pk, kind, body)

    @property
    def at(self) -> str:
        """When it was written, for attributes; nothing for a blank."""
        return self.created_at.isoformat() if self.created_at else ""

    @property
    def _call_note(self) -> CallNote | None:
        if self.call is None:
            return None
        return msgspec.convert(self.call | {"began_at": self.call_began_at}, CallNote)

    @property
    def call_began_at(self) -> datetime | None:
        """Its row is written when it ends; rows of before know how long it lasted, and no more."""
        call: dict[str, Any] = self.call or {}
        if began := call.get("began_at"):
            return datetime.fromisoformat(began)
        lasted = timedelta(seconds=call.get("duration") or 0)
        return self.created_at - lasted if self.created_at else None

    @property
    def call_duration(self) -> str:
        """“, 12:04”; nothing for a call that nobody took."""
        seconds = (self.call or {}).get("duration")
        if seconds is None:
            return ""
        minutes, rest = divmod(seconds, 60)
        hours, minutes = divmod(minutes, 60)
        return f", {hours}:{minutes:02}:{rest:02}" if hours else f", {minutes}:{rest:02}"

    def preview(self, reader: Any) -> str:
        """One line for a person's list of conversations, which says what is their own."""
        is_own = self.author_id == reader.pk
        if self.call is not None:
            return self.own_call_title if is_own else self.call_title
        words = " ".join(self.body[:200].split())[:120]
        return gettext("You: %(words)s") % {"words": words} if is_own else words

    @property
    def call_title(self) -> str:
        """What became of a call, for the one who was called."""
        return self._call_words(CALL_TITLES)

    @property
    def own_call_title(self) -> str:
        """What became of a call, for the one who called."""
        return self._call_words(CALL_TITLES | OWN_CALL_TITLES)

    def _call_words(self, titles: dict[str, Any]) -> str:
        call: dict[str, Any] = self.call or {}
        if call.get("kind") == "emergency":
            answered = call.get("end_reason") in ("completed", "lost")
            return str(EMERGENCY_TITLES[answered])
        is_video = call.get("kind") == "video"
        return str(titles.get(call.get("end_reason", ""), titles["completed"])[is_video])


# What the caller reads instead: nobody misses their own call.
OWN_CALL_TITLES = {
    "missed": (_("Audio call, no answer"), _("Video call, no answer")),
    "cancelled": (_("Audio call, cancelled"), _("Video call, cancelled")),
    "declined": (_("Audio call, declined"), _("Video call, declined")),
}

CALL_TITLES = {
    "completed": (_("Audio call"), _("Video call")),
    "missed": (_("Missed audio call"), _("Missed video call")),
    "declined": (_("Declined audio call"), _("Declined video call")),
    "cancelled": (_("Missed audio call"), _("Missed video call")),
    "busy": (_("Audio call, line busy"), _("Video call, line busy")),
    "failed": (_("Failed audio call"), _("Failed video call")),
    "lost": (_("Lost audio call"), _("Lost video call")),
}

# Not answered, and answered.
EMERGENCY_TITLES = (_("Emergency call, not connected"), _("Emergency call"))
