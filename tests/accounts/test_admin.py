"""People in the admin."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin import site
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import Doctor, User
from audit.models import AccessRecord

Browser = Callable[..., Client]

NEW = {
    "email": "New.Doctor@example.com",
    "name": "Dr Lena Vogt",
    "role": "doctor",
    "password": "",
    "phone": "",
    "time_zone": "Europe/Berlin",
    "language": "en-us",
    "doctor-TOTAL_FORMS": "1",
    "doctor-INITIAL_FORMS": "0",
    "doctor-0-specialty": "dermatology",
    "doctor-0-languages": ["de", "en"],
    "doctor-0-registration_number": "R 1",
    "doctor-0-fee": "50",
    "doctor-0-currency": "EUR",
    "doctor-0-reply_hours": "12",
    "doctor-0-accepts_patients": "on",
    "patient-TOTAL_FORMS": "0",
    "patient-INITIAL_FORMS": "0",
}


@pytest.fixture
def admin(db: None) -> User:
    return User.objects.create_superuser("admin@example.com", "a long admin password")


def test_a_doctor_is_made_and_can_sign_in_by_code(admin: User, browser_client: Browser) -> None:
    answer = browser_client(admin).post(reverse("admin:accounts_user_add"), NEW)
    assert answer.status_code == 302, answer.context["adminform"].errors
    doctor = Doctor.objects.listed().get()
    assert (doctor.slug, doctor.languages) == ("dr-lena-vogt", ["de", "en"])
    assert doctor.user.email == "new.doctor@example.com"
    assert not doctor.user.has_usable_password()
    assert doctor.user.has_confirmed_email
    made = AccessRecord.objects.filter(subject_person=doctor.user.public_id, act="created")
    assert [record.actor for record in made] == [admin.public_id]


def test_an_agent_is_made_who_may_enter_the_admin(admin: User, browser_client: Browser) -> None:
    new = NEW | {"role": "agent", "doctor-TOTAL_FORMS": "0", "password": "a long new password"}
    browser_client(admin).post(reverse("admin:accounts_user_add"), new)
    agent = User.objects.get(role="agent")
    assert agent.is_staff
    assert agent.check_password("a long new password")


def test_an_address_exists_once(admin: User, asha: User, browser_client: Browser) -> None:
    answer = browser_client(admin).post(
        reverse("admin:accounts_user_add"), NEW | {"email": "ASHA@example.com"}
    )
    assert answer.status_code == 200
    assert "email" in answer.context["adminform"].errors


def test_the_role_changes_through_its_verb(
    admin: User, asha: User, browser_client: Browser
) -> None:
    fields: dict[str, Any] = {
        "name": asha.name,
        "role": "agent",
        "time_zone": "UTC",
        "language": "en-gb",
        "patient-TOTAL_FORMS": "0",
        "patient-INITIAL_FORMS": "0",
    }
    address = reverse("admin:accounts_user_change", args=[asha.pk])
    assert browser_client(admin).post(address, fields).status_code == 302
    asha.refresh_from_db()
    assert (asha.role, asha.is_staff) == ("agent", True)
    assert AccessRecord.objects.filter(act="role_changed", actor=admin.public_id).exists()


def test_deactivating_is_an_action_and_spares_oneself(
    admin: User, asha: User, browser_client: Browser
) -> None:
    client = browser_client(admin)
    chosen = {"action": "deactivate", "_selected_action": [asha.pk, admin.pk]}
    client.post(reverse("admin:accounts_user_changelist"), chosen)
    asha.refresh_from_db()
    admin.refresh_from_db()
    assert (asha.is_active, admin.is_active) == (False, True)


def test_opening_a_persons_page_is_on_record(
    admin: User, asha: User, browser_client: Browser
) -> None:
    client = browser_client(admin)
    for name, key in (("user", asha.pk), ("patient", asha.patient.pk)):
        assert client.get(reverse(f"admin:accounts_{name}_change", args=[key])).status_code == 200
    seen = AccessRecord.objects.filter(actor=admin.public_id, act="opened")
    assert [record.subject_person for record in seen] == [asha.public_id]


LISTS = [
    *("accounts_user", "accounts_doctor", "accounts_patient", "accounts_presencelease"),
    *("accounts_signinattempts", "audit_accessrecord", "audit_seal"),
]


@pytest.mark.parametrize("name", LISTS)
def test_every_list_opens_and_searches(
    name: str, admin: User, asha: User, dr_rao: User, browser_client: Browser
) -> None:
    for query in ("", "?q=asha"):
        answer = browser_client(admin).get(reverse(f"admin:{name}_changelist") + query)
        assert answer.status_code == 200


@pytest.mark.parametrize("name", ["audit_accessrecord", "accounts_presencelease"])
def test_what_the_system_writes_is_not_made_by_hand(
    name: str, admin: User, browser_client: Browser
) -> None:
    assert browser_client(admin).get(reverse(f"admin:{name}_add")).status_code == 403


def test_the_admin_has_no_door_of_its_own(asha: User, browser_client: Browser) -> None:
    answer = browser_client().get(reverse("admin:login"), follow=False)
    assert answer["Location"].startswith("/accounts/login/")
    assert browser_client(asha).get(reverse("admin:index")).status_code in (302, 403)
    assert browser_client(asha).get(reverse("admin:login")).status_code == 403


@pytest.mark.parametrize("name", ["user", "patient", "doctor"])
def test_nobody_is_deleted(
    name: str, admin: User, asha: User, dr_rao: User, browser_client: Browser
) -> None:
    person = {"user": asha, "patient": asha.patient, "doctor": dr_rao.doctor}[name]
    address = reverse(f"admin:accounts_{name}_delete", args=[person.pk])
    assert browser_client(admin).post(address, {"post": "yes"}).status_code == 403
    assert type(person).objects.filter(pk=person.pk).exists()


def test_saving_a_person_undoes_no_deactivation_meanwhile(
    admin: User, asha: User, ravi: User, rf: RequestFactory
) -> None:
    loaded = User.objects.get(pk=asha.pk)
    asha.deactivate(by=ravi)
    request = rf.post("/")
    request.user = admin
    page = site._registry[User]
    form = page.get_form(request, loaded, change=True)({"name": "Asha V."}, instance=loaded)
    form.is_valid()
    loaded.name = "Asha V."
    page.save_model(request, loaded, form, change=True)
    asha.refresh_from_db()
    assert (asha.name, asha.is_active) == ("Asha V.", False)
