"""Apps above that follow an emergency call (helpline: whoever answers it has the emergency).

They are told in the transaction of the step, and know more about the call than this app does.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from accounts.models import User
    from calls.models.call import Call


class About(NamedTuple):
    """What stands beside an emergency call: what the caller has told, and where to read on.

    `goes_on`: it is not over with the call; its page says what comes next. `is_safe`: the call
    ended because the caller said so.
    """

    words: str = ""
    page: str = ""
    goes_on: bool = False
    is_safe: bool = False


# Somebody answered or it ended; a tab came into it, with whoever had none in it before; pictures
# flow for someone; someone is out of it while it goes on, and why; a device rang; someone declined.
moved: list[Callable[["Call", "User | None"], None]] = []
joined: list[Callable[["Call", "User | None"], None]] = []
connected: list[Callable[["Call", "User"], None]] = []
parted: list[Callable[["Call", "User", str], None]] = []
rang: list[Callable[["Call", "User"], None]] = []
declined: list[Callable[["Call", "User"], None]] = []
# An ordinary call is answered: who needs help, if from now on it is the call of an emergency.
claimed: list[Callable[["Call"], "User | None"]] = []
described: list[Callable[["Call", "User | None"], About]] = []


def about(call: "Call", reader: "User | None" = None) -> About:
    """What the apps above say of it: to whom it rings, or to a `reader` if it is theirs to read."""
    return next((describe(call, reader) for describe in described), About())
