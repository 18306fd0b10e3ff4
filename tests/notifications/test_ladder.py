"""The ladder: who is told outside the application, by what, when, and why not."""

from datetime import time, timedelta

import pytest
from django.utils import timezone

from calls.models import Call
from chat.models import Conversation
from notifications import ladder
from notifications.kinds import Urgency
from notifications.models import Delivery, Notification, clear
from notifications.transports import Never, finders, senders
from tests.notifications.conftest import has_device

pytestmark = pytest.mark.django_db

EVENING, MORNING = time(22), time(7)


def log(*fields):
    return list(Delivery.objects.order_by("created_at", "transport").values_list(*fields))


def test_a_message_is_pushed_at_once_mailed_after_a_quarter_and_texted_after_an_hour(
    day, asha, tell, choose
):
    choose(asha)
    tell(asha)
    day.works()
    assert day.transports == ["push"]
    day.passes(minutes=14, seconds=59)
    assert day.transports == []
    day.passes(seconds=1)
    assert day.transports == ["email"]
    day.passes(minutes=44, seconds=59)
    assert day.transports == []
    day.passes(seconds=1)
    assert day.transports == ["sms"]
    day.passes(days=7)
    assert day.transports == []
    assert Notification.objects.get().due_at is None


@pytest.mark.parametrize(
    ("how_urgent", "steps"),
    [
        (Urgency.CALM, {0: {"email", "push"}, 60 * 60: {"sms"}}),
        (Urgency.HIGH, {0: {"push"}, 2 * 60: {"email"}, 10 * 60: {"sms"}}),
        (Urgency.ALARM, {0: {"push"}, 10: {"sms", "email"}}),
    ],
)
def test_other_urgencies_have_their_own_times(day, asha, tell, choose, urgency, how_urgent, steps):
    urgency(how_urgent)
    choose(asha)
    tell(asha)
    passed = 0
    for seconds, transports in steps.items():
        if seconds:
            day.passes(seconds=seconds - passed - 1)
            assert day.transports == []
            day.passes(seconds=1)
        day.works()
        assert set(day.transports) == transports
        passed = seconds


def test_without_a_choice_a_message_is_not_texted_and_the_log_says_so(day, asha, tell):
    tell(asha)
    for _ in range(5):
        day.passes(minutes=15)
    assert day.transports == ["push", "email"]
    assert ("sms", "skipped", "chosen") in log("transport", "state", "reason")


def test_what_is_read_in_time_is_told_by_nothing_more(day, asha, tell, choose):
    choose(asha)
    tell(asha)
    day.works()
    assert day.transports == ["push"]
    clear(asha, "conversation:1")
    day.passes(hours=2)
    assert day.transports == []


def test_who_has_a_page_open_is_given_ten_seconds_to_notice(day, asha, tell, open_page):
    open_page(asha)
    tell(asha)
    day.passes(seconds=9)
    assert day.transports == []
    day.passes(seconds=1)
    assert day.transports == ["push"]


def test_who_notices_is_not_pushed_and_nothing_is_written(day, asha, tell, open_page):
    open_page(asha)
    tell(asha)
    day.passes(seconds=5)
    clear(asha, "conversation:1")
    day.passes(minutes=30)
    assert (day.transports, log("key")) == ([], [])


def test_somebody_who_keeps_writing_does_not_keep_the_push_away(day, asha, tell, open_page):
    open_page(asha)
    for _ in range(6):
        tell(asha)
        day.passes(seconds=3)
    assert day.transports == ["push"]


def test_an_alarm_does_not_wait_for_an_open_page(day, asha, tell, open_page, urgency):
    urgency(Urgency.ALARM)
    open_page(asha)
    tell(asha)
    day.works()
    assert day.transports == ["push"]


