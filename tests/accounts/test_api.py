"""People over the API."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient
from rest_framework.throttling import AnonRateThrottle

from accounts.models import Doctor, User
from audit.models import AccessRecord

Api = Callable[..., APIClient]


def test_one_reads_oneself(asha: User, dr_rao: User, api: Api) -> None:
    me = api(as_=asha).get("/api/v1/me/").json()
    assert (me["id"], me["email"], me["role"]) == (str(asha.public_id), asha.email, "patient")
    assert me["patient"]["sex"] == "female"
    assert "doctor" not in me
    assert "password" not in me
    assert "doctor" in api(as_=dr_rao).get("/api/v1/me/").json()


def test_without_signing_in_there_is_no_me(db: None, api: Api) -> None:
    assert api().get("/api/v1/me/").status_code == 401
    assert api().patch("/api/v1/me/", {"name": "x"}).status_code == 401


def test_one_changes_what_is_ones_own(asha: User, api: Api) -> None:
    answer = api(as_=asha).patch(
        "/api/v1/me/", {"name": "Asha V", "patient": {"address": "There 3"}}
    )
    assert answer.status_code == 200
    after = User.objects.get(pk=asha.pk)
    assert (after.name, after.patient.address, after.phone) == ("Asha V", "There 3", asha.phone)
    assert AccessRecord.objects.filter(actor=asha.public_id, act="changed").count() == 1


OFFERED = {"name", "phone", "time_zone", "language", "hides_network_address"}


def test_nothing_else_can_be_changed(asha: User, api: Api) -> None:
    """Every field of the model is sent; only those offered may differ afterwards."""
    client = api(as_=asha)
    before = User.objects.filter(pk=asha.pk).values().get()
    forged: dict[str, Any] = dict.fromkeys(before, True) | {
        "email": "x@example.com",
        "role": "supervisor",
        "public_id": "00000000-0000-0000-0000-000000000000",
        "id": 1,
        "password": "x",
        "date_joined": "2000-01-01T00:00:00Z",
        "groups": [1],
        "name": "New",
        "phone": "+91 98450 00109",
        "time_zone": "Asia/Tokyo",
        "language": "en-us",
        "hides_network_address": True,
    }
    client.patch("/api/v1/me/", forged)
    after = User.objects.filter(pk=asha.pk).values().get()
    assert {name for name in before if before[name] != after[name]} == OFFERED


def test_a_doctor_cannot_change_what_is_checked(dr_rao: User, api: Api) -> None:
    forged = {
        "bio": "New.",
        "registration_number": "X1",
        "fee": "1",
        "slug": "x",
        "qualifications": "All",
    }
    api(as_=dr_rao).patch("/api/v1/me/", {"doctor": forged})
    doctor = Doctor.objects.get(user=dr_rao)
    assert (doctor.bio, doctor.registration_number) == ("New.", "DMC 48213")
    assert doctor.slug == "vikram-rao"


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_zone": "Mars"},
        {"phone": "98450 00101"},
        {"phone": "+91 9"},
        {"phone": None},
        {"language": "tlh"},
        {"name": ""},
        {"name": None},
        {"doctor": {"bio": "x"}},
        {"patient": {"date_of_birth": "soon"}},
        {"patient": {"date_of_birth": "2199-01-01"}},
        {"patient": "x"},
    ],
)
def test_wrong_values_are_refused(wrong: dict[str, Any], asha: User, api: Api) -> None:
    answer = api(as_=asha).patch("/api/v1/me/", wrong)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"].split(".")[0] == next(iter(wrong))


def test_anyone_reads_the_directory(dr_rao: User, meera: User, api: Api) -> None:
    page = api().get("/api/v1/doctors/?language=te").json()
    assert page["count"] == 1
    assert page["results"][0]["name"] == "Dr Vikram Rao"
    assert page["results"][0]["is_available"] is False
    one = api().get("/api/v1/doctors/vikram-rao/").json()
    assert one == page["results"][0]
    assert not {"email", "phone"} & one.keys()


def test_the_directory_over_the_api_costs_the_same_whatever_its_length(
    dr_rao: User, api: Api, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.api.DoctorViewSet.throttle_classes", [])
    for number in range(12):
        user = User.objects.create_user(f"d{number}@example.com", name="Dr A", role="doctor")
        Doctor.objects.create(user=user, registration_number="R 1")
    with django_assert_num_queries(2):
        assert len(api().get("/api/v1/doctors/?limit=10").json()["results"]) == 10


def test_a_filter_that_makes_no_sense_is_refused(dr_rao: User, api: Api) -> None:
    answer = api().get("/api/v1/doctors/?specialty=x")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"].startswith("specialty")
    assert api().get("/api/v1/doctors/nobody/").status_code == 404
    assert api().post("/api/v1/doctors/", {}).status_code in (401, 405)


def test_visitors_who_ask_too_often_are_throttled(
    dr_rao: User, asha: User, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AnonRateThrottle, "rate", "2/min", raising=False)
    codes = [api().get("/api/v1/doctors/").status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    assert api(as_=asha).get("/api/v1/doctors/").status_code == 200


def test_reading_oneself_is_on_record(asha: User, api: Api) -> None:
    api(as_=asha).get("/api/v1/me/")
    record = AccessRecord.objects.get(act="opened")
    assert (record.actor, record.subject_person) == (asha.public_id, asha.public_id)
    assert record.address == "127.0.0.1"
