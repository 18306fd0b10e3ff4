"""The pages and the API of emergencies: the number first, no press refused, nothing of others."""

import json
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.models import User
from calls.models import Call
from helpline.models import Emergency

pytestmark = [pytest.mark.alike, pytest.mark.django_db(transaction=True)]

Browser = Callable[..., Client]
Api = Callable[..., APIClient]

START = "/help/emergency/"
ENDPOINT = "/api/v1/emergencies/"
NASTY = "<script>alert(1)</script>\" onload='x' javascript:alert(1)"


@pytest.fixture
def pressed(asha: User, ravi: User, devika: User) -> Emergency:
    """Nobody is on duty: Ravi and the supervisor are alerted at once."""
    return Emergency.objects.press(by=asha, happening=NASTY, place=NASTY, call_back=NASTY[:32])


def test_the_number_is_the_first_thing_also_for_a_visitor(
    asha: User, browser_client: Browser
) -> None:
    for client in (browser_client(None), browser_client(asha)):
        page = client.get(START).content.decode()
        body = page[page.index("<body") :]
        assert body.index('href="tel:112"') < body.index('<div class="shell')


def test_without_scripts_one_writes_on_the_page_of_the_emergency(
    pressed: Emergency, asha: User, stranger: User, devika: User, browser_client: Browser
) -> None:
    page, said = pressed.get_absolute_url(), {"body": "I cannot speak", "client_id": uuid.uuid4()}
    assert browser_client(asha).post(page, said)["Location"] == page
    assert "I cannot speak" in browser_client(asha).get(page).content.decode()
    assert browser_client(asha).post(page, {"body": ""}).status_code == 200
    for outside in (stranger, devika):
        assert browser_client(outside).post(page, said).status_code == 404
    assert pressed.ticket.conversation.messages.filter(body="I cannot speak").count() == 1


def test_ones_own_messages_are_marked_as_ones_own_before_any_script(
    pressed: Emergency, asha: User, ravi: User, browser_client: Browser
) -> None:
    pressed.call.accept(ravi)
    for person in (asha, ravi):
        pressed.ticket.conversation.append(person, uuid.uuid4(), body="Here")
    for person in (asha, ravi):
        page = browser_client(person).get(pressed.get_absolute_url()).content.decode()
        own = re.findall(r'data-author="([^"]+)"[^>]* data-mine', page)
        assert set(own) == {str(person.public_id)}


def test_the_home_page_leads_back_while_an_alert_is_out(
    pressed: Emergency, asha: User, meera: User, browser_client: Browser
) -> None:
    page = pressed.get_absolute_url()
    assert f'href="{page}"' in browser_client(asha).get("/").content.decode()
    pressed.end(by=asha)
    shown = browser_client(asha).get("/").content.decode()
    assert "Your alert is out" not in shown
    assert "Is it an emergency?" in shown


def test_the_call_tells_who_helps_where_and_the_person_whom_to_call(
    pressed: Emergency, asha: User, ravi: User, browser_client: Browser
) -> None:
    Emergency.objects.filter(pk=pressed.pk).update(place="14 Lake View Road", call_back="+91 555")
    pressed.call.accept(ravi)
    page, way = pressed.call.get_absolute_url(), f'href="{pressed.get_absolute_url()}"'
    hers = browser_client(asha).get(page).content.decode()
    his = browser_client(ravi).get(page).content.decode()
    assert ('href="tel:112"' in hers, way in hers, "Lake View" in hers) == (True, True, False)
    assert ('href="tel:+91 555"' in his, way in his, "Lake View" in his) == (True, True, True)


def test_without_a_network_every_page_of_a_patient_has_the_number(
    pressed: Emergency, asha: User, ravi: User, browser_client: Browser
) -> None:
    def banner(person: User, path: str) -> str:
        page = browser_client(person).get(path).text
        return page[page.index("<telemed-connection") : page.index('data-when="signed-out"')]

    for path in (pressed.get_absolute_url(), "/inbox/"):
        assert 'href="tel:112"' in banner(asha, path)
    assert "tel:" not in banner(ravi, "/inbox/"), "who helps has no line with the number to lose"


def test_what_it_was_handed_over_with_stays_to_be_read(
    pressed: Emergency, ravi: User, dr_rao: User, devika: User, browser_client: Browser
) -> None:
    pressed.call.accept(ravi)
    held = Emergency.objects.at_hand().get()
    held.offer(dr_rao, "65 years, chest pain", by=ravi)
    held.accept_offer(by=dr_rao)
    page = pressed.get_absolute_url()
    assert "65 years, chest pain" in browser_client(dr_rao).get(page).content.decode()
    review = browser_client(devika).get(f"{page}review/").content.decode()
    assert "65 years, chest pain" in review
    assert re.search(rf"Answered by</dt><dd>{ravi.display_name}", review)


