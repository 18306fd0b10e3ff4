"""What the tests of the helpline stand on: categories, tickets, the people at the desk."""

import html
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from helpline.models import Agent, Category, Ticket
from tests.conftest import Person
from tests.helpline.people import Show


@pytest.fixture
def payments(db: None) -> Category:
    """What a receipt is about."""
    return Category.objects.update_or_create(slug="payments", defaults={"name": "Payments"})[0]


@pytest.fixture
def calls_category(db: None) -> Category:
    """What a microphone is about."""
    return Category.objects.update_or_create(slug="calls", defaults={"name": "Calls"})[0]


@pytest.fixture
def devika(person: Person) -> User:
    """The supervisor."""
    return person("devika")


@pytest.fixture
def at_desk() -> Callable[..., Agent]:
    """`at_desk(ravi)`: their desk is open, and they take tickets."""

    def sit_down(person: User, *categories: Category, **fields: object) -> Agent:
        until = timezone.now() + timedelta(hours=1)
        agent, _ = Agent.objects.update_or_create(
            person=person, defaults={"is_available": True, "lease_expires_at": until} | fields
        )
        agent.categories.set(categories)
        return agent

    return sit_down


@pytest.fixture
def ticket(asha: User, payments: Category) -> Ticket:
    """Asha asks for a receipt."""
    return Ticket.objects.open(
        requester=asha, category=payments, subject="Receipt", body="Where is my receipt?"
    )


@pytest.fixture
def show(browser_client: Callable[[User], Client]) -> Show:
    """`show(ravi, "/")`: what that page says to him."""

    def read(person: User, path: str) -> str:
        answer = browser_client(person).get(path, follow=True)
        assert answer.status_code == 200
        return html.unescape(answer.content.decode())

    return read
