"""What only a doctor has: the public profile and the directory it stands in."""

import decimal
import re

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Cast
from django.db.models.lookups import Contains
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models.account import Role
from accounts.models.presence_lease import PresenceLease

SIGNS = {"INR": "₹", "EUR": "€", "GBP": "£", "USD": "$"}


class Specialty(models.TextChoices):
    """The field of a doctor, by the name of its practitioner."""

    GENERAL = "general-practice", _("General practitioner")
    CARDIOLOGY = "cardiology", _("Cardiologist")
    DERMATOLOGY = "dermatology", _("Dermatologist")
    ENDOCRINOLOGY = "endocrinology", _("Endocrinologist")
    GYNAECOLOGY = "gynaecology", _("Gynaecologist")
    NEUROLOGY = "neurology", _("Neurologist")
    ORTHOPAEDICS = "orthopaedics", _("Orthopaedic surgeon")
    PAEDIATRICS = "paediatrics", _("Paediatrician")
    PSYCHIATRY = "psychiatry", _("Psychiatrist")
    PULMONOLOGY = "pulmonology", _("Pulmonologist")


class Language(models.TextChoices):
    """The languages a doctor can speak with a patient."""

    ENGLISH = "en", _("English")
    HINDI = "hi", _("Hindi")
    BENGALI = "bn", _("Bengali")
    GERMAN = "de", _("German")
    GUJARATI = "gu", _("Gujarati")
    KANNADA = "kn", _("Kannada")
    MALAYALAM = "ml", _("Malayalam")
    MARATHI = "mr", _("Marathi")
    PUNJABI = "pa", _("Punjabi")
    TAMIL = "ta", _("Tamil")
    TELUGU = "te", _("Telugu")
    URDU = "ur", _("Urdu")


class DoctorQuerySet(models.QuerySet["Doctor"]):
    """The public directory and the search in it."""

    def listed(self) -> "DoctorQuerySet":
        """Doctors anyone may see, with their person and `online` at hand.

        Without a registration number nobody is shown to patients as a doctor.
        """
        live = PresenceLease.objects.live().filter(user=OuterRef("user"))
        return (
            self.filter(user__is_active=True, user__role=Role.DOCTOR)
            .exclude(registration_number="")
            .select_related("user")
            .annotate(online=Exists(live))
            .order_by("user__name", "pk")
        )

    def search(
        self, *, q: str = "", specialty: str = "", language: str = "", available: bool = False
    ) -> "DoctorQuerySet":
        found: DoctorQuerySet = self
        for word in q.split()[:6]:
            found = found.filter(_mentions(word))
        if specialty:
            found = found.filter(specialty=specialty)
        if language:
            found = found.filter(_speaks(language))
        return found.available() if available else found

    def available(self) -> "DoctorQuerySet":
        """Here now, and willing to let everyone know it."""
        live = PresenceLease.objects.live().filter(user=OuterRef("user"))
        return self.filter(Exists(live), shows_availability=True)


def _speaks(code: str) -> Contains:
    """JSON lists have no portable "contains": the code is looked for with its quotes."""
    return Contains(Cast("languages", models.TextField()), Value(f'"{code}"'))


def _mentions(word: str) -> Q:
    fields = [
        value for value, label in Specialty.choices if word.lower() in f"{value} {label}".lower()
    ]
    found = Q(user__name__icontains=word) | Q(bio__icontains=word) | Q(specialty__in=fields)
    for code, label in Language.choices:
        if word.lower() in str(label).lower():
            found |= Q(_speaks(code))
    return found


class Doctor(models.Model):
    """A doctor as patients find them."""

    user = models.OneToOneField("accounts.User", models.CASCADE, related_name="doctor")
    slug = models.SlugField(_("address of the profile"), unique=True, max_length=80, blank=True)
    specialty = models.CharField(
        _("specialty"), max_length=40, choices=Specialty.choices, default=Specialty.GENERAL
    )
    languages = models.JSONField(_("languages"), default=list, blank=True)
    qualifications = models.CharField(_("qualifications"), max_length=200, blank=True)
    registration_number = models.CharField(_("registration number"), max_length=60, blank=True)
    practising_since = models.PositiveSmallIntegerField(
        _("in practice since"), null=True, blank=True, validators=[MinValueValidator(1930)]
    )
    bio = models.TextField(_("about you"), max_length=4000, blank=True)
    fee = models.DecimalField(
        _("fee of a visit"),
        max_digits=9,
        decimal_places=2,
        default=decimal.Decimal(0),
        validators=[MinValueValidator(0)],
    )
    currency = models.CharField(_("currency"), max_length=3, default="INR")
    reply_hours = models.PositiveSmallIntegerField(
        _("replies within (hours)"), default=24, validators=[MinValueValidator(1)]
    )
    accepts_patients = models.BooleanField(_("accepts new patients"), default=True)
    shows_availability = models.BooleanField(_("shows everyone when available"), default=True)

    objects = DoctorQuerySet.as_manager()

    class Meta:
        verbose_name = _("doctor")
        verbose_name_plural = _("doctors")

    def __str__(self) -> str:
        return str(self.user)

    def save(self, *args: object, **kwargs: object) -> None:
        self.slug = self.slug or self._free_slug()
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def get_absolute_url(self) -> str:
        return reverse("accounts:doctor", args=[self.slug])

    def clean(self) -> None:
        """Refuses a start in the future and what is no currency."""
        if self.practising_since and self.practising_since > timezone.now().year:
            raise ValidationError({"practising_since": _("This year has not come yet.")})
        if not re.fullmatch("[A-Z]{3}", self.currency):
            raise ValidationError({"currency": _("Three capital letters, as in INR or EUR.")})

    @property
    def language_names(self) -> list[str]:
        names = dict(Language.choices)
        return [str(names.get(code, code)) for code in self.languages]

    @property
    def years_in_practice(self) -> int | None:
        return timezone.now().year - self.practising_since if self.practising_since else None

    @property
    def is_available(self) -> bool:
        """Whether the public may be told that the doctor is here (asks nothing if `listed`)."""
        if not self.shows_availability:
            return False
        known: bool | None = getattr(self, "online", None)
        return known if known is not None else self.user.presence_leases.live().exists()

    @property
    def presence_shown(self) -> bool | None:
        """For the dot beside the face: nothing for who keeps it to themselves."""
        return self.is_available if self.shows_availability else None

    @property
    def price(self) -> str:
        """“₹ 1,200”, or that a visit is free."""
        if not self.fee:
            return str(_("Free of charge"))
        return f"{SIGNS.get(self.currency, self.currency)} {self.fee:,.2f}".removesuffix(".00")

    @property
    def reply_promise(self) -> str:
        """“Usually replies within 2 hours”."""
        days = self.reply_hours // 24
        if days:
            words = ngettext("a day", "%(count)d days", days) % {"count": days}
        else:
            words = ngettext("an hour", "%(count)d hours", self.reply_hours)
            words %= {"count": self.reply_hours}
        return str(_("Usually replies within %(time)s") % {"time": words})

    def _free_slug(self) -> str:
        base = slugify(self.user.name)[:70] or "doctor"
        taken = set(Doctor.objects.filter(slug__startswith=base).values_list("slug", flat=True))
        numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
        return base if base not in taken else next(slug for slug in numbered if slug not in taken)
