"""A chat that nobody joins becomes a ticket by itself, and says so."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from helpline.models import Category, Channel, OpeningHours, Reason, Status, Ticket
from tests.calls.test_races import at_once
from tests.helpline.people import chat

pytestmark = pytest.mark.django_db


NINE, TEN = time(9), time(10)


def later(seconds: float) -> datetime:
    return timezone.now() + timedelta(seconds=seconds)


@pytest.fixture
def talk(asha: User, payments: Category) -> Ticket:
    """Asha waits for somebody to join, for a minute."""
    return chat(asha, payments, later(60))


def lines(ticket: Ticket) -> list[str]:
    return list(ticket.conversation.messages.values_list("body", flat=True))


def test_it_becomes_a_ticket_that_keeps_its_place(talk: Ticket) -> None:
    queued_at = talk.queued_at
    Ticket.objects.settle(later(55))
    talk.refresh_from_db()
    assert talk.channel == Channel.CHAT
    for _ in range(2):
        Ticket.objects.settle(later(61))
    talk.refresh_from_db()
    assert (talk.channel, talk.status, talk.chat_until) == (Channel.TICKET, Status.OPEN, None)
    assert talk.queued_at == queued_at
    assert [step.reason for step in talk.transitions.all()] == ["", Reason.UNANSWERED]
    [said] = lines(talk)[1:]
    assert said.startswith(f"Nobody could join in time. This is now ticket {talk.number}: ")


def test_a_chat_that_someone_has_joined_stays_one(talk: Ticket, ravi: User) -> None:
    same = Ticket.objects.get(pk=talk.pk)
    talk.claim(ravi)
    assert not same.give_up_chat(later(61))
    assert (same.channel, same.status) == (Channel.CHAT, Status.ASSIGNED)


def test_a_chat_that_is_opened_again_waits_for_somebody_once_more(
    talk: Ticket, asha: User, ravi: User
) -> None:
    talk.claim(ravi)
    talk.resolve(by=asha)
    Ticket.objects.update(chat_until=later(-60))
    talk.refresh_from_db()
    talk.reopen("No sound again", by=asha)
    assert (talk.channel, talk.status) == (Channel.CHAT, Status.OPEN)
    assert talk.chat_until > later(60)
    talk.resolve(by=asha)
    OpeningHours.objects.create(weekday=(later(0).weekday() + 3) % 7, opens=NINE, closes=TEN)
    talk.reopen("No sound again", by=asha)
    assert (talk.channel, talk.chat_until) == (Channel.TICKET, None), "nobody is there"


def test_before_its_time_it_is_not_given_up(talk: Ticket) -> None:
    assert not talk.give_up_chat(later(30))
    assert talk.channel == Channel.CHAT


def test_the_notice_is_in_the_language_of_who_asked(talk: Ticket, asha: User) -> None:
    assert talk.give_up_chat(later(61))
    notice = talk.conversation.messages.last()
    assert (notice.kind, notice.author) == ("notice", asha)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", range(6))
def test_a_claim_at_the_last_moment_and_the_clock_agree(
    round_: int, talk: Ticket, ravi: User, at_desk: Callable[..., object]
) -> None:
    claims, *gives = [Ticket.objects.get(pk=talk.pk) for _ in range(3)]
    at_desk(ravi, is_available=False)
    at_once(lambda: claims.claim(ravi), *[lambda g=g: g.give_up_chat(later(61)) for g in gives])
    talk.refresh_from_db()
    given_up = talk.transitions.filter(reason=Reason.UNANSWERED).count()
    assert given_up == (talk.channel == Channel.TICKET)
    assert sum("Nobody could join" in line for line in lines(talk)) == given_up
    assert (talk.status, talk.assignee) == (Status.ASSIGNED, ravi), "whichever was first"
