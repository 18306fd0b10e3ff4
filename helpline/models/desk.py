"""What agents keep at their desk: notes that only they see, answers that are ready, who looks."""

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit import recording
from helpline import telling
from helpline.events import TicketMoved
from telemed.wire import publish

if TYPE_CHECKING:
    from accounts.models import User
    from helpline.models.category import Category
    from helpline.models.ticket import Ticket

VIEWING = timedelta(seconds=45)
PLACEHOLDER = re.compile(r"\{(?:name|agent|number)\}")


class NoteQuerySet(models.QuerySet["Note"]):
    """How a note is written."""

    def write(self, ticket: "Ticket", body: str, *, by: "User") -> "Note":
        """On record, and told to the desks alone: the requester's page hears nothing."""
        note: Note = self.create(ticket=ticket, author=by, body=body.strip())
        ticket.note_work(by)
        recording.changed(by, ticket, subject_person=ticket.requester, result="note")
        moved = TicketMoved(id=ticket.pk, number=ticket.number, status=str(ticket.status))
        publish(moved, to=telling.Desks())
        return note


class Note(models.Model):
    """What agents tell each other about a ticket; the requester never sees it."""

    ticket = models.ForeignKey("helpline.Ticket", on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    body = models.TextField(_("note"), max_length=4000)
    created_at = models.DateTimeField(_("written"), default=timezone.now)

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.author}, {timezone.localtime(self.created_at):%Y-%m-%d %H:%M}"


class CannedReplyQuerySet(models.QuerySet["CannedReply"]):
    """Selections of ready answers."""

    def for_category(self, category: "Category") -> "CannedReplyQuerySet":
        """Those for this category, and those for all."""
        return self.filter(Q(categories=None) | Q(categories=category)).distinct()


class CannedReply(models.Model):
    """A ready answer. `{name}`, `{agent}` and `{number}` are filled in where it is used."""

    title = models.CharField(_("title"), max_length=80, unique=True)
    shortcut = models.SlugField(_("shortcut"), max_length=20, unique=True)
    body = models.TextField(_("text"), max_length=2000)
    categories = models.ManyToManyField("helpline.Category", blank=True)

    objects = CannedReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("ready answer")
        verbose_name_plural = _("ready answers")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def filled_in(self, ticket: "Ticket", agent: "User") -> str:
        """As it is written into the answer to this ticket by this agent."""
        words = {
            "{name}": ticket.requester.short_name,
            "{agent}": agent.short_name,
            "{number}": str(ticket.number),
        }
        text: str = self.body
        return PLACEHOLDER.sub(lambda found: words[found[0]], text)


class ViewingQuerySet(models.QuerySet["Viewing"]):
    """Selections of those who look."""

    def now(self, now: datetime | None = None) -> "ViewingQuerySet":
        """Those who look at this moment."""
        return self.filter(expires_at__gt=now or timezone.now())

    def look(self, ticket: "Ticket", person: "User", now: datetime | None = None) -> bool:
        """This person looks, for as long as the lease runs; answers whether that is news."""
        now = now or timezone.now()
        was_here = self.filter(ticket=ticket, person=person, expires_at__gt=now).exists()
        until = {"expires_at": now + VIEWING}
        self.update_or_create(ticket=ticket, person=person, defaults=until)
        return not was_here


class Viewing(models.Model):
    """An agent has a ticket open, for as long as the lease runs."""

    ticket = models.ForeignKey("helpline.Ticket", on_delete=models.CASCADE, related_name="viewings")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="viewings"
    )
    expires_at = models.DateTimeField()

    objects = ViewingQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "person"], name="viewing_once")]

    def __str__(self) -> str:
        return f"{self.person} → {self.ticket_id}"
