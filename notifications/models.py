"""Notifications: one row for each thing that a person has not looked at yet."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notifications.badges import counts, publish_badges
from notifications.events import NotificationPosted
from telemed.models import UUIDModel
from telemed.wire import publish


class Kind(models.TextChoices):
    """What can be told; each kind is a folder of templates."""

    MESSAGE = "message", _("Message")
    MISSED_CALL = "missed_call", _("Missed call")


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Selections of notifications."""

    def for_user(self, user: User | AnonymousUser) -> "NotificationQuerySet":
        """A person sees their own and no others."""
        return self.filter(recipient_id=user.pk)

    def unread(self) -> "NotificationQuerySet":
        """Not looked at yet."""
        return self.filter(read_at=None)

    def mark_read(self) -> None:
        """Marks these as read, and sends the people concerned their badges."""
        unread = self.unread()
        people = User.objects.filter(notifications__in=unread).distinct()
        concerned = list(people)
        if concerned and unread.update(read_at=timezone.now(), open_key=None):
            publish_badges(concerned)


class Notification(UUIDModel):
    """Something that happened and that a person should know.

    `key` names the thing (a conversation, a call). While unread it also stands in `open_key`,
    whose uniqueness keeps one unread notification per thing and person; reading empties it,
    so that the next event makes a new row. `context` holds names for the templates and never
    what a patient wrote.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    key = models.CharField(max_length=100)
    open_key = models.CharField(max_length=100, null=True, editable=False)  # noqa: DJ001 - NULL is what makes it unique while unread
    context = models.JSONField(default=dict)
    url = models.CharField(max_length=300)
    urgent = models.BooleanField(_("urgent"), default=False)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

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
            models.Index(fields=["recipient", "-updated_at"], name="notifications_of_person"),
            models.Index(
                fields=["recipient"], condition=Q(read_at=None), name="notifications_unread"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def title(self) -> str:
        """The first line, in the language that is active."""
        return self._words("title")

    @property
    def text(self) -> str:
        """The second line, in the language that is active."""
        return self._words("text")

    def _words(self, part: str) -> str:
        return render_to_string(f"notifications/{self.kind}/{part}.txt", self.context).strip()

    def as_event(self) -> NotificationPosted:
        """What an open page shows as a toast, in the recipient's language."""
        with translation.override(self.recipient.language):
            return NotificationPosted(
                id=self.id,
                kind=self.kind,
                title=self.title,
                text=self.text,
                url=self.url,
                urgent=self.urgent,
                updated_at=self.updated_at,
            )


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
    now = timezone.now()
    rows = [
        Notification(
            recipient=person,
            kind=kind,
            key=key,
            open_key=key,
            context=context or {},
            url=about.get_absolute_url(),
            urgent=urgent,
            created_at=now,
            updated_at=now,
        )
        for person in people
    ]
    Notification.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["recipient", "open_key"],
        update_fields=["kind", "context", "url", "urgent", "updated_at"],
    )
    stored = Notification.objects.filter(recipient__in=people, open_key=key)
    for notification in stored.select_related("recipient"):
        publish(notification.as_event(), to=notification.recipient)
    publish_badges(people)


def clear(recipient: User, key: str) -> None:
    """The person has seen the thing itself: its notification is read on all devices."""
    Notification.objects.for_user(recipient).filter(open_key=key).mark_read()


@counts("unread_notifications")
def count_unread(people: list[User]) -> dict[int, int]:
    """The number on the bell, for several people in one query."""
    unread = Notification.objects.unread().filter(recipient__in=people)
    counted = unread.order_by().values_list("recipient").annotate(number=models.Count("pk"))
    return dict(counted)
