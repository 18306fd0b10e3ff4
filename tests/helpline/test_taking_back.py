"""An agent who is gone or silent loses what they have, and only that."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import PresenceLease, User
from calls.models import Call
from helpline import settling
from helpline.assignment import assign
from helpline.models import Agent, Category, Channel, Note, Priority, Reason, Status, Ticket
from helpline.refusals import AlreadyClaimed
from notifications.models import Notification
from telemed import clock
from telemed.models import Tick
from tests.helpline.people import Show, agents, ask, chat, say

pytestmark = pytest.mark.django_db

AtDesk = Callable[..., Agent]


def later(seconds: float) -> datetime:
    return timezone.now() + timedelta(seconds=seconds)


def settle(seconds: float, *tickets: Ticket) -> None:
    """What the clock does after so many seconds; each twice, for it is idempotent."""
    for _ in range(2):
        Ticket.objects.settle(later(seconds))
    for ticket in tickets:
        ticket.refresh_from_db()


def has_it_until(ticket: Ticket, person: User, kept: int, lost: int) -> None:
    """It is theirs after so many seconds, and nobody's after so many."""
    settle(kept, ticket)
    assert ticket.assignee == person
    settle(lost, ticket)
    assert ticket.assignee is None


def last_reason(ticket: Ticket) -> str:
    return str(ticket.transitions.last().reason)


def stays(person: User) -> None:
    """Their desk is open for the rest of the test."""
    Agent.objects.filter(person=person).update(lease_expires_at=later(10**7))


def test_a_closed_desk_gives_back_what_is_in_work_and_not_what_waits(
    ticket: Ticket, asha: User, payments: Category, ravi: User, at_desk: AtDesk
) -> None:
    waiting = ask(asha, payments)
    agent = at_desk(ravi)
    for each in (ticket, waiting):
        each.claim(ravi)
    waiting.wait(by=ravi)
    agent.lease_expires_at = timezone.now()
    agent.save()
    settle(8, ticket)
    assert ticket.assignee == ravi, "they may only have turned a page"
    settle(12, ticket, waiting)
    assert (ticket.status, ticket.assignee, ticket.came_back) == (Status.OPEN, None, True)
    assert last_reason(ticket) == Reason.AGENT_GONE
    assert ticket.transitions.filter(reason=Reason.AGENT_GONE).count() == 1
    assert (waiting.status, waiting.assignee) == (Status.WAITING, ravi)
    assert not ticket.conversation.members.present().filter(person=ravi).exists()


def test_a_desk_that_stays_open_gives_nothing_back(
    ticket: Ticket, ravi: User, at_desk: AtDesk
) -> None:
    at_desk(ravi)
    ticket.claim(ravi)
    stays(ravi)
    settle(9 * 3600, ticket)
    assert ticket.assignee == ravi


@pytest.fixture
def page(ravi: User) -> PresenceLease:
    """Ravi has some page open for the rest of the test."""
    return PresenceLease.objects.create(user=ravi, expires_at=later(10**7))


def test_who_reads_elsewhere_keeps_what_is_in_work_for_ten_minutes_and_is_given_nothing(
    ticket: Ticket, asha: User, payments: Category, ravi: User, at_desk: AtDesk, page: PresenceLease
) -> None:
    at_desk(ravi, lease_expires_at=timezone.now())
    ticket.claim(ravi)
    settle(590, ticket)
    assert ticket.assignee == ravi, "they read an article"
    another = ask(asha, payments)
    assert assign() == 0
    another.refresh_from_db()
    assert another.assignee is None, "their desk is closed"
    settle(601, ticket)
    assert (ticket.assignee, last_reason(ticket)) == (None, Reason.AGENT_GONE)


def test_who_reads_elsewhere_and_closes_that_too_is_gone(
    ticket: Ticket, ravi: User, at_desk: AtDesk, page: PresenceLease
) -> None:
    at_desk(ravi, lease_expires_at=timezone.now())
    ticket.claim(ravi)
    settle(300, ticket)
    assert ticket.assignee == ravi
    page.delete()
    settle(301, ticket)
    assert ticket.assignee is None


def test_who_reads_elsewhere_answers_a_live_chat_in_time_all_the_same(
    talk: Ticket, ravi: User, page: PresenceLease
) -> None:
    Agent.objects.filter(person=ravi).update(lease_expires_at=timezone.now())
    settle(55, talk)
    assert talk.assignee == ravi
    settle(61, talk)
    assert (talk.assignee, last_reason(talk)) == (None, Reason.AGENT_SILENT)


