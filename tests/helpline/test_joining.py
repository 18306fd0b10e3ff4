"""Who is said to be in a conversation has opened it or written; who was given it is asked."""

import html
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from helpline.assignment import assign
from helpline.heeding import heed_all
from helpline.models import Agent, Category, Channel, Reason, Status, Ticket
from helpline.ticket_views import state_of
from tests.helpline.people import write

pytestmark = pytest.mark.django_db(transaction=True)

Browser = Callable[..., Client]


@pytest.fixture
def talk(asha: User, payments: Category) -> Ticket:
    """Asha has begun a live chat, and nobody is there yet."""
    return Ticket.objects.open(
        requester=asha,
        category=payments,
        subject="Sound",
        body="I hear nothing",
        channel=Channel.CHAT,
    )


@pytest.fixture
def given(talk: Ticket, ravi: User, at_desk: Callable[..., Agent]) -> Ticket:
    """The queue has given it to Ravi, who has not looked."""
    at_desk(ravi)
    assign()
    talk.refresh_from_db()
    assert talk.assignee == ravi
    return talk


def read(browser_client: Browser, person: User, address: str) -> str:
    return html.unescape(browser_client(person).get(address, follow=True).content.decode())


def lines(ticket: Ticket) -> list[str]:
    return list(ticket.conversation.messages.order_by("seq").values_list("body", flat=True))


def joinings(ticket: Ticket) -> list[str]:
    return [each for each in lines(ticket) if each.endswith("joined")]


def test_who_was_given_a_chat_is_asked_and_not_there(
    given: Ticket, asha: User, browser_client: Browser
) -> None:
    shown = read(browser_client, asha, given.get_absolute_url())
    assert "We have asked Ravi</h2>" in shown
    assert "Waiting for somebody" in shown
    assert "We wait for Ravi" in shown
    for untrue in (
        "is coming",
        "joined</",
        "is in the chat with you",
        "took it over",
        "You are next",
    ):
        assert untrue not in shown
    assert joinings(given) == []


def test_opening_it_at_the_desk_is_joining_and_is_said_once(
    given: Ticket, asha: User, ravi: User, browser_client: Browser
) -> None:
    for _twice in range(2):
        read(browser_client, ravi, f"/admin/desk/{given.number}/")
    assert joinings(given) == ["Ravi Menon joined"]
    shown = read(browser_client, asha, given.get_absolute_url())
    assert "Ravi is in the chat with you" in shown
    assert "We have asked" not in shown


def test_a_colleague_who_looks_has_not_joined(
    given: Ticket, devika: User, browser_client: Browser
) -> None:
    assert "Sound" in read(browser_client, devika, f"/admin/desk/{given.number}/")
    assert joinings(given) == []


def test_writing_is_joining(given: Ticket, ravi: User) -> None:
    write(given, ravi, "Hello Asha")
    heed_all(timezone.now())
    heed_all(timezone.now())
    assert joinings(given) == ["Ravi Menon joined"]


def test_a_chat_that_nobody_opened_goes_back_without_a_word(given: Ticket) -> None:
    before = lines(given)
    given.take_back(Reason.AGENT_SILENT, timezone.now() + timedelta(minutes=2))
    assert given.status == Status.OPEN
    assert lines(given) == before


def test_after_a_transfer_the_next_one_is_asked(
    talk: Ticket, asha: User, ravi: User, devika: User, browser_client: Browser
) -> None:
    talk.claim(ravi)
    talk.transfer(devika, by=ravi)
    shown = read(browser_client, asha, talk.get_absolute_url())
    assert "Handed over to Devika" in shown
    assert "We have asked Devika</h2>" in shown
    assert "Devika is in the chat with you" not in shown
    assert joinings(talk) == ["Ravi Menon joined"]
    read(browser_client, devika, f"/admin/desk/{talk.number}/")
    assert joinings(talk) == ["Ravi Menon joined", "Devika Rajan joined"]


def test_whoever_answers_may_change_and_the_field_stays_true(
    talk: Ticket, asha: User, ravi: User, browser_client: Browser
) -> None:
    talk.claim(ravi)
    assert "Message the helpline" in read(browser_client, asha, talk.get_absolute_url())


