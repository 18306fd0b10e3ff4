"""One's own tickets: in what order, page by page, and which of them wait for oneself."""

from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When

from accounts.models import User
from chat.counting import unread_in
from chat.models import Member, elsewhere
from helpline.models import Rating, Status, Ticket
from helpline.models.selection import TicketQuerySet
from helpline.models.states import SETTLED, UNSETTLED
from notifications.badges import counts

PAGE = 20
SHOWN = {"open": Q(status__in=UNSETTLED), "settled": Q(status__in=SETTLED), "all": Q()}

# Members of the conversation of a ticket of their own: they read it under Help.
ASKED = Q(conversation__ticket__requester=F("person"))
elsewhere.append(ASKED)


@counts("unread_answers")
def count_unread(people: list[User]) -> QuerySet[Any, Any]:
    """The number beside Help, for several people."""
    return unread_in(Member.objects.filter(ASKED), people)


def own(person: User) -> TicketQuerySet:
    """Those this person asked, the newest first, each with `is_unrated` and `unread`."""
    rated = Rating.objects.filter(resolution__ticket=OuterRef("pk"))
    last = rated.filter(resolution__at=OuterRef("resolved_at"))
    mine = Member.objects.filter(conversation=OuterRef("conversation"), person=person)
    unrated = Q(status__in=SETTLED) & ~Exists(last)
    return (
        Ticket.objects.filter(requester=person)
        .select_related("category", "assignee")
        .annotate(
            is_unrated=Case(When(unrated, then=Value(True)), default=Value(False)),
            unread=Subquery(mine.annotate_unread().values("unread")),  # type: ignore[misc]
        )
        .order_by("-number")
    )


def page(person: User, show: str, before: int | None) -> tuple[list[Ticket], int | None]:
    """So many of them from below a number, and the number to go on from."""
    found = own(person).filter(SHOWN[show])
    if before is not None:
        found = found.filter(number__lt=before)
    rows = list(found[: PAGE + 1])
    return rows[:PAGE], rows[PAGE - 1].number if len(rows) > PAGE else None


def pending(person: User) -> TicketQuerySet:
    """Those that are not done: open ones, resolved ones to rate, and what has not been read."""
    waits = Q(status__in=UNSETTLED) | Q(status=Status.RESOLVED, is_unrated=True) | Q(unread__gt=0)
    return own(person).filter(waits)