def test_a_press_whose_answer_was_lost_leads_to_its_end_and_offers_to_press_again(
    asha: User, ravi: User, browser_client: Browser, api: Api
) -> None:
    hers, said = browser_client(asha), {"client_id": str(uuid.uuid4())}
    page = hers.post(START, said)["Location"]
    Emergency.objects.get().call.accept(ravi)
    Emergency.objects.get().end(by=ravi)
    shown = hers.post(START, said, follow=True)
    assert shown.redirect_chain == [(page, 302)]
    assert "Ravi Menon ended it" in shown.content.decode()
    assert "Get help again" in shown.content.decode()
    assert api(as_=asha).post(ENDPOINT, said, format="json").json()["ended_at"]
    assert Emergency.objects.count() == 1


def test_a_press_needs_nothing(asha: User, browser_client: Browser) -> None:
    answer = browser_client(asha).post(START)
    assert answer["Location"] == Emergency.objects.get().get_absolute_url()


@pytest.mark.parametrize(
    "said",
    [
        {"latitude": "91", "longitude": "10"},
        {"latitude": "nan", "longitude": "inf"},
        {"latitude": "1e400", "longitude": "-1e400", "accuracy": "1e300"},
        {"latitude": "north", "longitude": "10", "accuracy": "-5"},
        {"latitude": "10"},
        {"client_id": "none"},
        {"happening": "a\0b", "place": "x" * 5000, "call_back": "9" * 400},
    ],
)
def test_a_press_with_bad_fields_alarms_all_the_same(
    said: dict[str, str], asha: User, ravi: User, browser_client: Browser, api: Api
) -> None:
    answer = browser_client(asha).post(START, said)
    emergency = Emergency.objects.get()
    assert answer.status_code == 302
    assert emergency.alerts.filter(person=ravi).exists()
    assert emergency.latitude is None
    assert api(as_=asha).post(ENDPOINT, said, format="json").status_code == 201


def test_what_was_not_understood_is_said(asha: User, browser_client: Browser, api: Api) -> None:
    page = browser_client(asha).post(START, {"latitude": "91", "longitude": "0"}, follow=True)
    assert "We did not understand: your location" in page.content.decode()
    answer = api(as_=asha).post(ENDPOINT, {"latitude": 91, "longitude": 0}, format="json")
    assert answer.json()["not_understood"] == ["your location"]


@pytest.mark.parametrize("body", ["[]", "{", '"x"', "null", '{"place": {"a": [1]}}'])
def test_a_body_that_is_no_request_alarms_all_the_same(body: str, asha: User, api: Api) -> None:
    answer = api(as_=asha).generic("POST", ENDPOINT, body, content_type="application/json")
    assert answer.status_code == 201
    assert Emergency.objects.live().filter(live_for=asha).exists()


def test_what_they_wrote_is_text_for_those_who_help(
    pressed: Emergency, asha: User, ravi: User, devika: User, browser_client: Browser
) -> None:
    for person in (asha, ravi, devika):
        page = browser_client(person).get(pressed.get_absolute_url()).content.decode()
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert(1)" not in page
        assert "onload='x'" not in page


def test_foreign_emergencies_are_not_there(
    pressed: Emergency, stranger: User, dr_rao: User, browser_client: Browser, api: Api
) -> None:
    for person in (stranger, dr_rao):
        assert browser_client(person).get(pressed.get_absolute_url()).status_code == 404
        assert api(as_=person).get(f"{ENDPOINT}{pressed.pk}/").status_code == 404
        for act in ("taking", "ending", "details", "ringing", "refusal"):
            assert api(as_=person).post(f"{ENDPOINT}{pressed.pk}/{act}/").status_code == 404


def test_a_helper_sees_what_an_ambulance_needs_and_no_charts(
    pressed: Emergency, asha: User, ravi: User, browser_client: Browser
) -> None:
    asha.patient.address = "14 Lake View Road"
    asha.patient.save()
    pressed.tell(by=asha, call_back="+91 (98470) 11842")
    page = browser_client(ravi).get(pressed.get_absolute_url()).content.decode()
    assert 'href="tel:+919847011842"' in page
    assert "14 Lake View Road" in page
    assert pressed.alerts.get(person=ravi).opened_at


def test_taking_it_by_call_opens_the_call(
    pressed: Emergency, ravi: User, browser_client: Browser
) -> None:
    url = reverse("helpline:emergency-taking", args=[pressed.pk])
    answer = browser_client(ravi).post(url, {"by": "call"})
    assert answer["Location"] == pressed.call.get_absolute_url()
    assert Emergency.objects.get(pk=pressed.pk).owner == ravi
    page = browser_client(ravi).get(pressed.call.get_absolute_url()).content.decode()
    assert "Emergency call with Asha Verma" in page


