"""More agents and patients than the cast has, and how they write into tickets."""

import uuid
from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from accounts.models import Patient, Role, User
from calls.models import Call
from chat import posting
from helpline.heeding import heed_all, heed_conversations
from helpline.models import Category, Emergency, Ticket

# `show(ravi, "/")`: what that page says to him.
Show = Callable[[User, str], str]


def agents(number: int) -> list[User]:
    """Agents beside Ravi."""
    return [
        User.objects.create_user(
            f"agent{each}@example.com", name=f"Agent No{each}", role=Role.AGENT, is_staff=True
        )
        for each in range(number)
    ]


def patients(number: int) -> list[User]:
    """Patients beside Asha."""
    people = [
        User.objects.create_user(f"patient{each}@example.com", name=f"Patient No{each}")
        for each in range(number)
    ]
    Patient.objects.bulk_create(Patient(user=person) for person in people)
    return people


def ask(requester: User, category: Category, **fields: object) -> Ticket:
    """One more ticket; what `open` does not know is set on it afterwards."""
    known = {name: fields.pop(name) for name in ("channel", "subject") if name in fields}
    words = {"subject": "One", "body": "One"} | known
    ticket = Ticket.objects.open(requester=requester, category=category, **words)
    if fields:
        Ticket.objects.filter(pk=ticket.pk).update(**fields)
        ticket.refresh_from_db()
    return ticket


def chat(requester: User, category: Category, until: datetime) -> Ticket:
    """Someone who waits for somebody to join, until then."""
    return ask(requester, category, channel="chat", chat_until=until)


def write(ticket: Ticket, author: User, body: str = "Yes?") -> None:
    """Says something, and lets the ticket heed it."""
    posting.post(
        author=author, conversation_id=ticket.conversation_id, client_id=uuid.uuid4(), body=body
    )
    heed_all(timezone.now())
    ticket.refresh_from_db()


def say(ticket: Ticket, author: User, body: str = "Yes?") -> None:
    """The same in the caller's transaction, for tests that make no commits."""
    ticket.conversation.append(author, uuid.uuid4(), body=body)
    heed_conversations({ticket.conversation_id})
    ticket.refresh_from_db()


def now() -> datetime:
    """By the clock of the test."""
    return timezone.now()


def write_if_inside(ticket: Ticket, author: User) -> None:
    """Says something in the caller's transaction; who is not in it cannot."""
    if ticket.conversation.members.present().filter(person=author).exists():
        ticket.conversation.append(author, uuid.uuid4(), body="So?")


def again(emergency: Emergency) -> Emergency:
    """As it stands now."""
    return Emergency.objects.at_hand().get(pk=emergency.pk)


def enter(emergency: Emergency, person: User) -> Call:
    """They join its call."""
    call = Call.objects.get(pk=again(emergency).call.pk)
    call.join(person, f"tab-of-{person.pk}")
    return call


def in_call(
    person: User, helper: User, come: Callable[[Emergency, User], object] = enter
) -> Emergency:
    """The person's, which the helper has; both have come into its call."""
    pressed = Emergency.objects.press(by=person, place="14 Lake View Road")
    pressed.call.accept(helper)
    for each in (person, helper):
        come(pressed, each)
    return again(pressed)
