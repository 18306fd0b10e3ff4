"""What an emergency leaves behind: what happened, and what became of the person."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

OUTCOME = 2000


class EmergencyStep(models.Model):
    """One thing that happened in an emergency: what its review page reads."""

    class Kind(models.TextChoices):
        """What happened."""

        PRESSED = "pressed", _("The emergency button was pressed")
        TOLD = "told", _("Place, number or what is happening was told")
        STAGE = "stage", _("A group was rung")
        AGAIN = "again", _("Everyone was alerted again")
        NO_CALL = "no_call", _("No call could be made; it goes on in writing")
        RANG = "rang", _("A device rang")
        OPENED = "opened", _("Opened it")
        DECLINED = "declined", _("Declined")
        ANSWERED = "answered", _("Answered")
        JOINED = "joined", _("Joined the call")
        CONNECTED = "connected", _("Was connected with the person")
        LEFT = "left", _("Left the call")
        CUT_OFF = "cut_off", _("Was cut off from the call")
        LOST = "lost", _("No longer had it")
        RUNG_AGAIN = "rung_again", _("Everyone was rung again")
        OFFERED = "offered", _("Asked somebody to take over")
        TAKEN_BACK = "taken_back", _("Took the question back")
        REFUSED = "refused", _("Declined to take it over")
        HANDED_OVER = "handed_over", _("Took it over")
        ENDED = "ended", _("The emergency was ended")

    emergency = models.ForeignKey(
        "helpline.Emergency", on_delete=models.CASCADE, related_name="steps"
    )
    kind = models.CharField(_("what"), max_length=12, choices=Kind.choices)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    # Whom it was offered to, or taken over from; empty in what is older than this column.
    other = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("whom it concerned"),
    )
    # Of a hand-over the summary with which it was taken.
    words = models.TextField(_("more"), blank=True)
    client_id = models.UUIDField(null=True, editable=False)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def is_fresh(self) -> bool:
        """So short ago that its word may lie over something else."""
        return self.at > timezone.now() - timedelta(seconds=20)


class Outcome(models.Model):
    """What became of the person, in the words of whoever had the emergency; written once.

    It is for colleagues: the person is told nothing of it.
    """

    class Kind(models.TextChoices):
        """Where they are now, as an emergency line closes a case."""

        AMBULANCE = "ambulance", _("Ambulance or emergency services called")
        IN_PERSON = "in_person", _("With a doctor or at a hospital in person")
        ADVISED = "advised", _("Advised, and safe where they are")
        FALSE_ALARM = "false_alarm", _("Pressed by mistake, no help needed")
        UNREACHED = "unreached", _("Could not be reached")
        OTHER = "other", _("Something else")

    emergency = models.OneToOneField(
        "helpline.Emergency", on_delete=models.CASCADE, related_name="outcome"
    )
    kind = models.CharField(_("what became of them"), max_length=12, choices=Kind.choices)
    words = models.TextField(_("in words"), max_length=OUTCOME, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("written by"),
    )
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")

    def __str__(self) -> str:
        return str(self.get_kind_display())


# Who has ever answered it or taken it over, the first one first; for a list, of all at once.
ANSWERS = models.Prefetch(
    "steps",
    EmergencyStep.objects.filter(
        kind__in=[EmergencyStep.Kind.ANSWERED, EmergencyStep.Kind.HANDED_OVER]
    ).select_related("person__doctor"),
    to_attr="answers",
)
