"""What people are told about tickets and emergencies."""

from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from notifications.kinds import Kind, Transport, Urgency, declare
from notifications.topics import labels

labels["help"] = _("Help")

STAFF = frozenset({Role.AGENT, Role.SUPERVISOR})

TICKET_GIVEN = declare(
    Kind(
        name="ticket_given",
        topic="help",
        label=_("Tickets given to you"),
        hint=_("When the queue gives you one"),
        icon="ticket",
        urgency=Urgency.HIGH,
        by=frozenset({Transport.PUSH}),
        roles=STAFF,
        sound="waiting",
    )
)

TICKET_RESOLVED = declare(
    Kind(
        name="ticket_resolved",
        topic="help",
        label=_("Your tickets"),
        hint=_("When one is resolved"),
        icon="ticket-check",
        by=frozenset({Transport.EMAIL, Transport.PUSH}),
        sound="message",
    )
)
