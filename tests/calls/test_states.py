"""Every verb in every state: what happens, or which refusal is heard."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from calls.models import Call, CallTransition, Participant
from chat.models import Conversation
from telemed.models import Refusal

pytestmark = pytest.mark.django_db

CALLER, CALLED = "asha", "dr_rao"

VERBS: dict[str, Callable[[Call, User], Any]] = {
    "alert": lambda call, by: call.alert(by),
    "accept": lambda call, by: call.accept(by),
    "decline": lambda call, by: call.decline(by),
    "cancel": lambda call, by: call.cancel(by),
    "leave": lambda call, by: call.leave(by),
    "join": lambda call, by: call.join(by, f"tab-of-{by.pk:04}"),
    "renew": lambda call, by: call.renew(by, f"tab-of-{by.pk:04}"),
    "report_connected": lambda call, by: call.report_connected(by, f"tab-of-{by.pk:04}"),
}

# (state, verb, who): the state and outcome after it, or the code of the refusal.
TABLE = {
    ("ringing", "alert", CALLER): "wrong_side",
    ("ringing", "alert", CALLED): ("ringing", ""),
    ("ringing", "accept", CALLER): "wrong_side",
    ("ringing", "accept", CALLED): ("active", ""),
    ("ringing", "decline", CALLER): "wrong_side",
    ("ringing", "decline", CALLED): ("ended", "declined"),
    ("ringing", "cancel", CALLER): ("ended", "cancelled"),
    ("ringing", "cancel", CALLED): "wrong_side",
    ("ringing", "leave", CALLER): ("ended", "cancelled"),
    ("ringing", "leave", CALLED): "not_joined",
    ("ringing", "join", CALLER): ("ringing", ""),
    ("ringing", "join", CALLED): "not_accepted",
    ("ringing", "renew", CALLER): "not_joined",
    ("ringing", "renew", CALLED): "not_joined",
    ("ringing", "report_connected", CALLER): "not_accepted",
    ("ringing", "report_connected", CALLED): "not_accepted",
    ("active", "alert", CALLER): "already_answered",
    ("active", "alert", CALLED): "already_answered",
    ("active", "accept", CALLER): "already_answered",
    ("active", "accept", CALLED): "already_answered",
    ("active", "decline", CALLER): "already_answered",
    ("active", "decline", CALLED): "already_answered",
    ("active", "cancel", CALLER): "already_answered",
    ("active", "cancel", CALLED): "already_answered",
    ("active", "leave", CALLER): ("ended", "failed"),
    ("active", "leave", CALLED): ("ended", "failed"),
    ("active", "join", CALLER): ("active", ""),
    ("active", "join", CALLED): ("active", ""),
    ("active", "renew", CALLER): "not_joined",
    ("active", "renew", CALLED): "not_joined",
    ("active", "report_connected", CALLER): "not_joined",
    ("active", "report_connected", CALLED): "not_joined",
    ("joined", "join", CALLER): "already_elsewhere",
    ("joined", "join", CALLED): "already_elsewhere",
    ("joined", "leave", CALLER): ("ended", "failed"),
    ("talking", "leave", CALLER): ("ended", "completed"),
    ("talking", "leave", CALLED): ("ended", "completed"),
    **{("over", verb, who): "call_over" for verb in VERBS for who in (CALLER, CALLED)},
}


@pytest.fixture
def over(active: Call, asha: User) -> Call:
    """A call that has ended."""
    active.leave(asha)
    return active


@pytest.mark.parametrize(("state", "verb", "who"), TABLE)
def test_every_verb_in_every_state(
    state: str, verb: str, who: str, request: pytest.FixtureRequest
) -> None:
    call: Call = request.getfixturevalue(state)
    person: User = request.getfixturevalue(who)
    expected = TABLE[state, verb, who]
    steps = call.transitions.count()
    before = Call.objects.values().get(pk=call.pk)
    if isinstance(expected, str):
        with pytest.raises(Refusal) as refused:
            VERBS[verb](Call.objects.get(pk=call.pk), person)
        assert refused.value.code == expected
        assert Call.objects.values().get(pk=call.pk) == before
        assert call.transitions.count() == steps
    else:
        VERBS[verb](Call.objects.get(pk=call.pk), person)
        after = Call.objects.get(pk=call.pk)
        assert (after.status, after.end_reason) == expected
        assert call.transitions.count() == steps + (before["status"] != after.status)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", ["ringing", "active", "over"])
def test_to_a_stranger_the_call_is_not_there(
    state: str, verb: str, stranger: User, request: pytest.FixtureRequest
) -> None:
    call: Call = request.getfixturevalue(state)
    with pytest.raises((Call.DoesNotExist, Participant.DoesNotExist)):
        VERBS[verb](call, stranger)


def test_a_stale_copy_cannot_move_a_call(ringing: Call, asha: User, dr_rao: User) -> None:
    stale = Call.objects.get(pk=ringing.pk)
    ringing.cancel(asha)
    with pytest.raises(Refusal) as refused:
        stale.accept(dr_rao)
    assert refused.value.code == "call_over"


def test_each_step_leaves_who_when_and_why(talking: Call, asha: User, dr_rao: User) -> None:
    talking.leave(dr_rao)
    steps = talking.transitions.values_list("from_status", "to_status", "reason", "by")
    assert list(steps) == [
        ("", "ringing", "", asha.pk),
        ("ringing", "active", "", dr_rao.pk),
        ("active", "ended", "completed", dr_rao.pk),
    ]
    assert not CallTransition.objects.filter(at=None).exists()


def test_a_declined_call_is_over_for_both(ringing: Call, dr_rao: User, asha: User) -> None:
    ringing.decline(dr_rao)
    assert not Participant.objects.here().exists()
    assert ringing.duration is None
    assert ringing.ended_by == dr_rao


def test_an_administrator_ends_a_call_by_the_verb(talking: Call, ravi: User) -> None:
    talking.stop(ravi)
    assert (talking.status, talking.end_reason) == ("ended", "completed")
    with pytest.raises(Refusal):
        talking.stop(ravi)


def test_a_call_needs_someone_to_ring(conversation: Conversation, asha: User, dr_rao: User) -> None:
    User.objects.filter(pk=dr_rao.pk).update(is_active=False)
    with pytest.raises(Refusal) as refused:
        Call.objects.start(conversation, by=asha, kind="audio")
    assert refused.value.code == "not_reachable"
    assert not Call.objects.exists()
