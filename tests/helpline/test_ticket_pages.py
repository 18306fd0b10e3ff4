"""The pages of one's tickets: written, listed, read, solved, opened again, rated."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from chat import posting
from chat.models import Conversation
from dashboard.inbox import Inbox
from dashboard.ticket_sections import tickets
from helpline import asking
from helpline.models import Category, Channel, Rating, Status, Ticket
from helpline.refusals import TooManyTickets
from notifications.badges import badges
from notifications.models import Notification
from tests.sweeping import meet

pytestmark = [pytest.mark.alike, pytest.mark.django_db(transaction=True)]

NEW = "/help/tickets/new/"


def written(category: Category, **fields: str) -> dict[str, str]:
    words = {"category": category.slug, "subject": "Receipt", "body": "Where is it?"}
    return words | {"client_id": str(uuid.uuid4())} | fields


def test_a_ticket_is_written(asha: User, payments: Category, browser_client) -> None:
    answer = browser_client(asha).post(NEW, written(payments, subject=" A  \n receipt "))
    ticket = Ticket.objects.get()
    assert answer["Location"] == ticket.get_absolute_url()
    assert (ticket.requester, ticket.subject, ticket.status) == (asha, "A receipt", Status.OPEN)
    page = browser_client(asha).get(answer["Location"]).content.decode()
    assert "Where is it?" in page
    assert "You hear from us by" in page


def test_a_form_that_is_sent_twice_makes_one(
    asha: User, payments: Category, browser_client
) -> None:
    client, words = browser_client(asha), written(payments)
    first, second = client.post(NEW, words), client.post(NEW, words)
    assert first["Location"] == second["Location"]
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"category": ""}, "Topic is missing."),
        ({"category": "no-such"}, "Select a valid choice"),
        ({"subject": " "}, "Subject is missing."),
        ({"subject": "x" * 121}, "at most 120 characters"),
        ({"body": " "}, "Write something first."),
        ({"body": "x" * 4001}, "too long"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    fields: dict[str, str], problem: str, asha: User, payments: Category, browser_client
) -> None:
    words = written(payments, subject="Kept <b>subject</b>", body="Kept & body") | fields
    page = browser_client(asha).post(NEW, words).content.decode()
    assert "There is a problem" in page
    assert problem in page
    for name, kept in (("subject", "Kept &lt;b&gt;subject&lt;/b&gt;"), ("body", "Kept &amp; body")):
        assert name in fields or kept in page
    assert words["client_id"] in page
    assert not Ticket.objects.exists()


def test_thirty_in_a_minute_are_refused_in_words(
    asha: User, stranger: User, payments: Category, browser_client
) -> None:
    client = browser_client(asha)
    answers = [client.post(NEW, written(payments, body=f"No. {each}")) for each in range(30)]
    assert [answer.status_code for answer in answers] == [302] * 10 + [200] * 20
    page = answers[-1].content.decode()
    assert "You have opened many tickets in a short time." in page
    assert "No. 29" in page
    assert browser_client(stranger).post(NEW, written(payments)).status_code == 302
    emergency = {"requester": asha, "category": payments, "subject": "Help", "body": ""}
    Ticket.objects.open(**emergency, channel=Channel.EMERGENCY)
    Ticket.objects.update(opened_at=timezone.now() - timedelta(seconds=61))
    assert client.post(NEW, written(payments)).status_code == 302


def test_all_at_once_are_no_more(asha: User, payments: Category) -> None:
    """Each in a connection of its own, as processes have them."""

    def ask(number: int) -> bool:
        words = {"subject": "One", "body": f"No. {number}", "call": None}
        try:
            asking.write(asha, category=payments, client_id=uuid.uuid4(), **words)
        except TooManyTickets:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(ask, range(16)))
    assert taken.count(True) == Ticket.objects.count() == 10


def test_the_limit_counts_chats_but_no_emergencies(asha: User, payments: Category) -> None:
    def ask() -> Ticket:
        words = {"category": payments, "body": "Hello", "client_id": uuid.uuid4()}
        return asking.write(asha, subject="Hello", call=None, **words)

    for _each in range(12):
        Ticket.objects.open(
            requester=asha, category=payments, subject="!", body="", channel=Channel.EMERGENCY
        )
    for _each in range(10):
        ask()
    with pytest.raises(TooManyTickets):
        ask()


def test_a_ticket_is_about_ones_own_call_only(
    asha: User, dr_rao: User, stranger: User, payments: Category, browser_client
) -> None:
    call = meet(asha, dr_rao).call
    Ticket.objects.all().update(opened_at=timezone.now() - timedelta(minutes=5))
    assert "About your call of" in browser_client(asha).get(NEW, {"call": call.pk}).content.decode()
    for person, about in ((asha, call), (stranger, None)):
        browser_client(person).post(NEW, written(payments, call=str(call.pk)))
        assert Ticket.objects.filter(requester=person).latest("number").call == about
    page = browser_client(stranger).get(NEW, {"call": call.pk}).content.decode()
    assert "About your call of" not in page


def test_a_ticket_of_others_is_not_found(
    ticket: Ticket, asha: User, dr_rao: User, stranger: User, browser_client
) -> None:
    address = ticket.get_absolute_url()
    assert browser_client(asha).get(address).status_code == 200
    for person in (dr_rao, stranger):
        client = browser_client(person)
        assert client.get(address).status_code == 404
        for act in ("", "resolution/", "reopening/", "rating/"):
            said = {"score": 1, "body": "x"}
            assert client.post(f"{address}{act}", said).status_code == 404
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN


def test_an_agent_is_led_to_the_desk(ticket: Ticket, ravi: User, browser_client) -> None:
    answer = browser_client(ravi).get(ticket.get_absolute_url())
    assert answer["Location"] == f"/admin/desk/{ticket.number}/"


def test_the_list_is_filtered_and_goes_on(asha: User, payments: Category, browser_client) -> None:
    words = {"requester": asha, "category": payments, "body": "One"}
    tickets = [Ticket.objects.open(subject=f"Subject {n:02}", **words) for n in range(25)]
    tickets[0].resolve(by=asha)
    client = browser_client(asha)
    first = client.get("/help/tickets/").content.decode()
    assert "Subject 24" in first
    assert "Subject 04" not in first
    older = client.get("/help/tickets/", {"before": tickets[5].number}).content.decode()
    assert "Subject 04" in older
    assert "Older tickets" not in older
    settled = client.get("/help/tickets/", {"show": "settled"}).content.decode()
    assert "Subject 00" in settled
    assert "Subject 24" not in settled
    for odd in ("x", "-1", "9" * 30):
        assert client.get("/help/tickets/", {"before": odd}).status_code == 404


def test_a_message_without_script_is_a_reply(ticket: Ticket, asha: User, browser_client) -> None:
    client = browser_client(asha)
    assert client.post(ticket.get_absolute_url(), {"body": "One more thing"}).status_code == 302
    assert ticket.conversation.messages.last().body == "One more thing"
    page = client.post(ticket.get_absolute_url(), {"body": "x" * 4001}).content.decode()
    assert "too long" in page
    assert "x" * 4001 in page


def test_the_way_of_a_ticket_is_told(
    ticket: Ticket, asha: User, ravi: User, browser_client
) -> None:
    def page() -> str:
        return browser_client(asha).get(ticket.get_absolute_url()).content.decode()

    ticket.claim(ravi)
    assert "Ravi took it over" in page()
    assert "Ravi works on it" in page()
    ticket.wait(by=ravi)
    assert "We wait for your answer" in page()
    ticket.resume(by=asha)
    Ticket.objects.update(response_due_at=timezone.now() - timedelta(hours=1))
    assert "We are late" in page()
    ticket.resolve(by=ravi, anyway=True)
    assert "Ravi resolved it" in page()
    assert "Open it again" in page()
    assert "How did we do?" in page()


def test_in_a_running_chat_nobody_is_told_to_wait(
    asha: User, ravi: User, payments: Category, browser_client
) -> None:
    words = {"requester": asha, "category": payments, "subject": "Sound", "body": "No sound"}
    ticket = Ticket.objects.open(channel=Channel.CHAT, **words)
    ticket.claim(ravi)
    page = browser_client(asha).get(ticket.get_absolute_url()).content.decode()
    assert "Ravi is in the chat with you" in page
    assert "You hear from us by" not in page
    Ticket.objects.update(response_due_at=timezone.now() - timedelta(hours=1))
    page = browser_client(asha).get(ticket.get_absolute_url()).content.decode()
    assert "We are late" not in page


def test_the_address_of_a_form_leads_to_its_ticket(
    ticket: Ticket, asha: User, stranger: User, browser_client
) -> None:
    address = ticket.get_absolute_url()
    for noun in ("resolution", "reopening", "rating"):
        answer = browser_client(asha).get(f"{address}{noun}/")
        assert (answer.status_code, answer["Location"]) == (302, address)
        assert browser_client(stranger).get(f"{address}{noun}/").status_code == 404
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN


def test_the_requester_solves_and_opens_again(ticket: Ticket, asha: User, browser_client) -> None:
    client, address = browser_client(asha), ticket.get_absolute_url()
    client.post(f"{address}resolution/")
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED
    again = client.post(f"{address}resolution/", follow=True).content.decode()
    assert "This ticket is resolved." in again
    silent = client.post(f"{address}reopening/").content.decode()
    assert "Say what is still wrong." in silent
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED
    why = {"wrong": "It is still missing."}
    client.post(f"{address}reopening/", why)
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN
    assert ticket.conversation.messages.last().body == "It is still missing."
    again = client.post(f"{address}reopening/", why, follow=True).content.decode()
    assert "not resolved yet" in again
    assert ticket.conversation.messages.filter(body="It is still missing.").count() == 1


def test_each_resolution_is_rated_once_and_told(
    ticket: Ticket, asha: User, ravi: User, browser_client
) -> None:
    client, rating = browser_client(asha), f"{ticket.get_absolute_url()}rating/"
    early = client.post(rating, {"score": "5", "comment": "Too early"}).content.decode()
    assert "not resolved yet" in early
    assert "Too early" in early
    ticket.claim(ravi)
    ticket.resolve(by=ravi, anyway=True)
    missing = client.post(rating, {"comment": "Kept"}).content.decode()
    assert "Your rating is missing." in missing
    assert "Kept" in missing
    assert client.post(rating, {"score": "4", "comment": "<i>Good</i>"}).status_code == 302
    again = client.post(rating, {"score": "1", "comment": "Again"}, follow=True)
    twice = again.content.decode()
    assert "You have rated this already." in twice
    assert "4 of 5 stars" in twice
    assert "How did we do?" not in twice
    assert Rating.objects.get().agent == ravi
    page = client.get(ticket.get_absolute_url()).content.decode()
    assert "4 of 5 stars" in page
    assert "&lt;i&gt;Good&lt;/i&gt;" in page
    assert "How did we do?" not in page


def test_the_notice_of_a_reply_opens_the_ticket(
    ticket: Ticket, asha: User, ravi: User, browser_client
) -> None:
    ticket.claim(ravi)
    reply = {"client_id": uuid.uuid4(), "body": "It is on its way."}
    posting.post(author=ravi, conversation_id=ticket.conversation_id, **reply)
    notice = Notification.objects.get(recipient=asha, kind="ticket_message")
    client = browser_client(asha)
    opened = client.post(f"/notifications/{notice.pk}/reading/", follow=True)
    assert opened.redirect_chain[-1][0] == ticket.get_absolute_url()


def test_an_answer_stands_under_help_and_not_under_messages(
    ticket: Ticket, asha: User, ravi: User, browser_client
) -> None:
    ticket.claim(ravi)
    ticket.conversation.append(ravi, uuid.uuid4(), body="It is on its way.")
    client = browser_client(asha)
    found = {
        show: "answered in a ticket" in client.get(f"/notifications/?show={show}").content.decode()
        for show in ("help", "messages")
    }
    assert found == {"help": True, "messages": False}


def test_a_ticket_stands_once_on_the_home_page_below_what_was_written(
    ticket: Ticket, asha: User, ravi: User, dr_rao: User, browser_client
) -> None:
    ticket.claim(ravi)
    ticket.conversation.append(ravi, uuid.uuid4(), body="It is on its way.")
    talk = Conversation.objects.direct(asha, dr_rao)
    talk.append(dr_rao, uuid.uuid4(), body="Stop the tablets.")
    page = browser_client(asha).get("/").content.decode()
    assert page.count(ticket.subject) == 1
    assert page.index("Stop the tablets.") < page.index(ticket.subject)


def test_a_ticket_has_the_time_of_its_last_answer_in_the_inbox(
    ticket: Ticket, asha: User, ravi: User
) -> None:
    ticket.claim(ravi)
    answer = ticket.conversation.append(ravi, uuid.uuid4(), body="It is on its way.")
    [row] = tickets(Inbox(asha))
    assert row.at == answer.created_at


def test_subjects_are_text_wherever_they_stand(asha: User, payments, browser_client) -> None:
    hostile = "<script>alert('x')</script>"
    words = {"requester": asha, "category": payments, "subject": hostile, "body": hostile}
    ticket = Ticket.objects.open(**words)
    paths = ("/", "/inbox/", "/help/", "/help/tickets/", ticket.get_absolute_url())
    for path in paths:
        page = browser_client(asha).get(path).content.decode()
        assert "&lt;script&gt;alert" in page, path
        assert hostile not in page, path


def test_homes_tell_of_tickets(ticket: Ticket, asha: User, ravi: User, browser_client) -> None:
    assert "Nobody waits" not in (waiting := browser_client(ravi).get("/").content.decode())
    assert "1 ticket waits in the queue" in waiting
    assert "1 ticket waits" in browser_client(ravi).get("/inbox/").content.decode()
    ticket.claim(ravi)
    assert "Work on it" in browser_client(ravi).get("/inbox/").content.decode()
    assert "1 ticket is with you." in browser_client(ravi).get("/").content.decode()
    ticket.wait(by=ravi)
    assert "Reply" in browser_client(asha).get("/inbox/").content.decode()
    ticket.resolve(by=ravi, anyway=True)
    assert "#rating" in browser_client(asha).get("/inbox/").content.decode()
    ticket.rate(5, by=asha)
    assert "#rating" not in browser_client(asha).get("/inbox/").content.decode()


def test_a_ticket_stands_under_help_and_not_among_messages(
    ticket: Ticket, asha: User, browser_client
) -> None:
    client = browser_client(asha)
    assert "Receipt" in client.get("/help/").content.decode()
    for path in ("/messages/", "/messages/?q=receipt"):
        assert "Receipt" not in client.get(path).content.decode()
    opened = client.get(f"/messages/{ticket.conversation_id}/")
    assert opened["Location"] == ticket.get_absolute_url()


def test_an_answer_in_a_ticket_is_counted_beside_help(
    ticket: Ticket, asha: User, ravi: User, browser_client
) -> None:
    ticket.claim(ravi)
    ticket.conversation.append(ravi, uuid.uuid4(), body="It is on its way.")
    assert (badges(asha)["unread_answers"], badges(asha)["unread_messages"]) == (1, 0)
    shown = browser_client(asha).get("/").content.decode()
    assert re.search(r"unread_answers.*?>1 unread<.*?</telemed-bell>", shown, re.DOTALL)
    browser_client(asha).get(ticket.get_absolute_url())
    ticket.conversation.member(asha).mark_read(ticket.conversation.last_seq)
    assert badges(asha)["unread_answers"] == 0


def test_what_a_patient_writes_in_a_ticket_is_no_answer_for_who_works_on_it(
    ticket: Ticket, asha: User, ravi: User
) -> None:
    ticket.claim(ravi)
    ticket.conversation.append(asha, uuid.uuid4(), body="Is it?")
    assert badges(ravi)["unread_answers"] == 0
    assert badges(ravi)["unread_messages"] > 0