def test_a_page_is_no_desk_for_who_never_had_one(
    ticket: Ticket, ravi: User, page: PresenceLease
) -> None:
    ticket.claim(ravi)
    settle(60, ticket)
    assert ticket.assignee is None


def test_a_machine_that_is_gone_is_noticed_within_a_minute(
    ticket: Ticket, ravi: User, at_desk: AtDesk
) -> None:
    at_desk(ravi).renew()
    ticket.claim(ravi)
    has_it_until(ticket, ravi, 40, 60)


def test_who_has_no_desk_at_all_has_a_minute_to_open_one(ticket: Ticket, ravi: User) -> None:
    ticket.claim(ravi)
    has_it_until(ticket, ravi, 50, 60)


def test_who_may_not_sign_in_any_more_has_nothing(
    ticket: Ticket, ravi: User, at_desk: AtDesk
) -> None:
    at_desk(ravi)
    ticket.claim(ravi)
    stays(ravi)
    User.objects.filter(pk=ravi.pk).update(is_active=False)
    settle(1, ticket)
    assert ticket.assignee is None


def test_who_did_not_answer_reads_why_it_is_not_theirs_any_more_and_nobody_else_does(
    asha: User,
    payments: Category,
    ravi: User,
    devika: User,
    at_desk: AtDesk,
    browser_client: Callable[..., Client],
) -> None:
    at_desk(ravi)
    talk = chat(asha, payments, later(120))
    assign()
    settle(61, talk)
    page = f"/admin/desk/{talk.number}/"
    read = [browser_client(each).get(page).content.decode() for each in (ravi, devika)]
    assert ["You did not open it in time" in each for each in read] == [True, False]
    talk.claim(ravi)
    assert "in time: it went back" not in browser_client(ravi).get(page).content.decode()
    settle(61, talk)
    assert "You did not answer in time" in browser_client(ravi).get(page).content.decode()


def test_a_live_chat_without_an_answer_goes_to_someone_else(
    asha: User, payments: Category, ravi: User, at_desk: AtDesk
) -> None:
    [other] = agents(1)
    at_desk(ravi)
    talk = chat(asha, payments, later(120))
    assign()
    stays(ravi)
    at_desk(other)
    settle(55, talk)
    assert talk.assignee == ravi
    settle(61, talk)
    assert (talk.assignee, talk.taken_from) == (None, ravi)
    assert last_reason(talk) == Reason.AGENT_SILENT
    told = Notification.objects.for_user(ravi).get()
    assert (told.kind, told.context["what"]) == ("ticket_taken", "agent_silent")
    assign()
    talk.refresh_from_db()
    assert talk.assignee == other


def test_a_chat_handed_on_with_a_question_is_not_taken_while_the_answer_is_awaited(
    asha: User, payments: Category, ravi: User, devika: User, at_desk: AtDesk
) -> None:
    for person in (ravi, devika):
        at_desk(person)
        stays(person)
    talk = chat(asha, payments, later(10**6))
    talk.claim(devika)
    say(talk, devika, "Which browser do you use?")
    talk.transfer(ravi, by=devika)
    settle(61, talk)
    assert talk.assignee is None, "he has not even come to it"
    talk.claim(ravi)
    settle(3600, talk)
    assert talk.assignee == ravi
    say(talk, asha, "Firefox")
    settle(59, talk)
    assert talk.assignee == ravi
    settle(61, talk)
    assert (talk.assignee, last_reason(talk)) == (None, Reason.AGENT_SILENT)


@pytest.fixture
def talk(asha: User, payments: Category, ravi: User, at_desk: AtDesk) -> Ticket:
    """Asha has begun a live chat, and Ravi has joined it."""
    at_desk(ravi)
    talk = chat(asha, payments, later(120))
    talk.claim(ravi)
    stays(ravi)
    return talk


def after(seconds: float, act: Callable[[], object]) -> None:
    """Does it so many seconds from now."""
    with time_machine.travel(later(seconds), tick=False):
        act()


def test_a_note_gives_as_long_again_for_an_answer(talk: Ticket, ravi: User) -> None:
    after(50, lambda: Note.objects.write(talk, "I look at the bank", by=ravi))
    settle(105, talk)
    assert talk.assignee == ravi
    settle(111, talk)
    assert talk.assignee is None, "a note is no answer"


