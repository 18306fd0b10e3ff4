"""Business time: weekdays, closed days, the zone of the helpline, and days of changed clocks."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured

from helpline import hours
from helpline.hours import Hours
from helpline.models import ClosedDay, OpeningHours
from telemed import checks

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
# 2026-11-23 is a Monday.
MONDAY, FRIDAY, SATURDAY = 23, 27, 28


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def opens(weekday: int, begin: int, end: int) -> None:
    OpeningHours.objects.create(weekday=weekday, opens=time(begin), closes=time(end))


@pytest.fixture
def office() -> None:
    """Monday to Friday, nine to twelve and one to six."""
    for weekday in range(5):
        opens(weekday, 9, 12)
        opens(weekday, 13, 18)


def test_without_hours_we_are_always_open() -> None:
    now = at(SATURDAY, 3)
    assert hours.is_open(now)
    assert Hours.read().next_opening(now) == now
    assert Hours.read().add(now, 30 * HOUR) == now + 30 * HOUR
    assert Hours.read().between(now, now + 30 * HOUR) == 30 * HOUR


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize(
    ("now", "is_open"),
    [
        (at(MONDAY, 8, 59), False),
        (at(MONDAY, 9), True),
        (at(MONDAY, 12), False),
        (at(MONDAY, 17, 59), True),
        (at(MONDAY, 18), False),
        (at(SATURDAY, 10), False),
    ],
)
def test_open_from_the_first_moment_and_not_at_the_last(now: datetime, is_open: bool) -> None:
    assert hours.is_open(now) == is_open


@pytest.mark.usefixtures("office")
def test_the_next_opening() -> None:
    assert Hours.read().next_opening(at(MONDAY, 10)) == at(MONDAY, 10)
    assert Hours.read().next_opening(at(MONDAY, 12, 30)) == at(MONDAY, 13)
    assert Hours.read().next_opening(at(FRIDAY, 18)) == at(30, 9)


@pytest.mark.usefixtures("office")
def test_time_stands_still_while_we_are_closed() -> None:
    assert Hours.read().add(at(MONDAY, 10), HOUR) == at(MONDAY, 11)
    assert Hours.read().add(at(MONDAY, 11), 2 * HOUR) == at(MONDAY, 14)
    assert Hours.read().add(at(FRIDAY, 17), 2 * HOUR) == at(30, 10)
    assert Hours.read().add(at(SATURDAY, 17), HOUR) == at(30, 10)
    assert Hours.read().between(at(FRIDAY, 11), at(30, 10)) == 7 * HOUR
    assert Hours.read().between(at(30, 10), at(FRIDAY, 11)) == timedelta()


@pytest.mark.usefixtures("office")
def test_what_is_added_lies_between() -> None:
    for start in (at(MONDAY, 4), at(MONDAY, 11, 17), at(FRIDAY, 17, 59), at(SATURDAY, 1)):
        for minutes in (1, 200, 481, 4000):
            end = Hours.read().add(start, timedelta(minutes=minutes))
            assert Hours.read().between(start, end) == timedelta(minutes=minutes)


@pytest.mark.usefixtures("office")
def test_on_a_closed_day_nobody_answers() -> None:
    ClosedDay.objects.create(day=date(2026, 11, MONDAY), name="Founding day")
    assert not hours.is_open(at(MONDAY, 10))
    assert Hours.read().next_opening(at(MONDAY, 10)) == at(MONDAY + 1, 9)
    assert Hours.read().add(at(MONDAY, 10), HOUR) == at(MONDAY + 1, 10)


def test_hours_are_by_the_clock_of_the_helpline(settings) -> None:
    settings.HELPLINE_TIME_ZONE = "Asia/Kolkata"
    opens(0, 9, 18)
    assert hours.is_open(at(MONDAY, 3, 30))
    assert not hours.is_open(at(MONDAY, 3, 29))
    assert not hours.is_open(at(MONDAY, 12, 30))


@pytest.mark.parametrize(
    ("month", "saturday", "shift"),
    [(3, 28, -1), (10, 24, +1)],
)
def test_an_hour_is_an_hour_when_the_clocks_are_changed(
    month: int, saturday: int, shift: int, settings
) -> None:
    settings.HELPLINE_TIME_ZONE = "Europe/Berlin"
    for weekday in range(7):
        OpeningHours.objects.create(weekday=weekday, opens=time(0), closes=time(23, 59))
    saturday_noon, monday_noon = [
        datetime(2026, month, saturday, 11 if month == 3 else 10, tzinfo=UTC),
        datetime(2026, month, saturday + 2, 10 if month == 3 else 11, tzinfo=UTC),
    ]
    assert Hours.read().between(saturday_noon, monday_noon) == (48 + shift) * HOUR
    assert Hours.read().add(saturday_noon, (48 + shift) * HOUR) == monday_noon


def test_the_opening_follows_the_change_of_the_clocks(settings) -> None:
    settings.HELPLINE_TIME_ZONE = "Europe/Berlin"
    for weekday in range(7):
        opens(weekday, 9, 18)
    assert Hours.read().next_opening(at(28, 0, month=3)) == at(28, 8, month=3)
    assert Hours.read().next_opening(at(29, 0, month=3)) == at(29, 7, month=3)
    assert Hours.read().between(at(28, 0, month=3), at(30, 0, month=3)) == 18 * HOUR


def test_stretches_that_overlap_are_counted_once() -> None:
    opens(0, 9, 12)
    opens(0, 11, 14)
    assert Hours.read().between(at(MONDAY, 0), at(MONDAY, 23)) == 5 * HOUR


def test_hours_that_never_come_promise_by_the_clock() -> None:
    opens(0, 9, 12)
    ClosedDay.objects.bulk_create(
        ClosedDay(day=date(2026, 11, MONDAY) + timedelta(days=number)) for number in range(500)
    )
    assert Hours.read().next_opening(at(MONDAY, 0)) is None
    assert Hours.read().add(at(MONDAY, 0), HOUR) == at(MONDAY, 1)


@pytest.mark.usefixtures("office")
def test_a_question_costs_two_queries_and_sees_what_has_changed(
    django_assert_num_queries,
) -> None:
    with django_assert_num_queries(2):
        assert Hours.read().add(at(MONDAY, 10), 100 * HOUR)
    OpeningHours.objects.all().delete()
    assert hours.is_open(at(SATURDAY, 3))


def test_a_zone_that_is_none_stops_production(settings) -> None:
    settings.DEBUG, settings.HELPLINE_TIME_ZONE = False, "Mars/Olympus"
    assert any("HELPLINE_TIME_ZONE" in sentence for sentence in checks.missing_in_production())
    with pytest.raises(ImproperlyConfigured, match="HELPLINE_TIME_ZONE"):
        checks.refuse_unsafe_start()
