"""Whatever two people and the clock do in whatever order, a call stays one truth."""

from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)
from time_machine import travel

from accounts.models import User
from calls.models import Call, Participant
from calls.models.states import ALLOWED
from chat.models import Conversation, Message
from telemed.models import Refusal
from tests.long import only_in_long
from tests.machines import run_machine

WHO = st.sampled_from([0, 1])
TAB = st.sampled_from(["tab-one-of-", "tab-two-of-"])
BEGIN = datetime.fromisoformat("2026-11-24T10:00:00+00:00")


class Calling(RuleBasedStateMachine):
    """Two people with two tabs each; every verb at any time, and time itself."""

    people: list[User] = []

    @initialize()
    def begin(self) -> None:
        Conversation.objects.all().delete()
        self.conversation = Conversation.objects.direct(*self.people)
        self.clock = travel(BEGIN, tick=False)
        self.time = self.clock.start()

    def teardown(self) -> None:
        """When all fall silent, nothing lives on."""
        self.time.shift(timedelta(seconds=90))
        Call.objects.settle()
        assert not Call.objects.live().exists()
        self.clock.stop()

    def attempt(self, verb: str, who: int, *args: str, **options: bool) -> None:
        """A refusal is an answer; anything else is a fault."""
        last = Call.objects.order_by("-created_at", "-pk").first()
        if last is not None:
            with suppress(Refusal):
                getattr(last, verb)(self.people[who], *args, **options)

    @rule(who=WHO, kind=st.sampled_from(["audio", "video"]))
    def start(self, who: int, kind: str) -> None:
        call = Call.objects.start(self.conversation, by=self.people[who], kind=kind)
        assert call.is_live

    @rule(who=WHO, verb=st.sampled_from(["alert", "accept", "decline", "cancel", "leave"]))
    def act(self, who: int, verb: str) -> None:
        self.attempt(verb, who)

    @rule(who=WHO, tab=TAB, move=st.booleans())
    def join(self, who: int, tab: str, move: bool) -> None:
        self.attempt("join", who, f"{tab}{who}", move=move)

    @rule(who=WHO, tab=TAB, verb=st.sampled_from(["renew", "report_connected"]))
    def hold(self, who: int, tab: str, verb: str) -> None:
        self.attempt(verb, who, f"{tab}{who}")

    @rule(seconds=st.sampled_from([1, 10, 29, 36, 46, 90]), settles=st.booleans())
    def wait(self, seconds: int, settles: bool) -> None:
        self.time.shift(timedelta(seconds=seconds))
        if settles:
            Call.objects.settle()

    @invariant()
    def every_call_came_by_allowed_steps(self) -> None:
        for call in Call.objects.prefetch_related("transitions"):
            steps = list(call.transitions.all())
            assert steps[-1].to_status == call.status
            for step in steps[1:]:
                assert step.reason in ALLOWED[step.from_status][step.to_status]

    @invariant()
    def at_most_one_lives_and_only_it_holds_people(self) -> None:
        live = list(Call.objects.live())
        assert len(live) <= 1
        here = Participant.objects.here()
        assert not here.exclude(call__in=live).exists()

    @invariant()
    def every_end_left_one_row(self) -> None:
        ended = Call.objects.filter(status="ended").count()
        assert Message.objects.filter(kind="call").count() == ended


@pytest.mark.django_db
@pytest.mark.parametrize(("examples", "steps"), [(15, 20), *only_in_long((2000, 50))])
def test_calls_hold_whatever_happens(examples: int, steps: int, asha: User, dr_rao: User) -> None:
    Calling.people = [asha, dr_rao]
    run_machine(Calling, examples, steps)
