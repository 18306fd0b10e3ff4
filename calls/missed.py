"""Missed calls: the badge counts those nobody has looked at; an answer in writing is a look."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils import timezone

from accounts.models import User
from calls.models import Call, Participant
from calls.models.participant import REMINDED
from calls.telling import see_missed, unseen
from chat.models import written
from notifications.badges import counts


@counts("missed_calls")
def count_unseen(people: list[User]) -> QuerySet[Any, Any]:
    """The number beside Calls, for several people."""
    waiting = unseen().filter(recipient__in=people).order_by()
    return waiting.values_list("recipient").annotate(number=Count("pk"))


def heed(conversations: set[UUID]) -> None:
    """In these something was written: whoever has so answered a call has nothing left to see.

    A hint that is lost leaves bell and badge as they are until the person looks.
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


written.append(heed)
