"""Each role finds what comes next on its first page."""

import re
from uuid import uuid4

import pytest

from calls.models import Call
from chat.models import Conversation
from dashboard import views
from helpline.models import Emergency
from notifications.models import Preferences

pytestmark = pytest.mark.django_db


def page(client):
    return client.get("/").content.decode()


def test_a_visitor_finds_the_doctors_and_the_emergency_number(client, dr_rao, settings):
    settings.EMERGENCY_NUMBER = "911"
    shown = page(client)
    assert "Dr Vikram Rao" in shown
    assert 'href="tel:911"' in shown
    assert "Sign in" in shown


def test_a_patient_without_anything_is_led_to_a_doctor(browser_client, asha):
    shown = page(browser_client(asha))
    assert "Asha" in shown
    assert "Write to a doctor" in shown


def test_a_patient_finds_what_was_written_and_missed(browser_client, asha, dr_rao):
    conversation = Conversation.objects.direct(asha, dr_rao)
    call = Call.objects.start(conversation, by=dr_rao, kind="video")
    call.cancel(dr_rao)
    conversation.append(dr_rao, uuid4(), body="Your blood test is back.")
    shown = page(browser_client(asha))
    assert "Your blood test is back." in shown
    assert "Missed calls" in shown
    assert "Call back" in shown


def test_a_doctor_sees_what_patients_are_told(browser_client, dr_rao):
    shown = page(browser_client(dr_rao))
    assert "You reply within" in shown
    assert dr_rao.doctor.get_absolute_url() in shown


def test_a_doctor_who_is_not_to_be_disturbed_is_told_so(browser_client, dr_rao):
    assert "Do not disturb" not in page(browser_client(dr_rao))
    with Preferences.changing(dr_rao) as own:
        own.do_not_disturb(None)
    assert "calls still sound" in page(browser_client(dr_rao))
    with Preferences.changing(dr_rao) as own:
        own.lets_urgent_through = False
    assert "not even calls sound" in page(browser_client(dr_rao))


def test_what_is_unread_goes_before_what_is_half_written(browser_client, asha, dr_rao):
    conversation = Conversation.objects.direct(asha, dr_rao)
    conversation.append(dr_rao, uuid4(), body="Come today, please.")
    conversation.member(asha).save_draft("I wanted to ask")
    for shown in (page(browser_client(asha)), browser_client(asha).get("/inbox/").text):
        assert "Come today, please." in shown
        assert "I wanted to ask" not in shown
    conversation.member(asha).mark_read(1)
    assert "I wanted to ask" in page(browser_client(asha))


def test_an_agent_is_led_to_the_admin(browser_client, ravi):
    assert 'href="/admin/"' in page(browser_client(ravi))


@pytest.mark.parametrize(
    ("hour", "words"),
    [(3, "Hello"), (9, "Good morning"), (15, "Good afternoon"), (21, "Good evening")],
)
def test_the_greeting_goes_by_the_hour_of_the_viewer(asha, time_machine, hour, words):
    time_machine.move_to(f"2026-11-24T{hour:02}:30:00+00:00", tick=False)
    assert views.greeting(asha) == f"{words}, Asha"


def test_a_missed_call_that_was_returned_is_asked_for_no_more(browser_client, asha, dr_rao):
    conversation = Conversation.objects.direct(asha, dr_rao)
    Call.objects.start(conversation, by=dr_rao, kind="audio").cancel(dr_rao)
    assert "Missed calls" in page(browser_client(asha))
    returned = Call.objects.start(conversation, by=asha, kind="audio")
    returned.accept(dr_rao)
    returned.leave(asha)
    assert "Missed calls" not in page(browser_client(asha))


def test_an_emergency_stands_on_top_and_nowhere_else(browser_client, asha):
    emergency = Emergency.objects.press(by=asha)
    shown = page(browser_client(asha))
    assert "Your alert is out" in shown
    assert shown.count(emergency.get_absolute_url()) == 1
    assert "Your tickets" not in shown
    assert emergency.ticket.get_absolute_url() not in shown


def test_home_and_the_inbox_say_the_same_of_missed_calls(browser_client, asha, dr_rao):
    conversation = Conversation.objects.direct(asha, dr_rao)
    for _ in range(2):
        Call.objects.start(conversation, by=dr_rao, kind="video").cancel(dr_rao)
    for path in ("/", "/inbox/"):
        shown = browser_client(asha).get(path).content.decode()
        row = re.search(r'<li class="row[^>]*data-missed>.*?</li>', shown, re.DOTALL)
        assert row, path
        assert "2 missed calls" in row[0]
        assert "Call back" in row[0]
