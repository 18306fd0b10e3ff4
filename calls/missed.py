"""Missed calls that wait: the badge that counts them, and what is written in answer to them."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils import timezone

from accounts.models import User
from calls.models import Call, Participant
from calls.models.participant import REMINDED
from calls.telling import see_missed
from chat.models import written
from notifications.badges import badges_soon, counts


@counts("missed_calls")
def count_unreturned(people: list[User]) -> QuerySet[Any, Any]:
    """The number beside Calls, for several people."""
    waiting = Participant.objects.unreturned().filter(person__in=people)
    return waiting.order_by().values_list("person").annotate(number=Count("pk"))


def heed(conversations: set[UUID]) -> None:
    """In these something was written: whoever has so answered a call has nothing left to see.

    A hint that is lost leaves the bell as it is until the person looks; lists and badge ask anew.
    """
    since = timezone.now() - REMINDED
    missed = Participant.objects.missed().filter(
        call__conversation__in=conversations, call__created_at__gt=since
    )
    rows = set(missed.values_list("person", "call"))
    if not rows:
        return
    answered: dict[int, list[Call]] = defaultdict(list)
    for person, call in rows.difference(missed.unreturned().values_list("person", "call")):
        answered[person].append(Call(pk=call))
    for person, calls in answered.items():
        see_missed(User(pk=person), calls)
    badges_soon.after_commit(person for person, _call in rows)


written.append(heed)
