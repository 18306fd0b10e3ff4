"""What people are told about conversations."""

from django.utils.translation import gettext_lazy as _

from notifications.kinds import Kind, declare
from notifications.topics import labels

labels["messages"] = _("Messages")

MESSAGE = declare(
    Kind(
        name="message",
        topic="messages",
        label=_("Messages"),
        hint=_("From the people you are in touch with"),
        icon="message-circle",
        sound="message",
    )
)
