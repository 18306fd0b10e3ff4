"""The courier: tries again, gives up in the log and never in silence, and sends nothing twice."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from prometheus_client import REGISTRY

from notifications import courier, ladder
from notifications.kinds import Transport
from notifications.models import Delivery, Notification, State
from notifications.models.delivery import ATTEMPTS, LEASE
from notifications.transports import Later, Never, Sent, Unsure, senders
from telemed import jobs
from tests.notifications.conftest import has_device
from tests.notifications.test_notify import tell as tell_now

pytestmark = pytest.mark.django_db


@pytest.fixture
def pushed(day, asha, tell):
    """A push that was planned a moment ago."""
    tell(asha)
    ladder.climb(timezone.now())
    return Delivery.objects.get()


def claimed(delivery):
    """Some process has it in its hands."""
    assert courier.claim(delivery, timezone.now())
    return Delivery.objects.get(pk=delivery.pk)


def test_what_a_service_has_taken_is_sent(day, pushed):
    day.outcomes["push"] = [Sent("201")]
    day.works()
    pushed.refresh_from_db()
    assert (pushed.state, pushed.detail, pushed.attempts) == ("sent", "201", 1)
    assert (pushed.due_at, pushed.ended_at) == (None, timezone.now())


def test_a_service_that_is_down_is_asked_again_after_longer_and_longer_pauses(day, pushed):
    day.outcomes["push"] = [Later("HTTP 503")] * 4
    pauses = []
    for _ in range(4):
        day.works()
        pushed.refresh_from_db()
        assert (pushed.state, pushed.reason, pushed.detail) == ("waiting", "trouble", "HTTP 503")
        pauses.append((pushed.due_at - timezone.now()).total_seconds())
        day.passes(seconds=pauses[-1], run=False)
    for number, pause in enumerate(pauses):
        assert 7.5 * 2**number <= pause <= 15 * 2**number
    day.works()
    pushed.refresh_from_db()
    assert (pushed.state, pushed.reason, pushed.attempts) == ("sent", "", 5)


def test_after_two_hours_it_stands_in_the_log_as_failed_and_the_mail_goes_out(day, asha, pushed):
    day.outcomes["push"] = [Later("HTTP 503")] * ATTEMPTS
    for _ in range(ATTEMPTS):
        day.passes(hours=1)
    pushed.refresh_from_db()
    assert (pushed.state, pushed.reason, pushed.attempts) == ("failed", "trouble", ATTEMPTS)
    assert day.transports.count("push") == ATTEMPTS
    assert Delivery.objects.get(transport="email").state == "sent"
    assert Notification.objects.unread().for_user(asha).exists()


def test_the_service_says_how_long_to_wait_but_not_for_ever(day, pushed):
    for wish, pause in ((120.0, 120), (10.0**12, 3600), (0.0, 1)):
        courier.settle(claimed(pushed), Later("HTTP 429", wish))
        pushed.refresh_from_db()
        assert pushed.due_at == timezone.now() + timedelta(seconds=pause)


def test_what_is_refused_is_not_tried_again(day, pushed):
    day.outcomes["push"] = [Never("refused", "HTTP 400")]
    day.passes(days=1)
    pushed.refresh_from_db()
    assert (pushed.state, pushed.reason, pushed.detail) == ("failed", "refused", "HTTP 400")
    assert day.transports.count("push") == 1


def test_a_transport_that_breaks_is_tried_again_and_says_nothing_private(day, pushed, caplog):
    day.outcomes["push"] = [ValueError("asha@example.com")]
    with caplog.at_level(logging.ERROR):
        day.works()
    pushed.refresh_from_db()
    assert (pushed.state, pushed.detail) == ("waiting", "ValueError")
    assert "courier: push failed" in caplog.text


def test_a_push_whose_process_has_died_is_sent_again(day, pushed):
    claimed(pushed)
    day.passes(seconds=LEASE.total_seconds() - 1)
    assert day.transports == []
    day.passes(seconds=1)
    assert day.transports == ["push"]


@pytest.mark.parametrize("transport", ["email", "sms"])
def test_mail_and_sms_are_not_and_the_next_transport_goes_out_at_once(
    day, asha, tell, choose, transport
):
    choose(asha)
    tell(asha)
    day.works()
    day.passes(minutes=15, run=False)
    if transport == "sms":
        day.works()
        day.passes(minutes=45, run=False)
    ladder.climb(timezone.now())
    day.left.clear()
    claimed(Delivery.objects.get(transport=transport))
    day.passes(seconds=LEASE.total_seconds())
    interrupted = Delivery.objects.get(transport=transport)
    assert (interrupted.state, interrupted.reason) == ("uncertain", "interrupted")
    assert day.transports == (["sms"] if transport == "email" else [])


def test_an_sms_is_sent_again_by_a_gateway_that_knows_its_key(day, asha, tell, choose, settings):
    settings.SMS_REPEATABLE = True
    choose(asha)
    tell(asha)
    for minutes in (0, 15):
        day.passes(minutes=minutes)
    day.passes(minutes=45, run=False)
    ladder.climb(timezone.now())
    day.left.clear()
    claimed(Delivery.objects.get(transport="sms"))
    day.passes(seconds=LEASE.total_seconds())
    assert day.transports == ["sms"]


def test_what_kills_every_process_is_given_up(day, pushed):
    for _ in range(ATTEMPTS):
        pushed = claimed(pushed)
        day.passes(seconds=LEASE.total_seconds(), run=False)
    day.works()
    assert Delivery.objects.get(pk=pushed.pk).state == "uncertain"


def test_who_comes_too_late_with_an_outcome_changes_nothing(day, pushed):
    slow = claimed(pushed)
    day.passes(seconds=LEASE.total_seconds())
    assert not courier.settle(slow, Later("timeout"))
    assert Delivery.objects.get().state == "sent"


def test_what_is_uncertain_is_not_sent_again(day, pushed):
    day.outcomes["push"] = [Unsure("no answer")]
    day.passes(days=1)
    pushed.refresh_from_db()
    assert pushed.state == "uncertain"
    assert day.transports.count("push") == 1


def test_of_two_who_saw_it_one_gets_it(day, pushed):
    other = Delivery.objects.get()
    assert courier.claim(pushed, timezone.now())
    assert not courier.claim(other, timezone.now())


def test_a_person_who_is_deleted_meanwhile_upsets_nobody(day, asha, pushed, monkeypatch):
    def send(delivery):
        Notification.objects.all().delete()
        return Sent()

    monkeypatch.setitem(senders, "push", send)
    day.works()
    assert not Delivery.objects.exists()


def test_what_is_deleted_between_claim_and_send_is_not_sent(day, pushed):
    claimed(pushed)
    Notification.objects.all().delete()
    courier.deliver(pushed, timezone.now())
    assert day.transports == []


def test_what_is_read_between_plan_and_send_is_not_sent(day, asha, pushed):
    Notification.objects.for_user(asha).mark_read()
    day.works()
    pushed.refresh_from_db()
    assert (day.transports, pushed.reason) == ([], "seen")


def test_one_is_taken_at_a_time_and_the_oldest_first(day, asha, tell):
    for number in range(3):
        tell(asha, key=f"conversation:{number}")
        ladder.climb(timezone.now())
        day.passes(seconds=1, run=False)
    assert courier.work(Transport.PUSH, timezone.now()) == 1
    states = Delivery.objects.order_by("created_at").values_list("state", flat=True)
    assert list(states) == ["sent", "waiting", "waiting"]


def test_couriers_are_woken_for_their_own_transport_only(day, pushed, monkeypatch):
    woken = []
    monkeypatch.setattr(jobs, "wake", woken.append)
    courier.call(timezone.now())
    assert woken == ["push"]


def test_with_nothing_to_do_it_only_reads(day, django_assert_num_queries):
    with django_assert_num_queries(len(Transport.values)) as queries:
        courier.call(timezone.now())
    assert {each["sql"].split()[0] for each in queries} == {"SELECT"}


def test_what_left_and_how_long_something_waits_can_be_watched(day, pushed):
    def value(name, **labels):
        return REGISTRY.get_sample_value(name, labels) or 0

    day.passes(seconds=90, run=False)
    courier.call(timezone.now())
    assert value("telemed_delivery_overdue_seconds", transport="push") == 90
    before = value("telemed_deliveries_total", transport="push", state="sent")
    day.works()
    assert value("telemed_deliveries_total", transport="push", state="sent") == before + 1
    courier.call(timezone.now())
    assert value("telemed_delivery_overdue_seconds", transport="push") == 0


@pytest.mark.django_db(transaction=True)
def test_four_couriers_send_forty_once_each(asha, monkeypatch):
    left = []
    monkeypatch.setitem(senders, "push", lambda each: left.append(each.pk) or Sent())
    has_device(asha)
    for number in range(40):
        tell_now(asha, key=f"conversation:{number}")
    while ladder.climb(timezone.now()):
        pass

    def work(_):
        while courier.work(Transport.PUSH, timezone.now()):
            pass
        connection.close()

    with ThreadPoolExecutor(4) as couriers:
        list(couriers.map(work, range(4)))
    assert len(left) == len(set(left)) == 40
    assert not Delivery.objects.exclude(state=State.SENT).exists()


@pytest.mark.django_db(transaction=True)
def test_two_ladders_plan_each_step_once(asha):
    has_device(asha)
    for number in range(150):
        tell_now(asha, key=f"conversation:{number}")

    def climb(_):
        while ladder.climb(timezone.now()):
            pass
        connection.close()

    with ThreadPoolExecutor(2) as ladders:
        list(ladders.map(climb, range(2)))
    assert Delivery.objects.count() == 150
