"""Apps above that want to know where something was written (helpline: an answer moves a ticket).

They are told a moment after the commit, of many messages once. The hint is lost with the
process: whoever needs it looks by the clock as well. Of a draft they are told when it is kept.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from telemed.soon import Soon

if TYPE_CHECKING:
    from chat.models.member import Member

written: list[Callable[[set[UUID]], None]] = []
drafted: list[Callable[["Member"], None]] = []


def tell(conversations: set[UUID]) -> None:
    """Tells everyone who has asked."""
    for hear in written:
        hear(conversations)


heard = Soon[UUID](tell)
