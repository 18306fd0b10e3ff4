"""Notifications by SMS: what the gateway is asked, and what becomes of its answers."""

import logging

import pytest

from notifications.models import Delivery, Notification
from notifications.transports import Later, Never, Sent, Unsure, sms
from tests.outside import Gateway

pytestmark = [pytest.mark.alike, pytest.mark.django_db]


@pytest.fixture
def texted(asha, tell):
    """A delivery by SMS of a message from Dr Rao to Asha's phone."""
    asha.phone = "+49 (170) 123-45.67"
    asha.save()
    tell(asha)
    notification = Notification.objects.select_related("recipient").get()
    return Delivery(notification=notification, transport="sms", key="a-key:message:sms")


@pytest.fixture
def gateway(settings):
    """As SMS_URL would name it."""
    outside = Gateway()
    with outside.running() as settings.SMS_URL:
        yield outside


def test_the_gateway_is_asked_in_the_form_that_is_documented(gateway, texted, settings):
    assert sms.send(texted) == Sent("HTTP 200")
    [asked] = gateway.asked
    assert asked["path"] == "/sms?from=telemed"
    text = f"You have a new message {settings.SITE_URL}"
    assert asked["letter"] == {"to": "+491701234567", "text": text}
    assert asked["headers"]["Idempotency-Key"] == "a-key:message:sms"
    assert asked["headers"]["Authorization"] == "Bearer secret"
    assert asked["headers"]["Content-Type"] == "application/json"


def test_the_token_may_stand_by_itself(gateway, texted, settings):
    settings.SMS_TOKEN = "another"
    sms.send(texted)
    assert gateway.asked[0]["headers"]["Authorization"] == "Bearer another"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ((202, {}), Sent("HTTP 202")),
        ((400, {}), Never("refused", "HTTP 400")),
        ((404, {}), Never("refused", "HTTP 404")),
        ((302, {"Location": "http://127.0.0.1/"}), Never("refused", "HTTP 302")),
        ((401, {}), Later("HTTP 401")),
        ((429, {"Retry-After": "90"}), Later("HTTP 429", 90.0)),
        ((503, {"Retry-After": "Wed, 25 Nov 2026 12:00:00 GMT"}), Later("HTTP 503")),
        ((500, {}), Later("HTTP 500")),
        ((504, {}), Unsure("HTTP 504")),
    ],
)
def test_what_the_gateway_answers_is_heeded(gateway, texted, answer, outcome):
    gateway.says = [answer]
    assert sms.send(texted) == outcome


def test_when_no_answer_comes_nobody_knows(gateway, texted):
    gateway.hangs_up = True
    assert sms.send(texted) == Unsure("RemoteDisconnected")


def test_a_gateway_that_knows_our_keys_is_asked_again(gateway, texted, settings):
    settings.SMS_REPEATABLE = gateway.hangs_up = True
    assert sms.send(texted) == Later("RemoteDisconnected")
    gateway.hangs_up = False
    assert sms.send(texted) == Sent("HTTP 200")
    assert (len(gateway.asked), len(gateway.sent)) == (2, 1)


def test_a_gateway_that_is_away_is_asked_later(texted, settings):
    settings.SMS_URL = "http://127.0.0.1:1/"
    assert sms.send(texted) == Later("ConnectionRefusedError")


def test_without_a_gateway_there_is_no_such_transport(texted, settings):
    settings.SMS_URL = ""
    assert sms.send(texted) == Never("no_transport")


def test_the_demo_writes_to_its_console(texted, settings, caplog):
    settings.SMS_URL = "console:"
    with caplog.at_level(logging.INFO):
        assert sms.send(texted) == Sent("console")
    assert "SMS to +491701234567: You have a new message" in caplog.text


@pytest.mark.parametrize("phone", ["", "0170 1234567", "+0170123456", "+49 17", "+49abc", "+" * 20])
def test_a_number_without_its_country_is_no_address(gateway, texted, phone):
    texted.notification.recipient.phone = phone
    assert sms.send(texted) == Never("no_address")
    assert gateway.asked == []


def test_the_words_are_cut_and_the_address_is_not():
    address = "https://telemed.example"
    assert sms.fitting("“Quiet” – please…", address) == f'"Quiet" - please. {address}'
    for words, room in (("x" * 300, 160), ("€" * 300, 160), ("\N{DEVANAGARI LETTER KA}" * 300, 70)):
        text = sms.fitting(words, address)
        assert text.endswith(f" {address}")
        assert room - 1 <= sms.length(text) <= room
