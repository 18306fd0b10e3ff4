"""The numbers of the supervisor's board, and those for who watches production."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from time_machine import Traveller, travel

from accounts.models import User
from helpline import counting, figures
from helpline.models import Agent, Category, Emergency, Ticket
from helpline.review import to_the_second
from helpline.templatetags.desk import span
from telemed import metrics
from tests.helpline.people import agents, ask, patients, say

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
BEGIN = datetime.fromisoformat("2026-11-23T10:00:00+00:00")


@pytest.fixture(autouse=True)
def clock() -> Iterator[Traveller]:
    """Stands still until it is shifted."""
    with travel(BEGIN, tick=False) as traveller:
        yield traveller


def board() -> figures.Board:
    return figures.board(timezone.now())


def test_who_waits_by_category(
    asha: User, ravi: User, payments: Category, calls_category: Category, clock: Traveller
) -> None:
    ask(asha, payments)
    clock.shift(HOUR)
    ask(asha, payments)
    ask(asha, calls_category).claim(ravi)
    clock.shift(HOUR)
    assert board().waiting == [(payments, 2, 2 * HOUR)]


def test_agents_with_what_they_have_and_when_they_last_answered(
    ticket: Ticket, ravi: User, devika: User, at_desk: Callable[..., Agent], clock: Traveller
) -> None:
    at_desk(ravi, capacity=3)
    at_desk(devika, is_available=False)
    ticket.claim(ravi)
    say(ticket, ravi)
    answered = timezone.now()
    clock.shift(HOUR / 2)
    found = {agent.person: agent for agent in board().agents}
    assert (found[ravi].load, found[ravi].answered_at) == (1, answered)
    assert (found[devika].load, found[devika].answered_at) == (0, None)
    assert (found[ravi].is_present(), found[devika].is_present()) == (True, False)


def test_people_who_wait_while_nobody_takes_tickets_are_warned_of(
    asha: User,
    ravi: User,
    devika: User,
    payments: Category,
    at_desk: Callable[..., Agent],
    browser_client: Callable[..., Client],
) -> None:
    at_desk(devika, is_available=False)
    assert not board().is_deserted, "nobody waits"
    ask(asha, payments)
    page = browser_client(devika).get("/admin/desk/board/").content.decode()
    assert "People wait, and nobody takes tickets." in page
    assert "Here, takes no tickets" in page
    at_desk(ravi)
    assert not board().is_deserted


def test_the_board_and_the_review_count_whole_seconds() -> None:
    waited = timedelta(seconds=20, milliseconds=700)
    assert (span(waited), to_the_second(waited)) == ("20 s", "20 s")


def test_what_was_answered_late_and_is_due_later_says_both(
    ticket: Ticket,
    clock: Traveller,
    ravi: User,
    devika: User,
    browser_client: Callable[..., Client],
) -> None:
    clock.shift(4.5 * HOUR)
    Ticket.objects.settle()
    page = browser_client(devika).get("/admin/desk/board/").content.decode()
    assert ("overdue by" in page, "answered late" in page) == (True, False)
    ticket.refresh_from_db()
    ticket.claim(ravi)
    say(ticket, ravi)
    page = browser_client(devika).get("/admin/desk/board/").content.decode()
    assert re.search("answered late, <time[^>]*>due in", page)


def test_what_is_nearly_late_and_what_is(ticket: Ticket, clock: Traveller, ravi: User) -> None:
    clock.shift(3.5 * HOUR)
    Ticket.objects.settle()
    assert (board().warnings, board().breaches) == ([ticket], [])
    clock.shift(HOUR)
    Ticket.objects.settle()
    assert (board().warnings, board().breaches) == ([], [ticket])
    ticket.refresh_from_db()
    ticket.claim(ravi)
    ticket.resolve(by=ravi, anyway=True)
    assert board().breaches == []


def test_emergencies_of_today_with_who_answered_first_and_when(
    asha: User, ravi: User, dr_rao: User, payments: Category, clock: Traveller
) -> None:
    def press(**fields: object) -> Emergency:
        ticket = ask(asha, payments, channel="emergency")
        return Emergency.objects.create(ticket=ticket, pressed_at=timezone.now(), **fields)

    forgotten = press()
    press(answered_at=BEGIN + timedelta(seconds=9), answered_by=ravi)
    clock.shift(24 * HOUR)
    fast = press(answered_at=timezone.now() + timedelta(seconds=70), answered_by=dr_rao)
    fast.note("answered", ravi, at=timezone.now() + timedelta(seconds=9))
    fast.note("handed_over", dr_rao, at=timezone.now() + timedelta(seconds=70))
    shown = board().emergencies
    assert shown == [fast, forgotten]
    assert [each.took for each in shown] == [timedelta(seconds=9), None]
    assert [each.first_answer and each.first_answer.person for each in shown] == [ravi, None]


def test_what_people_thought(ticket: Ticket, asha: User, ravi: User, clock: Traveller) -> None:
    for score, comment in ((5, ""), (2, "Slow"), (1, "Too slow")):
        ticket.claim(ravi)
        ticket.resolve(by=ravi, anyway=True)
        ticket.rate(score, comment, by=asha)
        ticket.reopen(by=asha)
        clock.shift(HOUR)
    seen = board().ratings
    assert (seen.number, round(seen.average, 2)) == (3, 2.67)
    assert [each.comment for each in seen.comments] == ["Too slow", "Slow"]
    assert seen.wordless == 1
    clock.shift(15 * 24 * HOUR)
    assert board().ratings[:2] == (None, 0)


def test_two_weeks_day_by_day(asha: User, ravi: User, payments: Category, clock: Traveller) -> None:
    for minutes in (1, 5, 60):
        ticket = ask(asha, payments)
        ticket.claim(ravi)
        clock.shift(timedelta(minutes=minutes))
        say(ticket, ravi)
    ticket.resolve(by=ravi, anyway=True)
    clock.shift(24 * HOUR)
    ask(asha, payments)
    days = board().days
    assert len(days) == 14
    assert days[-2] == (date(2026, 11, 23), 3, 1, timedelta(minutes=5))
    assert days[-1] == (date(2026, 11, 24), 1, 0, None)
    assert days[0] == (date(2026, 11, 11), 0, 0, None)


def test_a_ticket_that_is_opened_again_waits_from_then_on(
    ticket: Ticket, asha: User, ravi: User, clock: Traveller
) -> None:
    ticket.claim(ravi)
    ticket.resolve(by=ravi, anyway=True)
    clock.shift(24 * HOUR)
    ticket.reopen(by=asha)
    ticket.claim(ravi)
    clock.shift(HOUR)
    say(ticket, ravi)
    before, today = board().days[-2:]
    assert (before.opened, before.first_answer) == (1, None)
    assert (today.opened, today.first_answer) == (0, HOUR)


def test_days_are_those_of_the_helpline_whoever_reads_them(
    asha: User, payments: Category, clock: Traveller, settings
) -> None:
    settings.HELPLINE_TIME_ZONE = "Pacific/Kiritimati"
    emergency = Emergency.objects.create(
        ticket=ask(asha, payments), pressed_at=BEGIN, answered_at=BEGIN
    )
    for reader in ("Pacific/Auckland", "America/New_York"):
        with timezone.override(reader):
            assert board().days[-1][:2] == (date(2026, 11, 24), 1)
            assert board().emergencies == [emergency]
    clock.shift(24 * HOUR)
    with timezone.override("America/New_York"):
        assert board().days[-2][:2] == (date(2026, 11, 24), 1)
        assert board().emergencies == []


def test_the_number_of_queries_is_constant(
    ravi: User, payments: Category, at_desk: Callable[..., Agent], django_assert_num_queries
) -> None:
    at_desk(ravi)
    with django_assert_num_queries(10):
        board()
    for agent, person in zip(agents(6), patients(6), strict=True):
        at_desk(agent)
        ask(person, payments).claim(agent)
        ask(person, payments)
    with django_assert_num_queries(10):
        board()


def test_what_production_watches(
    asha: User,
    ravi: User,
    payments: Category,
    at_desk: Callable[..., Agent],
    clock: Traveller,
    settings,
) -> None:
    settings.METRICS_TOKEN = "x" * 32
    Emergency.objects.create(ticket=ask(asha, payments, channel="emergency"))
    clock.shift(HOUR)
    Ticket.objects.settle()
    at_desk(ravi)
    counting.look_at_queue(timezone.now())
    gauges = {
        metrics.tickets_queued: 1,
        metrics.ticket_wait_seconds: 3600,
        metrics.tickets_breached: 1,
        metrics.agents_present: 1,
        metrics.emergencies_unanswered: 1,
    }
    for gauge, value in gauges.items():
        assert gauge.collect()[0].samples[0].value == value, gauge
