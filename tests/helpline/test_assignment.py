"""Who is given which ticket, and that it happens by itself."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from helpline.assignment import assign, give
from helpline.models import Agent, Category, Emergency, Priority, Reason, Status, Ticket
from helpline.queue import Desk
from notifications.models import Notification
from tests.helpline.people import agents, ask, patients

pytestmark = pytest.mark.django_db

AtDesk = Callable[..., Agent]


def holder(ticket: Ticket) -> User | None:
    ticket.refresh_from_db()
    return ticket.assignee


def test_a_free_agent_is_given_the_ticket_and_told(
    ticket: Ticket, ravi: User, at_desk: AtDesk
) -> None:
    at_desk(ravi)
    assert assign() == 1
    assert holder(ticket) == ravi
    assert ticket.transitions.last().reason == Reason.GIVEN
    assert ticket.conversation.member(ravi)
    assert Notification.objects.for_user(ravi).get().kind == "ticket_given"
    assert assign() == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"is_available": False},
        {"lease_expires_at": None},
        {"lease_expires_at": timezone.now() - timedelta(days=1)},
        {"capacity": 0},
    ],
)
def test_nobody_is_given_a_ticket_who_is_not_there_or_has_no_room(
    fields: dict[str, object], ticket: Ticket, ravi: User, at_desk: AtDesk
) -> None:
    at_desk(ravi, **fields)
    assert assign() == 0
    at_desk(ravi, capacity=4)
    assert assign() == 1


def test_only_agents_of_the_category_are_given_it(
    ticket: Ticket, ravi: User, at_desk: AtDesk, calls_category: Category, payments: Category
) -> None:
    at_desk(ravi, calls_category)
    assert assign() == 0
    at_desk(ravi, calls_category, payments)
    assert assign() == 1


def test_a_supervisor_who_takes_tickets_is_given_them(
    ticket: Ticket, devika: User, at_desk: AtDesk
) -> None:
    assert assign() == 0
    at_desk(devika)
    assert assign() == 1


def test_who_may_not_sign_in_or_is_no_agent_any_more_is_given_nothing(
    ticket: Ticket, ravi: User, at_desk: AtDesk
) -> None:
    at_desk(ravi)
    User.objects.filter(pk=ravi.pk).update(is_active=False)
    assert assign() == 0
    User.objects.filter(pk=ravi.pk).update(is_active=True, role="patient")
    assert assign() == 0


def test_nobody_is_given_their_own_ticket(ravi: User, payments: Category, at_desk: AtDesk) -> None:
    own = ask(ravi, payments)
    at_desk(ravi)
    assert assign() == 0
    [other] = agents(1)
    at_desk(other)
    assert assign() == 1
    assert holder(own) == other


def test_the_order_is_emergencies_priority_what_came_back_and_the_oldest(
    asha: User, payments: Category, ravi: User, at_desk: AtDesk
) -> None:
    oldest, back, urgent = [ask(asha, payments) for _ in range(3)]
    Ticket.objects.filter(pk=back.pk).update(came_back=True)
    Ticket.objects.filter(pk=urgent.pk).update(priority=Priority.URGENT)
    emergency = ask(asha, payments, channel="emergency")
    newest = ask(asha, payments)
    at_desk(ravi, capacity=10)
    assert assign() == 5
    given = Ticket.objects.get(pk=emergency.pk).assignee.assigned_tickets
    order = given.order_by("transitions__pk").filter(transitions__reason=Reason.GIVEN)
    assert list(order) == [emergency, urgent, back, oldest, newest]


def test_who_waits_in_a_live_chat_comes_before_old_tickets_of_the_same_priority(
    asha: User, payments: Category, ravi: User, at_desk: AtDesk
) -> None:
    back = ask(asha, payments, came_back=True)
    chat = ask(asha, payments, channel="chat")
    urgent = ask(asha, payments, priority=Priority.URGENT)
    assert list(Desk(ravi).rows) == [urgent, chat, back] == list(Ticket.objects.queued())
    at_desk(ravi, capacity=2)
    assert assign() == 2
    assert [holder(each) for each in (urgent, chat, back)] == [ravi, ravi, None]
    for each in (urgent, chat, back):
        assert Desk(ravi).claim_next() == each
        Ticket.objects.get(pk=each.pk).join(ravi)


def test_the_least_loaded_is_next_relative_to_what_they_can_take(
    asha: User, payments: Category, at_desk: AtDesk
) -> None:
    small, large = agents(2)
    at_desk(small, capacity=2)
    at_desk(large, capacity=8)
    for _ in range(5):
        ask(asha, payments)
    assert assign() == 5
    assert [person.assigned_tickets.count() for person in (small, large)] == [1, 4]


def test_of_those_who_are_equal_the_one_who_waits_longest_is_next(
    asha: User, payments: Category, at_desk: AtDesk
) -> None:
    just, earlier = agents(2)
    at_desk(just, last_given_at=timezone.now())
    at_desk(earlier, last_given_at=timezone.now() - timedelta(minutes=5))
    ticket = ask(asha, payments)
    assign()
    assert holder(ticket) == earlier


def test_capacity_holds_for_all_but_emergencies(
    asha: User, payments: Category, ravi: User, at_desk: AtDesk, calls_category: Category
) -> None:
    at_desk(ravi, calls_category, capacity=1)
    tickets = [ask(asha, calls_category) for _ in range(2)]
    assert assign() == 1
    emergency = ask(asha, payments, channel="emergency")
    assert assign() == 1
    assert [holder(each) for each in (*tickets, emergency)] == [ravi, None, ravi]


def test_an_emergency_that_was_made_less_urgent_is_given_all_the_same(
    asha: User, payments: Category, ravi: User, at_desk: AtDesk
) -> None:
    emergency = ask(asha, payments, channel="emergency", priority=Priority.NORMAL)
    at_desk(ravi, capacity=0)
    assert assign() == 1
    assert holder(emergency) == ravi


def test_an_emergency_is_left_to_its_ladder_until_somebody_answers(
    asha: User, ravi: User, at_desk: AtDesk
) -> None:
    at_desk(ravi)
    emergency = Emergency.objects.press(by=asha)
    assert assign() == 0
    emergency.call.cancel(asha)
    assert assign() == 0
    emergency.take(ravi)
    assert holder(emergency.ticket) == ravi


def test_a_ticket_is_not_given_back_to_who_was_silent_while_another_is_free(
    ticket: Ticket, asha: User, payments: Category, ravi: User, at_desk: AtDesk
) -> None:
    [other] = agents(1)
    at_desk(ravi)
    at_desk(other, capacity=2, last_given_at=timezone.now())
    ask(asha, payments).claim(other)
    ticket.assign(ravi, by=None, reason=Reason.GIVEN)
    ticket.take_back(Reason.AGENT_SILENT, timezone.now())
    assign()
    assert holder(ticket) == other
    ticket.take_back(Reason.AGENT_SILENT, timezone.now())
    at_desk(other, is_available=False)
    assign()
    assert holder(ticket) == ravi
    ticket.take_back(Reason.AGENT_SILENT, timezone.now())
    assign()
    assert holder(ticket) == ravi, "nobody else is free"


def test_a_ticket_that_is_opened_again_goes_to_who_had_it_while_they_have_room(
    ticket: Ticket, asha: User, payments: Category, ravi: User, at_desk: AtDesk
) -> None:
    [other] = agents(1)
    at_desk(other)
    at_desk(ravi, capacity=2, last_given_at=timezone.now())
    ask(asha, payments).claim(ravi)
    ticket.claim(ravi)
    for room, who in ((2, ravi), (1, other)):
        Agent.objects.filter(person=ravi).update(capacity=room)
        ticket.resolve(by=asha)
        ticket.reopen("It is still missing.", by=asha)
        assign()
        assert holder(ticket) == who


def test_who_gives_it_back_after_it_was_opened_again_is_not_preferred(
    ticket: Ticket, asha: User, ravi: User, at_desk: AtDesk
) -> None:
    [other] = agents(1)
    ticket.claim(ravi)
    ticket.resolve(by=asha)
    ticket.reopen(by=asha)
    ticket.claim(ravi)
    ticket.release(by=ravi)
    at_desk(ravi, last_given_at=timezone.now())
    at_desk(other)
    assign()
    assert holder(ticket) == other


def test_who_has_given_it_back_is_not_given_it_again(
    ticket: Ticket, ravi: User, devika: User, at_desk: AtDesk
) -> None:
    at_desk(ravi)
    ticket.claim(ravi)
    ticket.release(by=ravi)
    assert (assign(), holder(ticket)) == (0, None), "nobody else takes tickets"
    at_desk(devika)
    assert (assign(), holder(ticket)) == (1, devika)
    ticket.release(by=devika)
    ticket.refresh_from_db()
    ticket.claim(ravi)
    assert holder(ticket) == ravi, "by their own hand"


def test_the_clock_gives_what_no_hint_has_led_to(
    ticket: Ticket, ravi: User, at_desk: AtDesk
) -> None:
    at_desk(ravi)
    give(timezone.now())
    assert holder(ticket) == ravi


def test_a_look_costs_the_same_however_many_wait_and_work(
    ravi: User, payments: Category, at_desk: AtDesk, django_assert_max_num_queries
) -> None:
    at_desk(ravi, payments, capacity=0)
    with django_assert_max_num_queries(1):
        assign()
    for agent, person in zip(agents(8), patients(8), strict=True):
        at_desk(agent, payments, capacity=0)
        ask(person, payments)
    with django_assert_max_num_queries(12):
        assert assign() == 0


@pytest.mark.django_db(transaction=True)
class TestAfterEachChange:
    """No clock runs in these tests: the change itself leads to it."""

    def test_a_new_ticket(self, ravi: User, asha: User, payments: Category, at_desk) -> None:
        at_desk(ravi)
        assert holder(ask(asha, payments)) == ravi

    def test_an_agent_who_becomes_available(self, ticket: Ticket, ravi: User, at_desk) -> None:
        agent = at_desk(ravi, is_available=False)
        assert holder(ticket) is None
        agent.set_available(True)
        assert holder(ticket) == ravi

    def test_a_desk_that_opens(self, ticket: Ticket, ravi: User, at_desk) -> None:
        agent = at_desk(ravi, lease_expires_at=None)
        agent.renew()
        assert holder(ticket) == ravi

    def test_a_ticket_that_is_put_back(self, ticket: Ticket, ravi: User, at_desk) -> None:
        [other] = agents(1)
        ticket.claim(ravi)
        at_desk(other)
        ticket.release(by=ravi)
        assert holder(ticket) == other

    def test_a_ticket_that_is_moved(
        self, ticket: Ticket, ravi: User, at_desk, calls_category: Category
    ) -> None:
        [other] = agents(1)
        ticket.claim(ravi)
        at_desk(other, calls_category)
        ticket.move_to(calls_category, by=ravi)
        assert holder(ticket) == other

    def test_an_agent_with_room_again(
        self, ticket: Ticket, ravi: User, at_desk, asha: User, payments: Category
    ) -> None:
        at_desk(ravi, capacity=1)
        ticket.claim(ravi)
        waits = ask(asha, payments)
        assert holder(waits) is None
        ticket.resolve(by=ravi, anyway=True)
        assert holder(waits) == ravi

    def test_a_ticket_that_is_opened_again(
        self, ticket: Ticket, ravi: User, asha: User, at_desk
    ) -> None:
        ticket.claim(ravi)
        ticket.resolve(by=ravi, anyway=True)
        [other] = agents(1)
        at_desk(other)
        ticket.reopen(by=asha)
        assert (holder(ticket), ticket.status) == (other, Status.ASSIGNED)