def test_of_many_lines_one_is_pushed_each_minute_and_one_is_mailed(day, asha, tell):
    for _ in range(12):
        tell(asha)
        day.passes(seconds=10)
    assert day.transports == ["push", "push"]
    day.passes(hours=1)
    assert sorted(day.transports) == ["email", "push"]
    assert Notification.objects.count() == 1


def test_lines_in_between_cost_the_ladder_no_look(day, asha, tell):
    tell(asha)
    day.works()
    day.passes(seconds=20, run=False)
    tell(asha)
    assert ladder.climb(timezone.now()) == 0
    day.passes(seconds=40)
    assert day.transports == ["push", "push"]


def test_what_is_read_and_happens_again_is_told_again(day, asha, tell):
    tell(asha)
    day.works()
    clear(asha, "conversation:1")
    tell(asha)
    day.works()
    assert day.transports == ["push", "push"]


def test_a_muted_conversation_is_told_by_nothing_and_the_log_says_why(day, asha, tell):
    tell(asha)
    Notification.objects.update(silent=True)
    day.passes(hours=2)
    assert day.transports == []
    assert {reason for (reason,) in log("reason")} == {"muted"}


def test_when_it_is_muted_no_more_the_same_unread_thing_is_told(day, asha, tell, choose):
    choose(asha)
    tell(asha)
    Notification.objects.update(silent=True)
    day.passes(hours=2)
    day.passes(hours=8)
    tell(asha)
    day.works()
    assert day.transports == ["push"]
    day.passes(minutes=15)
    assert day.transports == ["email"]
    day.passes(minutes=45)
    assert day.transports == ["sms"]


def test_what_stays_muted_is_written_down_once(day, asha, tell):
    for _ in range(5):
        tell(asha)
        Notification.objects.update(silent=True)
        day.passes(hours=2)
    assert sorted(log("transport", "reason")) == [
        ("email", "muted"),
        ("push", "muted"),
        ("sms", "muted"),
    ]


def test_at_night_nothing_sounds_and_mail_lies_in_its_box(day, asha, tell, choose):
    choose(asha, quiet_from=EVENING, quiet_to=MORNING)
    day.passes(hours=11)
    tell(asha)
    day.works()
    [held] = log("transport", "state", "reason")
    assert held == ("push", "waiting", "quiet")
    day.passes(minutes=15)
    assert day.transports == ["email"]
    day.passes(hours=7, minutes=44)
    assert day.transports == []


def test_in_the_morning_it_is_pushed_and_later_texted(day, asha, tell, choose):
    choose(asha, quiet_from=EVENING, quiet_to=MORNING)
    day.passes(hours=11)
    tell(asha)
    day.works()
    tell(asha)
    day.passes(hours=2)
    tell(asha)
    day.passes(hours=6)
    assert day.transports == ["email", "push"]
    day.passes(minutes=59)
    assert day.transports == []
    day.passes(minutes=1)
    assert day.transports == ["sms"]


def test_what_is_read_in_the_night_is_not_told_in_the_morning(day, asha, tell, choose):
    choose(asha, quiet_from=EVENING, quiet_to=MORNING)
    day.passes(hours=11)
    tell(asha)
    day.works()
    clear(asha, "conversation:1")
    day.passes(hours=12)
    assert day.transports == []
    assert log("state", "reason") == [("skipped", "seen")]


def test_quiet_hours_are_those_of_the_persons_zone(day, asha, tell, choose):
    choose(asha, time_zone="Asia/Kolkata", quiet_from=time(17, 30), quiet_to=time(18))
    tell(asha)
    day.works()
    assert day.transports == []
    day.passes(minutes=29)
    assert day.transports == ["email"]
    day.passes(minutes=1)
    assert day.transports == ["push"]


def test_an_alarm_sounds_at_night_unless_the_person_forbids_it(day, asha, tell, choose, urgency):
    urgency(Urgency.ALARM)
    choose(asha, quiet_from=EVENING, quiet_to=MORNING)
    day.passes(hours=11)
    tell(asha)
    day.works()
    assert day.transports == ["push"]
    clear(asha, "conversation:1")
    choose(asha, lets_urgent_through=False)
    tell(asha)
    day.works()
    assert day.transports == []


