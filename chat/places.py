"""Where a conversation is read: on its own page, or on the one that an app above gives its kind."""

from collections.abc import Callable

from accounts.models import User
from chat.models import Conversation

# By kind of conversation: the address where this person reads it.
places: dict[str, Callable[[Conversation, User], str]] = {}
