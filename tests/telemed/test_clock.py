"""The clock settles what is due, and knows when the whole system was away."""

from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.utils import timezone

from telemed import clock
from telemed.models import Refusal, Tick

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hooks(monkeypatch):
    """What the clock calls in this test, and what was called."""
    called = []
    monkeypatch.setattr(clock, "outage_hooks", [lambda now: called.append("outage")])
    monkeypatch.setattr(clock, "settlers", [])
    monkeypatch.setattr(clock, "unhurried", [])
    return called


def test_the_first_tick_ever_is_no_outage(hooks):
    clock.tick()
    assert hooks == []
    assert Tick.objects.count() == 1


@pytest.mark.parametrize(("seconds", "expected"), [(5, []), (16, ["outage"])])
def test_an_outage_is_noticed_once(hooks, seconds, expected):
    Tick.objects.create(ticked_at=timezone.now() - timedelta(seconds=seconds))
    clock.tick()
    clock.tick()
    assert hooks == expected


def test_a_row_that_fails_holds_up_no_other(caplog):
    def settle(number):
        if number == 2:
            raise Refusal
        settled.append(10 / number)

    settled = []
    clock.each([0, 1, 2, 5], settle)
    assert settled == [10, 2]
    assert caplog.text.count("could not be settled") == 1


def test_a_job_that_fails_does_not_stop_the_others(hooks, caplog):
    def fail(now):
        raise ZeroDivisionError

    clock.settlers[:] = [fail, lambda now: hooks.append("settled")]
    for job in clock.jobs_of(0):
        async_to_sync(clock.settle_one)(job)
    assert hooks == ["settled"]
    assert "a job failed" in caplog.text


def test_what_has_time_comes_once_in_five_periods_and_not_all_of_it_at_once(hooks):
    clock.settlers[:] = [lambda now: hooks.append("always")]
    clock.unhurried[:] = [lambda now: hooks.append("first"), lambda now: hooks.append("second")]
    for period in range(6):
        [job() for job in clock.jobs_of(period)]
    assert hooks == ["always", "first", "always", "second", *["always"] * 3, "always", "first"]


def test_while_nothing_is_due_nothing_is_loaded(django_assert_num_queries):
    with django_assert_num_queries(1):
        clock.each(Tick.objects.all(), lambda row: pytest.fail("there is none"))
