"""What every app's models share: UUID rows, refusals of the domain, and the clock's own row."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """The domain says no.

    Raised by verbs; each door translates it once: form error, problem document,
    `wire.refused` frame, admin message. A subclass is named for what is wrong and sets
    `code` (stable, for programs), `detail` (words, for people) and, where 409 does not fit,
    the HTTP `status`. What passes by itself sets `retry_after`, in seconds.
    """

    code = "refused"
    detail: str | Promise = _("That is not possible.")
    status = 409
    retry_after = 0

    def __init__(self, detail: str | Promise | None = None) -> None:
        if detail is not None:
            self.detail = detail
        super().__init__(str(self.detail))


class UUIDModel(models.Model):
    """A row whose primary key may be shown to the world."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class Transition(models.Model):
    """One step of something with states: who took it and when; nobody is the clock."""

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("when"), default=timezone.now)

    from_status: str
    to_status: str

    class Meta:
        abstract = True
        verbose_name = _("transition")
        verbose_name_plural = _("transitions")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.from_status} → {self.to_status}"


class Tick(models.Model):
    """When any process of the system was last alive: one row, written by the clock.

    An old tick at start means that all processes were down, and live calls get time to
    come back before they are settled.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    ticked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.ticked_at:%Y-%m-%d %H:%M:%S}"
