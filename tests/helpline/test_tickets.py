"""A ticket from its opening to its rating: who may do what, and what becomes of it."""

import uuid

import pytest
from django.utils import timezone

from accounts.models import User
from chat import posting
from helpline.heeding import heed_all
from helpline.models import Category, Status, Ticket
from helpline.refusals import (
    AlreadyClaimed,
    AlreadyRated,
    NotAnAgent,
    NotSettled,
    NotYourTicket,
    TicketSettled,
    UnansweredQuestion,
)
from notifications.models import Notification
from tests.conftest import Person
from tests.helpline.people import say

pytestmark = pytest.mark.django_db(transaction=True)


def write(ticket: Ticket, author: User, body: str) -> None:
    posting.post(
        author=author, conversation_id=ticket.conversation_id, client_id=uuid.uuid4(), body=body
    )
    heed_all(timezone.now())
    ticket.refresh_from_db()


def lines(ticket: Ticket) -> list[str]:
    return list(ticket.conversation.messages.values_list("body", flat=True))


def test_a_new_ticket_is_in_the_queue_with_its_first_message(ticket: Ticket) -> None:
    assert (ticket.status, ticket.assignee) == (Status.OPEN, None)
    assert lines(ticket) == ["Where is my receipt?"]
    assert ticket.response_due_at
    assert list(Ticket.objects.queued()) == [ticket]


def test_each_ticket_has_a_number_of_its_own(asha: User, payments: Category) -> None:
    words = {"requester": asha, "category": payments, "subject": "One", "body": "One"}
    numbers = [Ticket.objects.open(**words).number for _ in range(3)]
    assert numbers == sorted(set(numbers))


def test_who_asks_may_write_while_nobody_has_come_yet(ticket: Ticket, asha: User) -> None:
    write(ticket, asha, "Are you there?")
    assert lines(ticket)[-1] == "Are you there?"


def test_an_agent_claims_it_and_joins_the_conversation(ticket: Ticket, ravi: User) -> None:
    ticket.claim(ravi)
    assert (ticket.status, ticket.assignee) == (Status.ASSIGNED, ravi)
    assert lines(ticket)[-1] == "Ravi Menon joined"
    assert ticket.conversation.member(ravi)


def test_a_supervisor_settles_what_somebody_else_has_without_going_in(
    ticket: Ticket, ravi: User, devika: User
) -> None:
    ticket.claim(ravi)
    ticket.resolve(by=devika, anyway=True)
    assert (ticket.status, ticket.assignee) == (Status.RESOLVED, ravi)
    last = ticket.conversation.messages.order_by("seq").last()
    assert last.body == "Devika Rajan marked this as resolved"
    assert not ticket.conversation.members.present().filter(person=devika).exists()


def test_the_second_agent_is_refused(ticket: Ticket, ravi: User, devika: User) -> None:
    same = Ticket.objects.get(pk=ticket.pk)
    ticket.claim(ravi)
    with pytest.raises(AlreadyClaimed):
        same.claim(devika)
    assert Ticket.objects.get(pk=ticket.pk).assignee == ravi


def test_only_an_agent_of_its_queue_can_claim_it(
    ticket: Ticket, asha: User, dr_rao: User, ravi: User, at_desk, calls_category: Category
) -> None:
    at_desk(ravi, calls_category)
    for person in (asha, dr_rao, ravi):
        with pytest.raises(NotAnAgent):
            ticket.claim(person)
    at_desk(ravi, calls_category, ticket.category)
    ticket.claim(ravi)


def test_the_first_answer_of_an_agent_stops_the_clock(ticket: Ticket, ravi: User) -> None:
    ticket.claim(ravi)
    heed_all(timezone.now())
    ticket.refresh_from_db()
    assert ticket.first_responded_at is None
    write(ticket, ravi, "It is on its way.")
    assert ticket.first_responded_at == ticket.conversation.messages.last().created_at


def test_an_answer_of_the_requester_takes_it_up_again(
    ticket: Ticket, asha: User, ravi: User
) -> None:
    ticket.claim(ravi)
    ticket.wait(by=ravi)
    write(ticket, asha, "Here is the number.")
    assert (ticket.status, ticket.assignee) == (Status.ASSIGNED, ravi)


