"""Badges: counts from the database, never counted in a browser."""

from collections.abc import Callable, Iterable

from django.db import transaction

from accounts.models import User
from notifications.events import BadgeChanged
from telemed.hub import hub
from telemed.wire import encode

Counter = Callable[[list[User]], dict[int, int]]
counters: dict[str, Counter] = {}


def counts(name: str) -> Callable[[Counter], Counter]:
    """Registers the function that counts one badge for several people in one query."""

    def register(counter: Counter) -> Counter:
        counters[name] = counter
        return counter

    return register


def badges(person: User) -> dict[str, int]:
    """Every badge of one person, by name."""
    return {name: counter([person]).get(person.pk, 0) for name, counter in counters.items()}


def publish_badges(people: Iterable[User]) -> None:
    """Sends the counts to all pages of these people, when the transaction has committed.

    They are counted after the commit and not in it: two transactions that end at the same
    time would each miss the other's rows, and the last count sent would be wrong.
    """
    people = list(people)

    def send() -> None:
        counted = {name: counter(people) for name, counter in counters.items()}
        for person in people:
            numbers = {name: of.get(person.pk, 0) for name, of in counted.items()}
            hub.emit([person.group], encode(BadgeChanged(**numbers)))

    transaction.on_commit(send, robust=True)
