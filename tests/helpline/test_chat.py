"""Live chat: its place in the queue, who joins, and what becomes of it when nobody does."""

import uuid
from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from helpline import asking
from helpline.models import Category, Channel, OpeningHours, Reason, Status, Ticket
from helpline.refusals import TooManyTickets
from tests.conftest import Person

pytestmark = pytest.mark.django_db(transaction=True)

CHAT = "/help/chat/"


def say(category: Category, body: str = "No sound\nin my call") -> dict[str, str]:
    return {"category": category.slug, "body": body, "client_id": str(uuid.uuid4())}


def begin(person: User, category: Category) -> Ticket:
    return asking.chat(person, category=category, body="Hello", client_id=uuid.uuid4())


@pytest.fixture
def closed() -> None:
    """Open for a minute of a day that is not today."""
    day = (timezone.now().weekday() + 3) % 7
    OpeningHours.objects.create(weekday=day, opens=time(9), closes=time(9, 1))


def lapse(ticket: Ticket) -> datetime:
    """Its time is over."""
    Ticket.objects.filter(pk=ticket.pk).update(chat_until=timezone.now() - timedelta(seconds=1))
    ticket.refresh_from_db()
    return timezone.now()


def test_a_chat_begins_with_its_first_message(asha: User, payments, browser_client) -> None:
    answer = browser_client(asha).post(CHAT, say(payments), follow=True)
    ticket = Ticket.objects.get()
    assert (ticket.channel, ticket.subject) == (Channel.CHAT, "No sound")
    assert ticket.chat_until - ticket.opened_at == timedelta(seconds=120)
    assert "You are next" in answer.content.decode()


def test_with_nobody_at_a_desk_the_page_says_what_becomes_of_a_chat(
    asha: User, ravi: User, payments: Category, browser_client, at_desk
) -> None:
    client = browser_client(asha)
    alone = "Nobody is answering chats at this moment."
    for path in (CHAT, "/help/"):
        page = client.get(path).content.decode()
        assert alone in page
        assert "If nobody has joined 2 minutes after you write" in page
        assert "answers day and night" not in page
    at_desk(ravi)
    for path in (CHAT, "/help/"):
        assert alone not in client.get(path).content.decode()
    assert "answers day and night" in client.get(CHAT).content.decode()


def test_who_waits_is_told_when_nobody_of_the_category_is_there(
    asha: User, ravi: User, payments: Category, calls_category: Category, browser_client, at_desk
) -> None:
    at_desk(ravi, calls_category)
    ticket, client = begin(asha, payments), browser_client(asha)
    page = client.get(ticket.get_absolute_url()).content.decode()
    assert "Nobody is answering chats at this moment." in page
    assert "with an answer by" in page
    at_desk(ravi, payments, capacity=0)
    page = client.get(ticket.get_absolute_url()).content.decode()
    assert "Nobody is answering chats" not in page


def test_the_place_is_that_in_the_queue(
    asha: User, stranger: User, dr_rao: User, ravi: User, payments: Category, browser_client
) -> None:
    first, second, third = (begin(person, payments) for person in (stranger, dr_rao, asha))
    assert [asking.place_of(each) for each in (first, second, third)] == [1, 2, 3]
    first.claim(ravi)
    page = browser_client(asha).get(third.get_absolute_url()).content.decode()
    assert "You are number 2" in page


def test_who_starts_again_is_back_in_the_open_chat(asha: User, payments, browser_client) -> None:
    client = browser_client(asha)
    client.post(CHAT, say(payments))
    ticket = Ticket.objects.get()
    assert client.get(CHAT)["Location"] == ticket.get_absolute_url()
    assert client.post(CHAT, say(payments, "Still there?"))["Location"] == ticket.get_absolute_url()
    assert Ticket.objects.count() == 1
    assert ticket.conversation.messages.last().body == "Still there?"
    assert "Your chat is open" in client.get("/help/").content.decode()
    ticket.resolve(by=asha)
    assert client.get(CHAT).status_code == 200


