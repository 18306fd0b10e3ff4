"""The states of a ticket, and the one table of the ways between them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Where a ticket stands: whose turn it is."""

    OPEN = "open", _("In the queue")
    ASSIGNED = "assigned", _("In work")
    WAITING = "waiting", _("Waiting for you")
    RESOLVED = "resolved", _("Resolved")
    CLOSED = "closed", _("Closed")


class Channel(models.TextChoices):
    """How a person came to us."""

    TICKET = "ticket", _("Ticket")
    CHAT = "chat", _("Live chat")
    EMERGENCY = "emergency", _("Emergency")


class Priority(models.IntegerChoices):
    """How soon; the lowest number comes first."""

    EMERGENCY = 0, _("Emergency")
    URGENT = 1, _("Urgent")
    HIGH = 2, _("High")
    NORMAL = 3, _("Normal")
    LOW = 4, _("Low")


class Reason(models.TextChoices):
    """Why a ticket moved, where the two states do not say it."""

    CLAIMED = "claimed", _("An agent took it")
    GIVEN = "given", _("It was given to the next free agent")
    TRANSFERRED = "transferred", _("It was handed to someone else")
    RELEASED = "released", _("The agent gave it back")
    AGENT_SILENT = "agent_silent", _("The agent did not answer")
    AGENT_GONE = "agent_gone", _("The agent’s desk was closed")
    REPLIED = "replied", _("There is an answer")
    REOPENED = "reopened", _("It was opened again")
    UNANSWERED = "unanswered", _("Nobody could join the chat")
    NO_REPLY = "no_reply", _("There was no reply")
    LAPSED = "lapsed", _("The time to open it again has passed")


# In the queue or with someone: we owe the next step.
OURS = (Status.OPEN, Status.ASSIGNED)
# Somebody here is responsible for it.
OWNED = (Status.ASSIGNED, Status.WAITING)
UNSETTLED = (*OURS, Status.WAITING)
SETTLED = (Status.RESOLVED, Status.CLOSED)

# From a state to a state. An assigned ticket may be assigned again: to someone else.
ALLOWED: dict[str, set[str]] = {
    "": {Status.OPEN},
    Status.OPEN: {Status.ASSIGNED, Status.RESOLVED},
    Status.ASSIGNED: {Status.OPEN, Status.ASSIGNED, Status.WAITING, Status.RESOLVED},
    Status.WAITING: {Status.OPEN, Status.ASSIGNED, Status.RESOLVED},
    Status.RESOLVED: {Status.OPEN, Status.ASSIGNED, Status.CLOSED},
    Status.CLOSED: {Status.OPEN},
}
