"""A conversation that has not been loaded: where it is read, and who hears of it."""

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.urls import reverse


@lru_cache(maxsize=10_000)
def url_of(conversation_id: UUID) -> str:
    """Where a conversation is read."""
    return reverse("chat:conversation", args=[conversation_id])


@dataclass(frozen=True, slots=True)
class Group:
    """The sockets of a conversation that has not been loaded."""

    conversation_id: UUID

    @property
    def group(self) -> str:
        return f"conversation.{self.conversation_id}"
