"""A push says on each device that something waits: encrypted, neutral, and to nobody else."""

import json
import ssl
from datetime import UTC, datetime, timedelta

import http_ece
import pytest
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from py_vapid import Vapid02

from notifications import courier, endpoints, ladder, vapid
from notifications.kinds import Transport
from notifications.models import (
    Delivery,
    Notification,
    Preferences,
    PushSubscription,
    Reason,
    State,
)
from notifications.models.delivery import ATTEMPTS
from notifications.transports import push
from tests.notifications.conftest import registered
from tests.notifications.push_service import Answer
from tests.notifications.test_notify import tell

pytestmark = [pytest.mark.alike, pytest.mark.django_db]


def deliver(*, attempts=0):
    """Sends the one push there is, as the courier does; returns what was written down."""
    ladder.climb(timezone.now())
    if attempts:
        Delivery.objects.update(attempts=attempts)
    courier.work(Transport.PUSH, timezone.now())
    return Delivery.objects.get(transport=Transport.PUSH)


def heard(service, browser):
    """What this browser reads of the last push to it."""
    [*_, last] = [each for each in service.heard if each.path == browser.path]
    return json.loads(browser.read(last.body))


def ring(person):
    tell(person)
    Notification.objects.update(kind="incoming_call")


def test_a_device_reads_that_something_waits_and_nothing_of_what(asha, service, phone):
    tell(asha, sender="Dr Rao")
    assert deliver().state == State.SENT
    [notification] = Notification.objects.all()
    assert heard(service, phone) == {
        "tag": str(notification.pk),
        "title": "You have a new message",
        "body": "Open Telemed to see it.",
        "url": "/messages/1/",
        "badge": 1,
        "urgent": False,
        "sound": "message",
        "at": int(notification.updated_at.timestamp() * 1000),
    }
    assert b"Rao" not in phone.read(service.heard[0].body)


def test_it_says_how_many_messages_wait(asha, service, phone):
    for _ in range(3):
        tell(asha)
    deliver()
    assert heard(service, phone)["title"] == "You have 3 new messages"


def test_what_passes_through_the_service_is_unreadable_to_it(asha, service, phone):
    tell(asha)
    deliver()
    assert b"message" not in service.heard[0].body
    with pytest.raises(http_ece.ECEException):
        registered(asha, "/other").read(service.heard[0].body)


def test_the_service_is_told_how_long_and_how_urgently(asha, service, phone):
    tell(asha)
    deliver()
    [pushed] = service.heard
    assert pushed.headers["TTL"] == str(24 * 60 * 60)
    assert pushed.headers["Urgency"] == "normal"
    assert pushed.headers["Topic"] == Notification.objects.get().pk.hex
    assert pushed.headers["Content-Encoding"] == "aes128gcm"


def test_a_call_that_nobody_can_take_any_more_is_not_pushed_late(asha, service, phone):
    ring(asha)
    deliver()
    assert (service.heard[0].headers["TTL"], service.heard[0].headers["Urgency"]) == ("30", "high")
    assert heard(service, phone)["sound"] == "call"
    assert heard(service, phone)["urgent"] is True


def test_the_service_knows_us_by_our_key(asha, service, phone):
    tell(asha)
    deliver()
    [header] = [
        value for name, value in service.heard[0].headers.items() if name == "Authorization"
    ]
    assert Vapid02.verify(header)
    assert header.endswith(f"k={vapid.public_key()}")


def test_every_device_is_pushed_to(asha, stranger, service, phone):
    laptop = registered(asha, "/laptop", "Laptop")
    registered(stranger, "/stranger")
    tell(asha)
    assert deliver().detail == "2 of 2"
    assert heard(service, phone) == heard(service, laptop)
    assert {each.path for each in service.heard} == {"/phone", "/laptop"}
    assert all(each.used_at for each in PushSubscription.objects.for_user(asha))


def test_it_is_in_the_language_of_the_person(asha, service, phone, monkeypatch):
    asha.language = "de"
    asha.save()
    seen = []
    monkeypatch.setattr(push, "_", lambda words: seen.append(get_language()) or words)
    tell(asha)
    deliver()
    assert seen == ["de"]


def test_who_has_turned_the_sound_off_is_pushed_to_without_one(asha, service, phone):
    Preferences.objects.create(person=asha, sounds={"message": ""})
    tell(asha)
    deliver()
    assert heard(service, phone)["sound"] == ""


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_forgotten(asha, service, phone, status):
    service.answers["/phone"] = Answer(status)
    tell(asha)
    delivery = deliver()
    assert (delivery.state, delivery.reason) == (State.SKIPPED, Reason.NO_ADDRESS)
    assert not PushSubscription.objects.exists()


def test_the_other_devices_stay_when_one_is_gone(asha, service, phone):
    laptop = registered(asha, "/laptop")
    service.answers["/phone"] = Answer(410)
    tell(asha)
    assert deliver().state == State.SENT
    assert PushSubscription.objects.get().endpoint == laptop.endpoint


