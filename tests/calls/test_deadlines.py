"""What time does to a call: ringing ends, leases run out, outages are forgiven."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from calls.models import Call, CallTransition
from calls.settling import extend_leases, settle
from chat.models import Conversation, Message
from telemed import clock
from telemed.models import Refusal, Tick

pytestmark = pytest.mark.django_db

Later = Callable[[float], datetime]


def outcome(call: Call) -> tuple[str, str]:
    call.refresh_from_db()
    return call.status, call.end_reason


def test_it_rings_for_thirty_seconds(ringing: Call, later: Later) -> None:
    settle(later(29))
    assert outcome(ringing) == ("ringing", "")
    settle(later(31))
    assert outcome(ringing) == ("ended", "missed")
    assert ringing.ended_by is None


def test_settling_twice_changes_nothing(ringing: Call, later: Later) -> None:
    now = later(31)
    for _ in range(3):
        settle(now)
    assert CallTransition.objects.count() == 2
    assert Message.objects.count() == 1


def test_a_waiting_call_ends_busy(active: Call, stranger: User, dr_rao: User, later: Later) -> None:
    theirs = Conversation.objects.direct(stranger, dr_rao)
    waiting = Call.objects.start(theirs, by=stranger, kind="audio")
    settle(later(31))
    assert outcome(waiting) == ("ended", "busy")
    assert outcome(active) == ("active", "")


def test_accepting_too_late_is_missing_it(ringing: Call, dr_rao: User) -> None:
    Call.objects.update(ring_expires_at=timezone.now())
    with pytest.raises(Refusal) as refused:
        ringing.accept(dr_rao)
    assert refused.value.code == "call_over"
    assert outcome(ringing) == ("ended", "missed")


def test_a_call_that_nobody_joins_fails(active: Call, later: Later) -> None:
    settle(later(44))
    assert outcome(active) == ("active", "")
    settle(later(46))
    assert outcome(active) == ("ended", "failed")
    assert active.duration is None


def test_who_falls_silent_is_parted_from_and_the_room_stays(
    joined: Call, asha: User, dr_rao: User, later: Later
) -> None:
    tab = joined.participants.get(person=dr_rao)
    tab.renew(tab.party_id, later(30))
    settle(later(36))
    assert outcome(joined) == ("active", "")
    assert list(joined.parties()) == ["tab-of-rao"]
    assert not Call.objects.holding(asha).exists()


def test_who_was_lost_may_come_back(joined: Call, asha: User, dr_rao: User, later: Later) -> None:
    tab = joined.participants.get(person=dr_rao)
    tab.renew(tab.party_id, later(30))
    settle(later(36))
    with pytest.raises(Refusal) as refused:
        joined.renew(asha, "tab-of-asha")
    assert refused.value.code == "not_joined"
    joined.join(asha, "tab-of-asha-2")
    assert set(joined.parties()) == {"tab-of-asha-2", "tab-of-rao"}


def test_when_the_last_is_gone_the_call_is_lost(joined: Call, asha: User, later: Later) -> None:
    joined.report_connected(asha, "tab-of-asha")
    settle(later(36))
    assert outcome(joined) == ("ended", "lost")


def test_a_call_that_never_connected_fails_when_all_are_gone(joined: Call, later: Later) -> None:
    settle(later(36))
    assert outcome(joined) == ("ended", "failed")


def test_a_renewed_lease_holds(joined: Call, asha: User, dr_rao: User, later: Later) -> None:
    for seconds in range(0, 300, 10):
        for tab in joined.participants.all():
            assert tab.renew(tab.party_id, later(seconds))
        settle(later(seconds + 5))
    assert outcome(joined) == ("active", "")


def test_ringing_does_not_need_the_callers_lease(ringing: Call, later: Later) -> None:
    ringing.participants.update(lease_expires_at=later(-5))
    settle(later(1))
    assert outcome(ringing) == ("ringing", "")


@pytest.mark.parametrize(("down_for", "survives"), [(5, True), (40, True), (59, True)])
def test_a_live_call_survives_an_outage(
    joined: Call, later: Later, down_for: int, survives: bool
) -> None:
    extend_leases(later(down_for))
    settle(later(down_for + 1))
    assert outcome(joined) == ("active", "")
    settle(later(down_for + 61))
    assert outcome(joined)[0] == "ended"


def test_the_clock_forgives_before_it_settles(joined: Call) -> None:
    long_ago = timezone.now() - timedelta(seconds=120)
    Tick.objects.update_or_create(id=1, defaults={"ticked_at": long_ago})
    joined.participants.update(lease_expires_at=long_ago)
    clock.tick()
    settle(timezone.now())
    assert outcome(joined) == ("active", "")


@pytest.mark.parametrize("read", ["list", "verb"])
def test_a_read_before_the_first_tick_forgives_too(
    read: str, joined: Call, asha: User, api: Callable
) -> None:
    long_ago = timezone.now() - timedelta(seconds=120)
    Tick.objects.update_or_create(id=1, defaults={"ticked_at": long_ago})
    joined.participants.update(lease_expires_at=long_ago)
    if read == "list":
        assert api(as_=asha).get("/api/v1/calls/").status_code == 200
    else:
        joined.join(asha, "tab-of-asha")
    assert outcome(joined) == ("active", "")
    assert joined.participants.here().count() == 2
    assert Tick.objects.get().ticked_at > long_ago


def test_ringing_is_not_extended_by_an_outage(ringing: Call, later: Later) -> None:
    extend_leases(later(40))
    settle(later(40))
    assert outcome(ringing) == ("ended", "missed")


def test_settling_costs_one_query_when_nothing_is_due(
    joined: Call, django_assert_num_queries: Callable
) -> None:
    with django_assert_num_queries(1):
        settle(timezone.now())
