"""What agents keep at their desk: notes that only they see, answers that are ready, who looks."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

VIEWING = timedelta(seconds=45)


class Note(models.Model):
    """What agents tell each other about a ticket; the requester never sees it."""

    ticket = models.ForeignKey("helpline.Ticket", on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    body = models.TextField(_("note"), max_length=4000)
    created_at = models.DateTimeField(_("written"), default=timezone.now)

    class Meta:
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.author}, {self.created_at:%Y-%m-%d %H:%M}"


class CannedReply(models.Model):
    """A ready answer. `{name}`, `{agent}` and `{number}` are filled in where it is used."""

    title = models.CharField(_("title"), max_length=80, unique=True)
    shortcut = models.SlugField(_("shortcut"), max_length=20, unique=True)
    body = models.TextField(_("text"), max_length=2000)
    categories = models.ManyToManyField("helpline.Category", blank=True)

    class Meta:
        verbose_name = _("ready answer")
        verbose_name_plural = _("ready answers")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class ViewingQuerySet(models.QuerySet["Viewing"]):
    """Selections of those who look."""

    def now(self, now: datetime | None = None) -> "ViewingQuerySet":
        """Those who look at this moment."""
        return self.filter(expires_at__gt=now or timezone.now())


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
