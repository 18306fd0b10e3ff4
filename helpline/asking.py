"""How a person asks us something: by a ticket, or by a chat that may become one.

It is given with the answer to whoever asks, if somebody is free: the page that follows shows who
has it. An emergency comes another way and is never counted or refused here.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from chat.models import Message
from helpline.assignment import assign
from helpline.hours import is_open
from helpline.models import Category, Channel, Ticket
from helpline.models.selection import TicketQuerySet
from helpline.models.states import UNSETTLED
from helpline.refusals import TooManyTickets

# So many in a minute: more is a program, or somebody who should write into one of those.
MOST, WINDOW = 10, timedelta(minutes=1)
SUBJECT = 80


@transaction.atomic
def write(
    person: User, *, category: Category, subject: str, body: str, client_id: uuid.UUID, call: Any
) -> Ticket:
    """A new ticket; a form that is sent twice makes one. Raises TooManyTickets."""
    _take_turn(person)
    if sent := _sent_before(person, client_id):
        return sent
    _check_pace(person)
    transaction.on_commit(assign, robust=True)
    return Ticket.objects.open(
        requester=person,
        category=category,
        subject=subject,
        body=body,
        client_id=client_id,
        call=call,
    )


@transaction.atomic
def chat(person: User, *, category: Category, body: str, client_id: uuid.UUID) -> Ticket:
    """Into the open chat, or a new one; outside opening hours a ticket. Raises TooManyTickets."""
    _take_turn(person)
    if sent := _sent_before(person, client_id):
        return sent
    if running := open_chat_of(person):
        running.conversation.append(person, client_id, Message.Kind.TEXT, body)
        return running
    _check_pace(person)
    transaction.on_commit(assign, robust=True)
    ticket = Ticket.objects.open(
        requester=person,
        category=category,
        subject=headline(body),
        body=body,
        client_id=client_id,
        channel=Channel.CHAT if is_open(timezone.now()) else Channel.TICKET,
    )
    if ticket.channel == Channel.CHAT:
        ticket.chat_until = ticket.opened_at + timedelta(seconds=settings.CHAT_PATIENCE)
        ticket.save(update_fields=["chat_until"])
    return ticket


@transaction.atomic
def again(ticket: Ticket, words: str, *, by: User) -> None:
    """Opened again by who asked, with what is still wrong."""
    ticket.reopen(words, by=by)
    transaction.on_commit(assign, robust=True)


def headline(body: str) -> str:
    """What a chat is about, by its first line."""
    line = body.strip().splitlines()[0].strip()
    return line if len(line) <= SUBJECT else f"{line[: SUBJECT - 1].rstrip()}…"


def open_chats(person: User) -> TicketQuerySet:
    """The chat of a person that waits or runs, if there is one."""
    return Ticket.objects.filter(requester=person, channel=Channel.CHAT, status__in=UNSETTLED)


def settled(ticket: Ticket, now: datetime | None = None) -> Ticket:
    """Reading is late enough to find out that nobody has come; the clock does the same."""
    now = now or timezone.now()
    if ticket.is_live_chat and ticket.chat_until and ticket.chat_until <= now:
        ticket.give_up_chat(now)
    return ticket


def open_chat_of(person: User) -> Ticket | None:
    """The chat that waits or runs, if there is one still."""
    running = open_chats(person).at_hand().first()
    return running if running and settled(running).channel == Channel.CHAT else None


def place_of(ticket: Ticket) -> int:
    """How many chats are taken before this one, itself counted."""
    chats = Ticket.objects.queued().filter(channel=Channel.CHAT)
    waiting = list(chats.values_list("pk", flat=True))
    return waiting.index(ticket.pk) + 1 if ticket.pk in waiting else 1


def _take_turn(person: User) -> None:
    """Of two requests of one person the second sees what the first has done."""
    User.objects.filter(pk=person.pk).select_for_update().values_list("pk").get()


def _sent_before(person: User, client_id: uuid.UUID) -> Ticket | None:
    sent = Message.objects.filter(author=person, client_id=client_id).values("conversation")
    return Ticket.objects.filter(requester=person, conversation__in=sent).first()


def _check_pace(person: User) -> None:
    """Counts rows, so that it holds over all processes."""
    since = timezone.now() - WINDOW
    lately = Ticket.objects.filter(requester=person, opened_at__gt=since)
    if lately.exclude(channel=Channel.EMERGENCY).count() >= MOST:
        raise TooManyTickets
