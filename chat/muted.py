"""The conversations that someone has muted, for the page of their preferences."""

from collections.abc import Iterator

from django.urls import reverse

from accounts.models import User
from chat.models import Conversation
from notifications import muted
from notifications.muted import Muted


def conversations_of(person: User) -> Iterator[Muted]:
    """Those that are muted now, the last touched first."""
    listed = Conversation.objects.for_user(person).in_list_of(person)
    for each in listed.filter(muted_until__isnull=False):  # type: ignore[misc]
        other = each.other(person).person
        yield Muted(
            person=other,
            title=each.title or other.display_name,
            url=each.get_absolute_url(),
            until=each.mute_ends_at,
            address=reverse("chat:muting", args=[each.pk]),
            fields={"lasts": "off", "from_preferences": "1"},
        )


def register() -> None:
    """Once, when the app is ready."""
    muted.sources.append(conversations_of)