def test_the_pages_of_the_call_think_of_a_group(
    pressed: Emergency, asha: User, ravi: User, devika: User, browser_client: Browser
) -> None:
    def page(person: User) -> str:
        return browser_client(person).get(pressed.call.get_absolute_url()).content.decode()

    assert "Emergency call with Emergency helpline" in page(asha)
    assert "The others go on ringing" in page(ravi)
    pressed.call.decline(ravi)
    assert "You declined this emergency" in page(ravi)
    ringing = browser_client(ravi).get("/api/v1/calls/ringing/").json()
    assert ringing == []
    Call.objects.get(pk=pressed.call.pk).accept(devika)
    assert "Emergency call with Devika" in page(asha)
    assert "has this emergency" in page(ravi)
    for path in ("/calls/", "/calls/?show=missed"):
        assert "Asha" not in browser_client(ravi).get(path).content.decode()


def test_an_emergency_is_chosen_by_its_button_alone(asha: User, api: Api, dr_rao: User) -> None:
    begun = api(as_=asha).post("/api/v1/conversations/", {"doctor": dr_rao.doctor.slug})
    sent = {"conversation": begun.json()["id"], "kind": "emergency"}
    assert api(as_=asha).post("/api/v1/calls/", sent).status_code == 400


def test_where_it_may_ask_for_the_location(asha: User, browser_client: Browser) -> None:
    client = browser_client(asha)
    assert "geolocation=(self)" in client.get(START)["Permissions-Policy"]
    assert "geolocation=()" in client.get("/calls/")["Permissions-Policy"]


def test_the_api_reads_as_the_page(pressed: Emergency, asha: User, api: Api) -> None:
    answer = api(as_=asha).get(f"{ENDPOINT}{pressed.pk}/").json()
    assert answer["owner"] is None
    assert {each["state"] for each in answer["responders"]} == {"alerted"}
    told = api(as_=asha).post(f"{ENDPOINT}{pressed.pk}/details/", {"place": "Garden"}).json()
    assert told["place"] == "Garden"
    assert api(as_=asha).post(f"{ENDPOINT}{pressed.pk}/ending/").json()["ended_at"]


def test_a_list_costs_as_many_queries_for_three_as_for_one(
    pressed: Emergency, devika: User, meera: User, stranger: User, api: Api
) -> None:
    chief = api(as_=devika)
    pressed.end(by=pressed.person)
    chief.get(ENDPOINT)
    with CaptureQueriesContext(connection) as for_one:
        assert len(chief.get(ENDPOINT).json()["results"]) == 1
    for person in (meera, stranger):
        Emergency.objects.press(by=person).end(by=person)
    with CaptureQueriesContext(connection) as for_three:
        listed = chief.get(ENDPOINT).json()["results"]
    assert len(for_three) == len(for_one)
    assert [len(each["responders"]) for each in listed] == [2, 2, 2]


def test_who_comes_to_help_gets_the_page_also_when_the_look_cannot_be_noted(
    pressed: Emergency, ravi: User, browser_client: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    with patch.object(Emergency, "note", side_effect=OperationalError("database is locked")):
        answer = browser_client(ravi).get(pressed.get_absolute_url())
    assert answer.status_code == 200
    assert "could not be noted" in caplog.text
    assert not pressed.alerts.get(person=ravi).opened_at, "nor half of it"
    browser_client(ravi).get(pressed.get_absolute_url())
    assert pressed.alerts.get(person=ravi).opened_at, "the next look tells"


def test_the_review_has_every_step_and_none_of_the_words(
    pressed: Emergency, ravi: User, devika: User, asha: User, browser_client: Browser
) -> None:
    pressed.call.alert(ravi)
    pressed.note_look(ravi)
    pressed.call.accept(ravi)
    ended = Emergency.objects.get(pk=pressed.pk)
    ended.end(by=asha)
    ended.refresh_from_db()
    Emergency.objects.update(pressed_at=ended.ended_at - timedelta(seconds=141))
    url = reverse("helpline:emergency-review", args=[pressed.pk])
    page = browser_client(devika).get(url).content.decode()
    assert page.count("2 min 21 s</") >= 2, "in short and in the line of the end"
    assert "141 s" not in page
    steps = ("button was pressed", "A device rang", "Opened it", "Answered", "I am safe")
    assert [step for step in steps if step not in page] == []
    assert "alert(1)" not in page
    assert json.dumps("Wrote a message")[1:-1] in page


def test_who_had_it_is_led_to_the_review_once_it_is_over_and_others_are_not(
    pressed: Emergency, ravi: User, dr_rao: User, asha: User, browser_client: Browser
) -> None:
    pressed.take(ravi)
    url = reverse("helpline:emergency-review", args=[pressed.pk])
    desk = reverse("desk:ticket", args=[pressed.ticket.number])
    mine = browser_client(ravi)
    assert mine.get(url).status_code == 404, "it goes on"
    assert url not in mine.get(desk).content.decode()
    Emergency.objects.get(pk=pressed.pk).end(by=ravi)
    for page in (desk, pressed.get_absolute_url()):
        assert url in mine.get(page).content.decode()
    assert mine.get(url).status_code == 200
    assert browser_client(asha).get(url).status_code == 404
    assert browser_client(dr_rao).get(url).status_code == 404
