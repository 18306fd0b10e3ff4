"""What people are told about tickets and emergencies."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from chat.kinds import told_as
from notifications.kinds import Kind, Transport, Urgency, declare
from notifications.topics import labels

labels["help"] = _("Help")

STAFF = frozenset({Role.AGENT, Role.SUPERVISOR})

HELPERS = frozenset({Role.AGENT, Role.SUPERVISOR, Role.DOCTOR})

EMERGENCY = declare(
    Kind(
        name="emergency",
        topic="help",
        label=_("Emergencies"),
        hint=_("Somebody needs help now; again and again until one answers"),
        icon="siren",
        urgency=Urgency.ALARM,
        by=frozenset({Transport.PUSH, Transport.SMS}),
        fixed=frozenset({Transport.PUSH}),
        why_fixed=_("so that no emergency stays unheard"),
        roles=HELPERS,
        sound="emergency",
        again=timedelta(seconds=20),
    )
)

EMERGENCY_TAKEN = declare(
    Kind(
        name="emergency_taken",
        topic="help",
        label=_("Emergencies that somebody has"),
        hint=_("When another one answers what you were alerted to"),
        icon="siren",
        by=frozenset({Transport.PUSH}),
        roles=HELPERS,
    )
)

EMERGENCY_OFFER = declare(
    Kind(
        name="emergency_offer",
        topic="help",
        label=_("Emergencies handed to you"),
        hint=_("A colleague asks you to take over"),
        icon="siren",
        urgency=Urgency.ALARM,
        by=frozenset({Transport.PUSH}),
        fixed=frozenset({Transport.PUSH}),
        why_fixed=_("so that no emergency stays unheard"),
        roles=HELPERS,
        sound="emergency",
        again=timedelta(seconds=20),
    )
)

TICKET_MESSAGE = declare(
    Kind(
        name="ticket_message",
        topic="help",
        label=_("Answers in tickets"),
        hint=_("When somebody writes in a ticket of yours"),
        icon="life-buoy",
        # Whoever works at the desk has it before them all day.
        by_role={Role.AGENT: frozenset({Transport.PUSH})},
        sound="message",
    )
)
told_as["ticket"] = TICKET_MESSAGE.name

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
