"""Which conversations a person sees, in what order, and how a direct one begins."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, models, transaction
from django.db.models import Exists, Func, OuterRef, Q, Subquery, UUIDField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.witness import Act
from audit.recording import named, record
from chat.models.member import Member
from chat.models.message import Message
from telemed.models import Refusal

if TYPE_CHECKING:
    from chat.models.conversation import Conversation


class NotAcceptingPatients(Refusal):
    """The doctor takes no new patients."""

    code = "not_accepting_patients"
    detail = _("This doctor takes no new patients at the moment.")


class NoRelationship(Refusal):
    """Only a patient may write first, and only to a doctor."""

    code = "no_relationship"
    detail = _("You can write to this person after they have written to you.")
    status = 403


class NotYourself(Refusal):
    """A conversation needs another person."""

    code = "not_yourself"
    detail = _("You cannot write to yourself.")


class FreshUUID(Func):
    """A random UUID of each row's own, made by the database."""

    output_field = UUIDField()
    template = "gen_random_uuid()"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """SQLite has random bytes only, and keeps a UUID as hexadecimal digits."""
        fresh = "lower(hex(randomblob(16)))"
        return super().as_sql(compiler, connection, template=fresh, **context)


class ConversationQuerySet(models.QuerySet["Conversation", "Conversation"]):
    """Who sees which conversations, and in what order."""

    def for_user(self, user: Any) -> "ConversationQuerySet":
        """The conversations this person is in now."""
        mine = Member.objects.present().filter(person=user.pk)
        return self.filter(pk__in=mine.values("conversation"))

    def in_messages_of(self, user: User) -> "ConversationQuerySet":
        """The list of messages: without what stands in a list of an app above; see `in_list_of`."""
        listed = Member.objects.among_messages().filter(person=user).values("conversation")
        return self.for_user(user).filter(pk__in=listed).in_list_of(user).started()

    def in_list_of(self, user: User) -> "ConversationQuerySet":
        """Adds what is the person's own of each, and the members, at one cost.

        That is their `draft`, `unread`, `muted_until` while it is muted, and `is_reachable`.
        """
        members = Member.objects.filter(conversation=OuterRef("pk"))
        mine = members.filter(person=user.pk)
        muted = mine.filter(muted_until__gt=timezone.now())
        return self.annotate(
            is_reachable=~Q(kind="direct") | Exists(members.reachable_by(user)),
            draft=Subquery(mine.values("draft")),
            muted_until=Subquery(muted.values("muted_until")),
            unread=Subquery(mine.annotate_unread().values("unread")),  # type: ignore[misc]
        ).with_members()

    def with_members(self) -> "ConversationQuerySet":
        """With the people in it at hand."""
        present = Member.objects.present().with_person()
        return self.prefetch_related(models.Prefetch("members", present))

    def with_newest(self, user: User, limit: int) -> list["Conversation"]:
        """The first of these, each with the `newest` message or None, by one more query.

        And with its `preview`, as this person reads it.
        """
        mine = Member.objects.filter(conversation=OuterRef("pk"), person=user.pk)
        newest_id = Subquery(mine.annotate_newest().values("newest_id"))  # type: ignore[misc]
        rows: list[Conversation] = list(self.annotate(newest_id=newest_id)[:limit])
        newest = Message.objects.in_bulk([row.newest_id for row in rows])
        for row in rows:
            row.newest = newest.get(row.newest_id)
            row.preview = row.newest.preview(user) if row.newest else ""
        return rows

    def named(self, words: str, user: User) -> "ConversationQuerySet":
        """Those with these words in their title, or with someone else of this name in them."""
        others = Member.objects.present().exclude(person=user)
        of_name = others.filter(person__name__icontains=words).values("conversation")
        return self.filter(Q(title__icontains=words) | Q(pk__in=of_name))

    def started(self) -> "ConversationQuerySet":
        """Those to show in a list: something has been written, or is being written."""
        return self.filter(Q(last_seq__gt=0) | ~Q(draft=""))

    def before(self, last: "Conversation | None") -> "ConversationQuerySet":
        """By the last message, newest first, from below `last`."""
        ordered = self.order_by("-touched_at", "-pk")
        if last is None:
            return ordered
        same = Q(touched_at=last.touched_at, pk__lt=last.pk)
        return ordered.filter(Q(touched_at__lt=last.touched_at) | same)

    def between(self, by: User, other: User) -> "Conversation | None":
        """The direct conversation of two people, if there is one and `by` is in it."""
        return self.for_user(by).filter(pair_key=pair_key(by, other)).first()

    def direct(self, by: User, other: User) -> "Conversation":
        """The conversation of two people, begun by `by` if there is none yet."""
        if conversation := self.between(by, other):
            return conversation
        check_may_begin(by, other)
        try:
            with transaction.atomic():
                return self.begin([by, other], by=by, pair_key=pair_key(by, other))
        except IntegrityError:  # the other device or the other person was faster
            return self.get(pair_key=pair_key(by, other))

    def renew_epochs(self) -> int:
        """Open pages must forget what they know: a backup was restored; returns how many."""
        return self.update(epoch=FreshUUID())

    @transaction.atomic
    def begin(self, people: Iterable[User], *, by: User, **fields: Any) -> "Conversation":
        """A new conversation of these people, with `fields` of the row."""
        begun = self.create(**fields)
        Member.objects.bulk_create(Member(conversation=begun, person=each) for each in people)
        record(by, Act.CREATED, subject_person=by, **named(begun))
        return begun


def check_may_begin(by: User, other: User) -> None:
    """Raises why `by` may not begin a conversation with `other`."""
    if by == other:
        raise NotYourself
    if not (by.is_patient and other.is_doctor and hasattr(other, "doctor")):
        raise NoRelationship
    if not (other.is_active and other.doctor.accepts_patients):
        raise NotAcceptingPatients


def pair_key(one: User, other: User) -> str:
    """The same for two people, whoever begins."""
    return ":".join(sorted([one.public_id.hex, other.public_id.hex]))
