"""What happens to a person's account, told to whoever keeps the record.

The audit trail is built on top of people, so it registers itself here; the verbs of this app
do not know it.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models.account import Account


class Act(models.TextChoices):
    """What a person can do to a record."""

    OPENED = "opened", _("Opened")
    CREATED = "created", _("Created")
    CHANGED = "changed", _("Changed")
    REMOVED = "removed", _("Removed")
    SIGNED_IN = "signed_in", _("Signed in")
    SIGNED_OUT = "signed_out", _("Signed out")
    PASSWORD_CHANGED = "password_changed", _("Changed the password")
    ROLE_CHANGED = "role_changed", _("Changed the role")
    DEACTIVATED = "deactivated", _("Deactivated the account")
    REACTIVATED = "reactivated", _("Reactivated the account")


keepers: list[Callable[..., None]] = []


def tell(
    actor: "Account | AnonymousUser | None",
    act: Act,
    *,
    subject: "Account",
    about: str = "user",
    **more: Any,
) -> None:
    """`actor` did `act` to `subject`; `about` names what exactly, `more` is the keeper's."""
    for keep in keepers:
        keep(
            actor,
            act,
            subject_person=subject,
            object_type=f"accounts.{about}",
            object_id=subject.public_id,
            **more,
        )
