"""The ways out of the application; each module here sends by one of them.

A transport is a function that takes a delivery (its notification and recipient loaded) and
returns an outcome. It runs in a worker's thread, may take seconds, and raises nothing that it
can put into words.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from notifications.models import Delivery


@dataclass(frozen=True, slots=True)
class Sent:
    """The service has taken it."""

    detail: str = ""


@dataclass(frozen=True, slots=True)
class Later:
    """It may go well another time; `after` seconds when the service says how long."""

    detail: str
    after: float | None = None


@dataclass(frozen=True, slots=True)
class Never:
    """Trying again would not help; `reason` is one of `Reason`."""

    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Unsure:
    """The service may have taken it before the connection broke; it is not sent again."""

    detail: str = ""


Outcome = Sent | Later | Never | Unsure
Sender = Callable[["Delivery"], Outcome]

senders: dict[str, Sender] = {}


def sends(transport: str) -> Callable[[Sender], Sender]:
    """Registers the function that sends by a transport."""

    def register(sender: Sender) -> Sender:
        senders[transport] = sender
        return sender

    return register
