"""What a person's browser reports of itself, under six letters that they read out to an agent."""

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit import recording
from helpline.refusals import NoSuchReport
from telemed.limits import TooFast, allowances

if TYPE_CHECKING:
    from helpline.models.ticket import Ticket

# Letters that sound and look like no other: neither I, L and O nor M beside N.
LETTERS = "ABCDEFGHJKMPQRSTUVWXYZ"
LENGTH = 6
VALID = timedelta(minutes=30)
ATTEMPTS = 5

# Reports of one person, and codes that one agent tries: six letters are 113 million.
REPORTS = (1 / 60, 5)
GUESSES = (1 / 12, 10)


class DiagnosisQuerySet(models.QuerySet["Diagnosis"]):
    """How a report is kept, and found by its code."""

    def keep(self, person: User, report: dict[str, str]) -> "Diagnosis":
        """Under a fresh code; raises TooFast."""
        if not allowances.of(person.pk).take("helpline.report", REPORTS):
            raise TooFast
        for _attempt in range(ATTEMPTS):
            code = "".join(secrets.choice(LETTERS) for _letter in range(LENGTH))
            try:
                with transaction.atomic():
                    kept: Diagnosis = self.create(code=code, person=person, report=report)
            except IntegrityError:
                continue
            return kept
        raise TooFast

    def attach(
        self, code: str, ticket: "Ticket", *, by: User, now: datetime | None = None
    ) -> "Diagnosis":
        """Shows the report beside the ticket; raises NoSuchReport and, for guessing, TooFast.

        Only the requester's own: a code that was misheard must not show someone else's device.
        """
        if not allowances.of(by.pk).take("helpline.code", GUESSES):
            raise TooFast
        since = (now or timezone.now()) - VALID
        found = self.filter(code=code, created_at__gt=since, person=ticket.requester).first()
        if found is None:
            raise NoSuchReport
        found.ticket = ticket
        found.save(update_fields=["ticket"])
        recording.opened(by, found, subject_person=found.person)
        return found


class Diagnosis(models.Model):
    """One report: what the browser can do and may do. It names no device and no address."""

    code = models.CharField(_("code"), max_length=LENGTH, unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    ticket = models.ForeignKey(
        "helpline.Ticket", on_delete=models.CASCADE, null=True, blank=True, related_name="reports"
    )
    report = models.JSONField(_("report"))
    created_at = models.DateTimeField(_("made"), default=timezone.now)

    objects = DiagnosisQuerySet.as_manager()

    class Meta:
        verbose_name = _("report of a device")
        verbose_name_plural = _("reports of devices")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.code

    @property
    def lines(self) -> list[tuple[object, str]]:
        """What it says, in the order of the page that made it."""
        return [(words, self.report[name]) for name, words in FACTS.items() if name in self.report]


# What a report may say, and how each is called.
FACTS = {
    "browser": _("Browser"),
    "system": _("System"),
    "screen": _("Screen"),
    "time_zone": _("Time zone"),
    "languages": _("Languages"),
    "camera": _("Camera"),
    "microphone": _("Microphone"),
    "devices": _("Devices"),
    "notifications": _("Notifications"),
    "push": _("Push"),
    "calls": _("Calls in this browser"),
    "network": _("Network"),
    "socket": _("Live connection"),
    "relay": _("Relay"),
}
