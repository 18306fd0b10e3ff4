"""An emergency: whom it has alerted, who has it, and what comes next."""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import OperationalError, models, transaction
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit import recording
from helpline.models.climbing import Climbing
from helpline.models.ending import Ending
from helpline.models.handing import Handing
from helpline.models.helping import Helping
from helpline.models.pressing import EmergencyQuerySet
from helpline.models.record import ANSWERS, EmergencyStep
from helpline.models.stages import Stage
from telemed.models import UUIDModel

logger = logging.getLogger(__name__)


class Emergency(Climbing, Helping, Handing, Ending, UUIDModel):
    """The press of the emergency button, with what the person has told us.

    It is over when its ticket is settled. `next_at` is the deadline of the next stage, or of
    the next round of the last one; once somebody has answered, when we next look whether they
    are still there. It is empty when the emergency is over, and only then. `live_for` keeps a
    person from having two at a time, whatever races.
    """

    ticket = models.OneToOneField(
        "helpline.Ticket", on_delete=models.CASCADE, related_name="emergency"
    )
    call = models.OneToOneField(
        "calls.Call", on_delete=models.PROTECT, null=True, blank=True, related_name="emergency"
    )
    live_for = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="live_emergency",
    )
    place = models.CharField(_("place"), max_length=300, blank=True)
    latitude = models.DecimalField(
        _("latitude"), max_digits=8, decimal_places=5, null=True, blank=True
    )
    longitude = models.DecimalField(
        _("longitude"), max_digits=8, decimal_places=5, null=True, blank=True
    )
    accuracy = models.PositiveIntegerField(_("accurate to metres"), null=True, blank=True)
    located_at = models.DateTimeField(_("located"), null=True, blank=True)
    call_back = models.CharField(_("call back on"), max_length=32, blank=True)
    happening = models.CharField(_("what is happening"), max_length=500, blank=True)
    stage = models.CharField(
        _("alerted group"), max_length=8, choices=Stage.choices, default=Stage.AGENTS
    )
    pressed_at = models.DateTimeField(_("pressed"), default=timezone.now)
    next_at = models.DateTimeField(_("next step"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    # The warm hand-over: offered to a doctor, with a summary, until they say "I have it".
    offered_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="offered_emergencies",
        verbose_name=_("offered to"),
    )
    summary = models.TextField(_("summary"), max_length=2000, blank=True)
    # Of the offer that was taken last: a later one may be declined.
    handed_over_with = models.TextField(_("handed over with"), blank=True, db_default="")
    ended_at = models.DateTimeField(_("over"), null=True, blank=True)

    objects = EmergencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("emergency")
        verbose_name_plural = _("emergencies")
        ordering = ["-pressed_at"]
        indexes = [
            models.Index(
                fields=["next_at"], condition=Q(next_at__isnull=False), name="emergencies_due"
            )
        ]

    def __str__(self) -> str:
        return str(self.ticket)

    def get_absolute_url(self) -> str:
        return reverse("helpline:emergency", args=[self.pk])

    @property
    def person(self) -> User:
        """Who needs help."""
        return self.ticket.requester

    @property
    def owner(self) -> User | None:
        """Who has it: whoever has its ticket, once somebody has answered."""
        return self.ticket.assignee if self.answered_at else None

    @property
    def all_answers(self) -> list[EmergencyStep]:
        """Who has ever answered it or taken it over; asked for once."""
        models.prefetch_related_objects([self], ANSWERS)
        return list(vars(self)["answers"])

    @property
    def first_answer(self) -> EmergencyStep | None:
        """Who answered first, and when: whoever has it now may be another."""
        return next(iter(self.all_answers), None)

    @property
    def took(self) -> timedelta | None:
        """From the press to the first answer; None while there is none."""
        return self.first_answer.at - self.pressed_at if self.first_answer else None

    @property
    def is_over(self) -> bool:
        """Its ticket is settled."""
        return self.ended_at is not None or self.ticket.is_settled

    @property
    def ended_by(self) -> User | None:
        """Who ended it; nobody when its ticket was settled elsewhere."""
        last = self.steps.filter(kind="ended").select_related("person").last()
        return last.person if last else None

    @property
    def is_safe(self) -> bool:
        """It is over because the person says so."""
        return self.is_over and self.ended_by == self.person

    @property
    def coordinates(self) -> str:
        """As every map understands them."""
        if self.latitude is None or self.longitude is None:
            return ""
        return f"{self.latitude:.5f},{self.longitude:.5f}"

    def note_opening(self, by: User, request: HttpRequest | None = None) -> None:
        """Puts on record that `by` reads it, and shows the others that they have it open.

        The record is a condition of reading. What the others see of it is none: whoever comes to
        help gets the page also from a database too busy to note that they look.
        """
        recording.opened(by, self, subject_person=self.person, request=request)
        try:
            with transaction.atomic():
                self.note_look(by)
        except OperationalError:
            logger.warning("who looks at emergency %s could not be noted", self.pk, exc_info=True)
