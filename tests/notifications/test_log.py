"""The log of deliveries: in the admin, by the API, and how long it is kept; and what many cost."""

from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from audit.models import AccessRecord
from chat import posting
from chat.models import Conversation, Member
from notifications.badges import badges
from notifications.models import Delivery, Notification
from telemed import jobs

pytestmark = pytest.mark.django_db

MANY = 10_000


@pytest.fixture
def logged(day, asha, tell):
    """A message that was pushed and mailed, and not texted."""
    tell(asha)
    for _ in range(5):
        day.passes(minutes=15)
    return Notification.objects.get()


@pytest.fixture
def admin_client(browser_client):
    return browser_client(User.objects.create_superuser("root@example.com", "unguessable"))


def test_the_admin_lists_what_left_and_why_the_rest_did_not(logged, admin_client):
    page = admin_client.get("/admin/notifications/delivery/").content.decode()
    assert "Asha Verma" in page
    assert "turned off by the person" in page
    assert "Dr Rao" not in page
    only = admin_client.get("/admin/notifications/delivery/?state__exact=skipped")
    assert [each.transport for each in only.context["cl"].result_list] == ["sms"]
    for question in ("transport__exact=email", "reason__exact=chosen"):
        found = admin_client.get(f"/admin/notifications/delivery/?{question}")
        assert len(found.context["cl"].result_list) == 1


def test_a_notification_is_shown_with_its_deliveries_and_looking_is_recorded(
    logged, admin_client, asha
):
    page = admin_client.get(f"/admin/notifications/notification/{logged.pk}/change/")
    assert "turned off by the person" in page.content.decode()
    delivery = Delivery.objects.first()
    page = admin_client.get(f"/admin/notifications/delivery/{delivery.pk}/change/")
    assert page.status_code == 200
    rows = AccessRecord.objects.filter(act="opened", subject_person=asha.public_id)
    assert set(rows.values_list("object_type", flat=True)) == {
        "notifications.notification",
        "notifications.delivery",
    }


def test_nobody_changes_the_log(logged, admin_client):
    delivery = Delivery.objects.first()
    path = f"/admin/notifications/delivery/{delivery.pk}"
    assert admin_client.post(f"{path}/change/", {"state": "sent"}).status_code == 403
    assert admin_client.post(f"{path}/delete/", {"post": "yes"}).status_code == 403


def test_a_person_sees_how_they_were_told_and_why_not(logged, api, asha):
    rows = api(as_=asha).get(f"/api/v1/notifications/{logged.pk}/deliveries/").json()
    assert [(row["transport"], row["state"], row["reason"]) for row in rows] == [
        ("sms", "skipped", "chosen"),
        ("email", "sent", ""),
        ("push", "sent", ""),
    ]
    assert {row["kind"] for row in rows} == {"message"}


def test_and_nobody_else_does(logged, api, stranger):
    path = f"/api/v1/notifications/{logged.pk}/deliveries/"
    assert api(as_=stranger).get(path).status_code == 404
    assert api().get(path).status_code == 401


def test_cleaning_leaves_what_is_unread_or_young(asha, tell):
    old, young = timezone.now() - timedelta(days=91), timezone.now() - timedelta(days=89)
    for number, read_at in enumerate((old, young, None)):
        tell(asha, key=f"conversation:{number}")
        told = Notification.objects.filter(key=f"conversation:{number}")
        told.update(created_at=old, read_at=read_at, open_key=None if read_at else told[0].key)
        for each in (old, young):
            fields = {"transport": "push", "state": "sent", "ended_at": each}
            Delivery.objects.create(notification=told[0], key=uuid4().hex, **fields)
    Delivery.objects.create(notification=told[0], transport="sms", key="waiting", due_at=young)
    call_command("clean", stdout=StringIO())
    assert set(Notification.objects.values_list("key", flat=True)) == {
        "conversation:1",
        "conversation:2",
    }
    assert Delivery.objects.filter(ended_at__lt=young).count() == 0
    assert Delivery.objects.count() == 3


def test_ten_thousand_cost_no_more_than_ten(asha, browser_client, api):
    Notification.objects.bulk_create(
        Notification(
            recipient=asha,
            kind="message",
            key=f"conversation:{number}",
            open_key=f"conversation:{number}",
            context={"sender": "Dr Rao"},
            url="/messages/1/",
        )
        for number in range(MANY)
    )
    with CaptureQueriesContext(connection) as queries:
        assert badges(asha)["unread_notifications"] == MANY
    assert len(queries) <= 2
    client = api(as_=asha)
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/api/v1/notifications/").json()
    assert page["results"]
    assert len(queries) <= 4


def test_telling_of_a_message_adds_one_statement_however_many_are_told(asha, dr_rao, monkeypatch):
    direct = Conversation.objects.direct(asha, dr_rao)
    crowd = Conversation.objects.create(pair_key="crowd")
    people = [User.objects.create_user(f"p{n}@example.com", name=f"P {n}") for n in range(40)]
    Member.objects.bulk_create(Member(conversation=crowd, person=each) for each in [asha, *people])

    def statements(conversation):
        with CaptureQueriesContext(connection) as queries:
            posting.post(
                author=asha, conversation_id=conversation.pk, client_id=uuid4(), body="Hello"
            )
        told = [each for each in queries if "notifications_" in each["sql"]]
        return len(queries), len(told)

    statements(direct)
    for_one, for_forty = statements(direct), statements(crowd)
    assert for_one == for_forty
    assert for_one[1] <= 2
    assert Notification.objects.filter(key=f"conversation:{crowd.pk}").count() == 40


def test_an_urgent_thing_wakes_the_ladder_and_a_rolled_back_one_does_not(
    asha, tell, monkeypatch, django_capture_on_commit_callbacks
):
    woken = []
    monkeypatch.setattr(jobs, "wake", woken.append)
    with django_capture_on_commit_callbacks(execute=True):
        tell(asha)
    assert woken == []
    with django_capture_on_commit_callbacks(execute=True):
        tell(asha, kind="incoming_call")
    assert woken == ["ladder"]
