"""The number beside Messages; an app that lists conversations itself counts them alike."""

from typing import Any

from django.db.models import F, QuerySet, Sum

from accounts.models import User
from chat.models import Member
from chat.models.member import MemberQuerySet
from notifications.badges import counts


def unread_in(members: MemberQuerySet, people: list[User]) -> QuerySet[Any, Any]:
    """How much each of these people has not read as one of these members."""
    behind = members.present().filter(person__in=people, read_seq__lt=F("conversation__last_seq"))
    return behind.annotate_unread().order_by().values_list("person").annotate(number=Sum("unread"))


@counts("unread_messages")
def count_unread(people: list[User]) -> QuerySet[Any, Any]:
    """The number beside Messages, for several people."""
    return unread_in(Member.objects.among_messages(), people)