def test_who_writes_into_a_resolved_ticket_opens_it_again(
    ticket: Ticket, asha: User, ravi: User
) -> None:
    ticket.claim(ravi)
    write(ticket, ravi, "It is on its way.")
    ticket.resolve(by=ravi)
    write(ticket, asha, "It did not come.")
    assert (ticket.status, ticket.came_back) == (Status.OPEN, True)


def test_handing_it_over_takes_the_first_one_out(
    ticket: Ticket, ravi: User, devika: User, stranger: User
) -> None:
    ticket.claim(ravi)
    with pytest.raises(NotAnAgent):
        ticket.transfer(stranger, by=ravi)
    ticket.transfer(devika, by=ravi)
    assert ticket.assignee == devika
    assert not ticket.conversation.members.present().filter(person=ravi).exists()
    with pytest.raises(NotYourTicket):
        ticket.release(by=ravi)


def test_a_ticket_that_is_given_back_goes_to_the_front(
    ticket: Ticket, asha: User, ravi: User, payments: Category
) -> None:
    words = {"requester": asha, "category": payments, "subject": "One", "body": "One"}
    older = Ticket.objects.get(pk=ticket.pk)
    newer = Ticket.objects.open(**words)
    newer.claim(ravi)
    newer.release(by=ravi)
    assert list(Ticket.objects.queued()) == [newer, older]


def test_nobody_resolves_over_a_question_by_accident(ticket: Ticket, ravi: User) -> None:
    ticket.claim(ravi)
    with pytest.raises(UnansweredQuestion):
        ticket.resolve(by=ravi)
    ticket.resolve(by=ravi, anyway=True)
    assert ticket.status == Status.RESOLVED


def test_each_resolution_is_rated_once(ticket: Ticket, asha: User, ravi: User) -> None:
    ticket.claim(ravi)
    with pytest.raises(NotSettled):
        ticket.rate(5, by=asha)
    ticket.resolve(by=ravi, anyway=True)
    with pytest.raises(NotYourTicket):
        ticket.rate(5, by=ravi)
    assert ticket.rate(4, " Quick ", by=asha).comment == "Quick"
    with pytest.raises(AlreadyRated):
        ticket.rate(5, by=asha)
    ticket.reopen(by=asha)
    ticket.claim(ravi)
    ticket.resolve(by=ravi, anyway=True)
    ticket.rate(1, by=asha)
    assert [each.score for each in ticket.ratings.order_by("at")] == [4, 1]


def test_a_settled_ticket_is_not_worked(ticket: Ticket, asha: User, ravi: User) -> None:
    ticket.claim(ravi)
    ticket.resolve(by=asha)
    for act in (ticket.release, ticket.wait):
        with pytest.raises(TicketSettled):
            act(by=ravi)
    with pytest.raises(TicketSettled):
        ticket.claim(ravi)


def test_who_sees_a_ticket(
    ticket: Ticket,
    person: Person,
    asha: User,
    dr_rao: User,
    ravi: User,
    stranger: User,
    at_desk,
    calls_category: Category,
) -> None:
    seen = {each: Ticket.objects.for_user(each).exists() for each in (asha, ravi, dr_rao, stranger)}
    assert seen == {asha: True, ravi: True, dr_rao: False, stranger: False}
    at_desk(ravi, calls_category)
    assert not Ticket.objects.for_user(ravi).exists()
    assert Ticket.objects.for_user(person("devika")).exists()


def test_whoever_answers_for_the_helpline_is_announced_so(
    ticket: Ticket, asha: User, ravi: User
) -> None:
    ticket.claim(ravi)
    say(ticket, ravi)
    notice = Notification.objects.get(recipient=asha, kind="ticket_message")
    assert notice.title == f"{ravi.display_name}, helpline"
    kept = {"sender": ravi.display_name, "is_helpline": True}
    assert notice.context == kept, "the word itself is the reader's"
    say(ticket, asha)
    assert (
        Notification.objects.get(recipient=ravi, kind="ticket_message").title == asha.display_name
    )
