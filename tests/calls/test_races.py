"""Several devices at the same moment: one wins, and everyone agrees which."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connection, connections
from django.utils import timezone

from accounts.models import User
from calls.models import Call, CallTransition, Participant
from calls.settling import settle
from chat.models import Conversation, Message
from telemed.models import Refusal
from tests.long import in_long

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 6


def at_once(*deeds: Callable[[], object]) -> list[str]:
    """Runs each in a thread of its own, from the same moment; returns "" or the refusal's code."""
    ready = Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> str:
        try:
            connection.ensure_connection()
            ready.wait()
            deed()
        except Refusal as refusal:
            return refusal.code
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def device(call_id: UUID, verb: str, by: User) -> Callable[[], None]:
    """A device that has loaded the call as it rang."""
    call = Call.objects.get(pk=call_id)
    return lambda: getattr(call, verb)(by)


def timeout() -> None:
    """The clock of any process finds that the time to ring is up."""
    settle(timezone.now() + timedelta(seconds=31))


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_accept_cancel_decline_and_timeout_have_one_winner(
    round_: int, ringing: Call, asha: User, dr_rao: User
) -> None:
    pk = ringing.pk
    codes = at_once(
        device(pk, "accept", dr_rao),
        device(pk, "accept", dr_rao),
        device(pk, "decline", dr_rao),
        device(pk, "cancel", asha),
        timeout,
    )
    after = Call.objects.get(pk=pk)
    won = CallTransition.objects.filter(call=pk, from_status="ringing").get()
    assert (won.to_status, won.reason) == (after.status, after.end_reason)
    assert codes[:4].count("") == (after.end_reason != "missed")
    outcomes = [("active", ""), ("active", ""), ("ended", "declined"), ("ended", "cancelled")]
    for code, outcome in zip(codes, outcomes, strict=False):
        assert code in ("", "call_over", "already_answered")
        if not code:
            assert (after.status, after.end_reason) == outcome
    assert Message.objects.count() == (after.status == "ended")
    assert Participant.objects.here().count() == (2 if after.status == "active" else 0)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_both_calling_each_other_makes_one_live_call(
    round_: int, conversation: Conversation, asha: User, dr_rao: User
) -> None:
    codes = at_once(
        lambda: Call.objects.start(conversation, by=asha, kind="video"),
        lambda: Call.objects.start(conversation, by=dr_rao, kind="audio"),
    )
    call = Call.objects.get()
    assert (codes, call.status) == (["", ""], "active")
    assert Participant.objects.here().count() == 2


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_person_on_two_devices_makes_one_call(
    round_: int, asha: User, dr_rao: User, meera: User
) -> None:
    pairs = [Conversation.objects.direct(asha, doctor) for doctor in (dr_rao, meera)]
    codes = at_once(
        *[lambda pair=pair: Call.objects.start(pair, by=asha, kind="audio") for pair in pairs]
    )
    assert sorted(codes) == ["", "already_in_call"]
    assert Call.objects.live().count() == 1


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_accepting_two_calls_at_once_leaves_one(
    round_: int, asha: User, stranger: User, dr_rao: User
) -> None:
    for patient in (asha, stranger):
        pair = Conversation.objects.direct(patient, dr_rao)
        Call.objects.start(pair, by=patient, kind="audio")
    codes = at_once(*[device(call.pk, "accept", dr_rao) for call in Call.objects.all()])
    assert "" in codes
    assert Call.objects.filter(status="active").count() == 1
    assert Participant.objects.here().filter(person=dr_rao).count() == 1


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_accepting_in_a_circle_refuses_nobody_for_another_s_sake(
    round_: int, asha: User, dr_rao: User, stranger: User, meera: User
) -> None:
    for patient in (asha, stranger):
        for doctor in (dr_rao, meera):
            Conversation.objects.direct(patient, doctor)
    pairs = [(asha, dr_rao), (dr_rao, stranger), (stranger, meera), (meera, asha)]
    rings = [
        Call.objects.start(Conversation.objects.between(*pair), by=pair[0], kind="audio")
        for pair in pairs
    ]
    codes = at_once(
        *[device(ring.pk, "accept", called) for ring, (_, called) in zip(rings, pairs, strict=True)]
    )
    assert "" in codes
    assert set(codes) <= {"", "call_over"}
    held = Participant.objects.here().values_list("person", flat=True)
    assert len(held) == len(set(held)) > 0


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_joining_a_call_that_ends_holds_nobody(
    round_: int, active: Call, asha: User, dr_rao: User
) -> None:
    joins = Call.objects.get(pk=active.pk)
    ends = Call.objects.get(pk=active.pk)
    at_once(lambda: joins.join(dr_rao, "tab-of-rao"), lambda: ends.leave(asha))
    assert Call.objects.get(pk=active.pk).status == "ended"
    assert not Participant.objects.here().exists()


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_two_tabs_that_join_do_not_both_hold_the_call(
    round_: int, active: Call, asha: User
) -> None:
    tabs = [Call.objects.get(pk=active.pk) for _ in range(2)]
    codes = at_once(
        *[lambda tab=tab, n=n: tab.join(asha, f"tab-number-{n}") for n, tab in enumerate(tabs)]
    )
    assert sorted(codes) == ["", "already_elsewhere"]


def test_every_process_may_settle_at_once(ringing: Call) -> None:
    at_once(*[timeout] * 4)
    assert CallTransition.objects.filter(call=ringing.pk, to_status="ended").count() == 1
    assert Message.objects.count() == 1


@in_long
def test_a_thousand_rounds_have_one_winner_each(
    conversation: Conversation, asha: User, dr_rao: User
) -> None:
    for _ in range(1000):
        call = Call.objects.start(conversation, by=asha, kind="audio")
        at_once(
            device(call.pk, "accept", dr_rao),
            device(call.pk, "accept", dr_rao),
            device(call.pk, "decline", dr_rao),
            device(call.pk, "cancel", asha),
            timeout,
        )
        assert CallTransition.objects.filter(call=call.pk, from_status="ringing").count() == 1
        with suppress(Refusal):
            call.leave(asha)
        assert not Call.objects.live().exists()
