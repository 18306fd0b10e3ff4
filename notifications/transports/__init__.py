"""The ways out of the application; each module here sends by one of them.

A transport is a function that takes a delivery (its notification and recipient loaded) and
returns an outcome. It runs in a worker's thread, may take seconds, and raises nothing that it
can put into words.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accounts.models import User
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
Finder = Callable[[Collection["User"]], set[int]]

senders: dict[str, Sender] = {}
finders: dict[str, Finder] = {}


def sends(transport: str) -> Callable[[Sender], Sender]:
    """Registers the function that sends by a transport."""

    def register(sender: Sender) -> Sender:
        senders[transport] = sender
        return sender

    return register


def finds(transport: str) -> Callable[[Finder], Finder]:
    """Registers the function that says which of several people a transport has an address of.

    A transport without one finds out when it sends.
    """

    def register(finder: Finder) -> Finder:
        finders[transport] = finder
        return finder

    return register
