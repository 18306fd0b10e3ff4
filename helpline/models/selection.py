"""Which tickets a person sees, in what order they are worked, and how one begins."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.utils import timezone

from accounts.models import User
from chat.models import Conversation, Member
from helpline.models import lapsing
from helpline.models.agent import Agent
from helpline.models.number import TicketNumber
from helpline.models.states import UNSETTLED, Channel, Priority, Reason, Status
from helpline.models.transition import TicketTransition

if TYPE_CHECKING:
    from calls.models import Call
    from helpline.models.category import Category
    from helpline.models.ticket import Ticket


# Who is in a live chat looks at the page now; who wrote a ticket does something else meanwhile.
LIVE_FIRST = Case(When(channel=Channel.CHAT, then=Value(0)), default=Value(1))


class TicketQuerySet(models.QuerySet["Ticket"]):
    """Selections of tickets, and their beginning."""

    def for_user(self, user: Any) -> "TicketQuerySet":
        """One's own, those whose conversation one is in, and at the desk those of one's queues."""
        if not isinstance(user, User):
            return self.none()
        inside = Member.objects.present().filter(person=user)
        own = Q(requester=user) | Q(conversation__in=inside.values("conversation"))
        return self.filter(own | self._queues_of(user))

    def at_desk_of(self, user: User) -> "TicketQuerySet":
        """What an agent may work: those of their queues and those that are with them."""
        inside = Q(assignee=user)
        return self.filter(inside | self._queues_of(user)).exclude(requester=user)

    def _queues_of(self, user: User) -> Q:
        nothing = Q(pk__in=[])
        if not (user.is_active and user.is_agent) or user.lacks_second_factor:
            return nothing
        agent = Agent.objects.filter(person=user).first()
        categories = list(agent.categories.values_list("pk", flat=True)) if agent else []
        if user.is_supervisor or not categories:
            return Q(pk__isnull=False)
        return Q(category__in=categories) | Q(channel=Channel.EMERGENCY)

    def unsettled(self) -> "TicketQuerySet":
        """Neither resolved nor closed."""
        return self.filter(status__in=UNSETTLED)

    def queued(self) -> "TicketQuerySet":
        """Those that nobody has, in the order in which they are to be taken."""
        return self.filter(status=Status.OPEN).in_order()

    def in_order(self) -> "TicketQuerySet":
        """Emergencies, then by priority; of equals live chats, what came back, the oldest."""
        came_back = F("came_back").desc()
        return self.order_by("priority", LIVE_FIRST, came_back, "queued_at", "number")

    def with_known_to(self) -> "TicketQuerySet":
        """Adds `known_to`: who had it before it was opened again, while nobody has it since.

        And `given_back_by`: who has just given it back, and is not asked again by ourselves.
        """
        steps = TicketTransition.objects.filter(ticket=OuterRef("pk")).order_by("-at", "-pk")
        had_it = steps.filter(to_status=Status.RESOLVED).values("assignee")[:1]
        last = Subquery(steps.values("reason")[:1])
        reopened = When(last_reason=Reason.REOPENED, then=Subquery(had_it))
        released = When(last_reason=Reason.RELEASED, then=Subquery(steps.values("by")[:1]))
        return self.annotate(
            last_reason=last,
            known_to=Case(reopened, default=None),
            given_back_by=Case(released, default=None),
        )

    def at_hand(self) -> "TicketQuerySet":
        """With the people and the category."""
        return self.select_related("requester", "assignee", "category", "conversation")

    def settle(self, now: datetime | None = None) -> None:
        """Carries out every deadline that has passed; as often, and at once, as one likes."""
        now = now or timezone.now()
        lapsing.settle(self, now)

    @transaction.atomic
    def open(
        self,
        *,
        requester: User,
        category: "Category",
        subject: str,
        body: str,
        channel: str = Channel.TICKET,
        call: "Call | None" = None,
        client_id: uuid.UUID | None = None,
    ) -> "Ticket":
        """A new ticket with its conversation, whose first message is `body`, in the queue."""
        is_emergency = channel == Channel.EMERGENCY
        now, number = timezone.now(), TicketNumber.draw()
        conversation = Conversation.objects.begin(
            [requester], by=requester, kind=Conversation.Kind.TICKET, title=f"{number} · {subject}"
        )
        ticket: Ticket = self.create(
            number=number,
            requester=requester,
            category=category,
            subject=subject,
            channel=channel,
            priority=Priority.EMERGENCY if is_emergency else category.priority,
            conversation=conversation,
            call=call,
            opened_at=now,
            moved_at=now,
            queued_at=now,
        )
        ticket.begin(body, client_id or uuid.uuid4())
        return ticket