def test_do_not_disturb_is_kept_also_by_what_was_planned_before(day, asha, tell, choose):
    tell(asha)
    ladder.climb(timezone.now())
    choose(asha, undisturbed_until=timezone.now() + timedelta(hours=1))
    day.works()
    assert log("state", "reason", "attempts") == [("waiting", "quiet", 0)]
    day.passes(hours=1)
    assert "push" in day.transports


def test_when_do_not_disturb_is_ended_early_nothing_waits_for_it(day, asha, tell, choose):
    choose(asha, undisturbed_until=timezone.now() + timedelta(hours=8))
    tell(asha)
    day.works()
    choose(asha, undisturbed_until=None)
    Delivery.objects.filter(reason="quiet").update(due_at=timezone.now())
    day.works()
    assert day.transports == ["push"]


def test_turned_off_after_it_was_planned_it_is_not_sent(day, asha, tell, choose):
    tell(asha)
    ladder.climb(timezone.now())
    choose(asha, choices={"message": {"push": False}})
    day.works()
    assert day.transports == []
    assert log("state", "reason") == [("skipped", "chosen")]


def test_after_a_long_outage_the_steps_still_keep_their_distance(day, asha, tell, choose):
    choose(asha)
    tell(asha)
    day.passes(hours=5)
    assert day.transports == ["push"]
    day.passes(minutes=15)
    assert day.transports == ["email"]
    day.passes(minutes=45)
    assert day.transports == ["sms"]


