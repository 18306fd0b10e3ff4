"""The public directory of doctors, and a doctor's profile."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts import presence
from accounts.models import Doctor, User

Browser = Callable[..., Client]

DIRECTORY = "/doctors/"


def names(client: Client, query: str = "") -> list[str]:
    page = client.get(f"{DIRECTORY}?{query}").context["page"]
    return [doctor.user.name for doctor in page]


def test_visitors_find_all_doctors_and_nobody_else(
    dr_rao: User, meera: User, asha: User, browser_client: Browser
) -> None:
    assert names(browser_client()) == ["Dr Meera Nair", "Dr Vikram Rao"]


@pytest.mark.parametrize(
    "query",
    [
        "q=rao",
        "q=VIKRAM",
        "q=cardio",
        "q=heart+failure",
        "q=telugu",
        "specialty=cardiology",
        "language=te",
        "language=te&q=rao&specialty=cardiology",
    ],
)
def test_a_doctor_is_found(query: str, dr_rao: User, meera: User, browser_client: Browser) -> None:
    assert names(browser_client(), query) == ["Dr Vikram Rao"]


@pytest.mark.parametrize("query", ["q=nobody", "language=de", "specialty=psychiatry", "q=rao%25"])
def test_when_nobody_fits_the_page_says_so(
    query: str, dr_rao: User, browser_client: Browser
) -> None:
    answer = browser_client().get(f"{DIRECTORY}?{query}")
    assert names(browser_client(), query) == []
    assert "No doctor fits this search" in answer.text


@pytest.mark.parametrize("query", ["specialty=x", "language=%00", "q=" + "a" * 101, "page=x"])
def test_a_search_that_makes_no_sense_is_answered_in_words(
    query: str, dr_rao: User, browser_client: Browser
) -> None:
    answer = browser_client().get(f"{DIRECTORY}?{query}")
    assert answer.status_code == 200
    assert ("There is a problem" in answer.text) == (not query.startswith("page"))


def test_available_means_here_and_willing_to_show_it(
    dr_rao: User, meera: User, browser_client: Browser
) -> None:
    assert names(browser_client(), "available=on") == []
    presence.take(dr_rao)
    presence.take(meera)
    assert len(names(browser_client(), "available=on")) == 2
    Doctor.objects.filter(user=meera).update(shows_availability=False)
    assert names(browser_client(), "available=on") == ["Dr Vikram Rao"]
    assert (
        "Available now" not in browser_client().get("/doctors/meera-nair/").text.split("<main")[1]
    )


def add_doctors(count: int) -> None:
    for number in range(count):
        user = User.objects.create_user(
            f"d{number}@example.com", name=f"Dr A{number}", role="doctor"
        )
        Doctor.objects.create(user=user, languages=["en"], registration_number="R 1")


def test_the_directory_costs_the_same_whatever_its_length(
    dr_rao: User, browser_client: Browser, django_assert_max_num_queries: Any
) -> None:
    client = browser_client()
    with django_assert_max_num_queries(3) as few:
        client.get(DIRECTORY)
    add_doctors(25)
    with django_assert_max_num_queries(3) as many:
        assert len(names(client)) == 20
    assert len(few) == len(many)
    assert len(names(client, "page=2")) == 6


def test_a_profile_shows_the_ways_to_reach_a_doctor(
    dr_rao: User, asha: User, browser_client: Browser
) -> None:
    visitor = browser_client().get("/doctors/vikram-rao/").text
    assert reverse("chat:with", args=["vikram-rao"]) in visitor
    assert reverse("calls:with", args=["vikram-rao", "video"]) in visitor
    patient = browser_client(asha).get("/doctors/vikram-rao/").text
    assert 'name="kind" value="video"' in patient
    assert "Usually replies within 2 hours" in patient
    own = browser_client(dr_rao).get("/doctors/vikram-rao/").text
    assert "Edit your profile" in own
    assert 'name="kind" value="video"' not in own


def test_a_profile_says_when_no_new_patients_are_taken(
    dr_rao: User, browser_client: Browser
) -> None:
    Doctor.objects.update(accepts_patients=False)
    assert "Takes no new patients" in browser_client().get("/doctors/vikram-rao/").text


def test_a_profile_that_is_not_there_is_not_found(asha: User, browser_client: Browser) -> None:
    assert browser_client().get("/doctors/nobody/").status_code == 404


@pytest.mark.parametrize(
    ("hours", "words"),
    [(1, "an hour"), (5, "5 hours"), (24, "a day"), (50, "2 days")],
)
def test_the_promise_to_reply_is_in_words(hours: int, words: str) -> None:
    assert Doctor(reply_hours=hours).reply_promise == f"Usually replies within {words}"


def test_the_price_is_in_words() -> None:
    assert Doctor(fee=1200).price == "₹ 1,200"
    assert Doctor(fee=12.5, currency="EUR").price == "€ 12.50"
    assert Doctor(fee=0).price == "Free of charge"


def test_without_a_registration_number_nobody_is_shown_as_a_doctor(
    client: Client, dr_rao: User
) -> None:
    Doctor.objects.update(registration_number="")
    assert client.get(dr_rao.doctor.get_absolute_url()).status_code == 404
    assert "Rao" not in client.get("/doctors/").content.decode()


@pytest.mark.parametrize(("field", "value"), [("practising_since", 2099), ("currency", "zz€")])
def test_what_cannot_be_true_is_refused(dr_rao: User, field: str, value: Any) -> None:
    setattr(dr_rao.doctor, field, value)
    with pytest.raises(ValidationError) as refused:
        dr_rao.doctor.full_clean()
    assert field in refused.value.message_dict
