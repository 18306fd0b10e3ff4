"""The person who signs in: a patient, a doctor, an agent or a supervisor."""

import hashlib
import zoneinfo
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts import second_factor
from accounts.models.account import STAFF, Account, Role
from accounts.models.presence_lease import PresenceLease

HUES = 8
TITLES = ("Dr", "Prof", "Dr.", "Prof.")

# An app above adds whom it brings together (chat: the people who share a conversation), as a
# condition without joins that could double rows.
relations: list[Callable[["User"], Q]] = []


class UserQuerySet(models.QuerySet["User"]):
    """Who may see whom, and who is here."""

    def for_user(self, user: "User | AnonymousUser") -> "UserQuerySet":
        """Oneself, the doctors of the public directory, and those whom an app relates to one."""
        visible = Q(role=Role.DOCTOR, doctor__isnull=False, is_active=True)
        if isinstance(user, User):
            visible |= Q(pk=user.pk)
            for related in relations:
                visible |= related(user)
        return self.filter(visible)

    def annotate_online(self) -> "UserQuerySet":
        """Adds `online`."""
        return self.annotate(
            online=Exists(PresenceLease.objects.live().filter(user=OuterRef("pk")))
        )

    def online(self) -> "UserQuerySet":
        return self.filter(Exists(PresenceLease.objects.live().filter(user=OuterRef("pk"))))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Makes people; e-mail addresses are kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        fields.setdefault("is_staff", fields.get("role") in STAFF)
        user: User = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        fields = {"role": Role.SUPERVISOR, "is_staff": True, "is_superuser": True} | fields
        fields.setdefault("name", email.partition("@")[0])
        return self.create_user(email, password, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


def validate_zone(value: str) -> None:
    """Refuses what is not an IANA time zone."""
    if value not in zoneinfo.available_timezones():
        raise ValidationError(_("“%(zone)s” is not a time zone."), params={"zone": value})


class User(Account):
    """Someone with an account. What is special to a doctor or a patient hangs beside it."""

    name = models.CharField(_("name"), max_length=120)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[validate_zone]
    )
    language = models.CharField(
        _("language"), max_length=12, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    hides_network_address = models.BooleanField(
        _("hide my network address in calls"), default=False, db_default=False
    )
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    objects = UserManager()

    # Known while someone signs in.
    has_signed_in_before = False

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(Lower("email"), name="one_person_per_email")]

    def __str__(self) -> str:
        return self.display_name

    def clean(self) -> None:
        super().clean()
        self.email = self.email.strip().lower()

    @property
    def hue(self) -> int:
        """1 to 8, the same for ever: the colour of the initials."""
        return hashlib.sha256(self.public_id.bytes).digest()[0] % HUES + 1

    @property
    def initials(self) -> str:
        words = self._names or [self.email]
        return "".join(word[0] for word in (words[0], *words[1:][-1:])).upper()

    @property
    def display_name(self) -> str:
        return self.name or self.email

    @property
    def short_name(self) -> str:
        """“Asha”, but “Dr Rao”."""
        title, *names = self.name.split() or [self.email]
        return f"{title} {names[-1]}" if title in TITLES and names else title

    @property
    def _names(self) -> list[str]:
        return [word for word in self.name.split() if word not in TITLES]

    @property
    def is_patient(self) -> bool:
        return self.role == Role.PATIENT

    @property
    def is_doctor(self) -> bool:
        return self.role == Role.DOCTOR

    @property
    def is_agent(self) -> bool:
        return self.role in STAFF

    @property
    def is_supervisor(self) -> bool:
        """May do what supervisors do; an administrator may, too."""
        return self.role == Role.SUPERVISOR or self.is_superuser

    @property
    def as_sender(self) -> dict[str, Any]:
        """Who writes, for the words in which each reader is told of it, in their own language."""
        return {"sender": self.display_name, "is_helpline": self.is_agent}

    @property
    def home_url(self) -> str:
        """Administrators start in the admin; everyone else on the home page of their role."""
        return reverse("admin:index" if self.is_superuser else "dashboard:home")

    @property
    def photo_url(self) -> str | None:
        """Where the photo is served; changes with the photo, so that it may be cached."""
        if not self.photo:
            return None
        version = hashlib.sha256(str(self.photo.name).encode()).hexdigest()[:8]
        return f"{reverse('accounts:photo', args=[self.public_id])}?v={version}"

    @cached_property
    def face(self) -> dict[str, Any]:
        """What is shown of a person beside what they do; worked out once, for it is asked often."""
        return {
            "id": self.public_id,
            "name": self.display_name,
            "initials": self.initials,
            "hue": self.hue,
            "photo": self.photo_url,
        }

    @property
    def lacks_second_factor(self) -> bool:
        """Doctors and staff see patient data only with one (SECURITY 16)."""
        return second_factor.is_missing(self)

    @property
    def has_confirmed_email(self) -> bool:
        addresses = self.emailaddress_set.all()  # type: ignore[attr-defined]
        return bool(addresses.filter(email=self.email, verified=True).exists())

    def confirm_email(self) -> None:
        """The address is known to be theirs without a code: told by an administrator."""
        self.emailaddress_set.update_or_create(  # type: ignore[attr-defined]
            email=self.email, defaults={"verified": True, "primary": True}
        )