def test_words_that_are_being_written_give_as_long_again(talk: Ticket, ravi: User) -> None:
    member = talk.conversation.member(ravi)
    after(50, lambda: member.save_draft("I look at"))
    after(100, lambda: member.save_draft("I look at the bank"))
    has_it_until(talk, ravi, 155, 161)


def test_what_others_write_keeps_it_for_nobody(
    talk: Ticket, asha: User, devika: User, payments: Category
) -> None:
    after(50, lambda: Note.objects.write(talk, "Who has this?", by=devika))
    after(50, lambda: talk.conversation.member(asha).save_draft("Hello?"))
    settle(61, talk)
    assert talk.assignee is None


def test_a_note_gives_a_calm_ticket_no_deadline(ticket: Ticket, ravi: User) -> None:
    ticket.claim(ravi)
    Note.objects.write(ticket, "Later", by=ravi)
    ticket.refresh_from_db()
    assert ticket.answer_until is None


def test_who_was_joined_and_left_reads_that_and_waits_for_the_next(
    talk: Ticket, ravi: User, at_desk: AtDesk
) -> None:
    settle(130, talk)
    assert (talk.channel, talk.assignee) == (Channel.CHAT, None)
    settle(249, talk)
    assert said(talk) == ["Ravi Menon joined", "Ravi Menon had to leave. We ask somebody else."]
    settle(251, talk)
    assert talk.channel == Channel.TICKET
    assert said(talk)[2].startswith("Nobody could join in time. This is now ticket")


def test_who_gives_it_back_had_to_leave_and_who_hands_it_over_not(
    talk: Ticket, ravi: User, calls_category: Category
) -> None:
    talk.release(by=ravi)
    assert said(talk)[-1] == "Ravi Menon had to leave. We ask somebody else."
    talk.claim(ravi)
    talk.move_to(calls_category, by=ravi)
    assert said(talk)[-1] == "Ravi Menon joined"


def said(ticket: Ticket) -> list[str]:
    """What the conversation tells by itself."""
    notices = ticket.conversation.messages.filter(kind="notice").order_by("seq")
    return list(notices.values_list("body", flat=True))


def test_what_was_due_of_an_earlier_turn_takes_nothing_from_the_next(
    ticket: Ticket, ravi: User
) -> None:
    ticket.claim(ravi)
    as_it_was = Ticket.objects.get(pk=ticket.pk)
    ticket.release(by=ravi)
    ticket.claim(ravi)
    with pytest.raises(AlreadyClaimed):
        as_it_was.take_back(Reason.AGENT_SILENT, timezone.now())
    assert Ticket.objects.get(pk=ticket.pk).assignee == ravi


def test_a_written_answer_keeps_it(
    asha: User, payments: Category, ravi: User, at_desk: AtDesk
) -> None:
    at_desk(ravi)
    talk = chat(asha, payments, later(120))
    talk.claim(ravi)
    say(talk, ravi)
    stays(ravi)
    settle(3600, talk)
    assert talk.assignee == ravi


def test_an_answer_to_an_earlier_turn_is_none(
    asha: User, payments: Category, ravi: User, at_desk: AtDesk
) -> None:
    at_desk(ravi)
    talk = chat(asha, payments, later(120))
    talk.claim(ravi)
    say(talk, ravi)
    talk.release(by=ravi)
    say(talk, asha, "And then?")
    talk.claim(ravi)
    stays(ravi)
    settle(61, talk)
    assert talk.assignee is None


def test_a_call_is_an_answer(asha: User, payments: Category, ravi: User, at_desk: AtDesk) -> None:
    at_desk(ravi)
    emergency = ask(asha, payments, channel="emergency")
    emergency.claim(ravi)
    Call.objects.start(emergency.conversation, by=asha, kind="audio").accept(ravi)
    stays(ravi)
    settle(3600, emergency)
    assert emergency.assignee == ravi


@pytest.mark.parametrize(
    ("priority", "is_taken"),
    [(Priority.URGENT, True), (Priority.HIGH, True), (Priority.NORMAL, False)],
)
def test_of_tickets_only_pressing_ones_are_taken_for_silence(
    priority: Priority, is_taken: bool, ticket: Ticket, ravi: User, at_desk: AtDesk
) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(priority=priority)
    at_desk(ravi)
    ticket.claim(ravi)
    stays(ravi)
    settle(9 * 60, ticket)
    assert ticket.assignee == ravi
    settle(11 * 60, ticket)
    assert (ticket.assignee is None) == is_taken


