"""Who is in a conversation, and how far each has got: watermarks that only rise."""

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.models import PresenceLease, User
from audit.recording import changed
from chat.events import ConversationTouched, MemberLeft, MessagesDelivered, MessagesRead
from chat.models.drafting import Drafting
from chat.models.message import Message, MessageQuerySet
from chat.models.muting import Muting
from notifications.badges import publish_badges
from notifications.models import clear
from telemed.hub import hub
from telemed.models import Refusal
from telemed.soon import Soon
from telemed.wire import publish, publish_all

# Of members: those who read it in a list of an app above, and not among their messages.
elsewhere: list[Q] = []
# Told, in its transaction, of everyone who leaves (calls: a live call of theirs ends).
departures: list[Callable[["Member", User | None], None]] = []


class AheadOfConversation(Refusal):
    """Nobody can have read what has not been written."""

    code = "ahead_of_conversation"
    detail = _("There is no message with this number yet.")
    status = 422


def waiting() -> MessageQuerySet:
    """For a subquery of members: what others have written above the mark of each."""
    above = Message.objects.filter(
        conversation=OuterRef("conversation"),
        seq__gt=OuterRef("read_seq"),
        kind=Message.Kind.TEXT,
    )
    return above.exclude(author=OuterRef("person"))


class MemberQuerySet(models.QuerySet["Member"]):
    """Selections of members, and what sets of them go through."""

    def present(self) -> "MemberQuerySet":
        """Those who are in it now."""
        return self.filter(left_at=None)

    def among_messages(self) -> "MemberQuerySet":
        """Those who find it in their list of messages."""
        return self.exclude(Q(*elsewhere, _connector=Q.OR))

    def reachable_by(self, author: User) -> "MemberQuerySet":
        """The others, as far as they can still sign in and read."""
        return self.present().exclude(person=author.pk).filter(person__is_active=True)

    def annotate_unread(self) -> "MemberQuerySet":
        """Adds `unread`: what others have written above the member's mark."""
        counted = waiting().order_by().values("conversation").annotate(number=models.Count("pk"))
        return self.annotate(unread=Coalesce(Subquery(counted.values("number")), 0))

    def annotate_newest(self) -> "MemberQuerySet":
        """Adds `newest_id`: the last message to read or, where all is read, the last of all.

        A call that was missed after it does not hide what someone has written.
        """
        written = Message.objects.filter(conversation=OuterRef("conversation"))
        to_read, last = (each.order_by("-seq").values("pk")[:1] for each in (waiting(), written))
        return self.annotate(newest_id=Coalesce(Subquery(to_read), Subquery(last)))

    def reach(self, person: User) -> None:
        """A device of this person is here: what was written meanwhile has reached them."""
        behind = self.present().filter(delivered_seq__lt=F("conversation__last_seq"), person=person)
        for member in behind.select_related("conversation", "person"):
            member.mark_delivered(member.conversation.last_seq)

    def tell_lists(self) -> None:
        """Tells each of these, in their language, how the conversation now stands in their list.

        Who has no page open is not told: the next page they open brings its own list.
        """
        here = PresenceLease.objects.live().filter(user=OuterRef("person"))
        looking = self.present().filter(Exists(here))
        counted = looking.annotate_unread().select_related("person", "conversation")
        rows: list[Member] = list(counted.annotate_newest())
        newest = Message.objects.select_related("author").in_bulk([row.newest_id for row in rows])
        publish_all((row.touched(newest.get(row.newest_id)), row.person) for row in rows)

    def with_person(self) -> "MemberQuerySet":
        """In the order they came, each with all about the person, and `online`."""
        leases = PresenceLease.objects.live().filter(user=OuterRef("person"))
        whole = self.select_related("person__doctor", "person__patient")
        return whole.annotate(online=Exists(leases)).order_by("pk")


