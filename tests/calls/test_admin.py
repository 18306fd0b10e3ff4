"""Calls in the admin: to look at, and to end by the verb."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from calls.models import Call

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root@example.com", "x"))
    return client


def test_the_list_and_a_call_are_shown(staff: Client, active: Call, asha: User) -> None:
    active.leave(asha)
    shown = staff.get(reverse("admin:calls_call_changelist"), {"q": "Asha"})
    assert shown.status_code == 200
    assert "Completed" in shown.content.decode()
    assert staff.get(reverse("admin:calls_call_change", args=[active.pk])).status_code == 200


def test_nothing_can_be_edited(staff: Client, active: Call) -> None:
    own = reverse("admin:calls_call_change", args=[active.pk])
    assert staff.post(own, {"status": "ended"}).status_code == 403
    assert staff.get(reverse("admin:calls_call_add")).status_code == 403
    assert staff.post(reverse("admin:calls_call_delete", args=[active.pk])).status_code == 403
    active.refresh_from_db()
    assert active.status == "active"


def test_calls_are_ended_by_the_verb(staff: Client, talking: Call) -> None:
    action = {"action": "end_calls", "_selected_action": [str(talking.pk)]}
    address = reverse("admin:calls_call_changelist")
    staff.post(address, action)
    talking.refresh_from_db()
    assert (talking.status, talking.end_reason) == ("ended", "completed")
    again = staff.post(address, action, follow=True)
    assert "The call is over" in again.content.decode()


def test_staff_without_the_right_cannot_end_calls(active: Call, ravi: User) -> None:
    client = Client()
    client.force_login(ravi)
    action = {"action": "end_calls", "_selected_action": [str(active.pk)]}
    client.post(reverse("admin:calls_call_changelist"), action)
    active.refresh_from_db()
    assert active.status == "active"
