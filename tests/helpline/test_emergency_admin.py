"""Emergencies in the admin: for supervisors, to be looked at, and every look is on record."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from audit.models import AccessRecord
from helpline.models import Alert, Category, Emergency
from tests.helpline.people import ask, patients

pytestmark = pytest.mark.django_db

Browser = Callable[..., Client]
LIST = "/admin/helpline/emergency/"


@pytest.fixture
def emergency(asha: User, ravi: User, payments: Category) -> Emergency:
    """Asha's, answered by Ravi nine seconds after the press."""
    return had_by(asha, ravi, payments)


def had_by(person: User, ravi: User, category: Category) -> Emergency:
    now = timezone.now()
    made = Emergency.objects.create(
        ticket=ask(person, category, channel="emergency"),
        place="14 Lake View Road",
        pressed_at=now,
        answered_at=now + timedelta(seconds=9),
        answered_by=ravi,
    )
    made.note("answered", ravi, at=now + timedelta(seconds=9))
    Alert.objects.create(emergency=made, person=ravi, stage="agents", answered_at=now)
    return made


def test_a_supervisor_finds_one_by_the_person_and_gets_to_its_review(
    browser_client: Browser, devika: User, emergency: Emergency
) -> None:
    page = browser_client(devika)
    found = page.get(LIST, {"q": "Asha"}).content.decode()
    assert "9 s" in found
    assert f"{LIST}{emergency.pk}/change/" in found
    assert f"{LIST}{emergency.pk}/change/" not in page.get(LIST, {"q": "Meera"}).content.decode()
    shown = page.get(f"{LIST}{emergency.pk}/change/").content.decode()
    review = f"/help/emergency/{emergency.pk}/review/"
    assert f'href="{review}"' in shown
    assert "14 Lake View Road" in shown
    assert "Ravi" in shown
    assert page.get(review).status_code == 200


def test_the_list_is_named_and_says_what_counts_in_five_columns(
    browser_client: Browser, devika: User, emergency: Emergency
) -> None:
    Emergency.objects.update(ended_at=emergency.pressed_at + timedelta(minutes=12))
    shown = browser_client(devika).get(LIST).content.decode()
    assert "<h1>Emergencies</h1>" in shown
    assert "Select" not in shown[shown.index("<h1>") :].split("</h1>")[0]
    for words in (f"{emergency.ticket.number}, Asha Verma", "Ravi Menon after 9 s", "12 min"):
        assert words in shown


def test_whoever_opens_one_is_on_record(
    browser_client: Browser, devika: User, asha: User, emergency: Emergency
) -> None:
    browser_client(devika).get(f"{LIST}{emergency.pk}/change/")
    record = AccessRecord.objects.get(act="opened", object_id=str(emergency.pk))
    assert (record.actor, record.subject_person) == (devika.public_id, asha.public_id)


def test_nobody_writes_there_and_agents_do_not_look(
    browser_client: Browser, devika: User, ravi: User, emergency: Emergency
) -> None:
    page = browser_client(devika)
    for path in (f"{LIST}add/", f"{LIST}{emergency.pk}/delete/"):
        assert page.get(path).status_code == 403
    assert page.post(f"{LIST}{emergency.pk}/change/", {"place": "Elsewhere"}).status_code == 403
    for path in (LIST, f"{LIST}{emergency.pk}/change/"):
        assert browser_client(ravi).get(path).status_code == 403


def test_a_long_list_asks_no_more_than_a_short_one(
    browser_client: Browser,
    devika: User,
    ravi: User,
    payments: Category,
    emergency: Emergency,
    django_assert_num_queries,
) -> None:
    page = browser_client(devika)
    page.get(LIST)
    with CaptureQueriesContext(connection) as short:
        page.get(LIST)
    for person in patients(5):
        had_by(person, ravi, payments)
    with django_assert_num_queries(len(short)):
        page.get(LIST)
