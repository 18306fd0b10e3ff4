"""What staff may look at in the admin, and that looking is all."""

import pytest

from audit.models import AccessRecord
from chat.models import Conversation

pytestmark = pytest.mark.django_db

OURS = [
    "accounts/user",
    "accounts/patient",
    "calls/call",
    "chat/conversation",
    "audit/accessrecord",
]


@pytest.fixture
def devika(person):
    """The supervisor."""
    return person("devika")


@pytest.mark.parametrize("what", OURS)
def test_a_supervisor_looks_at_our_records(browser_client, devika, what):
    assert browser_client(devika).get(f"/admin/{what}/").status_code == 200


def test_a_supervisor_changes_nothing(browser_client, devika, asha):
    page = browser_client(devika)
    assert page.get("/admin/accounts/user/add/").status_code == 403
    address = f"/admin/accounts/user/{asha.pk}/change/"
    assert page.get(address).status_code == 200
    assert page.post(address, {"name": "Someone", "is_superuser": "on"}).status_code == 403
    asha.refresh_from_db()
    assert asha.name == "Asha Verma"
    assert not asha.is_superuser


def test_an_agent_looks_at_doctors_and_at_no_patient(browser_client, ravi, dr_rao):
    page = browser_client(ravi)
    assert page.get("/admin/").status_code == 200
    assert page.get("/admin/accounts/doctor/").status_code == 200
    for what in OURS:
        assert page.get(f"/admin/{what}/").status_code == 403


def test_second_factors_are_shown_to_nobody(admin_client):
    assert admin_client.get("/admin/mfa/authenticator/").status_code == 404


def test_a_deactivated_supervisor_looks_at_nothing(devika):
    devika.is_active = False
    assert not devika.has_perm("accounts.view_user")
    assert not devika.has_module_perms("accounts")


def test_a_look_at_a_record_is_on_record(browser_client, devika, asha, dr_rao):
    conversation = Conversation.objects.direct(asha, dr_rao)
    before = AccessRecord.objects.filter(actor=devika.public_id, act="opened").count()
    browser_client(devika).get(f"/admin/chat/conversation/{conversation.pk}/change/")
    looks = AccessRecord.objects.filter(actor=devika.public_id, act="opened")
    assert looks.count() == before + 1
    assert looks.get(object_id=str(conversation.pk)).object_type == "chat.conversation"
