"""The inbox: all that waits for a person, whichever app it comes from, with what to do about it.

A section is a function that makes its rows, registered with its title; visits and tickets add
theirs so. What several sections need is asked for once, by the `Inbox` they are given.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.contrib.sessions.backends.base import SessionBase
from django.db.models import Case, Exists, F, OuterRef, Value, When
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from calls.models import Call
from calls.models.participant import REMINDED
from calls.models.states import LIVE
from calls.sides import Side
from chat.models import Conversation, Member
from helpline.models import Status
from helpline.own import pending

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

ROWS = 10
# Of calls and conversations so many are looked at: what waits comes first, then the newest.
LOOKED_AT = 30
LIVE_ONE, MISSED = 2, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """The next thing to do: a link, or what a form posts; a call opens in its own tab."""

    label: "_StrPromise"
    icon: str
    url: str
    posts: bool = False
    fields: dict[str, Any] = field(default_factory=dict)
    is_call: bool = False
    is_urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing of a section: who, what, when, and what to do."""

    key: str
    title: str
    text: str
    at: datetime
    action: Action
    person: User | None = None
    online: bool | None = None
    icon: str = ""
    role: str = ""
    url: str = ""
    unread: int = 0
    is_new: bool = False
    is_draft: bool = False
    is_missed: bool = False
    is_waiting: bool = False


class Inbox:
    """What one person has, asked for once; in the browser of this session, if it is for one."""

    def __init__(self, person: User, session: SessionBase | None = None) -> None:
        self.person, self.session = person, session

    @cached_property
    def calls(self) -> list[Call]:
        """Live ones, then missed ones that wait, of each caller the newest first, then others.

        Missed ones are counted by caller: those that wait, and those that are answered.
        """
        Call.objects.settle()
        since = timezone.now() - REMINDED
        mine = Call.objects.in_lists_of(self.person).filter(created_at__gte=since)
        waiting = Call.objects.unreturned_by(self.person).filter(pk=OuterRef("pk"))
        place = Case(
            When(status__in=LIVE, then=Value(LIVE_ONE)),
            When(Exists(waiting), then=Value(MISSED)),
            default=Value(0),
        )
        in_vain = Call.objects.unanswered_by(self.person).filter(pk=OuterRef("pk"))
        is_in_vain = Case(When(Exists(in_vain), then=Value(1)), default=Value(0))
        known = mine.with_people().gathered(place, is_in_vain).annotate(place=place)
        nth = Case(When(Exists(waiting), then=F("nth")))
        return list(known.order_by("-place", nth, "-created_at", "-pk")[:LOOKED_AT])

    @property
    def missed(self) -> list[Call]:
        """The newest missed call of each caller who waits, with the `number` of theirs."""
        return [call for call in self.calls if self.is_missed(call) and call.nth == 1]

    def is_missed(self, call: Call) -> bool:
        """Whether this person has taken no notice of it since."""
        return bool(vars(call)["place"] == MISSED)

    def is_past(self, call: Call) -> bool:
        """Whether it stands among what was: of a caller's answered ones the newest."""
        is_missed = Side(call, self.person).is_missed
        return not (self.is_missed(call) or call.is_live or (is_missed and call.nth > 1))

    @cached_property
    def conversations(self) -> list[Conversation]:
        """Those with something unread or to do, then those last touched.

        Each has its `newest`, and its ticket if it is one's.
        """
        mine = Conversation.objects.for_user(self.person).in_list_of(self.person).started()
        here = Member.objects.present().filter(person=self.person, conversation=OuterRef("pk"))
        behind = here.filter(read_seq__lt=OuterRef("last_seq")).annotate_unread()
        waits = Exists(behind.filter(unread__gt=0))  # type: ignore[misc]
        is_pending = Exists(pending(self.person).filter(conversation=OuterRef("pk")))
        marked = mine.annotate(is_pending=is_pending, waits=waits | is_pending)
        ordered = marked.order_by("-waits", "-touched_at", "-pk")
        people = ("ticket__requester", "ticket__assignee")
        return ordered.select_related(*people).with_newest(self.person, LOOKED_AT)

    @property
    def tickets(self) -> list[Conversation]:
        """Conversations of one's own tickets: what is not done, and what has not been read."""
        own = [each for each in self._of_tickets if each.ticket.requester_id == self.person.pk]
        return [each for each in own if vars(each)["is_pending"] or each.unread]

    @property
    def in_work(self) -> list[Conversation]:
        """Conversations of the tickets that are with this person."""
        mine = [each for each in self._of_tickets if each.ticket.assignee_id == self.person.pk]
        return [each for each in mine if each.ticket.status == Status.ASSIGNED]

    @property
    def _of_tickets(self) -> list[Conversation]:
        return [each for each in self.conversations if hasattr(each, "ticket")]

    @property
    def sections(self) -> list["Filled"]:
        """Those that have something, in their order."""
        known = sorted(sections, key=lambda section: section.order)
        filled = [Filled(section, section.rows(self)) for section in known]
        return [each for each in filled if each.all]


Rows = Callable[[Inbox], list[Row]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the inbox; `more` names the page that has all of it, `waits` says it is to do."""

    name: str
    title: "_StrPromise"
    order: int
    rows: Rows
    more: str
    more_title: "_StrPromise"
    query: str = ""
    waits: bool = True

    @property
    def more_url(self) -> str:
        return reverse(self.more) + self.query


@dataclass(frozen=True, slots=True)
class Filled:
    """A section and its rows for one person."""

    section: Section
    all: list[Row]

    @property
    def rows(self) -> list[Row]:
        """As many as are shown."""
        return self.all[:ROWS]


sections: list[Section] = []


def section(**words: Any) -> Callable[[Rows], Rows]:
    """Registers the function that makes the rows of a section; see `Section`."""

    def register(rows: Rows) -> Rows:
        sections.append(Section(rows=rows, **words))
        return rows

    return register
