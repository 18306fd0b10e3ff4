"""Which tab holds a call, and when the talk began."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine

from accounts.models import User
from calls.models import Call, Participant
from calls.settling import settle
from chat.models import Conversation
from telemed.models import Refusal

pytestmark = pytest.mark.django_db


def refusal_of(verb: Callable, *args: object, **kwargs: object) -> str:
    with pytest.raises(Refusal) as refused:
        verb(*args, **kwargs)
    return refused.value.code


def test_a_second_tab_is_told_that_the_call_is_elsewhere(joined: Call, asha: User) -> None:
    assert refusal_of(joined.join, asha, "other-tab") == "already_elsewhere"
    assert "tab-of-asha" in joined.parties()


def test_the_call_moves_to_another_tab(joined: Call, asha: User) -> None:
    joined.join(asha, "other-tab", move=True)
    assert set(joined.parties()) == {"other-tab", "tab-of-rao"}
    assert refusal_of(joined.renew, asha, "tab-of-asha") == "not_joined"


def test_a_tab_that_lost_the_call_cannot_hang_up(joined: Call, asha: User) -> None:
    joined.join(asha, "other-tab", move=True)
    assert refusal_of(joined.leave, asha, party_id="tab-of-asha") == "not_joined"
    joined.leave(asha, party_id="other-tab")
    assert joined.status == "ended"


def test_joining_again_is_renewing(joined: Call, asha: User) -> None:
    before = joined.participants.get(person=asha)
    joined.join(asha, "tab-of-asha")
    after = joined.participants.get(person=asha)
    assert after.joined_at == before.joined_at
    assert after.lease_expires_at > before.lease_expires_at


def test_nobody_takes_the_name_of_anothers_tab(active: Call, asha: User, dr_rao: User) -> None:
    active.join(asha, "tab-of-asha")
    assert refusal_of(active.join, dr_rao, "tab-of-asha") == "already_in_call"
    assert active.parties()["tab-of-asha"].person == asha


def test_who_is_in_another_call_by_now_cannot_come_back(
    joined: Call, asha: User, dr_rao: User, stranger: User
) -> None:
    joined.participants.filter(person=dr_rao).update(left_at=joined.accepted_at)
    theirs = Conversation.objects.direct(stranger, dr_rao)
    Call.objects.start(theirs, by=dr_rao, kind="audio")
    assert refusal_of(joined.join, dr_rao, "tab-of-rao") == "already_in_call"


def test_the_caller_holds_the_call_while_it_rings(ringing: Call, asha: User) -> None:
    ringing.join(asha, "tab-of-asha")
    ringing.renew(asha, "tab-of-asha")
    assert list(ringing.parties()) == ["tab-of-asha"]


def test_the_caller_is_impolite_whatever_the_tab(joined: Call, asha: User, dr_rao: User) -> None:
    assert not joined.is_polite(asha)
    assert joined.is_polite(dr_rao)


def test_the_first_report_says_when_it_began(joined: Call, asha: User, dr_rao: User) -> None:
    first = joined.report_connected(asha, "tab-of-asha")
    assert joined.report_connected(dr_rao, "tab-of-rao") == first
    assert Call.objects.get(pk=joined.pk).connected_at == first


def test_only_a_tab_that_is_in_it_can_report(joined: Call, asha: User) -> None:
    assert refusal_of(joined.report_connected, asha, "tab-of-rao") == "not_joined"


@pytest.mark.parametrize(("connects", "seconds"), [(True, 754), (False, None)])
def test_the_duration_is_counted_by_our_clock(
    ringing: Call, asha: User, dr_rao: User, connects: bool, seconds: int | None
) -> None:
    began = datetime.fromisoformat("2026-11-24T10:00:00+00:00")
    Call.objects.update(ring_expires_at=began + timedelta(seconds=30))
    Participant.objects.update(lease_expires_at=began + timedelta(hours=1))
    with time_machine.travel(began, tick=False) as clock:
        ringing.accept(dr_rao)
        ringing.join(asha, "tab-of-asha")
        Participant.objects.update(lease_expires_at=began + timedelta(hours=1))
        clock.shift(6)
        if connects:
            ringing.report_connected(asha, "tab-of-asha")
        clock.shift(754)
        ringing.leave(asha)
    assert ringing.duration == seconds
    assert ringing.end_reason == ("completed" if connects else "failed")


def test_an_ended_call_holds_nobody(joined: Call, asha: User, later: Callable) -> None:
    joined.leave(asha)
    assert joined.parties() == {}
    assert refusal_of(joined.renew, asha, "tab-of-asha") == "call_over"
    settle(later(100))
    assert joined.transitions.count() == 3
