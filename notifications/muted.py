"""What a person has muted; the apps above say what there is to mute."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User


@dataclass(frozen=True, slots=True)
class Muted:
    """One thing: where it is read, until when, and the form that ends it."""

    person: User
    title: str
    url: str
    until: datetime | None
    address: str
    fields: Mapping[str, str]


Source = Callable[[User], Iterable[Muted]]
sources: list[Source] = []


def muted_by(person: User) -> list[Muted]:
    """Everything that this person has muted for now."""
    return [each for source in sources for each in source(person)]
