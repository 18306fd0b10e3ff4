"""What only a patient has: who to help, where, and whom to call."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Sex(models.TextChoices):
    """As recorded for medical use; not saying is an answer."""

    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    OTHER = "other", _("Other")
    UNSAID = "", _("Prefer not to say")


class Patient(models.Model):
    """The medical side of a person who is treated here."""

    user = models.OneToOneField("accounts.User", models.CASCADE, related_name="patient")
    date_of_birth = models.DateField(
        _("date of birth"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(timezone.localdate, _("This date is in the future."))],
    )
    sex = models.CharField(_("sex"), max_length=8, choices=Sex.choices, blank=True)
    address = models.TextField(_("address"), max_length=500, blank=True)
    emergency_contact_name = models.CharField(
        _("name of your emergency contact"), max_length=120, blank=True
    )
    emergency_contact_phone = models.CharField(
        _("phone of your emergency contact"), max_length=32, blank=True
    )

    class Meta:
        verbose_name = _("patient")
        verbose_name_plural = _("patients")

    def __str__(self) -> str:
        return str(self.user)
