"""What is read on one device goes from the others, whatever stops in between."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from notifications import clearing, courier, ladder
from notifications.kinds import Transport
from notifications.models import Notification, PushSubscription, clear
from notifications.models.delivery import LEASE
from tests.notifications.conftest import registered
from tests.notifications.push_service import Answer
from tests.notifications.test_notify import tell

pytestmark = pytest.mark.django_db


def send_pushes():
    ladder.climb(timezone.now())
    while courier.work(Transport.PUSH, timezone.now()):
        pass


@pytest.fixture
def pushed(asha, service, phone):
    """Asha's phone shows that something waits."""
    tell(asha)
    send_pushes()
    assert [each.path for each in service.heard] == ["/phone"]
    service.heard.clear()
    return Notification.objects.get()


def test_what_is_read_is_taken_back(asha, service, phone, pushed):
    clear(asha, pushed.key)
    assert clearing.work(timezone.now()) == 1
    [heard] = service.heard
    assert json.loads(phone.read(heard.body)) == {"clear": [str(pushed.pk)], "badge": 0}
    assert heard.headers["Topic"] == pushed.pk.hex
    assert clearing.work(timezone.now()) == 0


def test_what_is_not_read_stays(service, pushed):
    assert clearing.work(timezone.now()) == 0
    assert service.heard == []


def test_what_was_never_pushed_is_not_taken_back(asha, service, phone):
    tell(asha)
    clear(asha, "conversation:1")
    assert clearing.work(timezone.now()) == 0


def test_reading_costs_no_query_more(asha, service, phone, pushed, django_assert_num_queries):
    with django_assert_num_queries(2):
        Notification.objects.for_user(asha).mark_read()


def test_all_that_is_read_at_once_is_one_push(asha, service, phone):
    for number in range(3):
        tell(asha, key=f"conversation:{number}")
    send_pushes()
    service.heard.clear()
    Notification.objects.all().mark_read()
    tell(asha, key="conversation:new")
    clearing.work(timezone.now())
    [heard] = service.heard
    content = json.loads(phone.read(heard.body))
    assert (len(content["clear"]), content["badge"]) == (3, 1)
    assert "Topic" not in heard.headers


def test_each_person_hears_of_their_own(asha, stranger, service, phone, pushed):
    other = registered(stranger, "/other")
    tell(stranger)
    send_pushes()
    service.heard.clear()
    Notification.objects.all().mark_read()
    clearing.work(timezone.now())
    heard = {each.path: each.body for each in service.heard}
    assert json.loads(phone.read(heard["/phone"]))["clear"] == [str(pushed.pk)]
    assert str(pushed.pk) not in other.read(heard["/other"]).decode()


def test_a_process_that_dies_over_it_loses_nothing(asha, service, phone, pushed):
    clear(asha, pushed.key)
    now = timezone.now()
    assert clearing.claim(now) == [pushed]
    assert clearing.claim(now) == []  # nobody else meanwhile
    clearing.work(now + LEASE)
    assert len(service.heard) == 1


def test_a_service_in_trouble_is_asked_again_for_a_while(asha, service, phone, pushed):
    clear(asha, pushed.key)
    service.answers["/phone"] = Answer(503)
    now = timezone.now()
    clearing.work(now)
    service.answers.clear()
    assert clearing.work(now + LEASE) == 1
    assert len(service.heard) == 2
    assert clearing.work(now + 2 * LEASE) == 0


def test_and_not_for_ever(asha, service, phone, pushed):
    clear(asha, pushed.key)
    service.answers["/phone"] = Answer(503)
    late = timezone.now() + clearing.PATIENCE + timedelta(minutes=1)
    clearing.work(late)
    assert clearing.work(late + LEASE) == 0


def test_what_is_read_while_it_is_on_its_way_is_taken_back(asha, service, phone, monkeypatch):
    """Read, and taken back, before the push has arrived: it would stay for ever."""
    from notifications.transports import push as transport

    send = transport.push

    def slowly(message, devices):
        Notification.objects.all().mark_read()
        clearing.work(timezone.now())
        return send(message, devices)

    monkeypatch.setattr(transport, "push", slowly)
    tell(asha)
    send_pushes()
    clearing.work(timezone.now())
    kinds = ["clear" in json.loads(phone.read(each.body)) for each in service.heard]
    assert kinds == [True, False, True]


def test_what_is_pushed_anew_while_the_old_is_taken_back_is_not_forgotten(
    asha, service, phone, pushed, monkeypatch
):
    clear(asha, pushed.key)
    again = timezone.now() - timedelta(seconds=1)

    def meanwhile(read):
        Notification.objects.filter(pk=pushed.pk).update(pushed_at=again)
        return []

    monkeypatch.setattr(clearing, "take_back", meanwhile)
    clearing.work(timezone.now())
    pushed.refresh_from_db()
    assert pushed.pushed_at == again


def test_apple_is_not_told_because_it_punishes_a_push_that_shows_nothing(asha, service, pushed):
    PushSubscription.objects.update(endpoint="https://web.push.apple.com/abc")
    clear(asha, pushed.key)
    assert clearing.work(timezone.now()) == 1
    assert service.heard == []
    assert clearing.work(timezone.now()) == 0


def test_without_a_device_there_is_nothing_to_do(asha, service, pushed):
    PushSubscription.objects.all().delete()
    clear(asha, pushed.key)
    assert clearing.work(timezone.now()) == 1
    assert clearing.work(timezone.now() + LEASE) == 0