def test_what_was_given_is_seen_in_every_list_until_it_is_opened(
    given: Ticket, ravi: User, browser_client: Browser
) -> None:
    for show in ("queue", "waiting"):
        shown = read(browser_client, ravi, f"/admin/desk/?show={show}")
        assert "1 waits for you under Mine" in shown
        assert f'href="/admin/desk/{given.number}/?show=mine"' in shown
        assert "Nobody waits." not in shown
    assert "not opened yet" in read(browser_client, ravi, "/admin/desk/?show=mine")
    read(browser_client, ravi, f"/admin/desk/{given.number}/")
    assert "waits for you under Mine" not in read(browser_client, ravi, "/admin/desk/")


def test_a_chat_without_an_answer_says_how_long_it_waits(
    given: Ticket, ravi: User, browser_client: Browser
) -> None:
    Ticket.objects.update(queued_at=timezone.now() - timedelta(minutes=3, seconds=5))
    shown = read(browser_client, ravi, "/admin/desk/?show=mine")
    assert "3 min" in shown
    assert "data-due " not in shown
    write(given, ravi, "Hello")
    assert "data-due " in read(browser_client, ravi, "/admin/desk/?show=mine")


def test_a_new_ticket_says_from_the_start_who_was_asked(
    asha: User, ravi: User, payments: Category, at_desk: Callable, browser_client: Browser
) -> None:
    at_desk(ravi)
    said = {
        "category": payments.slug,
        "subject": "Receipt",
        "body": "Where is it?",
        "client_id": "5f0c7f0e-52a5-4d1c-8f0e-0d3f6f9a1b2c",
    }
    answer = browser_client(asha).post("/help/tickets/new/", said, follow=True)
    shown = html.unescape(answer.content.decode())
    assert "We have asked Ravi" in shown
    assert "Nobody has taken it yet" not in shown


@pytest.mark.parametrize("has_answered", [True, False])
def test_a_ticket_that_is_back_in_the_queue_does_not_say_that_nobody_took_it(
    has_answered: bool, ticket: Ticket, asha: User, ravi: User, browser_client: Browser
) -> None:
    assert "Nobody has taken it yet" in read(browser_client, asha, ticket.get_absolute_url())
    ticket.claim(ravi)
    if has_answered:
        write(ticket, ravi, "I look into it")
        heed_all(timezone.now())
    ticket.refresh_from_db()
    ticket.take_back(Reason.AGENT_GONE, timezone.now())
    shown = read(browser_client, asha, ticket.get_absolute_url())
    assert "We look for somebody to go on with it" in shown
    assert "Somebody goes on with it" in shown
    assert "Nobody has taken it yet" not in shown
    assert "In the queue</p>" not in shown


def test_a_page_shows_no_step_that_came_after_it_was_read(ticket: Ticket, ravi: User) -> None:
    early = Ticket.objects.at_hand().get(pk=ticket.pk)
    ticket.claim(ravi)
    assert [str(step.title) for step in state_of(early)["steps"]][:2] == [
        "Received",
        "In the queue",
    ]


def test_what_was_asked_and_put_back_again_and_again_is_folded(
    talk: Ticket, asha: User, ravi: User, devika: User, browser_client: Browser
) -> None:
    for _each in range(4):
        talk.assign(ravi, by=None, reason=Reason.GIVEN)
        talk.take_back(Reason.AGENT_SILENT, timezone.now())
    titles = [str(step.title) for step in state_of(talk)["steps"]]
    assert titles[:4] == [
        "Received",
        "We asked 4 times before",
        "Back in the queue",
        "In the queue",
    ]
    page = read(browser_client, asha, talk.get_absolute_url())
    assert ">We asked 4 times before <svg" in page
    assert page.count("We asked Ravi") == 4
    assert "7 steps: asked and put back" in read(
        browser_client, devika, f"/admin/desk/{talk.number}/?show=all"
    )


def test_one_turn_of_asking_is_not_folded(talk: Ticket, ravi: User) -> None:
    talk.assign(ravi, by=None, reason=Reason.GIVEN)
    talk.take_back(Reason.AGENT_SILENT, timezone.now())
    talk.assign(ravi, by=None, reason=Reason.GIVEN)
    assert not any(step.folded for step in state_of(talk)["steps"])
