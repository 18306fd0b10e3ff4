"""Emergencies at the same moment: one has it, nobody is lost, and nothing waits for itself."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from accounts.models import User
from calls.models import Call
from helpline.models import Emergency, Stage, Ticket
from tests.calls.test_races import at_once
from tests.helpline.test_emergency import on_duty, pressed  # noqa: F401 - the same scene

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 4
rounds = pytest.mark.parametrize("round_", range(ROUNDS))


def accept(call_id: UUID, by: User) -> Callable[[], None]:
    call = Call.objects.get(pk=call_id)
    return lambda: call.accept(by)


def stage(seconds: float) -> Callable[[], None]:
    """The clock of some process."""
    return lambda: Emergency.objects.settle(timezone.now() + timedelta(seconds=seconds))


@rounds
def test_two_who_accept_at_once_have_one_winner(
    round_: int,
    pressed: Emergency,  # noqa: F811
    ravi: User,
    dr_rao: User,
) -> None:
    stage(16)()
    codes = at_once(accept(pressed.call.pk, ravi), accept(pressed.call.pk, dr_rao))
    after = Emergency.objects.get(pk=pressed.pk)
    assert sorted(codes) == ["", "already_answered"]
    assert after.owner == [ravi, dr_rao][codes.index("")]
    assert after.alerts.filter(answered_at__isnull=False).get().person == after.owner


@rounds
def test_an_answer_and_the_next_stage_leave_one_owner_and_nothing_ringing(
    round_: int,
    pressed: Emergency,  # noqa: F811
    ravi: User,
    dr_rao: User,
) -> None:
    codes = at_once(accept(pressed.call.pk, ravi), stage(16), stage(16))
    after = Emergency.objects.get(pk=pressed.pk)
    assert codes == ["", "", ""]
    assert (after.owner, after.call.status) == (ravi, "active")
    assert not Call.objects.ringing_for(dr_rao).exists()
    assert after.stage in (Stage.AGENTS, Stage.DOCTORS)


@rounds
def test_an_answer_and_the_end_agree(
    round_: int,
    pressed: Emergency,  # noqa: F811
    asha: User,
    ravi: User,
) -> None:
    same = Emergency.objects.get(pk=pressed.pk)
    codes = at_once(accept(pressed.call.pk, ravi), lambda: same.end(by=asha))
    after = Emergency.objects.get(pk=pressed.pk)
    assert codes[1] == ""
    assert (after.is_over, after.call.status, after.next_at) == (True, "ended", None)


@rounds
def test_an_answer_and_a_cancelled_call_agree(
    round_: int,
    pressed: Emergency,  # noqa: F811
    asha: User,
    ravi: User,
) -> None:
    call = Call.objects.get(pk=pressed.call.pk)
    codes = at_once(accept(pressed.call.pk, ravi), lambda: call.cancel(asha))
    after = Emergency.objects.get(pk=pressed.pk)
    assert codes.count("") == 1
    assert (after.owner == ravi) == (codes[0] == "")


@rounds
def test_the_call_and_the_queue_give_it_to_one(
    round_: int,
    pressed: Emergency,  # noqa: F811
    ravi: User,
    devika: User,
) -> None:
    ticket = Ticket.objects.get(pk=pressed.ticket.pk)
    codes = at_once(accept(pressed.call.pk, ravi), lambda: ticket.claim(devika))
    after = Emergency.objects.get(pk=pressed.pk)
    assert codes.count("") == 1
    assert after.owner == after.ticket.assignee == [ravi, devika][codes.index("")]


@rounds
def test_two_presses_of_one_person_are_one_emergency(
    round_: int, asha: User, ravi: User, devika: User
) -> None:
    def press() -> None:
        Emergency.objects.press(by=asha)

    assert at_once(press, press, press) == ["", "", ""]
    assert (Emergency.objects.count(), Ticket.objects.count()) == (1, 1)
    assert Call.objects.live().count() == 1
