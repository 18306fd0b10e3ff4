"""One's own profile: what one may change, and that it is on record."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.forms import profile_form
from accounts.models import Doctor, User
from accounts.phones import e164
from audit.models import AccessRecord

Browser = Callable[..., Client]

ASHA = {
    "name": "Asha V. Verma",
    "phone": "+91 98450 00109",
    "time_zone": "Europe/Berlin",
    "language": "en-gb",
    "date_of_birth": "1987-03-15",
    "sex": "female",
    "address": "Elsewhere 2",
    "emergency_contact_name": "Nikhil",
    "emergency_contact_phone": "+91 2",
}
RAO = {
    "name": "Dr Vikram Rao",
    "time_zone": "Asia/Kolkata",
    "language": "en-gb",
    "bio": "Hearts.",
    "languages": ["en", "de"],
    "reply_hours": "3",
}


def test_a_patient_changes_what_is_hers(asha: User, browser_client: Browser) -> None:
    answer = browser_client(asha).post("/me/", ASHA)
    assert (answer.status_code, answer["Location"]) == (302, "/me/")
    asha = User.objects.get(pk=asha.pk)
    assert (asha.name, asha.time_zone) == ("Asha V. Verma", "Europe/Berlin")
    assert asha.patient.address == "Elsewhere 2"
    assert str(asha.patient.date_of_birth) == "1987-03-15"
    assert AccessRecord.objects.filter(actor=asha.public_id, act="changed").count() == 1


def test_a_doctor_changes_the_public_profile(dr_rao: User, browser_client: Browser) -> None:
    assert browser_client(dr_rao).post("/me/", RAO).status_code == 302
    doctor = User.objects.get(pk=dr_rao.pk).doctor
    assert (doctor.languages, doctor.reply_hours, doctor.accepts_patients) == (
        ["en", "de"],
        3,
        False,
    )
    assert doctor.slug == "vikram-rao"


def test_what_is_not_offered_cannot_be_changed(asha: User, browser_client: Browser) -> None:
    forged = {
        "role": "supervisor",
        "is_staff": "on",
        "is_superuser": "on",
        "email": "x@example.com",
    }
    browser_client(asha).post("/me/", ASHA | forged)
    after = User.objects.get(pk=asha.pk)
    assert (after.role, after.is_staff, after.is_superuser) == ("patient", False, False)
    assert after.email == asha.email


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 121),
        ("phone", "98450 00101"),
        ("phone", "+91 98450 00101 ext. 5"),
        ("phone", "+0 98450 00101"),
        ("phone", "+91 98450 00101 98450 001"),
        ("phone", "call me"),
        ("time_zone", "Mars/Olympus"),
        ("language", "tlh"),
        ("date_of_birth", str(timezone.localdate() + timedelta(days=2))),
        ("date_of_birth", "yesterday"),
        ("sex", "x"),
        ("address", "x" * 501),
    ],
)
def test_wrong_values_are_refused_beside_the_field(
    field: str, value: str, asha: User, browser_client: Browser
) -> None:
    answer = browser_client(asha).post("/me/", ASHA | {field: value})
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert "There is a problem" in answer.text
    assert User.objects.get(pk=asha.pk).name == "Asha Verma"


def test_a_number_without_its_country_is_refused_in_words(
    asha: User, browser_client: Browser
) -> None:
    page = browser_client(asha).post("/me/", ASHA | {"phone": "98450 00101"}).text
    assert "This is not a phone number with its country code." in page
    assert 'value="98450 00101"' in page


@pytest.mark.parametrize("phone", ["", "+91-98450-00101", "+1 (555) 010-0200", "+49 30/901820"])
def test_a_number_may_be_written_as_people_do(
    phone: str, asha: User, browser_client: Browser
) -> None:
    assert browser_client(asha).post("/me/", ASHA | {"phone": phone}).status_code == 302
    assert User.objects.get(pk=asha.pk).phone == phone
    assert e164(phone) == ("+" + re.sub(r"\D", "", phone) if phone else None)


def test_a_number_from_before_there_were_rules_is_kept(asha: User, browser_client: Browser) -> None:
    User.objects.update(phone="98450 00101")
    assert browser_client(asha).post("/me/", ASHA | {"phone": "98450 00101"}).status_code == 302
    after = User.objects.get(pk=asha.pk)
    assert (after.name, after.phone) == ("Asha V. Verma", "98450 00101")


def test_an_agent_has_a_profile_too(ravi: User, browser_client: Browser) -> None:
    page = browser_client(ravi).get("/me/")
    assert page.status_code == 200
    everyones = ["name", "phone", "time_zone", "language", "hides_network_address"]
    assert list(page.context["form"].fields) == everyones


def test_a_visitor_is_led_to_sign_in_and_back(db: None, browser_client: Browser) -> None:
    assert browser_client().get("/me/")["Location"] == "/accounts/login/?next=/me/"


def test_pages_speak_the_viewers_language_and_zone(asha: User, browser_client: Browser) -> None:
    asha.language, asha.time_zone = "en-us", "Asia/Tokyo"
    asha.save()
    answer = browser_client(asha).get("/me/access/")
    assert answer["Content-Language"] == "en-us"
    assert 'lang="en-us"' in answer.text


def test_saving_a_profile_undoes_no_deactivation_meanwhile(asha: User, ravi: User) -> None:
    loaded = User.objects.get(pk=asha.pk)
    asha.deactivate(by=ravi)
    form = profile_form(loaded, ASHA)
    assert form.is_valid()
    form.keep(by=loaded)
    asha = User.objects.get(pk=asha.pk)
    assert (asha.name, asha.is_active) == ("Asha V. Verma", False)


def test_saving_a_profile_touches_only_its_fields_of_the_doctor(dr_rao: User) -> None:
    loaded = User.objects.select_related("doctor").get(pk=dr_rao.pk)
    Doctor.objects.filter(user=dr_rao).update(fee=7)
    loaded.doctor.bio = "New."
    loaded.edit([], by=loaded, parts=[(loaded.doctor, ["bio"])])
    doctor = Doctor.objects.get(user=dr_rao)
    assert (doctor.bio, doctor.fee) == ("New.", 7)


def test_a_person_without_a_part_gets_one_by_saving(asha: User, browser_client: Browser) -> None:
    asha.patient.delete()
    assert browser_client(asha).post("/me/", ASHA).status_code == 302
    assert User.objects.get(pk=asha.pk).patient.address == "Elsewhere 2"


@pytest.mark.parametrize("who", ["asha", "dr_rao"])
def test_one_hides_the_network_address_in_calls_and_shows_it_again(
    who: str, request: pytest.FixtureRequest, browser_client: Browser
) -> None:
    person: User = request.getfixturevalue(who)
    fields, browser = {"asha": ASHA, "dr_rao": RAO}[who], browser_client(person)
    browser.post("/me/", fields | {"hides_network_address": "on"})
    assert User.objects.get(pk=person.pk).hides_network_address
    browser.post("/me/", fields)
    assert not User.objects.get(pk=person.pk).hides_network_address


def test_where_nothing_can_hide_an_address_the_profile_says_so(
    asha: User, browser_client: Browser, settings: Any
) -> None:
    settings.TURN_URLS, settings.TURN_SECRET = [], ""
    assert "which this site does not have" in browser_client(asha).get("/me/").text
    settings.TURN_URLS, settings.TURN_SECRET = ["turn:t.example"], "secret"
    assert "which this site does not have" not in browser_client(asha).get("/me/").text
