"""Calls, who is in them, and how each came to its state."""

from calls.models.call import Call
from calls.models.participant import Participant
from calls.models.states import EndReason, Kind, Status
from calls.models.transition import CallTransition

__all__ = ["Call", "CallTransition", "EndReason", "Kind", "Participant", "Status"]
