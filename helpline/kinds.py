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

TICKET_TAKEN = declare(
    Kind(
        name="ticket_taken",
        topic="help",
        label=_("Tickets taken back"),
        hint=_("When one of yours goes back to the queue"),
        icon="undo-2",
        urgency=Urgency.HIGH,
        by=frozenset({Transport.PUSH}),
        roles=STAFF,
        sound="message",
    )
)

TICKET_DUE = declare(
    Kind(
        name="ticket_due",
        topic="help",
        label=_("Tickets nearly overdue"),
        hint=_("While there is still time to keep the promise"),
        icon="alarm-clock",
        urgency=Urgency.HIGH,
        by=frozenset({Transport.PUSH}),
        roles=STAFF,
        sound="waiting",
    )
)

TICKET_OVERDUE = declare(
    Kind(
        name="ticket_overdue",
        topic="help",
        label=_("Overdue tickets"),
        hint=_("When a promise was not kept; supervisors are told"),
        icon="alarm-clock-off",
        urgency=Urgency.HIGH,
        by=frozenset({Transport.PUSH, Transport.EMAIL}),
        roles=frozenset({Role.SUPERVISOR}),
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