class Member(Muting, Drafting, models.Model):
    """One person in one conversation."""

    conversation = models.ForeignKey(
        "chat.Conversation", on_delete=models.CASCADE, related_name="members", db_index=False
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships"
    )
    delivered_seq = models.PositiveBigIntegerField(_("delivered up to"), default=0)
    read_seq = models.PositiveBigIntegerField(_("read up to"), default=0)
    draft = models.TextField(_("draft"), blank=True)
    # No sound, toast, push, mail or SMS about this conversation until then.
    muted_until = models.DateTimeField(_("muted until"), null=True, blank=True)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)
    left_at = models.DateTimeField(_("left"), null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    online: bool
    unread: int
    newest_id: UUID | None

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(fields=["conversation", "person"], name="member_once"),
            models.CheckConstraint(
                condition=Q(read_seq__lte=F("delivered_seq")), name="read_is_delivered"
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "conversation"],
                condition=Q(left_at=None),
                name="members_present",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.conversation_id}"

    @property
    def group(self) -> str:
        """The sockets of this person in this conversation."""
        return f"{self.conversation.group}.{self.person.public_id}"

    def as_card(self) -> dict[str, object]:
        """The member as the API and a page tell it, selected `with_person`."""
        person = self.person
        return {
            "id": str(person.public_id),
            "name": person.display_name,
            "initials": person.initials,
            "hue": person.hue,
            "photo": person.photo_url,
            "role": person.role,
            "online": self.online,
            "delivered_seq": self.delivered_seq,
            "read_seq": self.read_seq,
        }

    @transaction.atomic
    def mark_delivered(self, seq: int) -> bool:
        """A device has everything up to `seq`; False when that was known."""
        if moved := self._raise(("delivered_seq",), seq):
            self._tell(MessagesDelivered, seq)
        return moved

    @transaction.atomic
    def mark_read(self, seq: int) -> bool:
        """The person has read everything up to `seq`; False when that was known."""
        if moved := self._raise(("read_seq", "delivered_seq"), seq):
            self._tell(MessagesRead, seq)
            self._settle_list()
        return moved

    def _tell(self, event: type[MessagesDelivered | MessagesRead], seq: int) -> None:
        moved = event(conversation=self.conversation_id, member=self.person.public_id, seq=seq)
        publish(moved, to=self.conversation)

    def _raise(self, marks: tuple[str, ...], seq: int) -> bool:
        """One conditional statement: of two devices that report at once, none lowers a mark.

        The comparison stands on the row itself and not in a subquery, because PostgreSQL looks
        at it again after it has waited for the row, and at a subquery it does not.
        """
        written = type(self.conversation).objects.filter(
            pk=OuterRef("conversation"), last_seq__gte=seq
        )
        lower = Member.objects.present().filter(pk=self.pk, **{f"{marks[0]}__lt": seq})
        moved = lower.filter(Exists(written)).update(
            **{
                mark: Greatest(F(mark), seq, output_field=models.PositiveBigIntegerField())
                for mark in marks
            }
        )
        if not moved:
            self.refresh_from_db(
                from_queryset=Member.objects.present().select_related("conversation")
            )
            if seq > self.conversation.last_seq:
                raise AheadOfConversation
        return bool(moved)

    def _settle_list(self) -> None:
        lists.after_commit([self.pk])
        clear(self.person, self.conversation.notification_key)
        publish_badges([self.person])

    def touched(self, newest: Message | None) -> ConversationTouched:
        """How the conversation stands in this member's list; for a member with `unread`."""
        with translation.override(self.person.language):
            preview = newest.preview(self.person) if newest else ""
        return ConversationTouched(
            conversation=self.conversation_id,
            seq=self.conversation.last_seq,
            unread=self.unread,
            preview=preview,
            author=newest.author.public_id if newest else None,
            created_at=newest.created_at if newest else None,
        )

    @transaction.atomic
    def leave(self, *, by: User | None) -> None:
        """Neither reads nor writes any more, and is out at once."""
        Member.objects.present().filter(pk=self.pk).update(left_at=timezone.now())
        changed(by, self.conversation, subject_person=self.person)
        for tell in departures:
            tell(self, by)
        clear(self.person, self.conversation.notification_key)
        left = MemberLeft(conversation=self.conversation_id, member=self.person.public_id)
        publish(left, to=[self.conversation, self.person])
        transaction.on_commit(lambda: hub.disconnect(self, 4004), robust=True)


lists = Soon[int](lambda keys: Member.objects.filter(pk__in=keys).tell_lists())
