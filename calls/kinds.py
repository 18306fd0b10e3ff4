"""What people are told about calls."""

from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from calls.models.states import RING
from notifications.kinds import Kind, Transport, Urgency, declare
from notifications.topics import labels

labels["calls"] = _("Calls")

INCOMING_CALL = declare(
    Kind(
        name="incoming_call",
        topic="calls",
        label=_("Incoming calls"),
        hint=_("Rings until somebody answers"),
        icon="phone-incoming",
        urgency=Urgency.ALARM,
        by=frozenset({Transport.PUSH}),
        sound="call",
        lasts=RING,
    )
)

MISSED_CALL = declare(
    Kind(
        name="missed_call",
        topic="calls",
        label=_("Missed calls"),
        hint=_("With a way to call back"),
        icon="phone-missed",
        urgency=Urgency.HIGH,
        by_role={Role.AGENT: frozenset({Transport.PUSH})},
        sound="message",
    )
)