@pytest.mark.parametrize("status", [401, 403])
def test_a_service_that_does_not_take_our_key_is_said_loudly(asha, service, phone, status, caplog):
    service.answers["/phone"] = Answer(status)
    tell(asha)
    delivery = deliver()
    assert (delivery.state, delivery.reason) == (State.FAILED, Reason.REFUSED)
    [loud] = [each for each in caplog.records if each.levelname == "CRITICAL"]
    assert "VAPID" in loud.getMessage()
    assert PushSubscription.objects.exists()


def test_no_address_and_no_key_stands_in_the_log(asha, service, phone, caplog):
    service.answers["/phone"] = Answer(403)
    tell(asha)
    deliver()
    assert caplog.text
    for secret in (phone.endpoint, *phone.keys.values(), settings.VAPID_PRIVATE_KEY):
        assert secret not in caplog.text


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [(429, {"Retry-After": "120"}, 120), (503, {"Retry-After": "99999999"}, 3600)],
)
def test_a_busy_service_is_asked_again_when_it_says(asha, service, phone, status, headers, seconds):
    service.answers["/phone"] = Answer(status, headers)
    tell(asha)
    before = timezone.now()
    delivery = deliver()
    assert (delivery.state, delivery.reason) == (State.WAITING, Reason.TROUBLE)
    wait = (delivery.due_at - before).total_seconds()
    assert seconds <= wait <= seconds + 10
    service.answers.clear()
    courier.work(Transport.PUSH, delivery.due_at)
    delivery.refresh_from_db()
    assert delivery.state == State.SENT


@pytest.mark.parametrize("status", [408, 500, 502])
def test_a_service_in_trouble_is_asked_again_and_at_last_given_up(asha, service, phone, status):
    service.answers["/phone"] = Answer(status)
    tell(asha)
    assert deliver().state == State.WAITING
    Delivery.objects.update(attempts=ATTEMPTS - 1, due_at=timezone.now())
    courier.work(Transport.PUSH, timezone.now())
    delivery = Delivery.objects.get(transport=Transport.PUSH)
    assert (delivery.state, delivery.reason) == (State.FAILED, Reason.TROUBLE)
    assert str(status) in delivery.detail


def test_a_date_to_come_back_is_understood():
    later = datetime.now(UTC) + timedelta(minutes=5)
    assert 290 < endpoints.seconds_in(later.strftime("%a, %d %b %Y %H:%M:%S GMT")) <= 300
    assert endpoints.seconds_in("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert endpoints.seconds_in("soon") is endpoints.seconds_in("") is endpoints.seconds_in("-5")


def test_a_redirect_is_not_followed(asha, service, phone):
    service.answers["/phone"] = Answer(307, {"Location": "/elsewhere"})
    tell(asha)
    assert deliver().reason == Reason.REFUSED
    assert [each.path for each in service.heard] == ["/phone"]


def test_a_service_that_cannot_prove_its_name_gets_nothing(asha, service, phone, monkeypatch):
    monkeypatch.setattr(endpoints, "trusted", ssl.create_default_context)
    tell(asha)
    assert deliver().detail == "SSLCertVerificationError"
    assert service.heard == []


def test_a_device_that_is_gone_is_no_address(asha, service, phone):
    tell(asha)
    PushSubscription.objects.all().delete()
    delivery = deliver()
    assert (delivery.state, delivery.reason) == (State.SKIPPED, Reason.NO_ADDRESS)


@pytest.mark.parametrize("key", ["", "no key at all"])
def test_without_a_key_push_is_not_set_up(asha, service, phone, monkeypatch, key):
    monkeypatch.setattr(settings, "DEBUG", False)
    monkeypatch.setattr(settings, "VAPID_PRIVATE_KEY", key)
    tell(asha)
    delivery = deliver()
    assert (delivery.state, delivery.reason) == (State.SKIPPED, Reason.NO_TRANSPORT)
    assert service.heard == []


def test_what_is_read_before_it_goes_out_does_not_go_out(asha, service, phone):
    tell(asha)
    ladder.climb(timezone.now())
    Notification.objects.all().mark_read()
    courier.work(Transport.PUSH, timezone.now())
    delivery = Delivery.objects.get(transport=Transport.PUSH)
    assert (delivery.state, delivery.reason) == (State.SKIPPED, Reason.SEEN)
    assert service.heard == []


def test_an_address_that_has_become_private_is_not_asked(asha, service, phone, monkeypatch, caplog):
    monkeypatch.setattr(endpoints, "is_public", lambda address: False)
    tell(asha)
    assert deliver().reason == Reason.REFUSED
    assert service.heard == []
    assert "not allowed" in caplog.text


def test_a_host_that_is_no_longer_listed_is_not_asked(asha, service, phone, monkeypatch):
    monkeypatch.setattr(settings, "PUSH_HOSTS", ["fcm.googleapis.com"])
    tell(asha)
    assert deliver().reason == Reason.REFUSED
    assert service.heard == []
