"""What an agent sees of the desk: the lists, who sits there, and how much they have."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Prefetch, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from calls.models import Participant
from helpline.models import Agent, Category, Channel, Duty, Emergency, Status, Ticket, Viewing
from helpline.models.selection import TicketQuerySet
from helpline.models.states import OURS, OWNED, UNSETTLED
from helpline.refusals import AlreadyClaimed

ROWS = 100
LISTS = {"queue": _("Queue"), "mine": _("Mine"), "waiting": _("Waiting"), "all": _("All")}


@dataclass(frozen=True)
class Desk:
    """The desk of one agent, on one of its lists."""

    person: User
    show: str = "queue"

    @property
    def lists(self) -> list[tuple[str, Any]]:
        """The lists there are for this person: only supervisors see what others have."""
        return [(name, words) for name, words in LISTS.items() if name != "all" or self.is_chief]

    @property
    def is_chief(self) -> bool:
        """A supervisor or an administrator."""
        return self.person.is_supervisor

    @cached_property
    def mine(self) -> TicketQuerySet:
        """Whatever this person may work."""
        return Ticket.objects.at_desk_of(self.person)

    @cached_property
    def queues(self) -> list[str]:
        """The names of those that this person works, if they do not work all."""
        if self.is_chief:
            return []
        mine = Category.objects.filter(agents__person=self.person)
        return list(mine.values_list("name", flat=True))

    @property
    def elsewhere(self) -> int:
        """How many wait in queues that this person does not work."""
        others = Ticket.objects.filter(status=Status.OPEN).exclude(requester=self.person)
        return others.exclude(pk__in=self.mine.values("pk")).count()

    @property
    def tickets(self) -> TicketQuerySet:
        """The same with all that a row shows."""
        looking = Viewing.objects.now().select_related("person").order_by("pk")
        lookers = Prefetch("viewings", looking, to_attr="lookers")
        return self.mine.at_hand().prefetch_related(lookers)

    @cached_property
    def _alarms(self) -> list[Ticket]:
        """Of emergencies whatever stands on top of every list, by one query."""
        untold = Q(emergency__in=Emergency.objects.untold_by(self.person))
        live = Q(status__in=UNSETTLED) if self.is_chief else Q(status=Status.OPEN)
        shown = self.tickets.filter(live | untold, channel=Channel.EMERGENCY)
        return list(shown.select_related("emergency").in_order())

    @property
    def emergencies(self) -> list[Ticket]:
        """Those that nobody has."""
        return [each for each in self._alarms if each.status == Status.OPEN]

    @property
    def in_hands(self) -> list[Ticket]:
        """Those that somebody has, for a supervisor: with whom nobody speaks is seen at once."""
        return [each for each in self._alarms if each.status in OWNED]

    @property
    def untold(self) -> list[Emergency]:
        """Those of which this person is still to say what became of whom they helped."""
        return [each.emergency for each in self._alarms if each.status not in UNSETTLED]

    @property
    def left_alone(self) -> set[Any]:
        """The conversations of emergencies in whose call the person is with nobody."""
        return {each for each, helpers in self._calls.items() if not helpers}

    @cached_property
    def _calls(self) -> dict[Any, int]:
        """How many helpers are in the call of each emergency, by its conversation."""
        here = Participant.objects.here().filter(call__status="active", call__kind="emergency")
        helpers = Count("pk", filter=~Q(person=F("call__started_by")))
        counted = here.order_by().values_list("call__conversation").annotate(helpers=helpers)
        return dict(counted)

    @property
    def in_call(self) -> set[Any]:
        """The conversations of emergencies whose person is in a call with somebody, or awaited."""
        return {each for each, helpers in self._calls.items() if helpers}

    @cached_property
    def given(self) -> list[Ticket]:
        """What the queue or a colleague has given this person, who has not opened it yet."""
        mine = self.mine.filter(status=Status.ASSIGNED, assignee=self.person, joined_at=None)
        return list(mine.exclude(channel=Channel.EMERGENCY).in_order()[:ROWS])

    @cached_property
    def rows(self) -> list[Ticket]:
        """The chosen list, the next one first."""
        chosen = {
            "queue": Q(status=Status.OPEN),
            "mine": Q(status=Status.ASSIGNED, assignee=self.person),
            "waiting": Q(status=Status.WAITING, assignee=self.person),
            "all": Q(status__in=UNSETTLED),
        }[self.show]
        above = Q(pk__in=[each.pk for each in self.emergencies + self.in_hands])
        calm = self.tickets.filter(chosen).exclude(above)
        return list(calm.in_order()[:ROWS])

    def figures(self) -> dict[str, Any]:
        """The bar above: how many wait, what is late, who is here, and one's own place."""
        mine, now = self.mine, timezone.now()
        no_answer = Q(first_responded_at=None, response_due_at__lt=now)
        left = Q(channel=Channel.EMERGENCY, status=Status.OPEN, came_back=True)
        late = Q(no_answer | Q(resolution_due_at__lt=now) | left, status__in=OURS)
        counts = mine.order_by().aggregate(
            waiting=Count("pk", filter=Q(status=Status.OPEN)), late=Count("pk", filter=late)
        )
        here = Agent.objects.filter(lease_expires_at__gt=now).exclude(person=self.person)
        agent = Agent.objects.filter(person=self.person).first() or Agent()
        load = Ticket.objects.filter(assignee=self.person, status=Status.ASSIGNED).count()
        begins = not (agent.is_available or agent.last_given_at or load or self.is_chief)
        return {
            "agent": agent,
            "begins": begins,
            "duty": Duty.objects.at(now).filter(person=self.person).first() if begins else None,
            "load": load,
            "here": list(here.select_related("person").order_by("person__name")),
            **counts,
        }

    def claim_next(self) -> Ticket | None:
        """Takes the best one; what a colleague has taken meanwhile is passed over.

        What was given to them and is not opened yet comes first: somebody waits for them. Only an
        emergency comes before it.
        """
        first = self.given[0] if self.given else None
        if first and not self.emergencies:
            return first
        for ticket in self.mine.queued()[:20]:
            try:
                ticket.claim(self.person)
            except AlreadyClaimed:
                continue
            return ticket
        return first