def test_a_process_that_died_before_it_had_planned_loses_nothing(day, asha, tell, monkeypatch):
    tell(asha)
    with monkeypatch.context() as broken:
        broken.setattr(Delivery.objects, "bulk_create", lambda *args, **more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            ladder.climb(timezone.now())
    assert log("key") == []
    day.works()
    assert day.transports == ["push"]


def test_looking_again_and_again_plans_nothing_twice(day, asha, tell):
    tell(asha)
    for _ in range(3):
        Notification.objects.update(due_at=timezone.now())
        day.works()
    assert day.transports == ["push"]


def test_a_step_that_came_to_nothing_brings_the_next_one_forward(day, asha, tell, choose):
    choose(asha)
    day.outcomes["push"] = [Never("refused", "HTTP 400")]
    tell(asha)
    day.works()
    assert day.transports == ["push", "email"]


def test_where_there_is_no_device_the_mail_keeps_its_time(day, asha, tell):
    day.outcomes["push"] = [Never("no_address")]
    tell(asha)
    day.works()
    assert day.transports == ["push"]
    day.passes(minutes=15)
    assert day.transports == ["email"]


def test_who_has_no_device_costs_neither_ladder_nor_courier_anything(
    day, asha, dr_rao, tell, monkeypatch
):
    monkeypatch.setitem(finders, "push", lambda people: {dr_rao.pk})
    tell(asha, device=False)
    tell(dr_rao)
    assert ladder.climb(timezone.now()) == 1
    day.works()
    assert day.transports == ["push"]
    day.passes(minutes=15)
    assert day.transports == ["email", "email"]
    skipped = Delivery.objects.get(notification__recipient=asha, transport="push")
    assert (skipped.state, skipped.reason, skipped.attempts) == ("skipped", "no_address", 0)
    assert (skipped.ended_at, skipped.due_at) == (timezone.now(), None)


def test_without_a_device_who_keeps_writing_does_not_keep_the_mail_away(
    day, asha, tell, monkeypatch
):
    monkeypatch.setitem(finders, "push", lambda people: set())
    for _ in range(15):
        tell(asha, device=False)
        day.passes(minutes=1)
    assert day.transports == ["email"]


def test_without_a_device_an_alarm_is_texted_as_soon_as_ever(
    day, asha, tell, choose, urgency, monkeypatch
):
    monkeypatch.setitem(finders, "push", lambda people: set())
    urgency(Urgency.ALARM)
    choose(asha)
    tell(asha, device=False)
    day.passes(seconds=10)
    assert set(day.transports) == {"sms", "email"}


def test_a_device_that_is_new_is_told_of_what_comes_next(day, asha, tell):
    tell(asha, device=False)
    has_device(asha)
    day.passes(minutes=1)
    assert day.transports == []
    tell(asha)
    day.works()
    assert day.transports == ["push"]


def test_a_transport_that_is_not_set_up_stands_in_the_log(day, asha, tell, monkeypatch):
    monkeypatch.delitem(senders, "push")
    tell(asha)
    day.works()
    assert log("transport", "reason") == [("push", "no_transport")]


def test_an_unknown_kind_is_told_by_nothing(day, asha, tell):
    tell(asha)
    Notification.objects.update(kind="gossip")
    day.works()
    assert (day.transports, Notification.objects.get().due_at) == ([], None)


def test_who_may_not_sign_in_any_more_is_not_told(day, asha, tell):
    tell(asha)
    ladder.climb(timezone.now())
    asha.is_active = False
    asha.save()
    day.works()
    assert log("state", "reason") == [("skipped", "over")]


def test_each_person_is_told_by_their_own_choice_in_one_look(
    day, asha, dr_rao, tell, choose, django_assert_max_num_queries
):
    choose(asha, choices={"message": {"push": False}})
    for person in (asha, dr_rao):
        tell(person)
    with django_assert_max_num_queries(10):
        ladder.climb(timezone.now())
    assert Delivery.objects.get(notification__recipient=asha).reason == "chosen"
    assert Delivery.objects.get(notification__recipient=dr_rao).state == "waiting"


def test_with_nothing_to_do_it_reads_one_index_and_writes_nothing(
    day, asha, tell, django_assert_num_queries
):
    tell(asha)
    clear(asha, "conversation:1")
    with django_assert_num_queries(1) as queries:
        ladder.climb(timezone.now())
    assert queries[0]["sql"].startswith("SELECT")


def test_a_ringing_call_is_pushed_at_once_and_never_late(day, dr_rao, asha, open_page):
    has_device(asha)
    has_device(dr_rao)
    open_page(dr_rao)
    call = Call.objects.start(Conversation.objects.direct(asha, dr_rao), by=asha, kind="audio")
    day.works()
    assert day.left == [("push", "Someone is calling you")]
    day.left.clear()
    call.cancel(asha)
    day.passes(seconds=10)
    assert day.left == [("push", "You missed a call")]


def test_a_call_that_rang_out_while_we_were_away_is_not_pushed_as_ringing(day, dr_rao, asha):
    has_device(asha)
    has_device(dr_rao)
    Call.objects.start(Conversation.objects.direct(asha, dr_rao), by=asha, kind="audio")
    day.passes(seconds=31)
    assert day.left == []
    assert ("push", "skipped", "over") in log("transport", "state", "reason")


def test_a_push_that_waits_when_the_call_is_answered_is_not_sent(day, dr_rao, asha):
    has_device(asha)
    has_device(dr_rao)
    call = Call.objects.start(Conversation.objects.direct(asha, dr_rao), by=asha, kind="audio")
    ladder.climb(timezone.now())
    call.accept(dr_rao)
    day.works()
    assert day.left == []
    assert ("push", "seen") in log("transport", "reason")


def test_a_push_of_the_ringing_call_is_not_sent_for_the_missed_one(day, dr_rao, asha):
    has_device(asha)
    has_device(dr_rao)
    call = Call.objects.start(Conversation.objects.direct(asha, dr_rao), by=asha, kind="audio")
    ladder.climb(timezone.now())
    call.cancel(asha)
    day.works()
    assert [words for _, words in day.left] == ["You missed a call"]
    assert ("push", "over") in log("transport", "reason")
