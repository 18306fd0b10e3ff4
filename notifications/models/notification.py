"""Notifications: one row for each thing that a person has not looked at yet."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notifications.badges import badges_soon, counts
from notifications.events import NotificationPosted
from notifications.kinds import Kind, kinds
from notifications.models.renewing import FIRST_LOOK, UPSERT
from notifications.models.selection import NotificationQuerySet
from telemed import jobs
from telemed.models import UUIDModel
from telemed.sql import adapted, run, uuid_of
from telemed.wire import publish_all

# Of more, people are told that there are more, as by the bell.
MOST = 99
# The worker that plans what is told outside the application.
LADDER = "ladder"


class Notification(UUIDModel):
    """Something that happened and that a person should know.

    `key` names the thing (a conversation, a call). While unread it also stands in `open_key`,
    whose uniqueness keeps one unread notification per thing and person; reading empties it,
    so that the next event makes a new row; `number` says how many of its kind it tells of.
    `context` holds names for the templates and never what a patient wrote; `what`, which of
    several facts of its kind it is, is told outside too.
    `due_at` is when `ladder.climb` next looks whether the person must be
    told outside the application, empty when there is nothing left to do; `again_at` when a
    renewal may be pushed again. A silent one is in the application and nowhere else.
    `pushed_at` is set while devices may be showing it.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="notifications",
        db_index=False,  # the first column of two other indexes, which every message writes
    )
    kind = models.CharField(_("kind"), max_length=20)
    key = models.CharField(max_length=100)
    open_key = models.CharField(max_length=100, null=True, editable=False)  # noqa: DJ001 - NULL is what makes it unique while unread
    number = models.PositiveIntegerField(_("number"), default=1, db_default=1)
    context = models.JSONField(default=dict)
    url = models.CharField(max_length=300)
    urgent = models.BooleanField(_("urgent"), default=False)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    silent = models.BooleanField(_("silent"), default=False, db_default=False)
    due_at = models.DateTimeField(null=True, editable=False)
    again_at = models.DateTimeField(null=True, editable=False)
    pushed_at = models.DateTimeField(null=True, editable=False)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "open_key"], name="one_unread_per_thing"),
            models.CheckConstraint(
                name="open_while_unread",
                condition=Q(read_at=None, open_key=models.F("key"))
                | Q(read_at__isnull=False, open_key=None),
            ),
        ]
        indexes = [
            models.Index(
                fields=["recipient", "-updated_at", "-id"], name="notifications_of_person"
            ),
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="ladders_due"),
            models.Index(
                fields=["pushed_at"],
                condition=Q(pushed_at__isnull=False, read_at__isnull=False),
                name="pushes_to_take_back",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def declared(self) -> Kind:
        """Its kind."""
        return kinds[self.kind]

    @property
    def title(self) -> str:
        """The first line, in the language that is active."""
        return words(self.kind, "title", self.context, self.number)

    @property
    def text(self) -> str:
        """The second line, in the language that is active."""
        facts = self.context | {"is_read": self.read_at is not None}
        return words(self.kind, "text", facts, self.number)

    @property
    def sound(self) -> str:
        """What an open page lets be heard of it; empty for nothing."""
        return sound_of(self.kind, silent=self.silent)

    @property
    def outside(self) -> str:
        """What push, mail and SMS say, in the language that is active: no name can get there."""
        return words(self.kind, "outside", {"what": self.context.get("what", "")}, self.number)


class Recipient(Protocol):
    """Someone who is told: a person, or as much of one as is needed."""

    @property
    def pk(self) -> int: ...
    @property
    def language(self) -> str: ...
    @property
    def group(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Notice:
    """A thing that people are told about; `key` names it."""

    recipients: Sequence[Recipient]
    kind: str
    url: str
    key: str
    context: dict[str, Any] = field(default_factory=dict)
    urgent: bool = False
    silent_for: Collection[int] = ()


def notify(
    recipients: User | Iterable[User],
    kind: str,
    *,
    about: Any,
    key: str,
    context: dict[str, Any] | None = None,
    urgent: bool = False,
) -> None:
    """Tells people about a thing, in the caller's transaction.

    `about` has `get_absolute_url()`. While a person has not looked at an earlier notification
    with the same `key`, that one is renewed instead of a second one made.
    """
    people = [recipients] if isinstance(recipients, User) else list(recipients)
    is_urgent = urgent or kinds[kind].is_urgent
    notify_all([Notice(people, kind, about.get_absolute_url(), key, context or {}, is_urgent)])


def notify_all(notices: Iterable[Notice]) -> None:
    """Several notices by one statement; of several about the same thing the last one counts."""
    now = timezone.now()
    pairs = [(person, each) for each in notices for person in each.recipients]
    told = {(person.pk, each.key): (person, each) for person, each in pairs}
    if not told:
        return
    numbers = Counter((person.pk, each.key) for person, each in pairs)
    values: list[object] = []
    for (pk, key), (_person, each) in told.items():
        later = now + kinds[each.kind].delay_without_device
        values += (uuid4(), pk, each.kind, key, key, numbers[pk, key], each.context, each.url)
        values += (each.urgent, pk in each.silent_for, now, now, None, pk, now, later, None)
    row = ", ".join(["%s"] * 13 + [FIRST_LOOK.format(person="%s", now="%s", later="%s"), "%s"])
    rows = run(UPSERT.format(rows=", ".join([f"({row})"] * len(told))), adapted(values))
    facts = []
    for id_, recipient_pk, key, number in rows:
        person, each = told[recipient_pk, key]
        silent = recipient_pk in each.silent_for
        fact = posted(uuid_of(id_), each, person.language, now, number=number, silent=silent)
        facts.append((fact, person))
    publish_all(facts)
    badges_soon.after_commit(person.pk for person, _ in told.values())
    if any(each.urgent for _, each in told.values()):
        transaction.on_commit(lambda: jobs.wake(LADDER))


def posted(
    id_: UUID, notice: Notice, language: str, now: datetime, *, number: int, silent: bool
) -> NotificationPosted:
    """What an open page shows as a toast, in the recipient's language."""
    title, text = in_words(
        notice.kind, language, tuple(sorted(notice.context.items())), min(number, MOST + 1)
    )
    return NotificationPosted(
        id=id_,
        kind=notice.kind,
        title=title,
        text=text,
        url=notice.url,
        urgent=notice.urgent,
        silent=silent,
        sound=sound_of(notice.kind, silent=silent),
        updated_at=now,
    )


def sound_of(kind: str, *, silent: bool) -> str:
    """The name of the sound that goes with a kind."""
    return "" if silent or kind not in kinds else kinds[kind].sound


@lru_cache(maxsize=4096)
def in_words(
    kind: str, language: str, context: tuple[tuple[str, Any], ...], number: int
) -> tuple[str, str]:
    """Both lines of a notification; the same few names come again and again."""
    with translation.override(language):
        title, text = (words(kind, part, dict(context), number) for part in ("title", "text"))
    return title, text


def words(kind: str, part: str, context: dict[str, Any], number: int = 1) -> str:
    """One line of a notification about so many things, in the language that is active."""
    told = context | {"times": number, "many": number if number <= MOST else f"{MOST}+"}
    return render_to_string(f"notifications/{kind}/{part}.txt", told).strip()


def clear(recipient: User, key: str) -> None:
    """The person has seen the thing itself: its notification is read on all devices."""
    Notification.objects.for_user(recipient).filter(open_key=key).mark_read()


@counts("unread_notifications")
def count_unread(people: list[User]) -> models.QuerySet[Any, Any]:
    """The number on the bell, for several people."""
    unread = Notification.objects.unread().filter(recipient__in=people).order_by()
    return unread.values_list("recipient").annotate(number=models.Count("pk"))


def unread_of(person: User) -> int:
    """The number on the bell, and on the icon of an installed application."""
    return Notification.objects.for_user(person).unread().count()
