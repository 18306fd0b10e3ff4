"""Many at the same moment: one has the ticket, and everyone else is told so."""

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from subprocess import PIPE, Popen

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from helpline.assignment import assign
from helpline.models import Agent, Category, Reason, Status, Ticket, TicketTransition
from helpline.settling import settle
from launcher.environment import ROOT
from tests.calls.test_races import at_once
from tests.helpline.people import agents, ask, patients
from tests.long import in_long

pytestmark = pytest.mark.django_db(transaction=True)


def taking(ticket: Ticket, agent: User) -> Callable[[], None]:
    """A desk that shows the ticket in the queue."""
    same = Ticket.objects.get(pk=ticket.pk)
    return lambda: same.claim(agent)


def claim_at_once(ticket: Ticket, people: list[User]) -> None:
    codes = at_once(*[taking(ticket, agent) for agent in people])
    assert Counter(codes) == {"": 1, "already_claimed": len(people) - 1}
    ticket.refresh_from_db()
    assert ticket.assignee == people[codes.index("")]
    assert ticket.transitions.filter(to_status=Status.ASSIGNED).count() == 1
    assert ticket.conversation.members.present().count() == 2
    assert ticket.conversation.messages.filter(kind="notice").count() == 1


@pytest.mark.parametrize("round_", range(4))
def test_two_agents_claim_one_ticket(round_: int, ticket: Ticket) -> None:
    claim_at_once(ticket, agents(2))


@pytest.fixture
def fifty_connections(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each thread has one of its own: the pool of a process has fewer, as in life."""
    connection.close()
    monkeypatch.delitem(connection.settings_dict["OPTIONS"], "pool", raising=False)
    yield
    connection.close()


@pytest.mark.postgresql
@pytest.mark.usefixtures("fifty_connections")
def test_of_fifty_agents_who_claim_one_ticket_one_has_it(asha: User, payments: Category) -> None:
    people = agents(50)
    for _ in range(3):
        claim_at_once(ask(asha, payments), people)


@in_long
@pytest.mark.postgresql
@pytest.mark.usefixtures("fifty_connections")
def test_a_thousand_rounds_of_fifty_have_one_winner_each(asha: User, payments: Category) -> None:
    people = agents(50)
    for _ in range(1000):
        claim_at_once(ask(asha, payments), people)


def sit(people: list[User], capacity: int) -> None:
    """All of them take tickets from now on, and no hint has told anybody."""
    until = timezone.now() + timedelta(hours=1)
    Agent.objects.bulk_create(
        Agent(person=person, is_available=True, capacity=capacity, lease_expires_at=until)
        for person in people
    )


@pytest.mark.parametrize("round_", range(3))
def test_every_process_may_assign_at_once(round_: int, payments: Category) -> None:
    for person in patients(10):
        ask(person, payments)
    sit(agents(3), capacity=3)
    at_once(*[assign] * 4)
    given = TicketTransition.objects.filter(reason=Reason.GIVEN)
    assert given.count() == given.values("ticket").distinct().count() == 9
    assert [agent.load for agent in Agent.objects.with_load()] == [3, 3, 3]
    assert Ticket.objects.queued().count() == 1


@pytest.mark.parametrize("round_", range(3))
def test_giving_and_claiming_at_once_leave_each_ticket_with_one(
    round_: int, payments: Category, ravi: User
) -> None:
    tickets = [ask(person, payments) for person in patients(6)]
    sit(agents(2), capacity=6)
    codes = at_once(assign, assign, *[taking(ticket, ravi) for ticket in tickets[:3]])
    assert set(codes) <= {"", "already_claimed"}
    assert not Ticket.objects.queued().exists()
    taken = TicketTransition.objects.filter(to_status=Status.ASSIGNED)
    assert taken.count() == len(tickets)
    assert ravi.assigned_tickets.count() == codes[2:].count("")


@pytest.mark.parametrize("round_", range(3))
def test_every_process_may_take_back_and_give_at_once(
    round_: int, payments: Category, ravi: User
) -> None:
    tickets = [ask(person, payments) for person in patients(4)]
    for ticket in tickets:
        ticket.claim(ravi)
    sit(agents(2), capacity=4)
    later = timezone.now() + timedelta(seconds=70)
    at_once(*[lambda: settle(later), lambda: assign(later)] * 3)
    assign(later)
    for reason in (Reason.AGENT_GONE, Reason.GIVEN):
        steps = TicketTransition.objects.filter(reason=reason)
        assert steps.count() == steps.values("ticket").distinct().count() == len(tickets)
    assert not ravi.assigned_tickets.exists()
    assert not Ticket.objects.queued().exists()


PROGRAM = """
import django
django.setup()
from helpline.assignment import assign
from helpline.models import Ticket
print("ready", flush=True)
input()
for _ in range(3):
    Ticket.objects.settle()
    assign()
"""


def process() -> "Popen[str]":
    """Another server on the same data, as far as tickets are concerned; it waits for a word."""
    of = connection.settings_dict
    url = f"sqlite:///{of['NAME']}"
    if connection.vendor == "postgresql":
        url = f"postgres://{of['USER']}@{of['HOST']}:{of['PORT']}/{of['NAME']}"
    environment = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-c", PROGRAM]
    return Popen(
        command, env=os.environ | environment, cwd=ROOT, stdin=PIPE, stdout=PIPE, text=True
    )


def test_two_processes_give_and_take_back_each_ticket_once(payments: Category, ravi: User) -> None:
    tickets = [ask(person, payments) for person in patients(8)]
    for ticket in tickets[:4]:
        ticket.claim(ravi)
    long_ago = timezone.now() - timedelta(seconds=70)
    Ticket.objects.filter(assignee=ravi).update(assigned_at=long_ago)
    sit(agents(3), capacity=3)
    processes = [process() for _ in range(2)]
    for each in processes:
        assert each.stdout
        assert each.stdout.readline() == "ready\n"
    for each in processes:
        assert each.stdin
        each.stdin.write("go\n")
        each.stdin.flush()
    for each in processes:
        each.communicate(timeout=60)
        assert each.returncode == 0
    taken = TicketTransition.objects.filter(reason=Reason.AGENT_GONE)
    assert taken.count() == taken.values("ticket").distinct().count() == 4
    given = TicketTransition.objects.filter(reason=Reason.GIVEN)
    assert given.count() == given.values("ticket").distinct().count() == 8
    assert sorted(agent.load for agent in Agent.objects.with_load()) == [2, 3, 3]


def test_an_agent_who_answers_as_they_are_found_gone_has_it_or_has_not(
    ticket: Ticket, ravi: User
) -> None:
    ticket.claim(ravi)
    solves = Ticket.objects.get(pk=ticket.pk)
    later = timezone.now() + timedelta(seconds=70)
    at_once(lambda: solves.resolve(by=ravi, anyway=True), lambda: settle(later))
    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee) in [(Status.RESOLVED, ravi), (Status.OPEN, None)]
