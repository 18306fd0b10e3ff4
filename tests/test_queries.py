"""A page costs a dozen queries at most, and the same dozen whatever its length."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Doctor, Patient, User
from audit.models import AccessRecord
from calls.models import Call
from chat.models import Conversation, Message
from helpline.models import Agent, Category, Note, Ticket, Viewing
from notifications.models import notify

pytestmark = pytest.mark.alike

MOST = 12
SMALL, LARGE = 2, 50

Browser = Callable[..., Client]


def strangers_to(of: User, number: int) -> list[User]:
    """New people whom a patient or a doctor may come to know: doctors or patients."""
    role, part = ("doctor", Doctor) if of.is_patient else ("patient", Patient)
    people = []
    for each in range(number):
        email = f"{role}{number}-{each}@example.com"
        person = User.objects.create_user(email, name=f"A B{each}", role=role)
        part.objects.create(user=person)
        people.append(person)
    return people


def fill(conversation: Conversation, messages: int) -> None:
    """Both write, in turn."""
    people = [member.person for member in conversation.members.select_related("person")]
    start = timezone.now() - timedelta(days=3)
    Message.objects.bulk_create(
        Message(
            conversation=conversation,
            seq=seq,
            changed_seq=seq,
            author=people[seq % 2],
            body=f"No. {seq}",
            created_at=start + timedelta(minutes=20 * seq),
        )
        for seq in range(1, messages + 1)
    )
    Conversation.objects.filter(pk=conversation.pk).update(last_seq=messages)


def live(person: User, *, conversations: int, messages: int) -> Conversation:
    """A person with that many of everything; returns the fullest conversation."""
    for other in strangers_to(person, conversations):
        pair = (person, other) if person.is_patient else (other, person)
        conversation = Conversation.objects.direct(*pair)
        fill(conversation, messages)
        for by in pair:
            call = Call.objects.start(conversation, by=by, kind="video")
            call.cancel(by)
        fields = {"about": conversation, "context": {"sender": other.name}}
        notify(person, "message", key=conversation.notification_key, **fields)
        conversation.member(person).mute()
        AccessRecord.objects.create(
            actor=other.public_id, act="opened", subject_person=person.public_id
        )
    return conversation


def ask(person: User, *, tickets: int, messages: int) -> int:
    """That many tickets, the last of which has been to and fro; returns its number."""
    category = Category.objects.get_or_create(slug="payments", defaults={"name": "Payments"})[0]
    for each in range(tickets):
        ticket = Ticket.objects.open(
            requester=person, category=category, subject=f"No. {each}", body="Hello"
        )
    for each in range(tickets):
        ticket.resolve(by=person)
        ticket.rate(1 + each % 5, "Well.", by=person)
        ticket.reopen(by=person)
    for each in range(messages):
        ticket.conversation.append(person, uuid.uuid4(), body=f"No. {each}")
    return ticket.number


def cost(client: Client, path: str) -> tuple[int, int]:
    """How many queries, and how many bytes, so that one sees that the page has grown."""
    client.get(path)  # what is done once, like noting that it was opened, has been done
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path)
    assert answer.status_code == 200
    return len(queries), len(answer.content)


PAGES = {
    "home": "/",
    "inbox": "/inbox/",
    "directory": "/doctors/",
    "doctor": "/doctors/vikram-rao/",
    "profile": "/me/",
    "access": "/me/access/",
    "messages": "/messages/",
    "conversation": "/messages/{}/",
    "calls": "/calls/",
    "missed calls": "/calls/?show=missed",
    "notifications": "/notifications/",
    "preferences": "/notifications/preferences/",
    "installing": "/install/",
    "first message": "/messages/to/meera-nair/",
    "before a call": "/calls/to/vikram-rao/video/",
    "help": "/help/",
    "answers": "/help/?q=camera",
    "tickets": "/help/tickets/",
    "ticket": "/help/tickets/{ticket}/",
    "new ticket": "/help/tickets/new/",
    "chat with the helpline": "/help/chat/",
}


@pytest.mark.parametrize("name", ["asha", "dr_rao"])
def test_no_page_grows_dearer(
    name: str, dr_rao: User, meera: User, request: pytest.FixtureRequest, browser_client: Browser
) -> None:
    person: User = request.getfixturevalue(name)
    client, costs = browser_client(person), []
    for size, messages in ((SMALL, 5), (LARGE, 200)):
        key = live(person, conversations=size, messages=messages).pk
        number = ask(person, tickets=size, messages=messages)
        asked = {name: path.format(key, ticket=number) for name, path in PAGES.items()}
        costs.append({page: cost(client, path) for page, path in asked.items()})
    small, large = costs
    dear = {page: large[page] for page in PAGES if large[page][0] > min(MOST, small[page][0])}
    assert dear == {}
    growing = ("messages", "conversation", "calls", "notifications", "preferences", "access")
    for page in (*growing, "tickets", "ticket"):
        assert large[page][1] > small[page][1] + 5_000, f"the page did not grow: {page}"


def test_the_home_of_staff_is_cheap(ravi: User, browser_client: Browser) -> None:
    client = browser_client(ravi)
    for path in ("/", "/inbox/", "/me/", "/messages/", "/calls/", "/notifications/"):
        assert cost(client, path)[0] <= MOST


MOST_AT_THE_DESK = 31


def keep_busy(ravi: User, asha: User, number: int) -> Ticket:
    """So many tickets wait, each looked at; the last is with Ravi, with as many notes."""
    about = Category.objects.get_or_create(slug="payments", defaults={"name": "Payments"})[0]
    for other in strangers_to(asha, number):
        words = {"subject": f"No. {other.pk}", "body": "Where is it?"}
        ticket = Ticket.objects.open(requester=asha, category=about, **words)
        User.objects.filter(pk=other.pk).update(role="agent", is_staff=True)
        other.refresh_from_db()
        Viewing.objects.look(ticket, other)
        Agent.objects.of(other).renew()
        Note.objects.write(ticket, "Seen before", by=other)
    ticket.claim(ravi)
    for each in range(number):
        Note.objects.write(ticket, f"Note {each}", by=ravi)
    return ticket


def test_the_desk_grows_no_dearer(ravi: User, asha: User, browser_client: Browser) -> None:
    client, costs = browser_client(ravi), []
    for size in (SMALL, 30):
        ticket = keep_busy(ravi, asha, size)
        paths = {"queue": "/admin/desk/", "ticket": f"/admin/desk/{ticket.number}/"}
        costs.append({name: cost(client, path) for name, path in paths.items()})
    small, large = costs
    for name in ("queue", "ticket"):
        assert large[name][0] <= min(MOST_AT_THE_DESK, small[name][0]), name
        assert large[name][1] > small[name][1] + 5_000, f"the page did not grow: {name}"
