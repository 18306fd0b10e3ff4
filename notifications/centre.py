"""The pages of the centre: which notifications stand on one, and where the next begins.

A place in the list is the time and the id of a row, written out, and not the number of a page:
what arrives meanwhile moves nothing, and the last page costs as much as the first.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import User
from notifications.kinds import kinds
from notifications.models import Notification, NotificationQuerySet
from notifications.topics import kinds_of, topics

PAGE = 30
UNREAD = "unread"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """Between two notifications of a list that is sorted by time, newest first."""

    at: datetime
    id: UUID

    @classmethod
    def of(cls, notification: Notification) -> "Place":
        """Where this one stands now."""
        return cls(notification.updated_at, notification.pk)

    @classmethod
    def read(cls, text: str) -> "Place":
        """From an address; raises ValueError."""
        microseconds, _, key = text.partition("-")
        try:
            return cls(EPOCH + timedelta(microseconds=int(microseconds)), UUID(key))
        except OverflowError as error:
            raise ValueError from error

    def __str__(self) -> str:
        return f"{(self.at - EPOCH) // timedelta(microseconds=1)}-{self.id.hex}"

    @property
    def below(self) -> Q:
        """What is older."""
        return Q(updated_at__lt=self.at) | Q(updated_at=self.at, pk__lt=self.id)

    @property
    def above(self) -> Q:
        """What is newer."""
        return Q(updated_at__gt=self.at) | Q(updated_at=self.at, pk__gt=self.id)


class PlaceField(forms.CharField):
    """A place in an address."""

    def clean(self, value: Any) -> Place | None:
        """None where there is none."""
        text = super().clean(value)
        try:
            return Place.read(text) if text else None
        except ValueError as error:
            raise forms.ValidationError("?") from error


class CentreForm(forms.Form):
    """What is shown of the centre: a filter, and from where on."""

    show = forms.ChoiceField(required=False, choices=lambda: [(UNREAD, ""), *topics()])
    before = PlaceField(required=False, max_length=60)
    after = PlaceField(required=False, max_length=60)


def filtered(person: User, show: str) -> NotificationQuerySet:
    """A person's own under a filter; of kinds that are no more nobody knows the words."""
    own = Notification.objects.for_user(person)
    if show == UNREAD:
        own = own.unread()
    return own.filter(kind__in=kinds_of(show) if show not in ("", UNREAD) else list(kinds))


@dataclass(frozen=True)
class Page:
    """Some notifications, and the places before and after them where there are more."""

    rows: list[Notification]
    newer: Place | None
    older: Place | None

    @property
    def days(self) -> Iterator[tuple[date, list[Notification]]]:
        """By the days of the viewer's zone."""
        for day, rows in groupby(self.rows, _day):
            yield day, list(rows)


def _day(notification: Notification) -> date:
    return timezone.localtime(notification.updated_at).date()


def page_of(chosen: NotificationQuerySet, before: Place | None, after: Place | None) -> Page:
    """The page below a place, above one, or the first; by one query, or two near the top."""
    if after is None:
        below = chosen.filter(before.below) if before else chosen
        found = list(below[: PAGE + 1])
        return _page(found[:PAGE], newer=before is not None, older=len(found) > PAGE)
    above = chosen.filter(after.above).order_by("updated_at", "pk")
    found = list(above[: PAGE + 1])
    if len(found) <= PAGE:  # a full first page, rather than the few above
        return page_of(chosen, None, None)
    return _page(found[PAGE - 1 :: -1], newer=True, older=True)


def _page(rows: list[Notification], *, newer: bool, older: bool) -> Page:
    return Page(
        rows,
        newer=Place.of(rows[0]) if newer and rows else None,
        older=Place.of(rows[-1]) if older and rows else None,
    )


def unread_by_filter(person: User) -> dict[str, int]:
    """How many are unread under each filter, by one query."""
    unread = filtered(person, UNREAD).order_by().values_list("kind")
    of_kind = dict(unread.annotate(Count("pk")))
    under = {topic: sum(of_kind.get(kind, 0) for kind in kinds_of(topic)) for topic, _ in topics()}
    return {"": sum(of_kind.values()), UNREAD: sum(of_kind.values())} | under