def test_a_form_that_is_sent_twice_says_it_once(asha: User, payments, browser_client) -> None:
    client, words = browser_client(asha), say(payments)
    for _twice in range(2):
        client.post(CHAT, words)
    assert Ticket.objects.get().conversation.messages.count() == 1


def test_an_agent_joins(asha: User, ravi: User, payments: Category, browser_client) -> None:
    ticket = begin(asha, payments)
    ticket.claim(ravi)
    page = browser_client(asha).get(ticket.get_absolute_url()).content.decode()
    assert "Ravi Menon joined" in page
    assert "You are next" not in page
    assert "In the chat" in page


def test_a_chat_that_nobody_joins_is_a_ticket(asha: User, payments: Category) -> None:
    ticket = begin(asha, payments)
    assert not ticket.give_up_chat(), "not before its time"
    assert ticket.give_up_chat(lapse(ticket))
    ticket.refresh_from_db()
    assert (ticket.channel, ticket.status, ticket.chat_until) == (Channel.TICKET, Status.OPEN, None)
    notice = ticket.conversation.messages.last()
    assert notice.kind == "notice"
    assert f"This is now ticket {ticket.number}: you have an answer by " in notice.body
    assert ticket.transitions.last().reason == Reason.UNANSWERED
    assert not ticket.give_up_chat(timezone.now()), "only once"


def test_who_was_joined_is_not_given_up(asha: User, ravi: User, payments: Category) -> None:
    ticket = begin(asha, payments)
    same = Ticket.objects.get(pk=ticket.pk)
    lapse(ticket)
    ticket.claim(ravi)
    assert not same.give_up_chat(timezone.now())


def test_the_page_finds_out_by_itself(asha: User, payments: Category, browser_client) -> None:
    ticket = begin(asha, payments)
    lapse(ticket)
    page = browser_client(asha).get(ticket.get_absolute_url()).content.decode()
    assert "Nobody could join the chat: it became a ticket" in page
    assert f"This is now ticket {ticket.number}" in page
    lapse(begin(asha, payments))
    assert "Your chat is open" not in browser_client(asha).get("/help/").content.decode()


def test_outside_hours_it_is_a_ticket_at_once(
    closed: None, asha: User, payments: Category, browser_client
) -> None:
    client = browser_client(asha)
    page = client.get(CHAT).content.decode()
    assert "Nobody is here at the moment." in page
    assert "Send as a ticket" in page
    client.post(CHAT, say(payments))
    ticket = Ticket.objects.get()
    assert (ticket.channel, ticket.chat_until) == (Channel.TICKET, None)


def test_what_was_typed_stays_when_it_is_refused(asha: User, payments, browser_client) -> None:
    client = browser_client(asha)
    page = client.post(CHAT, say(payments) | {"category": "", "body": "Kept"}).content.decode()
    assert "Topic is missing." in page
    assert "Kept" in page
    for _each in range(10):
        begin(asha, payments).resolve(by=asha)
    page = client.post(CHAT, say(payments, "Kept as well")).content.decode()
    assert "You have opened many tickets" in page
    assert "Kept as well" in page
    with pytest.raises(TooManyTickets):
        begin(asha, payments)


def test_the_demo_has_somebody_on_duty(person: Person) -> None:
    from helpline import demo
    from helpline.models import Agent, CannedReply, Duty

    for name in ("ravi", "rao", "devika"):
        person(name)
    for _twice in range(2):
        demo.furnish()
    assert sorted(Duty.objects.at().values_list("kind", flat=True)) == [
        "agent",
        "doctor",
        "supervisor",
    ]
    assert OpeningHours.objects.count() == 7
    assert Agent.objects.get().person.name == "Ravi Menon"
    assert CannedReply.objects.count() == 5
