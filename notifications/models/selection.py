"""Which notifications a person sees, and how they are read."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Case, F, When
from django.utils import timezone

from accounts.models import Pages, User
from notifications.badges import badges_soon
from notifications.events import NotificationsRead
from notifications.kinds import kinds
from telemed.wire import publish_all

if TYPE_CHECKING:
    from notifications.models.notification import Notification

# So many are named in one event at most.
NAMED = 500


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Selections of notifications."""

    def for_user(self, user: User | AnonymousUser) -> "NotificationQuerySet":
        """A person sees their own and no others."""
        return self.filter(recipient_id=user.pk)

    def unread(self) -> "NotificationQuerySet":
        """Not looked at yet; asked by the column that has the index."""
        return self.filter(open_key__isnull=False)

    def mark_read(self) -> None:
        """Marks these as read; every page of the people concerned learns which, and its badges."""
        found = self.unread().order_by().values_list("pk", "recipient", "recipient__public_id")
        of_person: dict[tuple[int, UUID], list[UUID]] = defaultdict(list)
        for key, person, public_id in found:
            of_person[person, public_id].append(key)
        # Those found and no others: what has come meanwhile nobody has seen.
        keys = [key for known in of_person.values() for key in known]
        still_told = [name for name, kind in kinds.items() if kind.though_read]
        due_at = Case(When(kind__in=still_told, then=F("due_at")))
        read = {"read_at": timezone.now(), "open_key": None, "due_at": due_at}
        if not keys or not self._named(keys).update(**read):
            return
        publish_all(
            (NotificationsRead(ids=list(ids)), Pages(public_id))
            for (_person, public_id), known in of_person.items()
            for ids in batched(known)
        )
        badges_soon.after_commit(person for person, _public_id in of_person)

    def _named(self, keys: list[UUID]) -> "NotificationQuerySet":
        notifications: type[Notification] = self.model
        return notifications.objects.unread().filter(pk__in=keys)


def batched(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    """In frames that are not too long."""
    return (ids[start : start + NAMED] for start in range(0, len(ids), NAMED))
