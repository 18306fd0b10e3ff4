"""An agent at the desk: what they work, whether they are there, and how much they can take."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from helpline import waking
from helpline.models.states import Status

if TYPE_CHECKING:
    from helpline.models.category import Category

# A desk renews by its socket's beats, every 20 seconds.
LEASE = timedelta(seconds=45)
# So long after its end an agent may still come back: they walk from page to page.
GRACE = timedelta(seconds=10)
LEASE_AFTER_OUTAGE = timedelta(seconds=60)
# So long they may read elsewhere in the application, an article or a person, without their desk.
ELSEWHERE = timedelta(minutes=10)
CAPACITY = 4


class AgentQuerySet(models.QuerySet["Agent"]):
    """Selections of agents."""

    def of(self, person: User) -> "Agent":
        """The place of this person, made when they first sit down."""
        return self.get_or_create(person=person)[0]

    def present(self, now: datetime | None = None) -> "AgentQuerySet":
        """Available by their own word, with a desk that is open."""
        leased = Q(lease_expires_at__gt=now or timezone.now(), person__is_active=True)
        return self.filter(leased, is_available=True)

    def working(self, category: "Category") -> "AgentQuerySet":
        """Those who work its queue: who has no categories works all of them."""
        return self.filter(Q(categories=None) | Q(categories=category)).distinct()

    def with_load(self) -> "AgentQuerySet":
        """Adds `load`: the tickets that are in work with each."""
        working = Q(person__assigned_tickets__status=Status.ASSIGNED)
        return self.annotate(load=Count("person__assigned_tickets", filter=working, distinct=True))

    def free(self, now: datetime | None = None) -> "AgentQuerySet":
        """Present, and with room for one more."""
        return self.present(now).with_load().filter(load__lt=F("capacity"))  # type: ignore[misc]


class Agent(models.Model):
    """The place of a person at the desk.

    `is_available` is what the agent says; the lease is whether their desk is open. An agent
    without categories works all of them.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="agent",
        limit_choices_to={"is_staff": True},
        verbose_name=_("person"),
    )
    categories = models.ManyToManyField(
        "helpline.Category", blank=True, related_name="agents", verbose_name=_("categories")
    )
    is_available = models.BooleanField(_("takes tickets"), default=False)
    capacity = models.PositiveSmallIntegerField(_("tickets at a time"), default=CAPACITY)
    lease_expires_at = models.DateTimeField(_("desk open until"), null=True, blank=True)
    last_given_at = models.DateTimeField(_("last ticket"), null=True, blank=True)

    objects = AgentQuerySet.as_manager()

    load: int

    class Meta:
        verbose_name = _("agent")
        verbose_name_plural = _("agents")

    def __str__(self) -> str:
        return str(self.person)

    def set_available(self, yes: bool) -> None:
        """Takes tickets from now on, or no more; what is in work stays with the agent."""
        self.is_available = yes
        self.save(update_fields=["is_available"])
        waking.wake()

    def renew(self, now: datetime | None = None) -> None:
        """The desk is open: called when it opens and by its socket's beats."""
        now = now or timezone.now()
        was_open = self.is_at_desk(now)
        self.lease_expires_at = now + LEASE
        self.save(update_fields=["lease_expires_at"])
        if not was_open:
            waking.wake()

    def is_present(self, now: datetime | None = None) -> bool:
        """Available, with a desk that is open."""
        return self.is_available and self.is_at_desk(now)

    def is_at_desk(self, now: datetime | None = None) -> bool:
        """With a desk that is open, whether or not they take tickets."""
        lease = self.lease_expires_at
        return lease is not None and lease > (now or timezone.now())


class Turn(models.Model):
    """One row: whoever gives out tickets holds it, so that two processes never do so at once."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)

    def __str__(self) -> str:
        return "turn"

    @classmethod
    def take(cls) -> None:
        """Waits for the others; it is ours until the transaction ends."""
        cls.objects.get_or_create(pk=1)
        cls.objects.select_for_update().get(pk=1)
