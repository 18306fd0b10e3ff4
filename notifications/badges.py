"""Badges: counts from the database, never counted in a browser."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import CharField, QuerySet, Value

from accounts.models import User
from notifications.events import BadgeChanged
from telemed.soon import Soon
from telemed.wire import publish_all

# Rows of a person's primary key and their `number`; who has none may be missing.
Counter = Callable[[list[User]], QuerySet[Any, Any]]
counters: dict[str, Counter] = {}


def counts(name: str) -> Callable[[Counter], Counter]:
    """Registers the function that counts this badge for several people."""

    def register(counter: Counter) -> Counter:
        counters[name] = counter
        return counter

    return register


def badges(person: User) -> dict[str, int]:
    """Every badge of one person, by name."""
    return badges_of_all([person])[0]


def badges_of_all(people: Sequence[User]) -> list[dict[str, int]]:
    """Every badge of each of these, by one query."""
    counted = {each.pk: dict.fromkeys(counters, 0) for each in people}
    first, *others = (
        counter(list(people)).annotate(badge=Value(name, CharField()))
        for name, counter in counters.items()
    )
    for person, number, name in first.union(*others, all=True):
        counted[person][name] = number
    return [counted[each.pk] for each in people]


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
