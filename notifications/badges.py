"""Badges: counts from the database, never counted in a browser."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from accounts.models import User
from notifications.events import BadgeChanged
from telemed.soon import Soon
from telemed.wire import publish_all

# The numbers by primary key, one mapping for each badge that is counted.
Counter = Callable[[list[User]], Sequence[Mapping[int, int]]]
counters: dict[tuple[str, ...], Counter] = {}


def counts(*names: str) -> Callable[[Counter], Counter]:
    """Registers the function that counts these badges for several people in one query."""

    def register(counter: Counter) -> Counter:
        counters[names] = counter
        return counter

    return register


def badges(person: User) -> dict[str, int]:
    """Every badge of one person, by name."""
    return badges_of_all([person])[0]


def badges_of_all(people: Sequence[User]) -> list[dict[str, int]]:
    """Every badge of each of these, by as many queries as there are counters."""
    counted: dict[str, Mapping[int, int]] = {}
    for names, counter in counters.items():
        counted |= zip(names, counter(list(people)), strict=True)
    return [{name: of.get(each.pk, 0) for name, of in counted.items()} for each in people]


def publish_badges(people: Iterable[User]) -> None:
    """Sends the counts to all pages of these people, when the transaction has committed.

    They are counted after the commit and not in it: two transactions that end at the same
    time would each miss the other's rows, and the last count sent would be wrong.
    """
    badges_soon.after_commit(person.pk for person in people)


def _send(keys: set[int]) -> None:
    """Who has no page open needs no badge: the next page brings it along."""
    people = list(User.objects.online().filter(pk__in=keys))
    told = zip(badges_of_all(people), people, strict=True)
    publish_all((BadgeChanged(**numbers), person) for numbers, person in told)


badges_soon = Soon[int](_send)