@pytest.fixture
def given(ticket: Ticket, ravi: User, at_desk: AtDesk) -> Ticket:
    """The queue has given Ravi one that can wait, and he has pages open."""
    at_desk(ravi)
    stays(ravi)
    assign()
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.priority) == (ravi, Priority.NORMAL)
    return ticket


def test_what_was_given_and_never_opened_goes_to_someone_else(
    given: Ticket, ravi: User, at_desk: AtDesk
) -> None:
    [other] = agents(1)
    at_desk(other)
    settle(599, given)
    assert given.assignee == ravi
    settle(601, given)
    assert (given.assignee, given.taken_from) == (None, ravi)
    assert last_reason(given) == Reason.AGENT_SILENT
    assert said(given) == [], "he was never there"
    told = Notification.objects.for_user(ravi).get()
    assert (told.context["what"], told.context["opened"]) == ("agent_silent", "no")
    assign()
    given.refresh_from_db()
    assert given.assignee == other


def test_who_opens_what_can_wait_has_all_the_time_they_need(
    given: Ticket, ravi: User, browser_client: Callable[..., Client]
) -> None:
    after(590, lambda: browser_client(ravi).get(f"/admin/desk/{given.number}/"))
    settle(9 * 3600, given)
    assert given.assignee == ravi


def test_who_writes_without_opening_it_has_all_the_time_they_need(
    given: Ticket, ravi: User
) -> None:
    after(590, lambda: say(given, ravi))
    settle(9 * 3600, given)
    assert given.assignee == ravi


def test_words_begun_in_what_was_not_opened_give_as_long_again(given: Ticket, ravi: User) -> None:
    after(590, lambda: given.conversation.member(ravi).save_draft("I look at"))
    has_it_until(given, ravi, 1180, 1191)


def test_another_priority_takes_no_time_from_who_opened_it_and_none_away_from_who_did_not(
    given: Ticket, ravi: User, devika: User
) -> None:
    as_it_was = Ticket.objects.get(pk=given.pk)
    for priority in (Priority.LOW, Priority.HIGH, Priority.NORMAL):
        given.set_priority(priority, by=devika)
    settle(599, given)
    assert given.assignee == ravi
    given.join(ravi)
    as_it_was.set_priority(Priority.LOW, by=devika)
    settle(9 * 3600, given)
    assert given.assignee == ravi


def test_who_opens_a_live_chat_has_a_minute_for_the_first_answer_from_then(
    asha: User, payments: Category, ravi: User, at_desk: AtDesk
) -> None:
    at_desk(ravi)
    talk = chat(asha, payments, later(600))
    talk.assign(ravi, by=None, reason=Reason.GIVEN)
    talk.join(ravi, later(50))
    talk.refresh_from_db()
    assert later(109) < talk.answer_until < later(111)


def test_a_chat_that_was_answered_does_not_say_that_nobody_had_joined(
    talk: Ticket, asha: User, ravi: User, at_desk: AtDesk, show: Show
) -> None:
    say(talk, ravi)
    talk.note_answer(later(0))
    talk.release(by=ravi)
    Ticket.objects.filter(pk=talk.pk).update(chat_until=later(0))
    assert talk.give_up_chat(later(1))
    assert said(talk)[-1].startswith("Nobody could go on with the chat now. This is ticket")
    page = show(asha, talk.get_absolute_url())
    assert "Nobody could go on with the chat: it became a ticket" in page
    assert "Nobody could join" not in page


def test_who_opens_it_at_the_last_moment_keeps_it(given: Ticket, ravi: User) -> None:
    as_it_was = Ticket.objects.get(pk=given.pk)
    given.join(ravi)
    with pytest.raises(AlreadyClaimed):
        as_it_was.take_back(Reason.AGENT_SILENT, later(601))
    assert Ticket.objects.get(pk=given.pk).assignee == ravi


def test_what_was_handed_over_has_to_be_opened_too(
    ticket: Ticket, ravi: User, devika: User, at_desk: AtDesk
) -> None:
    for person in (ravi, devika):
        at_desk(person)
        stays(person)
    ticket.claim(ravi)
    ticket.transfer(devika, by=ravi)
    settle(601, ticket)
    assert (ticket.assignee, ticket.taken_from) == (None, devika)


