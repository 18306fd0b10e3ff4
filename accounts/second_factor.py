"""Who must show a second factor before seeing patient data, and who lacks it."""

from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


def is_missing(user: "User | AnonymousUser") -> bool:
    """Whether this doctor, agent or supervisor still has to set one up."""
    if not settings.REQUIRE_SECOND_FACTOR or not user.is_authenticated:
        return False
    if user.is_patient and not user.is_staff and not user.is_superuser:
        return False
    from allauth.mfa.utils import is_mfa_enabled  # its models load after ours

    return not is_mfa_enabled(user)
