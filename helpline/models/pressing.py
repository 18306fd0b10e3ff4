"""The emergency button: which emergencies a person sees, and how one begins."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from helpline.models.alert import Alert
from helpline.models.category import Category
from helpline.models.stages import Stage
from helpline.models.states import SETTLED, Channel, Priority
from helpline.models.ticket import Ticket
from telemed import clock

if TYPE_CHECKING:
    from helpline.models.emergency import Emergency

# What became of somebody is asked for so long; afterwards it can still be written.
ASKED_FOR = timedelta(days=7)


class EmergencyQuerySet(models.QuerySet["Emergency"]):
    """Selections of emergencies, and their beginning."""

    def for_user(self, user: Any) -> "EmergencyQuerySet":
        """One's own, those one has or may come to help in, and for supervisors all."""
        if not isinstance(user, User):
            return self.none()
        own = Q(ticket__requester=user)
        if user.lacks_second_factor:
            return self.filter(own)
        if user.is_active and user.is_supervisor:
            return self.all()
        alerts = Alert.objects.opening().filter(emergency=OuterRef("pk"), person=user)
        return self.filter(own | Q(ticket__assignee=user) | Q(Exists(alerts)))

    def live(self) -> "EmergencyQuerySet":
        """Those that are not over."""
        return self.filter(ended_at=None)

    def in_hand_of(self, person: Any) -> "EmergencyQuerySet":
        """Those that this person has, or is asked to take over."""
        has = Q(ticket__assignee=person, answered_at__isnull=False)
        return self.live().filter(has | Q(offered_to=person))

    def untold_by(self, person: Any) -> "EmergencyQuerySet":
        """Those that this person had at the end, and of which nobody has written the outcome."""
        recent = timezone.now() - ASKED_FOR
        had = Q(ticket__assignee=person, answered_at__isnull=False, ended_at__gt=recent)
        return self.filter(had, outcome=None).exclude(ticket__requester=person)

    def at_hand(self) -> "EmergencyQuerySet":
        """With the ticket, its people and the call."""
        people = ("ticket__requester", "ticket__assignee", "ticket__conversation", "offered_to")
        return self.select_related(*people, "call", "outcome__by")

    def settle(self, now: datetime | None = None) -> None:
        """Takes the steps that are due, and ends those whose ticket is settled."""
        now = now or timezone.now()
        due = Q(next_at__lte=now) | Q(ticket__status__in=SETTLED)
        found = self.model.objects.live().filter(due).at_hand()
        clock.each(found, lambda emergency: emergency.settle(now))

    def press(
        self,
        *,
        by: User,
        client_id: UUID | None = None,
        place: str = "",
        latitude: Decimal | None = None,
        longitude: Decimal | None = None,
        accuracy: int | None = None,
        call_back: str = "",
        happening: str = "",
    ) -> "Emergency":
        """The emergency of this person, begun if there is none, with all that follows.

        It is refused for nothing: what cannot be done beside it is left out. Whoever repeats a
        press, because its answer was lost, says so by the same `client_id`: when what it made is
        over meanwhile, that is the answer, and nobody is rung anew.
        """
        told = {
            "place": place,
            "latitude": latitude,
            "longitude": longitude,
            "accuracy": accuracy,
            "call_back": call_back,
            "happening": happening,
        }
        self.settle()
        emergency = self.live_of(by)
        if emergency is None:
            if made := self._made_by(client_id, by):
                return made
            try:
                return self._begin(by, told, client_id)
            except IntegrityError:
                emergency = self.live_of(by)  # another device of theirs was first
                if emergency is None:
                    raise
        emergency.note_press(client_id, timezone.now())
        emergency.tell(by=by, **told)
        return emergency

    def live_of(self, person: User) -> "Emergency | None":
        """The one that a person has pressed for and that is not over."""
        return self.live().filter(live_for=person).at_hand().first()

    def _made_by(self, client_id: UUID | None, by: User) -> "Emergency | None":
        """No constraint keeps an id from being noted twice: that would refuse a press."""
        if client_id is None:
            return None
        return self.filter(ticket__requester=by, steps__client_id=client_id).at_hand().first()

    @transaction.atomic
    def _begin(self, by: User, told: dict[str, Any], client_id: UUID | None) -> "Emergency":
        now = timezone.now()
        emergency = self.model(live_for=by, pressed_at=now, stage=Stage.AGENTS, next_at=now)
        emergency.take_down(told, now)
        with translation.override(by.language):
            emergency.ticket = Ticket.objects.open(
                requester=by,
                category=category(),
                subject=_("Emergency"),
                body=emergency.in_words(),
                channel=Channel.EMERGENCY,
            )
        emergency.save(force_insert=True)
        emergency.begin(now, client_id)
        return emergency


def category() -> Category:
    """Made when the first emergency needs it; nobody chooses it for an ordinary ticket."""
    known, _made = Category.objects.get_or_create(
        slug="emergency",
        defaults={
            "name": str(_("Emergency")),
            "priority": Priority.EMERGENCY,
            "is_offered": False,
        },
    )
    return known