def test_an_answer_gives_the_time_to_open_it_anew(
    given: Ticket, asha: User, ravi: User, devika: User
) -> None:
    given.wait(by=devika)
    after(3600, lambda: say(given, asha, "Here it is"))
    settle(3600, given)
    assert (given.status, given.assignee) == (Status.ASSIGNED, ravi)
    has_it_until(given, ravi, 4190, 4201)


def test_a_ticket_that_becomes_pressing_wants_an_answer_from_then_on(
    ticket: Ticket, ravi: User, devika: User, at_desk: AtDesk
) -> None:
    at_desk(ravi)
    ticket.claim(ravi)
    ticket.set_priority(Priority.HIGH, by=devika)
    stays(ravi)
    settle(11 * 60, ticket)
    assert ticket.assignee is None


def test_an_open_page_keeps_an_emergency_of_who_has_no_desk(
    asha: User, payments: Category, ravi: User
) -> None:
    emergency = ask(asha, payments, channel="emergency")
    emergency.claim(ravi)
    lease = PresenceLease.objects.create(user=ravi, expires_at=later(200))
    settle(190, emergency)
    assert emergency.assignee == ravi
    lease.delete()
    settle(190, emergency)
    assert emergency.assignee is None


def test_after_an_outage_desks_get_time_to_come_back(
    ticket: Ticket, ravi: User, devika: User, asha: User, payments: Category, at_desk: AtDesk
) -> None:
    at_desk(ravi, lease_expires_at=later(-30))
    at_desk(devika, lease_expires_at=later(-30))
    talk = chat(asha, payments, later(600))
    for each in (ticket, talk):
        each.claim(ravi)
    Ticket.objects.update(answer_until=later(-20))
    Tick.objects.create(ticked_at=later(-40))
    clock.tick()
    settle(0, ticket, talk)
    assert (ticket.assignee, talk.assignee) == (ravi, ravi)
    assert not Agent.objects.get(person=devika).is_present(), "who had gone home stays there"
    settle(75, ticket, talk)
    assert (ticket.assignee, talk.assignee) == (None, None)


def test_mercy_comes_before_a_deadline_that_a_page_finds(
    ticket: Ticket, ravi: User, at_desk: AtDesk
) -> None:
    at_desk(ravi, lease_expires_at=later(-30))
    ticket.claim(ravi)
    Tick.objects.create(ticked_at=later(-40))
    settle(0, ticket)
    assert ticket.assignee == ravi


def test_the_clock_does_all_this(ticket: Ticket, ravi: User) -> None:
    ticket.claim(ravi)
    assert settling.settle in clock.settlers
    settling.settle(later(60))
    ticket.refresh_from_db()
    assert ticket.assignee is None


def test_what_is_resolved_is_closed_after_two_weeks(
    ticket: Ticket, ravi: User, at_desk: AtDesk
) -> None:
    at_desk(ravi)
    ticket.claim(ravi)
    ticket.resolve(by=ravi, anyway=True)
    settle(13 * 86400, ticket)
    assert ticket.status == Status.RESOLVED
    settle(14 * 86400 + 1, ticket)
    assert (ticket.status, last_reason(ticket)) == (Status.CLOSED, Reason.LAPSED)


def test_what_waits_for_a_week_is_taken_for_resolved(
    ticket: Ticket,
    asha: User,
    ravi: User,
    at_desk: AtDesk,
    browser_client: Callable[[User], Client],
) -> None:
    at_desk(ravi)
    ticket.claim(ravi)
    ticket.wait(by=ravi)
    settle(6 * 86400, ticket)
    assert ticket.status == Status.WAITING
    settle(7 * 86400 + 1, ticket)
    assert (ticket.status, last_reason(ticket)) == (Status.RESOLVED, Reason.NO_REPLY)
    assert Notification.objects.for_user(asha).unread().get(kind="ticket_resolved")
    browser_client(asha).get(ticket.get_absolute_url())
    assert Notification.objects.for_user(asha).get(kind="ticket_resolved").read_at
    Ticket.objects.update(moved_at=timezone.now())
    say(ticket, asha, "I was away")
    assert ticket.status == Status.OPEN
