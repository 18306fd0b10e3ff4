"""What is promised, when it is due, who is warned, and what follows when it is not kept."""

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone
from time_machine import Traveller, travel

from accounts.models import User
from helpline import sla
from helpline.models import Category, Duty, OpeningHours, Priority, Status, Ticket
from helpline.sla import PROMISES
from notifications.models import Notification
from tests.helpline.people import ask, say

pytestmark = pytest.mark.django_db

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
# A Monday, ten o'clock.
BEGIN = datetime.fromisoformat("2026-11-23T10:00:00+00:00")


@pytest.fixture(autouse=True)
def time_() -> Iterator[Traveller]:
    """Stands still until it is shifted."""
    with travel(BEGIN, tick=False) as traveller:
        yield traveller


@pytest.fixture
def office() -> None:
    """Monday to Friday, nine to five."""
    for weekday in range(5):
        OpeningHours.objects.create(weekday=weekday, opens=time(9), closes=time(17))


def settle(ticket: Ticket) -> None:
    """As any number of processes do, any number of times."""
    for _ in range(3):
        Ticket.objects.settle()
    ticket.refresh_from_db()


def told(person: User) -> list[str]:
    return list(Notification.objects.for_user(person).values_list("kind", flat=True))


@pytest.mark.parametrize("priority", [p for p in Priority if p])
def test_without_hours_it_runs_by_the_clock(
    priority: Priority, asha: User, payments: Category
) -> None:
    payments.priority = priority
    ticket = ask(asha, payments)
    assert ticket.response_due_at == BEGIN + PROMISES[priority].response
    assert ticket.resolution_due_at == BEGIN + PROMISES[priority].resolution


@pytest.mark.usefixtures("office")
def test_it_runs_while_we_are_open(ticket: Ticket) -> None:
    assert ticket.response_due_at == BEGIN + 4 * HOUR
    assert ticket.resolution_due_at == BEGIN + timedelta(days=3), "24 hours are three days"


@pytest.mark.usefixtures("office")
def test_an_emergency_knows_no_hours(asha: User, payments: Category, time_: Traveller) -> None:
    time_.shift(10 * HOUR)
    emergency = ask(asha, payments, channel="emergency")
    assert emergency.response_due_at == timezone.now() + MINUTE
    assert emergency.resolution_due_at == timezone.now() + HOUR


def test_another_priority_promises_anew_from_when_it_was_asked(
    ticket: Ticket, devika: User, time_: Traveller
) -> None:
    time_.shift(10 * MINUTE)
    ticket.set_priority(Priority.URGENT, by=devika)
    assert ticket.response_due_at == BEGIN + 15 * MINUTE
    ticket.refresh_from_db()
    assert ticket.resolution_due_at == BEGIN + 4 * HOUR


@pytest.mark.usefixtures("office")
def test_the_resolution_stands_still_while_the_requester_has_to_answer(
    ticket: Ticket, ravi: User, asha: User, devika: User, time_: Traveller
) -> None:
    ticket.claim(ravi)
    due = ticket.resolution_due_at
    ticket.wait(by=ravi)
    time_.shift(24 * HOUR)
    say(ticket, asha)
    assert (ticket.status, ticket.waited) == (Status.ASSIGNED, 8 * HOUR)
    assert ticket.resolution_due_at == due + 24 * HOUR, "one working day, which is a day here"
    ticket.set_priority(Priority.HIGH, by=devika)
    assert ticket.resolution_due_at == BEGIN + 48 * HOUR, "what was waited is not forgotten"


def test_while_it_waits_no_resolution_is_overdue(
    ticket: Ticket, ravi: User, devika: User, time_: Traveller
) -> None:
    ticket.claim(ravi)
    say(ticket, ravi)
    ticket.wait(by=ravi)
    time_.shift(30 * HOUR)
    settle(ticket)
    assert (ticket.warned_at, ticket.breached_at, told(devika)) == (None, None, [])


