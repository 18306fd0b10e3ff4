"""What people are told about conversations."""

from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from notifications.kinds import Kind, Transport, declare
from notifications.topics import labels

labels["messages"] = _("Messages")

MESSAGE = declare(
    Kind(
        name="message",
        topic="messages",
        label=_("Messages"),
        hint=_("From the people you are in touch with"),
        icon="message-circle",
        # Whoever works at the desk has it before them all day.
        by_role={Role.AGENT: frozenset({Transport.PUSH})},
        sound="message",
    )
)

# As what messages are told, by the kind of their conversation, where not as MESSAGE. An app that
# brings a kind of conversation names it here; it is to follow at the same times as MESSAGE.
told_as: dict[str, str] = {}
