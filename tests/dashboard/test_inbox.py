"""The inbox: all that waits, the most pressing first, each with what to do about it."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calls.models import Call
from chat.models import Conversation
from dashboard.inbox import Action, Inbox, Row, section, sections
from helpline.models import Category, Ticket
from notifications.models import Notification, notify
from notifications.models.notification import in_words
from tests.test_queries import live as fill

pytestmark = [pytest.mark.alike, pytest.mark.django_db]


@pytest.fixture
def talk(asha, dr_rao):
    return Conversation.objects.direct(asha, dr_rao)


@pytest.fixture
def told_of_security(monkeypatch) -> Iterator[Callable]:
    """`told_of_security(asha)`: something has happened to her account."""
    monkeypatch.setattr(
        "notifications.models.notification.words", lambda kind, part, *told: f"{kind} {part}"
    )

    def tell(person):
        notify(person, "security", about=Conversation(), key=f"security:{uuid4()}")

    yield tell
    in_words.cache_clear()


def rows(person, name):
    """The rows of a section, by what they say and what there is to do."""
    [found] = [each for each in sections if each.name == name]
    return [(str(row.text), str(row.action.label)) for row in found.rows(Inbox(person))]


def page(client):
    return client.get("/inbox/").content.decode()


def missed(talk, by, kind="video"):
    Call.objects.start(talk, by=by, kind=kind).cancel(by)


def test_everything_stands_in_the_order_of_its_urgency(
    browser_client, asha, dr_rao, meera, talk, told_of_security
):
    missed(talk, dr_rao)
    talk.append(dr_rao, uuid4(), body="Please call me.")
    told_of_security(asha)
    other = Conversation.objects.direct(asha, meera)
    other.append(asha, uuid4(), body="Good morning")
    Call.objects.start(other, by=meera, kind="audio")
    shown = page(browser_client(asha))
    titles = re.findall(r'<h2 id="(\w+)">', shown)
    assert titles == ["live", "missed", "notices", "unread", "recent"]


def test_a_missed_call_says_who_and_is_called_back(browser_client, asha, dr_rao, talk):
    missed(talk, dr_rao, "audio")
    assert rows(asha, "missed") == [("Missed audio call", "Call back")]
    shown = page(browser_client(asha))
    assert "Dr Vikram Rao" in shown
    assert "Cardiologist" in shown
    assert f'name="conversation" value="{talk.pk}"' in shown


def test_several_missed_calls_of_one_person_are_one_row(asha, dr_rao, meera, talk):
    other = Conversation.objects.direct(asha, meera)
    for by, where in ((dr_rao, talk), (meera, other), (dr_rao, talk), (dr_rao, talk)):
        missed(where, by, "audio")
    assert rows(asha, "missed") == [
        ("3 missed calls", "Call back"),
        ("Missed audio call", "Call back"),
    ]
    [newest, _other] = Inbox(asha).missed
    assert newest == Call.objects.filter(started_by=dr_rao).latest("created_at")


def test_no_caller_is_hidden_by_one_who_calls_all_the_time(asha, dr_rao, meera, talk, monkeypatch):
    monkeypatch.setattr("dashboard.inbox.LOOKED_AT", 2)
    missed(Conversation.objects.direct(asha, meera), meera)
    for _ in range(3):
        missed(talk, dr_rao)
    assert [call.number for call in Inbox(asha).missed] == [3, 1]


def test_a_missed_call_does_not_hide_what_was_written_before(browser_client, asha, dr_rao, talk):
    talk.append(dr_rao, uuid4(), body="Stop the tablets.")
    missed(talk, dr_rao)
    assert rows(asha, "unread") == [("Stop the tablets.", "Reply")]
    for path in ("/", "/messages/"):
        assert "Stop the tablets." in browser_client(asha).get(path).content.decode()


def test_a_call_that_was_returned_is_only_recent(asha, dr_rao, talk):
    missed(talk, dr_rao)
    back = Call.objects.start(talk, by=asha, kind="audio")
    back.accept(dr_rao)
    back.leave(asha)
    assert rows(asha, "missed") == []
    assert rows(asha, "recent") == [
        ("Failed audio call", "Call"),
        ("Missed video call, replied since", "Call"),
    ]


def test_answered_calls_of_one_person_are_one_row_without_alarm(
    browser_client, asha, dr_rao, meera, talk
):
    other = Conversation.objects.direct(asha, meera)
    for by, where in ((dr_rao, talk), (meera, other), (dr_rao, talk)):
        missed(where, by, "audio")
    for each in (talk, other):
        each.append(asha, uuid4(), body="I was out.")
    calls = [text for text, _action in rows(asha, "recent") if "call" in text]
    assert calls == ["2 missed calls, replied since", "Missed audio call, replied since"]
    shown = page(browser_client(asha))
    assert "Call back" not in shown
    assert "row__text--stop" not in shown
    missed(talk, dr_rao, "audio")
    assert rows(asha, "missed") == [("Missed audio call", "Call back")]
    assert "row__text--stop" in page(browser_client(asha))


def test_ones_own_last_words_are_said_to_be_ones_own(browser_client, asha, dr_rao, talk):
    talk.append(asha, uuid4(), body="Thank you")
    for path in ("/", "/inbox/", "/messages/"):
        assert "You: Thank you" in browser_client(asha).get(path).content.decode()
        shown = browser_client(dr_rao).get(path).content.decode()
        assert "Thank you" in shown
        assert "You: " not in shown


def test_a_call_that_rings_is_answered_and_one_that_goes_on_is_joined(asha, dr_rao, talk):
    call = Call.objects.start(talk, by=dr_rao, kind="video")
    assert rows(asha, "live") == [("Incoming video call", "Answer")]
    call.accept(asha)
    assert rows(asha, "live") == [("Video call, live now", "Join")]
    assert rows(dr_rao, "live") == [("Video call, live now", "Join")]


def test_what_was_written_is_unread_until_it_is_read(asha, dr_rao, talk):
    posted = talk.append(dr_rao, uuid4(), body="How are you?")
    assert rows(asha, "unread") == [("How are you?", "Reply")]
    talk.member(asha).mark_read(posted.seq)
    assert rows(asha, "unread") == []
    assert rows(asha, "recent") == [("How are you?", "Open")]


def test_unread_ones_are_not_hidden_by_newer_ones(asha, dr_rao, talk, person, monkeypatch):
    monkeypatch.setattr("dashboard.inbox.LOOKED_AT", 1)
    talk.append(dr_rao, uuid4(), body="Long ago")
    for doctor in ("meera", "iyer"):
        other = Conversation.objects.direct(asha, person(doctor))
        other.append(asha, uuid4(), body="Just now")
    assert rows(asha, "unread") == [("Long ago", "Reply")]


def test_an_unread_notice_about_the_account_waits(browser_client, asha, told_of_security):
    told_of_security(asha)
    assert rows(asha, "notices") == [("security text", "Open")]
    shown = page(browser_client(asha))
    assert "security title" in shown
    row = re.search(r'<li class="row[^>]*data-row="notification-[^>]*>', shown)
    assert "data-unread" in row[0]
    Notification.objects.mark_read()
    assert rows(asha, "notices") == []


def test_whatever_the_bell_counts_stands_in_the_inbox_once(asha, ravi):
    payments = Category.objects.get_or_create(slug="payments", defaults={"name": "Payments"})[0]
    ticket = Ticket.objects.open(requester=asha, category=payments, subject="Help", body="Please")
    ticket.claim(ravi)
    ticket.conversation.append(ravi, uuid4(), body="What happened?")
    assert len(rows(asha, "tickets")) == 1
    assert rows(asha, "notices") == []
    ticket.resolve(by=ravi, anyway=True)
    told = Notification.objects.for_user(asha).unread()
    told.filter(kind="ticket_message").mark_read()
    asha.memberships.get().mark_read(Conversation.objects.get().last_seq)
    ticket.rate(5, by=asha)
    assert rows(asha, "tickets") == []
    assert list(told.values_list("kind", flat=True)) == ["ticket_resolved"]
    assert [action for _text, action in rows(asha, "notices")] == ["Open"]


def test_who_has_nothing_is_led_on(browser_client, asha, dr_rao, ravi):
    for person, words in ((asha, "Find a doctor"), (dr_rao, "profile"), (ravi, "home page")):
        shown = page(browser_client(person))
        assert "Nothing waits for you" in shown
        assert words in shown


def test_nothing_of_others_stands_in_it(browser_client, asha, dr_rao, stranger, talk):
    missed(talk, dr_rao)
    talk.append(dr_rao, uuid4(), body="For Asha alone")
    assert "For Asha alone" in page(browser_client(asha))
    shown = page(browser_client(stranger))
    assert "For Asha alone" not in shown
    assert str(talk.pk) not in shown


def test_a_visitor_is_led_to_the_sign_in(client):
    assert client.get("/inbox/").headers["Location"].startswith("/accounts/login/")


def test_it_costs_the_same_queries_however_much_there_is(browser_client, asha, told_of_security):
    def cost():
        client = browser_client(asha)
        client.get("/inbox/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/inbox/").status_code == 200
        return len(queries)

    def live(number):
        fill(asha, conversations=number, messages=3)
        told_of_security(asha)

    live(2)
    few = cost()
    live(25)
    assert cost() == few <= 12


def test_missed_calls_stand_in_the_list_after_the_number_is_gone_until_they_are_answered(
    browser_client, asha, dr_rao, talk
):
    missed(talk, dr_rao)
    client = browser_client(asha)
    assert ">1 missed<" in page(client)
    client.get("/calls/")
    assert ">1 missed<" not in page(client)
    assert rows(asha, "missed") == [("Missed video call", "Call back")]
    talk.append(asha, uuid4(), body="I was out. What is it?")
    assert rows(asha, "missed") == []


def test_what_was_missed_long_ago_is_left_to_the_list_of_calls(asha, dr_rao, talk):
    missed(talk, dr_rao)
    assert len(rows(asha, "missed")) == 1
    Call.objects.update(created_at=timezone.now() - timedelta(days=31))
    assert rows(asha, "missed") == []


def test_a_section_may_be_added_by_any_app(browser_client, asha, monkeypatch):
    monkeypatch.setattr("dashboard.inbox.sections", [*sections])
    action = Action(label="Check in", icon="video", url="/visits/1/")
    row = Row(key="visit-1", title="A visit", text="By video", at=timezone.now(), action=action)
    words = {"title": "Visits", "order": 5, "more": "chat:list", "more_title": "All visits"}
    section(name="visits", **words)(lambda inbox: [row])
    shown = page(browser_client(asha))
    assert "All visits" in shown
    assert "Check in" in shown
