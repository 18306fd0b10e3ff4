"""Badges: counts from the database, never counted in a browser."""

from collections.abc import Callable, Iterable

from accounts.models import User
from notifications.events import BadgeChanged
from telemed.soon import Soon
from telemed.wire import publish_all

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
    badges_of.after_commit(person.pk for person in people)


def _send(keys: set[int]) -> None:
    people = list(User.objects.filter(pk__in=keys))
    counted = {name: counter(people) for name, counter in counters.items()}
    publish_all(
        (BadgeChanged(**{name: of.get(person.pk, 0) for name, of in counted.items()}), person)
        for person in people
    )


badges_of = Soon[int](_send)