def test_who_has_it_is_warned_once_for_each_clock(
    ticket: Ticket, ravi: User, devika: User, time_: Traveller, at_desk: Callable[..., object]
) -> None:
    at_desk(ravi, lease_expires_at=BEGIN + 99 * HOUR)
    ticket.claim(ravi)
    time_.shift(4 * HOUR * 0.79)
    settle(ticket)
    assert (ticket.warned_at, told(ravi)) == (None, [])
    time_.shift(3 * MINUTE)
    settle(ticket)
    assert (ticket.warned_at, told(ravi), told(devika)) == (timezone.now(), ["ticket_due"], [])
    Notification.objects.all().delete()
    say(ticket, ravi)
    settle(ticket)
    assert told(ravi) == []
    time_.move_to(BEGIN + 24 * HOUR * 0.81)
    settle(ticket)
    assert (ticket.warned_at, told(ravi)) == (timezone.now(), ["ticket_due"])
    assert ticket.breached_at is None


def test_while_nobody_has_it_supervisors_on_duty_are_warned(
    ticket: Ticket, devika: User, person: Callable[[str], User], time_: Traveller
) -> None:
    other = person("admin")
    Duty.objects.create(
        person=devika, kind="supervisor", starts_at=BEGIN, ends_at=BEGIN + 20 * HOUR
    )
    time_.shift(3.5 * HOUR)
    settle(ticket)
    assert (told(devika), told(other)) == (["ticket_due"], [])


def test_with_nobody_on_duty_every_supervisor_is_warned(
    ticket: Ticket, devika: User, person: Callable[[str], User], time_: Traveller
) -> None:
    other = person("admin")
    time_.shift(3.5 * HOUR)
    settle(ticket)
    assert (told(devika), told(other)) == (["ticket_due"], ["ticket_due"])


def test_a_broken_promise_is_told_once_and_moves_the_ticket_up(
    ticket: Ticket, devika: User, time_: Traveller
) -> None:
    due = ticket.response_due_at
    time_.shift(4 * HOUR + MINUTE)
    settle(ticket)
    assert (ticket.breached_at, ticket.priority) == (timezone.now(), Priority.HIGH)
    assert told(devika) == ["ticket_overdue"]
    assert ticket.response_due_at == due, "that it is over is the point"
    Notification.objects.all().delete()
    time_.shift(30 * HOUR)
    settle(ticket)
    assert (ticket.priority, told(devika)) == (Priority.HIGH, [])


def test_of_two_processes_that_find_it_broken_one_tells(
    ticket: Ticket, devika: User, time_: Traveller
) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(priority=Priority.URGENT)
    time_.shift(5 * HOUR)
    same = [Ticket.objects.get(pk=ticket.pk) for _ in range(2)]
    for each in same:
        sla.escalate(each, timezone.now())
        Notification.objects.mark_read()
    assert Notification.objects.filter(recipient=devika).count() == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [(Priority.LOW, Priority.NORMAL), (Priority.URGENT, Priority.URGENT), (0, 0)],
)
def test_nothing_moves_up_among_the_emergencies(
    before: int, after: int, ticket: Ticket, time_: Traveller
) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(priority=before)
    time_.shift(5 * HOUR)
    settle(ticket)
    assert ticket.breached_at
    assert ticket.priority == after


def test_an_answer_in_time_breaks_no_promise_of_an_answer(
    ticket: Ticket, ravi: User, time_: Traveller
) -> None:
    ticket.claim(ravi)
    say(ticket, ravi)
    time_.shift(5 * HOUR)
    settle(ticket)
    assert ticket.breached_at is None
    time_.shift(20 * HOUR)
    settle(ticket)
    assert ticket.breached_at, "but it should have been resolved"


def test_what_is_resolved_is_never_overdue(ticket: Ticket, ravi: User, time_: Traveller) -> None:
    ticket.claim(ravi)
    ticket.resolve(by=ravi, anyway=True)
    time_.shift(50 * HOUR)
    settle(ticket)
    assert (ticket.warned_at, ticket.breached_at) == (None, None)


def test_a_ticket_that_is_opened_again_has_new_promises_and_nobody_inside(
    ticket: Ticket, asha: User, ravi: User, time_: Traveller
) -> None:
    ticket.claim(ravi)
    say(ticket, ravi)
    time_.shift(5 * HOUR)
    ticket.resolve(by=ravi, anyway=True)
    time_.shift(50 * HOUR)
    ticket.reopen(by=asha)
    assert ticket.first_responded_at is None
    assert ticket.response_due_at == timezone.now() + 4 * HOUR
    assert not ticket.conversation.members.present().exclude(person=asha).exists()
    say(ticket, asha)
    assert ticket.first_responded_at is None, "the answer of then is not one of now"
    ticket.claim(ravi)
    say(ticket, ravi)
    assert ticket.first_responded_at == timezone.now()
