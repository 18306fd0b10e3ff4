"""What happens to tickets by themselves: no state is without an end.

Every deadline is a column, or follows from one. Each is carried out by a verb whose conditional
UPDATE is the claim; who comes second is refused, and that is all.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from accounts.models import PresenceLease
from calls.models import Participant
from calls.models.lapsing import forgive
from helpline import sla
from helpline.models.agent import ELSEWHERE, GRACE, LEASE, Agent
from helpline.models.answering import CHAT_ANSWERED_WITHIN, PRESSING_ANSWERED_WITHIN, public_texts
from helpline.models.settling import CLOSES_AFTER, LAPSES_AFTER
from helpline.models.states import Channel, Reason, Status
from telemed import clock

if TYPE_CHECKING:
    from helpline.models.selection import TicketQuerySet
    from helpline.models.ticket import Ticket


def settle(tickets: "TicketQuerySet", now: datetime) -> None:
    """All that is due, of each kind what has waited longest first."""
    clock.each(lost(tickets, now), lambda found: found[0].take_back(found[1], now))
    chats = tickets.filter(status=Status.OPEN, channel=Channel.CHAT, chat_until__lte=now)
    clock.each(chats.at_hand(), lambda ticket: ticket.give_up_chat(now))
    clock.each(unreplied(tickets, now).at_hand(), lambda ticket: ticket.lapse(now))
    forgotten = tickets.filter(status=Status.RESOLVED, resolved_at__lte=now - CLOSES_AFTER)
    clock.each(forgotten, lambda ticket: ticket.close(now))
    sla.settle(tickets, now)


def unreplied(tickets: "TicketQuerySet", now: datetime) -> "TicketQuerySet":
    """Those that wait for their requester, and have waited long enough."""
    return tickets.filter(status=Status.WAITING, moved_at__lte=now - LAPSES_AFTER)


def lost(tickets: "TicketQuerySet", now: datetime) -> Iterator[tuple["Ticket", Reason]]:
    """Those in work whose agent is gone or silent, and which of both.

    After an outage nobody could renew or answer: mercy comes before this is looked at.
    """
    if not tickets.filter(status=Status.ASSIGNED).exists():
        return
    if not (gone(tickets, now).exists() or silent(tickets, now).exists()):
        return
    forgive()
    for ticket in gone(tickets, now).at_hand():
        yield ticket, Reason.AGENT_GONE
    for ticket in silent(tickets, now).at_hand():
        yield ticket, Reason.AGENT_SILENT


def gone(tickets: "TicketQuerySet", now: datetime) -> "TicketQuerySet":
    """In work with someone whose desk is closed or who may not sign in.

    An open page counts as the desk for a while after that was closed: they have gone to look
    something up. Who has never had a desk has as long as a lease after taking it. In an emergency
    its call counts as being there, and so does any open page: a doctor has no desk.
    """
    desks = Agent.objects.filter(person=OuterRef("assignee"))
    here = desks.filter(lease_expires_at__gt=now - GRACE)
    lately = desks.filter(lease_expires_at__gt=now - ELSEWHERE)
    pages = PresenceLease.objects.filter(user=OuterRef("assignee"), expires_at__gt=now - GRACE)
    emergency = Q(channel=Channel.EMERGENCY)
    looks = Exists(pages) & (emergency | Exists(lately))
    away = ~Exists(here) & ~looks & ~(emergency & Exists(talking()))
    late = Q(assigned_at__lte=now - LEASE - GRACE) | Exists(
        desks.filter(lease_expires_at__lte=now - GRACE)
    )
    barred = Q(assignee__is_active=False)
    return tickets.filter(barred | (away & late), status=Status.ASSIGNED)


def silent(tickets: "TicketQuerySet", now: datetime) -> "TicketQuerySet":
    """In work with someone who should have answered or opened it by now; a call is an answer."""
    wrote = public_texts().filter(
        author=OuterRef("assignee"), created_at__gte=OuterRef("assigned_at")
    )
    due = tickets.filter(status=Status.ASSIGNED, answer_until__lte=now)
    talked = talking(Q(left_at__gte=OuterRef("assigned_at")))
    ours = public_texts().exclude(author=OuterRef("requester")).order_by("-seq").values("seq")[:1]
    unanswered = due.exclude(Exists(wrote)).exclude(Exists(talked))
    return unanswered.annotate(last_of_ours=Subquery(ours)).exclude(their_turn(now))


def their_turn(now: datetime) -> Q:
    """Who has it has come to it, and it is the requester who is to write, or has just written.

    So it stands after a transfer in which the one before has asked something.
    """
    theirs = public_texts().filter(author=OuterRef("requester"), seq__gt=OuterRef("last_of_ours"))
    waits_live = Exists(theirs.filter(created_at__lte=now - CHAT_ANSWERED_WITHIN))
    waits = Exists(theirs.filter(created_at__lte=now - PRESSING_ANSWERED_WITHIN))
    is_due = Q(waits_live, channel=Channel.CHAT) | Q(waits) & ~Q(channel=Channel.CHAT)
    return Q(joined_at__isnull=False, last_of_ours__isnull=False) & ~is_due


def talking(or_then: Q | None = None) -> QuerySet[Participant]:
    """Whether who has it is in a call of its conversation."""
    inside = Q(left_at=None) if or_then is None else Q(left_at=None) | or_then
    return Participant.objects.filter(
        inside,
        call__conversation=OuterRef("conversation"),
        person=OuterRef("assignee"),
        joined_at__isnull=False,
    )
