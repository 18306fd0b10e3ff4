"""A call as one of its people sees it: the other one, the direction, what became of it."""

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Role, User
from calls.models import Call, EndReason, watching
from calls.models.states import UNANSWERED
from calls.telling import note

NOBODY_YET = UUID(int=0)


def helpline() -> User:
    """Who stands for a group of helpers until one of them answers."""
    return User(public_id=NOBODY_YET, name=_("Emergency helpline"), role=Role.AGENT)


@dataclass
class Side:
    """One person's side of a call of two; the call comes `with_people`.

    An emergency rings a group: for the caller the other one is whoever has answered, for a
    helper always the caller.
    """

    call: Call
    me: User

    @property
    def peer(self) -> User:
        """The other one."""
        if self.call.is_emergency:
            return self._heard if self.is_outgoing else self.call.started_by
        return next((each for each in self.call.people if each.pk != self.me.pk), self.me)

    @cached_property
    def _heard(self) -> User:
        return self.handing_over or self.call.answerer or helpline()

    @cached_property
    def _helpers(self) -> list[User]:
        """Who is in an emergency call beside the caller, the first to have come first."""
        inside = [each for each in self.call.everyone if each.is_here]
        helpers = [each for each in inside if each.person_id != self.call.started_by_id]
        helpers.sort(key=lambda each: each.joined_at or each.call.created_at)
        return [each.person for each in helpers] if self.call.is_emergency else []

    @property
    def handing_over(self) -> User | None:
        """The helper who stays until the caller hears the one who takes over."""
        return self._helpers[0] if len(self._helpers) > 1 else None

    @property
    def taking_over(self) -> User | None:
        """The helper who has it now, while the one before them is still there."""
        return self._helpers[-1] if self.handing_over else None

    @property
    def awaited(self) -> User:
        """Who comes, or comes back, when nobody is heard."""
        return (self.taking_over if self.is_outgoing else None) or self.peer

    @property
    def peer_note(self) -> str:
        """What stands under the other's name."""
        return _("On duty") if self.peer.public_id == NOBODY_YET else note(self.peer)

    @property
    def peer_is_coming(self) -> bool:
        """The other one has called or answered, and no tab of theirs has joined yet."""
        theirs = (each for each in self.call.everyone if each.person_id == self.awaited.pk)
        return any(each.is_here and not each.party_id for each in theirs)

    @cached_property
    def about(self) -> watching.About:
        """What the caller of an emergency has told, and where to read on."""
        if not self.call.is_emergency:
            return watching.About()
        return watching.about(self.call, self.me)

    @property
    def is_outside(self) -> bool:
        """I am one of the group: somebody else has answered, or I have declined."""
        mine = next((each for each in self.call.everyone if each.person_id == self.me.pk), None)
        if mine is None or not self.call.is_emergency:
            return False
        if self.call.status == "ringing":
            return mine.declined_at is not None
        return self.call.status == "active" and not self.call.may_join(mine)

    @property
    def is_outgoing(self) -> bool:
        """I called."""
        return self.call.started_by_id == self.me.pk

    @property
    def is_missed(self) -> bool:
        """I was called and nobody answered."""
        unanswered = self.call.end_reason in UNANSWERED
        return unanswered and not self.is_outgoing and not self.call.is_emergency

    @property
    def is_answered(self) -> bool:
        """I missed it, and have called, answered or written there since; for one `with_waits`."""
        return self.is_missed and not self.call.waits

    @property
    def is_waiting(self) -> bool:
        """I missed it, and nothing came of it yet; for one `with_waits`."""
        return self.is_missed and self.call.waits

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
        if self.call.is_emergency:
            return "siren"
        if self.call.kind == "video":
            return "video"
        return "phone-outgoing" if self.is_outgoing else "phone-incoming"

    @property
    def clock(self) -> str:
        """The duration as on a clock: 12:04, 1:02:03."""
        minutes, seconds = divmod(self.call.duration or 0, 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
