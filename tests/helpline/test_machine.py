"""Whatever people and the clock do to tickets in whatever order, each stays one truth."""

from contextlib import suppress
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.utils import timezone
from hypothesis import Phase
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)
from time_machine import travel

from accounts.models import User
from helpline.assignment import assign
from helpline.heeding import heed_all
from helpline.models import Agent, Category, Priority, Reason, Status, Ticket
from helpline.models.states import ALLOWED, OWNED
from telemed.models import Refusal
from tests.helpline.people import agents, ask, write_if_inside
from tests.long import only_in_long
from tests.machines import run_machine

AGENT = st.sampled_from([0, 1, 2])
# The last is whoever has the ticket.
HOLDER = st.sampled_from([0, 1, 3, 3, 3])
TICKET = st.sampled_from([0, 1, 2])
BEGIN = datetime.fromisoformat("2026-11-24T10:00:00+00:00")


class Helpline(RuleBasedStateMachine):
    """Three agents, of whom one leads, a patient, three tickets; every verb, and time itself."""

    requester: User
    agents: list[User] = []
    category: Category

    @initialize()
    def begin(self) -> None:
        Ticket.objects.all().delete()
        Agent.objects.all().delete()
        self.clock = travel(BEGIN, tick=False)
        self.time = self.clock.start()
        until = BEGIN + timedelta(seconds=60)
        self.tickets = [
            ask(self.requester, self.category),
            ask(self.requester, self.category, channel="chat", chat_until=until),
            ask(self.requester, self.category, channel="emergency"),
        ]

    def teardown(self) -> None:
        """When all fall silent, nothing is owned for ever and everything ends."""
        self.time.shift(timedelta(seconds=120))
        Ticket.objects.settle()
        assert not Ticket.objects.filter(status=Status.ASSIGNED).exists()
        for days in (8, 15):
            self.time.shift(timedelta(days=days))
            Ticket.objects.settle()
        assert set(self.states()) <= {Status.OPEN, Status.CLOSED}
        self.clock.stop()

    def states(self) -> list[str]:
        return list(Ticket.objects.values_list("status", flat=True))

    def attempt(self, which: int, verb: str, *args: object, **options: object) -> None:
        """A refusal is an answer; anything else is a fault."""
        ticket = Ticket.objects.get(pk=self.tickets[which].pk)
        with suppress(Refusal):
            getattr(ticket, verb)(*args, **options)

    def by(self, which: int, who: int) -> User:
        """One of the agents, or whoever has the ticket."""
        if who < len(self.agents):
            return self.agents[who]
        return Ticket.objects.get(pk=self.tickets[which].pk).assignee or self.agents[0]

    @rule(which=TICKET, who=AGENT)
    def claim(self, which: int, who: int) -> None:
        self.attempt(which, "claim", self.agents[who])

    @rule(which=TICKET, who=HOLDER, verb=st.sampled_from(["release", "wait", "reopen"]))
    def act(self, which: int, who: int, verb: str) -> None:
        self.attempt(which, verb, by=self.by(which, who))

    @rule(which=TICKET, who=HOLDER, anyway=st.booleans())
    def resolve(self, which: int, who: int, anyway: bool) -> None:
        self.attempt(which, "resolve", by=self.by(which, who), anyway=anyway)

    @rule(which=TICKET, who=HOLDER, to=AGENT)
    def transfer(self, which: int, who: int, to: int) -> None:
        self.attempt(which, "transfer", self.agents[to], by=self.by(which, who))

    @rule(which=TICKET, who=AGENT, priority=st.sampled_from(Priority))
    def set_priority(self, which: int, who: int, priority: Priority) -> None:
        self.attempt(which, "set_priority", priority, by=self.agents[who])

    @rule(which=TICKET, verb=st.sampled_from(["resolve", "reopen"]))
    def decide(self, which: int, verb: str) -> None:
        self.attempt(which, verb, by=self.requester)

    @rule(which=TICKET, who=st.sampled_from([0, 3, None]))
    def write(self, which: int, who: int | None) -> None:
        author = self.requester if who is None else self.by(which, who)
        write_if_inside(self.tickets[which], author)
        heed_all(timezone.now())

    @rule(who=AGENT, takes=st.booleans())
    def sit_down(self, who: int, takes: bool) -> None:
        agent = Agent.objects.of(self.agents[who])
        agent.renew()
        agent.set_available(takes)

    @rule(who=AGENT)
    def stand_up(self, who: int) -> None:
        Agent.objects.filter(person=self.agents[who]).update(lease_expires_at=timezone.now())

    @rule(seconds=st.sampled_from([1, 11, 46, 61, 601, 90_000]))
    def wait(self, seconds: int) -> None:
        self.time.shift(timedelta(seconds=seconds))

    @rule()
    def tick(self) -> None:
        Ticket.objects.settle()
        assign()
        present = Agent.objects.free()
        assert not (present.exists() and Ticket.objects.queued().exists())

    @invariant()
    def every_ticket_came_by_allowed_steps(self) -> None:
        for ticket in Ticket.objects.prefetch_related("transitions"):
            steps = list(ticket.transitions.all())
            assert (steps[-1].to_status, steps[-1].assignee_id) == (
                ticket.status,
                ticket.assignee_id,
            )
            for before, step in pairwise(steps):
                assert step.from_status == before.to_status
                gave_up = step.reason == Reason.UNANSWERED
                assert gave_up or step.to_status in ALLOWED[step.from_status]

    @invariant()
    def who_has_it_is_inside_and_nobody_else(self) -> None:
        for ticket in Ticket.objects.all():
            present = ticket.conversation.members.present()
            others = set(present.exclude(person=self.requester).values_list("person", flat=True))
            if ticket.status in (*OWNED, Status.OPEN):
                assert others == {ticket.assignee_id} - {None}

    @invariant()
    def everything_has_its_promise(self) -> None:
        for ticket in Ticket.objects.all():
            assert ticket.response_due_at
            assert ticket.response_due_at <= ticket.resolution_due_at
            assert ticket.waited >= timedelta()


@pytest.mark.django_db
@pytest.mark.parametrize(("examples", "steps"), [(15, 30), *only_in_long((1000, 50))])
def test_tickets_hold_whatever_happens(
    examples: int, steps: int, asha: User, ravi: User, devika: User, payments: Category
) -> None:
    Helpline.requester, Helpline.category = asha, payments
    Helpline.agents = [ravi, devika, *agents(1)]
    # To make a failure smaller would take minutes.
    run_machine(Helpline, examples, steps, phases=[Phase.generate])
