"""The call of an emergency as one of its people sees it: who is in it, who may come or return."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

from accounts.models import User
from calls.models import Participant


class Meeting:
    """The part of a sight in which people meet."""

    if TYPE_CHECKING:
        emergency: Any
        me: Any
        is_mine: Any
        is_owner: Any

    @cached_property
    def live_call(self) -> Any:
        """The call that lives in its conversation, whoever began it."""
        return self.emergency.ticket.conversation.calls.live().first()

    @property
    def may_join(self) -> bool:
        """I am in that call, it waits for me, or I have it and was cut off from it."""
        call, mine = self.live_call, self._my_place
        if call is None or mine is None:
            return False
        awaits_me = self.is_mine or call.status == "ringing" or mine.is_here
        return awaits_me or (self.is_owner and call.may_join(mine))

    @cached_property
    def _my_place(self) -> Participant | None:
        return self.live_call and self.live_call.participants.filter(person=self.me).first()

    @property
    def call_stands(self) -> str:
        """For the person whom somebody has: the call waits, rings, goes on or is over.

        Once they are in it: whether whoever has it is there, too, comes, or was cut off.
        """
        call = self.live_call
        if call is None:
            talked = self.emergency.ticket.conversation.calls.filter(accepted_at__isnull=False)
            return "over" if talked.exists() else ""
        if self.is_in_call:
            return self._other_stands
        return "waits" if call.status == "active" else "rings"

    @property
    def is_in_call(self) -> bool:
        """A tab of mine is in it."""
        return self.me.pk in self._heard

    @property
    def _other_stands(self) -> str:
        """Only who is in the call is with the person, though they have the emergency."""
        owner = self.emergency.owner
        if owner is None or owner == self.me or owner.pk in self._heard or self.stays:
            return "joined"
        comes = self.live_call.participants.here().filter(person=owner)
        return "comes" if comes.exists() else "cut_off"

    @cached_property
    def _heard(self) -> set[int]:
        """Who is in the call with a tab that can be reached."""
        if self.live_call is None:
            return set()
        return set(self.live_call.participants.parties().values_list("person", flat=True))

    @property
    def was_cut_off(self) -> bool:
        """I have it, and the person is in the call without me."""
        if not self.is_owner or self.live_call is None or self.live_call.status != "active":
            return False
        has_left = self._my_place is not None and self._my_place.left_at is not None
        return self.emergency.person.pk in self._heard and has_left and self.may_join

    @property
    def meeting(self) -> str:
        """For those who look on: both are in the call, or it waits for the person, or neither."""
        call = self.live_call
        if call is None or call.status != "active":
            return ""
        if self.emergency.person.pk not in self._heard:
            return "awaited"
        return "together" if self.emergency.ticket.assignee_id in self._heard else ""

    @cached_property
    def stays(self) -> User | None:
        """Who hands it over, and stays in the call until the person hears the one who has it."""
        owner, call = self.emergency.owner, self.live_call
        if owner is None or call is None:
            return None
        helpers = call.participants.here().exclude(person__in=[owner, self.emergency.person])
        here = helpers.select_related("person").first()
        return here.person if here and call.status == "active" else None
