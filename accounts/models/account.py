"""What can be done to an account: every change is witnessed, and access lost is lost at once."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO, Any

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts import photos, sessions, witness
from accounts.witness import Act
from telemed.models import Refusal


class Role(models.TextChoices):
    """What a person is here for."""

    PATIENT = "patient", _("Patient")
    DOCTOR = "doctor", _("Doctor")
    AGENT = "agent", _("Helpline agent")
    SUPERVISOR = "supervisor", _("Supervisor")


STAFF = (Role.AGENT, Role.SUPERVISOR)

# What staff may look at in the admin without being an administrator: a supervisor every record
# of ours, an agent the doctors, who are public, and tickets of their queues. Changing people is
# for administrators: whoever may change people could make themselves one.
LOOKS_AT: dict[str, tuple[str, ...]] = {
    Role.SUPERVISOR: ("accounts.", "audit.", "calls.", "chat.", "helpline.", "notifications."),
    Role.AGENT: ("accounts.view_doctor", "helpline.view_ticket"),
}
# What they add, change and delete there: how the helpline works, and nobody's record.
ARRANGES: dict[str, tuple[str, ...]] = {
    Role.SUPERVISOR: (
        "helpline.agent",
        "helpline.article",
        "helpline.cannedreply",
        "helpline.category",
        "helpline.closedday",
        "helpline.duty",
        "helpline.openinghours",
    ),
}


def group_of(public_id: object) -> str:
    """The group of a person's pages, also of one who has not been loaded."""
    return f"person.{public_id}"


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of a person who has not been loaded."""

    public_id: uuid.UUID

    @property
    def group(self) -> str:
        return group_of(self.public_id)


class OwnAccount(Refusal):
    """Nobody locks themselves out by accident."""

    code = "own_account"
    detail = _("You cannot deactivate your own account.")


class Account(AbstractBaseUser, PermissionsMixin):
    """What gives access, and the verbs that change it."""

    email = models.EmailField(_("e-mail"), unique=True)
    role = models.CharField(_("role"), max_length=12, choices=Role.choices, default=Role.PATIENT)
    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    photo = models.ImageField(_("photo"), upload_to=photos.photo_path, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("may enter the admin"), default=False)

    class Meta:
        abstract = True

    @property
    def group(self) -> str:
        """Where events for this person go."""
        return group_of(self.public_id)

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """A permission given to the person, or what the role looks at and arranges."""
        looks = ".view_" in perm and perm.startswith(LOOKS_AT.get(self.role, ()))
        app, _dot, codename = perm.partition(".")
        arranges = f"{app}.{codename.partition('_')[2]}" in ARRANGES.get(self.role, ())
        return super().has_perm(perm, obj) or (self.is_active and (looks or arranges))

    def has_module_perms(self, app_label: str) -> bool:
        """Whether the admin shows the app at all."""
        looks = any(each.startswith(f"{app_label}.") for each in LOOKS_AT.get(self.role, ()))
        return super().has_module_perms(app_label) or (self.is_active and looks)

    @transaction.atomic
    def edit(
        self,
        fields: Iterable[str],
        *,
        by: "Account",
        parts: Iterable[tuple[models.Model, Iterable[str]]] = (),
        **about: Any,
    ) -> None:
        """Keeps what a form or the API has put on the person and on the parts beside.

        Only these fields: a whole row as it was loaded would undo a deactivation meanwhile.
        """
        self.save(update_fields=fields)
        for part, names in parts:
            part.save(update_fields=None if part._state.adding else names)
        witness.tell(by, Act.CHANGED, subject=self, **about)

    @transaction.atomic
    def change_photo(self, upload: IO[bytes] | None, *, by: "Account", **about: Any) -> None:
        """Takes a new photo, or none; raises NotAPhoto or PhotoTooLarge."""
        old = self.photo.name
        if upload is None:
            self.photo = ""
        else:
            self.photo.save("photo.jpg", photos.square(upload), save=False)
        self.save(update_fields=["photo"])
        witness.tell(by, Act.CHANGED, subject=self, about="photo", **about)
        if old:
            transaction.on_commit(lambda: self.photo.storage.delete(old))

    @transaction.atomic
    def change_password(self, password: str, *, by: "Account", **about: Any) -> None:
        self.set_password(password)
        self.save(update_fields=["password"])
        self.note_password_change(by=by, **about)

    def note_password_change(self, *, by: "Account", **about: Any) -> None:
        """What follows a new password, whoever stored it."""
        witness.tell(by, Act.PASSWORD_CHANGED, subject=self, **about)
        sessions.sift(self)

    @transaction.atomic
    def change_role(self, role: Role, *, by: "Account", **about: Any) -> None:
        """What one may see changes with the role, so everything open is closed."""
        self.role, self.is_staff = role, role in STAFF or self.is_superuser
        self.save(update_fields=["role", "is_staff"])
        witness.tell(by, Act.ROLE_CHANGED, subject=self, **about)
        sessions.close_everything(self)

    @transaction.atomic
    def deactivate(self, *, by: "Account", **about: Any) -> None:
        """May not sign in again, and is out at once."""
        if by == self:
            raise OwnAccount
        self._activate(False)
        witness.tell(by, Act.DEACTIVATED, subject=self, **about)
        sessions.close_everything(self)

    @transaction.atomic
    def reactivate(self, *, by: "Account", **about: Any) -> None:
        self._activate(True)
        witness.tell(by, Act.REACTIVATED, subject=self, **about)

    def _activate(self, active: bool) -> None:
        self.is_active = active
        self.save(update_fields=["is_active"])
