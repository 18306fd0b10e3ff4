"""Who is on duty, where there are gaps, and the page that shows the week."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from time_machine import travel

from accounts.models import User
from helpline import roster
from helpline.hours import zone
from helpline.models import Duty

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
NOW = datetime.fromisoformat("2026-11-24T10:00:00+00:00")


def duty(person: User, kind: str, begin: float, end: float) -> Duty:
    """From so many hours after now until so many."""
    return Duty.objects.create(
        person=person, kind=kind, starts_at=NOW + begin * HOUR, ends_at=NOW + end * HOUR
    )


def gaps(kind: str) -> list[tuple[float, float]]:
    """As hours from now."""
    return [
        ((gap.starts_at - NOW) / HOUR, (gap.ends_at - NOW) / HOUR)
        for gap in roster.gaps(NOW)
        if gap.kind == kind
    ]


def test_who_is_on_duty_now(ravi: User, devika: User, dr_rao: User, meera: User) -> None:
    duty(ravi, "agent", -1, 1)
    duty(ravi, "agent", -2, 2)
    duty(devika, "supervisor", 0, 1)
    duty(dr_rao, "doctor", -2, 0)
    duty(meera, "doctor", 1, 2)
    assert roster.on_duty(NOW) == {"agent": [ravi], "supervisor": [devika], "doctor": []}


def test_who_may_not_sign_in_leaves_a_gap(ravi: User) -> None:
    duty(ravi, "agent", -1, 168)
    assert gaps("agent") == []
    User.objects.filter(pk=ravi.pk).update(is_active=False)
    assert gaps("agent") == [(0, 168)]
    assert roster.on_duty(NOW)["agent"] == []


def test_gaps_are_what_no_duty_covers(ravi: User, devika: User) -> None:
    duty(ravi, "agent", 2, 10)
    duty(devika, "agent", 8, 12)
    duty(ravi, "agent", 3, 4)
    duty(ravi, "agent", 12, 20)
    duty(devika, "agent", 160, 200)
    assert gaps("agent") == [(0, 2), (20, 160)]
    assert gaps("supervisor") == [(0, 168)]


def test_a_question_costs_one_query(ravi: User, django_assert_num_queries) -> None:
    for hour in range(20):
        duty(ravi, "agent", hour, hour + 2)
    for ask in (roster.on_duty, roster.gaps, roster.week):
        with django_assert_num_queries(1):
            ask(NOW)


def test_a_row_of_the_week_has_its_people_and_its_gaps(ravi: User) -> None:
    duty(ravi, "agent", -4, 2)
    first = roster.week(NOW)[0]
    assert [(bar.left, bar.width) for bar in first.people] == [(25, 25)]
    assert [(bar.left, bar.width) for bar in first.gaps] == [(0, 25), (50, 50)]


def test_days_are_those_of_whoever_reads(ravi: User, settings) -> None:
    settings.HELPLINE_TIME_ZONE = "America/New_York"
    duty(ravi, "agent", -4, 2)
    with timezone.override("Asia/Kolkata"):
        assert roster.week(NOW + 9 * HOUR)[0].day.isoformat() == "2026-11-25"
        [bar] = roster.week(NOW)[0].people
    assert (bar.left, bar.width) == (47.92, 25), "from half past eleven"


def test_a_duty_that_is_repeated_keeps_its_time_when_the_clocks_change(
    ravi: User, settings
) -> None:
    settings.HELPLINE_TIME_ZONE = "Europe/Berlin"
    first = Duty.objects.create(
        person=ravi,
        kind="agent",
        starts_at=datetime.fromisoformat("2026-10-20T09:00:00+02:00"),
        ends_at=datetime.fromisoformat("2026-10-20T17:00:00+02:00"),
    )
    assert roster.repeat(first, 2) == 2
    assert roster.repeat(first, 2) == 0, "none of them twice"
    hours = [each.starts_at.astimezone(zone()).hour for each in Duty.objects.all()]
    assert hours == [9, 9, 9]


def test_a_duty_is_for_those_who_can_do_it(asha: User, ravi: User, dr_rao: User) -> None:
    for person, kind in ((asha, "agent"), (ravi, "doctor"), (dr_rao, "supervisor")):
        with pytest.raises(ValidationError):
            Duty(person=person, kind=kind, starts_at=NOW, ends_at=NOW + HOUR).full_clean()
    Duty(person=dr_rao, kind="doctor", starts_at=NOW, ends_at=NOW + HOUR).full_clean()
    with pytest.raises(ValidationError):
        Duty(person=ravi, kind="agent", starts_at=NOW, ends_at=NOW).full_clean()


def test_the_page_of_the_week_says_gaps_in_words(
    browser_client: Callable[..., Client], devika: User, ravi: User
) -> None:
    duty(ravi, "agent", -4, 2)
    with travel(NOW, tick=False):
        page = browser_client(devika).get("/admin/helpline/duty/week/").content.decode()
    assert "Ravi Menon 11:30–17:30" in page
    assert "Nobody 17:30–24:00" in page
    assert "Nobody was there 00:00–11:30" in page
    assert "Nobody all day" in page
    assert "Doctor: Tue 24 Nov 15:30 – Tue 1 Dec 15:30" in page


def test_the_week_is_for_supervisors(
    browser_client: Callable[..., Client], ravi: User, asha: User
) -> None:
    assert browser_client(ravi).get("/admin/helpline/duty/week/").status_code == 403
    assert browser_client(asha).get("/admin/helpline/duty/week/").status_code == 302
