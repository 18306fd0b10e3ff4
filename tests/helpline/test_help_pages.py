"""The first page of Help: who is there and when, in the reader's zone; and the way to it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from helpline.hours import is_open
from helpline.models import Category, Channel, ClosedDay, OpeningHours, Priority, Ticket
from helpline.reception import Reception, Span
from tests.sweeping import meet

pytestmark = [pytest.mark.alike, pytest.mark.django_db]

# A Thursday.
NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
KOLKATA = ZoneInfo("Asia/Kolkata")


@pytest.fixture
def office() -> None:
    """Monday to Friday, from nine to five."""
    for day in range(5):
        OpeningHours.objects.create(weekday=day, opens=time(9), closes=time(17))


def test_without_hours_somebody_may_always_be_there() -> None:
    assert is_open(NOON)
    assert Reception(NOON).week[0][1] == "closed"


def test_it_is_open_in_its_hours(office: None) -> None:
    assert is_open(NOON)
    assert Reception(NOON).closes_at == NOON.replace(hour=17)
    late = Reception(NOON.replace(hour=18))
    assert not late.is_open
    assert late.opens_at == NOON.replace(day=27, hour=9)
    assert Reception(NOON.replace(day=28)).opens_at == NOON.replace(day=30, hour=9)


def test_a_closed_day_is_closed(office: None) -> None:
    ClosedDay.objects.create(day=NOON.date(), name="Holiday")
    closed = Reception(NOON)
    assert not closed.is_open
    assert closed.opens_at == NOON.replace(day=27, hour=9)


def test_the_hours_are_told_in_the_zone_of_the_reader(office: None) -> None:
    assert Reception(NOON, ZoneInfo("UTC")).week == [
        ("Monday to Friday", "09:00–17:00"),
        ("Saturday to Sunday", "closed"),
    ]
    assert Reception(NOON, KOLKATA).week[0] == ("Monday to Friday", "14:30–22:30")


def test_a_day_that_ends_at_midnight_ends_there_by_every_clock() -> None:
    OpeningHours.objects.create(weekday=0, opens=time(0), closes=time(23, 59))
    assert Reception(NOON, ZoneInfo("UTC")).week[0] == ("Monday", "00:00–24:00")
    assert Reception(NOON, KOLKATA).week[0] == ("Monday", "05:30–05:30 next day")


def test_hours_stand_on_the_day_on_which_they_fall_for_the_reader() -> None:
    OpeningHours.objects.create(weekday=0, opens=time(2), closes=time(10))
    week = Reception(NOON, ZoneInfo("America/New_York")).week
    assert week == [("Monday to Saturday", "closed"), ("Sunday", "21:00–05:00 next day")]


@time_machine.travel(NOON)
def test_the_page_names_the_clock_of_its_hours_and_has_one_for_all_of_them(
    office: None, asha: User, browser_client, settings
) -> None:
    settings.HELPLINE_TIME_ZONE = "Europe/Berlin"

    def told(person: User | None) -> str:
        page = browser_client(person).get("/help/").content.decode()
        return " ".join(re.sub("<[^>]+>", "", page[page.index('id="reception"') :]).split())

    hers = told(asha)
    assert "open until 21:30. Hours, Asia/Kolkata time: Monday to Friday 13:30–21:30;" in hers
    visitors = told(None)
    assert "open until 17:00. Hours, Europe/Berlin time: Monday to Friday 09:00–17:00;" in visitors


def test_an_answer_is_promised_for_the_least_pressing_that_one_can_ask(ticket: Ticket) -> None:
    Category.objects.update(priority=Priority.LOW)
    assert Reception(NOON).answer_by == NOON + timedelta(hours=8)
    assert Reception(NOON + timedelta(minutes=1)).answer_by == NOON + timedelta(hours=8, minutes=5)


def test_whole_days_are_day_and_night() -> None:
    for day in range(7):
        OpeningHours.objects.create(weekday=day, opens=time.min, closes=time.max)
    assert Reception(NOON).is_always
    assert Reception(NOON).closes_at is None


@time_machine.travel(NOON.replace(hour=20))
def test_the_page_says_that_it_is_closed_and_when_not(office, asha: User, browser_client) -> None:
    page = browser_client(asha).get("/help/").content.decode()
    assert "The helpline is closed. It opens again:" in page
    assert "27 November 2026, 14:30 IST" in page
    assert "What you write now becomes a ticket" in page


def answered(ticket: Ticket, number: int, minutes: int, channel: str = Channel.TICKET) -> None:
    """So many tickets that were answered after so many minutes."""
    rows = Ticket.objects.filter(pk=ticket.pk)
    for _each in range(number):
        copy = Ticket.objects.open(
            requester=ticket.requester, category=ticket.category, subject="One", body="One"
        )
        rows = Ticket.objects.filter(pk=copy.pk)
        then = copy.opened_at + timedelta(minutes=minutes)
        rows.update(first_responded_at=then, channel=channel)


def test_the_usual_reply_is_the_median_of_real_ones(ticket: Ticket) -> None:
    answered(ticket, 3, minutes=4)
    answered(ticket, 1, minutes=60)
    assert Reception(timezone.now()).usual == {}, "of four nothing can be said"
    answered(ticket, 1, minutes=4)
    answered(ticket, 5, minutes=180, channel=Channel.CHAT)
    assert Reception(timezone.now()).usual == {"ticket": "4 minutes", "chat": "3 hours"}


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=5), "1 minute"),
        (timedelta(minutes=89), "89 minutes"),
        (timedelta(hours=3), "3 hours"),
        (timedelta(days=3), "3 days"),
    ],
)
def test_a_length_of_time_in_words(length: timedelta, words: str) -> None:
    assert str(Span(length)) == words


def test_the_number_comes_first_and_needs_no_script(browser_client) -> None:
    page = browser_client().get("/help/").content.decode()
    assert page.index('href="tel:112"') < page.index('type="search"')


def test_help_is_last_in_the_navigation_of_every_page(
    asha: User, dr_rao: User, ravi: User, browser_client
) -> None:
    for person in (asha, dr_rao, ravi):
        for path in ("/", "/inbox/", "/me/", "/help/", "/notifications/"):
            page = browser_client(person).get(path).content.decode()
            links = re.findall(r'class="nav__link" href="([^"]+)"', page)
            assert links[-1] == "/help/", path


def test_visitors_and_the_lost_find_help_too(browser_client, asha: User) -> None:
    for path in ("/", "/doctors/", "/accounts/login/", "/nowhere/"):
        assert 'href="/help/"' in browser_client().get(path).content.decode(), path
    assert 'href="/help/"' in browser_client(asha).get("/nowhere/").content.decode()


def test_a_call_that_is_over_leads_to_a_ticket_about_it(
    asha: User, dr_rao: User, browser_client
) -> None:
    call = meet(asha, dr_rao).call
    call.cancel(asha)
    page = browser_client(asha).get(call.get_absolute_url()).content.decode()
    assert f"/help/tickets/new/?category=calls&amp;call={call.pk}" in page


def test_what_was_searched_for_is_in_the_form_that_it_leads_to(
    asha: User, payments: Category, browser_client
) -> None:
    client = browser_client(asha)
    page = client.get("/help/", {"q": "receipt & tax"}).content.decode()
    for form in ("/help/tickets/new/", "/help/chat/"):
        address = f"{form}?subject=receipt%20%26%20tax"
        assert f'href="{address}"' in page
        assert "receipt &amp; tax" in client.get(address).content.decode()


def test_the_emergency_number_stands_once_and_before_all_else(
    asha: User, client: Client, browser_client: Callable[..., Client]
) -> None:
    for reader in (client, browser_client(asha)):
        page = reader.get("/help/").content.decode()
        assert "emergency-line" not in page
        main = page[page.index("<main") :]
        assert main.count('href="tel:112"') == 1
        assert main.index("tel:112") < main.index('id="find"')
