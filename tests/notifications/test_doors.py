"""The centre and the API: one's own and nobody else's."""

from datetime import UTC, datetime

import pytest

from notifications.models import Notification
from tests.notifications.test_notify import tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(asha):
    """Asha has something to read."""
    tell(asha)
    return Notification.objects.get()


def test_the_centre_shows_what_happened(browser_client, asha, told):
    page = browser_client(asha).get("/notifications/").content.decode()
    assert "Dr Rao" in page
    assert "Mark all as read" in page


def test_the_centre_says_when_nothing_happened(browser_client, asha):
    assert "Nothing yet" in browser_client(asha).get("/notifications/").content.decode()


def test_a_visitor_is_led_to_the_sign_in(client, told):
    assert client.get("/notifications/").headers["Location"].startswith("/accounts/login/")
    assert client.post(f"/notifications/{told.pk}/reading/").status_code == 302
    assert not Notification.objects.get().read_at


def test_opening_one_marks_it_and_leads_to_the_thing(browser_client, asha, told):
    response = browser_client(asha).post(f"/notifications/{told.pk}/reading/")
    assert response.headers["Location"] == told.url
    assert Notification.objects.get().read_at


def test_looking_changes_nothing(browser_client, asha, told):
    assert browser_client(asha).get(f"/notifications/{told.pk}/reading/").status_code == 405
    browser_client(asha).get("/notifications/")
    assert not Notification.objects.get().read_at


def test_all_can_be_marked_at_once(browser_client, asha, told):
    tell(asha, key="call:1")
    browser_client(asha).post("/notifications/reading/")
    assert not Notification.objects.unread().exists()


def test_a_foreign_notification_is_not_there(browser_client, api, stranger, told):
    assert browser_client(stranger).post(f"/notifications/{told.pk}/reading/").status_code == 404
    door = api(as_=stranger)
    assert door.get(f"/api/v1/notifications/{told.pk}/").status_code == 404
    assert door.post(f"/api/v1/notifications/{told.pk}/reading/").status_code == 404
    assert door.get("/api/v1/notifications/").json()["results"] == []
    assert not Notification.objects.get().read_at


def test_the_api_lists_reads_and_counts(api, asha, told):
    door = api(as_=asha)
    [row] = door.get("/api/v1/notifications/?unread=true").json()["results"]
    assert row["title"] == "Dr Rao"
    counts = door.post(f"/api/v1/notifications/{told.pk}/reading/").json()
    assert counts == {
        "unread_notifications": 0,
        "unread_messages": 0,
        "unread_answers": 0,
        "missed_calls": 0,
    }
    assert door.get("/api/v1/notifications/?unread=true").json()["results"] == []


def test_an_unknown_kind_is_refused_in_words(api, asha):
    response = api(as_=asha).get("/api/v1/notifications/?kind=gossip")
    assert response.status_code == 400
    assert response.json()["errors"][0]["attr"] == "kind"


def test_an_anonymous_caller_is_asked_to_sign_in(api):
    assert api().get("/api/v1/notifications/").status_code == 401


def test_days_are_those_of_the_viewer(browser_client, asha, told):
    asha.time_zone = "Asia/Kolkata"
    asha.save()
    late = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)
    Notification.objects.update(created_at=late, updated_at=late)
    assert "Monday 23 November" in browser_client(asha).get("/notifications/").content.decode()
