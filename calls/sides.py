"""A call as one of its people sees it: the other one, the direction, what became of it."""

from dataclasses import dataclass

from accounts.models import User
from calls.models import Call, EndReason
from calls.models.states import UNANSWERED
from calls.telling import note


@dataclass(frozen=True)
class Side:
    """One person's side of a call of two; the call comes `with_people`."""

    call: Call
    me: User

    @property
    def peer(self) -> User:
        """The other one."""
        return next((each for each in self.call.people if each.pk != self.me.pk), self.me)

    @property
    def peer_note(self) -> str:
        """What stands under the other's name."""
        return note(self.peer)

    @property
    def is_outgoing(self) -> bool:
        """I called."""
        return self.call.started_by_id == self.me.pk

    @property
    def is_missed(self) -> bool:
        """I was called and nobody answered."""
        return not self.is_outgoing and self.call.end_reason in UNANSWERED

    @property
    def rings_me(self) -> bool:
        """It waits for my answer."""
        return not self.is_outgoing and self.call.status == "ringing"

    @property
    def has_talked(self) -> bool:
        """It lasted for some time."""
        return self.call.end_reason in (EndReason.COMPLETED, EndReason.LOST)

    @property
    def icon(self) -> str:
        """The sign of kind, direction and outcome."""
        if self.is_missed:
            return "phone-missed"
        if self.call.kind == "video":
            return "video"
        return "phone-outgoing" if self.is_outgoing else "phone-incoming"

    @property
    def clock(self) -> str:
        """The duration as on a clock: 12:04, 1:02:03."""
        minutes, seconds = divmod(self.call.duration or 0, 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
