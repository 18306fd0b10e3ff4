"""What is written into a ticket moves it: an agent's first answer, a requester's reply.

Looked for soon after a message, because the requester's page waits for it, and by the clock,
because that hint is lost with a process.
"""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q

from chat.models import Member, Message, drafted, written
from helpline import telling
from helpline.models import Status, Ticket
from helpline.models.answering import public_texts
from helpline.models.selection import TicketQuerySet
from helpline.models.states import UNSETTLED
from telemed import clock
from telemed.models import Refusal

WAKES = (Status.WAITING, Status.RESOLVED, Status.CLOSED)
ANSWERS = (
    public_texts()
    .exclude(author=OuterRef("requester"))
    .filter(created_at__gte=OuterRef("promised_at"))
)
REPLIES = public_texts().filter(author=OuterRef("requester"), created_at__gt=OuterRef("moved_at"))
ANSWERED = Q(Exists(ANSWERS), first_responded_at=None, status__in=UNSETTLED)
THEIRS = public_texts().filter(author=OuterRef("assignee"), created_at__gte=OuterRef("assigned_at"))
JOINED = Q(Exists(THEIRS), joined_at=None, status=Status.ASSIGNED)
REPLIED = Q(Exists(REPLIES), status__in=WAKES)


@clock.settles_unhurried
def heed_all(now: datetime) -> None:
    """Whatever the hints have missed.

    Settled tickets are many, and the clock asks often: it looks into the conversation of those
    only that have been touched since. Several questions, for of one with all of it the
    database would read all of them.
    """
    heed(Ticket.objects.filter(ANSWERED))
    heed(Ticket.objects.filter(JOINED))
    heed(Ticket.objects.filter(REPLIED, conversation__touched_at__gte=F("moved_at")))


def heed_conversations(conversations: set[UUID]) -> None:
    """In these something was written."""
    heed(Ticket.objects.filter(ANSWERED | JOINED | REPLIED, conversation__in=conversations))


def heed(tickets: TicketQuerySet) -> None:
    """Stops the clock of the first answer, and takes up what the requester has replied to."""
    clock.each(tickets.at_hand(), heed_one)


def heed_one(ticket: Ticket) -> None:
    """All that may have been written."""
    if ticket.first_responded_at is None:
        note_first_answer(ticket)
    if ticket.is_asked:
        note_joining(ticket)
    if ticket.status in WAKES:
        take_up(ticket)


def note_first_answer(ticket: Ticket) -> None:
    """Any public reply of someone here since the promise was given is an answer."""
    texts = ticket.conversation.messages.filter(kind=Message.Kind.TEXT)
    answers = texts.exclude(author=ticket.requester_id)
    first = answers.filter(created_at__gte=ticket.promised_at).order_by("seq").first()
    silent = Ticket.objects.filter(pk=ticket.pk, first_responded_at=None)
    if first and silent.update(first_responded_at=first.created_at):
        telling.moved(ticket)


def note_joining(ticket: Ticket) -> None:
    """Who was given it and writes is there, whether or not they have opened it at the desk."""
    texts = ticket.conversation.messages.filter(kind=Message.Kind.TEXT, author=ticket.assignee)
    if ticket.assignee and texts.filter(created_at__gte=ticket.assigned_at).exists():
        ticket.join(ticket.assignee)


def take_up(ticket: Ticket) -> None:
    """The requester has written since it was put aside; of several processes one is first."""
    texts = ticket.conversation.messages.filter(kind=Message.Kind.TEXT, author=ticket.requester)
    if not texts.filter(created_at__gt=ticket.moved_at).exists():
        return
    with suppress(Refusal):
        if ticket.status == Status.WAITING:
            ticket.resume(by=ticket.requester)
        else:
            ticket.reopen(by=ticket.requester)


def heed_draft(member: Member) -> None:
    """Who has it writes."""
    theirs = Ticket.objects.filter(assignee=member.person_id)
    for ticket in theirs.filter(conversation=member.conversation_id):
        ticket.note_work(member.person)


drafted.append(heed_draft)
written.append(heed_conversations)
