"""What has happened to a ticket, what happens now, and what comes next and by when."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpline.models import Channel, Reason, Status, Ticket, TicketTransition
from helpline.models.settling import CLOSES_AFTER

if TYPE_CHECKING:
    from accounts.models import User

Words = str | Promise
# Asked and put back; of more than so many in a row only the last is in sight.
ASKED = {Reason.GIVEN, Reason.RELEASED, Reason.AGENT_SILENT, Reason.AGENT_GONE}
IN_SIGHT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of the timeline: done, now or next; `by` is a time that we have promised."""

    state: str
    title: Words
    note: Words = ""
    at: datetime | None = None
    by: datetime | None = None
    folded: tuple["Step", ...] = ()


def groups(passed: Iterable[TicketTransition]) -> Iterator[list[TicketTransition]]:
    """One by one; what was asked and put back again and again together, but for the last."""
    for is_asked, run in groupby(passed, key=lambda each: each.reason in ASKED):
        rows = list(run)
        if is_asked and len(rows) > IN_SIGHT:
            yield rows[:-1]
            rows = rows[-1:]
        yield from ([each] for each in rows)


def steps(
    ticket: Ticket, passed: list[TicketTransition], now: datetime | None = None
) -> list[Step]:
    """The whole way, as the requester reads it."""
    done = [_group(rows, ticket) for rows in groups(passed)]
    ahead = AHEAD[Status(ticket.status)]
    return [*done, *ahead(ticket, now or timezone.now())]


def _group(rows: list[TicketTransition], ticket: Ticket) -> Step:
    done = [Step(state="done", title=_done(each, ticket), at=each.at) for each in rows]
    if len(done) == 1:
        return done[0]
    number = sum(each.reason == Reason.GIVEN for each in rows)
    title = ngettext("We asked once before", "We asked %(number)s times before", number)
    return Step(state="done", title=title % {"number": number}, folded=tuple(done))


def _done(each: TicketTransition, ticket: Ticket) -> Words:
    who = each.assignee.short_name if each.assignee else ""
    by = _name(each.by)
    if not each.from_status:
        return _("Received")
    if each.reason == Reason.TRANSFERRED and each.assignee:
        return _("Handed over to %(name)s") % {"name": who}
    answered = ticket.first_responded_at
    if each.reason == Reason.UNANSWERED and answered and answered <= each.at:
        return _("Nobody could go on with the chat: it became a ticket")
    if each.reason in REASONS:
        return REASONS[Reason(each.reason)]() % {"name": who}
    if each.to_status == Status.RESOLVED:
        own = each.by_id == ticket.requester_id
        return _("You said that it is solved") if own else _("%(name)s resolved it") % {"name": by}
    if each.to_status == Status.WAITING:
        return _("%(name)s asked you something") % {"name": who}
    return _("%(name)s took it over") % {"name": who}


REASONS = {
    Reason.GIVEN: lambda: _("We asked %(name)s"),
    Reason.TRANSFERRED: lambda: _("Handed over to other colleagues"),
    Reason.RELEASED: lambda: _("Back in the queue"),
    Reason.AGENT_SILENT: lambda: _("Back in the queue"),
    Reason.AGENT_GONE: lambda: _("Back in the queue"),
    Reason.REPLIED: lambda: _("You answered"),
    Reason.REOPENED: lambda: _("Opened again"),
    Reason.UNANSWERED: lambda: _("Nobody could join the chat: it became a ticket"),
    Reason.LAPSED: lambda: _("Closed"),
}


def _name(person: "User | None") -> str:
    return person.short_name if person else _("The helpline")


def _promise(ticket: Ticket, now: datetime) -> dict[str, Words | datetime | None]:
    """By when there is something to read: an answer first, then a solution."""
    answered = ticket.first_responded_at is not None
    due = ticket.resolution_due_at if answered else ticket.response_due_at
    if due is None:
        return {}
    if due < now:
        return {"note": _("We are late. It was due by"), "by": due}
    return {"note": _("Solved by") if answered else _("You hear from us by"), "by": due}


def _resolved_next() -> Step:
    return Step(
        state="next",
        title=_("Resolved"),
        note=_("You say whether it is, and can open it again."),
    )


def _open(ticket: Ticket, now: datetime) -> list[Step]:
    if ticket.is_live_chat and ticket.chat_until:
        joins = Step(
            state="now",
            title=_("Somebody joins you"),
            note=_("If nobody can, it becomes a ticket at"),
            by=ticket.chat_until,
        )
        return [joins, _resolved_next()]
    title = _("Somebody goes on with it") if ticket.was_taken else _("In the queue")
    waits = Step(state="now", title=title, **_promise(ticket, now))  # type: ignore[arg-type]
    return [waits, _resolved_next()]


def _assigned(ticket: Ticket, now: datetime) -> list[Step]:
    if ticket.is_asked:
        return [_asked(ticket, now), _resolved_next()]
    if ticket.channel == Channel.CHAT:
        title = _("%(name)s is in the chat with you") % {"name": _name(ticket.assignee)}
        return [Step(state="now", title=title), _resolved_next()]
    title = _("%(name)s works on it") % {"name": _name(ticket.assignee)}
    return [Step(state="now", title=title, **_promise(ticket, now)), _resolved_next()]  # type: ignore[arg-type]


def _asked(ticket: Ticket, now: datetime) -> Step:
    title = _("We wait for %(name)s") % {"name": _name(ticket.assignee)}
    promised = {} if ticket.channel == Channel.CHAT else _promise(ticket, now)
    return Step(state="now", title=title, **promised)  # type: ignore[arg-type]


def _waiting(ticket: Ticket, now: datetime) -> list[Step]:
    note = _("Write it in the conversation. Then we go on.")
    return [Step(state="now", title=_("We wait for your answer"), note=note), _resolved_next()]


def _resolved(ticket: Ticket, now: datetime) -> list[Step]:
    closes = ticket.resolved_at and ticket.resolved_at + CLOSES_AFTER
    note = _("You can open it again even then. It closes by itself on")
    return [Step(state="next", title=_("Closed"), note=note, by=closes)]


def _closed(ticket: Ticket, now: datetime) -> list[Step]:
    return []


AHEAD = {
    Status.OPEN: _open,
    Status.ASSIGNED: _assigned,
    Status.WAITING: _waiting,
    Status.RESOLVED: _resolved,
    Status.CLOSED: _closed,
}
