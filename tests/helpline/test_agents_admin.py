"""What supervisors arrange in the admin, and what agents see there."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from audit.models import AccessRecord
from helpline.models import Agent, CannedReply, Category, Duty, OpeningHours, Ticket

pytestmark = pytest.mark.django_db

Browser = Callable[..., Client]
ARRANGED = ["agent", "cannedreply", "category", "closedday", "duty", "openinghours"]


def posted(page: Client, what: str, **fields: object) -> None:
    answer = page.post(f"/admin/helpline/{what}/add/", fields)
    assert answer.status_code == 302, answer.context["adminform"].form.errors


@pytest.mark.parametrize("what", ARRANGED)
def test_a_supervisor_opens_lists_and_forms(browser_client: Browser, devika, ravi, what) -> None:
    for path in (f"/admin/helpline/{what}/", f"/admin/helpline/{what}/add/"):
        assert browser_client(devika).get(path).status_code == 200
        assert browser_client(ravi).get(path).status_code == 403


@pytest.mark.parametrize("what", ARRANGED)
def test_an_empty_form_is_refused_in_words(browser_client: Browser, devika, what) -> None:
    answer = browser_client(devika).post(f"/admin/helpline/{what}/add/", {})
    assert (answer.status_code, bool(answer.context["adminform"].form.errors)) == (200, True)


def test_a_supervisor_arranges_the_helpline(browser_client: Browser, devika, ravi, payments):
    page = browser_client(devika)
    posted(page, "agent", person=ravi.pk, capacity=7, categories=[payments.pk])
    posted(page, "category", name="Devices", slug="devices", priority=2, order=3)
    posted(page, "openinghours", weekday=0, opens="09:00", closes="17:00")
    posted(page, "closedday", day="2026-12-25", name="Christmas")
    posted(page, "cannedreply", title="Hello", shortcut="hello", body="Hello {name}")
    agent = Agent.objects.get()
    assert (agent.person, agent.capacity, list(agent.categories.all())) == (ravi, 7, [payments])
    assert Category.objects.get(slug="devices").priority == 2
    assert OpeningHours.objects.exists()
    assert CannedReply.objects.exists()
    assert (
        page.post(f"/admin/helpline/agent/{agent.pk}/delete/", {"post": "yes"}).status_code == 302
    )
    assert not Agent.objects.exists()


def test_the_form_of_an_agent_says_what_no_category_means(browser_client: Browser, devika) -> None:
    shown = browser_client(devika).get("/admin/helpline/agent/add/").content.decode()
    assert "An agent without a category works all of them." in shown


def test_a_duty_is_added_for_several_weeks_at_once(browser_client: Browser, devika, ravi) -> None:
    when = {"starts_at": "2026-11-30T09:00", "ends_at": "2026-11-30T17:00"}
    posted(browser_client(devika), "duty", person=ravi.pk, kind="agent", weeks=3, **when)
    starts = list(Duty.objects.values_list("starts_at", flat=True))
    assert [start - starts[0] for start in starts] == [timedelta(weeks=n) for n in range(4)]


def test_a_duty_that_was_added_is_told_by_the_clock_of_whoever_added_it(
    browser_client: Browser, devika, ravi
) -> None:
    User.objects.filter(pk=devika.pk).update(time_zone="Europe/Berlin")
    page = browser_client(devika)

    def told(starts_at: str, ends_at: str) -> str:
        when = {"starts_at": starts_at, "ends_at": ends_at}
        posted(page, "duty", person=ravi.pk, kind="agent", **when)
        return page.get("/admin/helpline/duty/").content.decode()

    by_day = told("2026-11-27T08:00", "2026-11-27T16:00")
    assert "Ravi Menon: Fri 27 Nov 2026, 08:00–16:00 Europe/Berlin" in by_day
    by_night = told("2026-11-27T22:00", "2026-11-28T06:00")
    assert "Fri 27 Nov 2026, 22:00 – Sat 28 Nov 2026, 06:00 Europe/Berlin" in by_night


def test_the_admin_tells_times_by_24_hours_and_whose_clock_it_is(
    browser_client: Browser, devika, ravi, ticket, settings
) -> None:
    settings.HELPLINE_TIME_ZONE = "Europe/Berlin"
    page, noon = browser_client(devika), datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
    Ticket.objects.update(opened_at=noon)
    User.objects.filter(pk=devika.pk).update(time_zone="Asia/Kolkata", language="en-us")
    shown = page.get(f"/admin/helpline/ticket/{ticket.pk}/change/").content.decode()
    assert "24 Nov 2026, 18:00 IST" in shown
    OpeningHours.objects.create(weekday=0, opens=time(9), closes=time(17, 30))
    listed = page.get("/admin/helpline/openinghours/").content.decode()
    assert "Opening hours by the clock of Europe/Berlin" in listed
    assert "17:30" in listed
    assert re.search("Monday 1[23]:30 – Monday 2[12]:00", listed), "in summer or in winter"
    hours = page.get("/admin/helpline/openinghours/add/").content.decode()
    assert hours.count("24 hours, by the clock of Europe/Berlin.") == 2
    duty = page.get("/admin/helpline/duty/add/").content.decode()
    assert duty.count("By your own clock (Asia/Kolkata). The list tells it in 24 hours") == 2
    week = page.get("/admin/helpline/duty/week/").content.decode()
    assert "All times by your own clock (Asia/Kolkata)." in week


def test_a_supervisor_changes_nobody_and_no_ticket(browser_client: Browser, devika, ticket) -> None:
    page = browser_client(devika)
    for what in ("accounts/user", "accounts/doctor", "helpline/ticket", "helpline/rating"):
        assert page.get(f"/admin/{what}/").status_code == 200
        assert page.get(f"/admin/{what}/add/").status_code == 403
    address = f"/admin/helpline/ticket/{ticket.pk}/change/"
    assert page.post(address, {"subject": "Other"}).status_code == 403
    assert not devika.has_perm("accounts.change_user")
    assert not devika.has_perm("helpline.change_ticket")
    assert not devika.has_perm("helpline.change_emergency")


def test_a_category_is_taken_out_of_the_offer_and_never_deleted(
    browser_client: Browser, devika, payments
) -> None:
    address = f"/admin/helpline/category/{payments.pk}/delete/"
    assert browser_client(devika).post(address, {"post": "yes"}).status_code == 403


def test_an_agent_sees_the_tickets_of_their_queues(
    browser_client: Browser, ravi, asha, at_desk, payments, calls_category, ticket
) -> None:
    theirs = Ticket.objects.open(
        requester=asha, category=calls_category, subject="Microphone", body="?"
    )
    at_desk(ravi, calls_category)
    page = browser_client(ravi)
    listed = page.get("/admin/helpline/ticket/").content.decode()
    assert "Microphone" in listed
    assert "Receipt" not in listed
    shown = page.get(f"/admin/helpline/ticket/{theirs.pk}/change/").content.decode()
    assert f"/admin/desk/{theirs.number}/" in shown
    assert "Asha Verma" in shown
    leads = set(re.findall(r'href="(/admin/[^"#]*)"', shown))
    assert [each for each in leads if page.get(each, follow=True).status_code != 200] == []
    assert page.get(f"/admin/helpline/ticket/{ticket.pk}/change/").status_code == 302
    assert page.get("/admin/helpline/rating/").status_code == 403


def test_the_list_of_tickets_costs_the_same_whatever_its_length(
    browser_client: Browser, devika, asha, payments, django_assert_max_num_queries
) -> None:
    page = browser_client(devika)
    for number in (2, 30):
        for _ in range(number):
            Ticket.objects.open(requester=asha, category=payments, subject="One", body="One")
        with django_assert_max_num_queries(14):
            assert page.get("/admin/helpline/ticket/").status_code == 200


def test_a_look_at_a_ticket_is_on_record(browser_client: Browser, devika, ticket, asha) -> None:
    browser_client(devika).get(f"/admin/helpline/ticket/{ticket.pk}/change/")
    looks = AccessRecord.objects.filter(actor=devika.public_id, object_id=str(ticket.pk))
    assert looks.get(act="opened").subject_person == asha.public_id


def test_the_ticket_shows_its_steps_and_ratings(
    browser_client: Browser, devika, ravi, asha, ticket
):
    ticket.claim(ravi)
    ticket.resolve(by=ravi, anyway=True)
    ticket.rate(2, "It took <b>long</b>", by=asha)
    page = browser_client(devika)
    shown = page.get(f"/admin/helpline/ticket/{ticket.pk}/change/").content.decode()
    assert "An agent took it" in shown
    assert "It took &lt;b&gt;long&lt;/b&gt;" in shown
    assert "It took &lt;b&gt;" in page.get("/admin/helpline/rating/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_more_room_or_another_queue_gives_a_ticket(
    browser_client: Browser, devika: User, ravi: User, at_desk, ticket, calls_category
) -> None:
    agent = at_desk(ravi, calls_category)
    until = timezone.now() + timedelta(hours=1)
    fields = {"person": ravi.pk, "capacity": 4, "is_available": "on"}
    Agent.objects.update(lease_expires_at=until)
    ticket.refresh_from_db()
    assert ticket.assignee is None
    browser_client(devika).post(f"/admin/helpline/agent/{agent.pk}/change/", fields)
    ticket.refresh_from_db()
    assert ticket.assignee == ravi
