"""The states of a call, and the one table of the ways between them."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from calls.refusals import AlreadyAnswered, CallOver, NotAccepted
from telemed.models import Refusal

RING = timedelta(seconds=30)
JOIN_WITHIN = timedelta(seconds=45)
LEASE = timedelta(seconds=35)
# For a helper in an emergency whose line has closed.
BACK_WITHIN = timedelta(seconds=10)
LEASE_AFTER_OUTAGE = timedelta(seconds=60)


class Kind(models.TextChoices):
    """What the caller asked for; a camera may be turned on or off in any."""

    AUDIO = "audio", _("Audio")
    VIDEO = "video", _("Video")
    EMERGENCY = "emergency", _("Emergency")


# What people choose; an emergency is begun by its button alone.
CHOSEN = [choice for choice in Kind.choices if choice[0] != Kind.EMERGENCY]


class Status(models.TextChoices):
    """Where a call stands."""

    RINGING = "ringing", _("Ringing")
    ACTIVE = "active", _("Live")
    ENDED = "ended", _("Ended")


class EndReason(models.TextChoices):
    """What became of a call."""

    COMPLETED = "completed", _("Completed")
    MISSED = "missed", _("Missed")
    DECLINED = "declined", _("Declined")
    CANCELLED = "cancelled", _("Cancelled")
    BUSY = "busy", _("Busy")
    FAILED = "failed", _("Failed")
    LOST = "lost", _("Lost")


# Why a verb of another state cannot be done in this one.
STANDS: dict[str, type[Refusal]] = {
    Status.RINGING: NotAccepted,
    Status.ACTIVE: AlreadyAnswered,
    Status.ENDED: CallOver,
}

LIVE = (Status.RINGING, Status.ACTIVE)

# From a state to a state, and for what reasons.
ALLOWED: dict[str, dict[str, set[str]]] = {
    Status.RINGING: {
        Status.ACTIVE: {""},
        Status.ENDED: {
            EndReason.MISSED,
            EndReason.BUSY,
            EndReason.DECLINED,
            EndReason.CANCELLED,
        },
    },
    Status.ACTIVE: {Status.ENDED: {EndReason.COMPLETED, EndReason.FAILED, EndReason.LOST}},
    Status.ENDED: {},
}

# The caller waited in vain: the one who was called is told.
UNANSWERED = (EndReason.MISSED, EndReason.BUSY, EndReason.CANCELLED)

# People were in it, so it lasted for some time.
TALKED = (EndReason.COMPLETED, EndReason.LOST)
