"""Whether a transport can reach a person at all, and if not, what stands in the way."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.phones import e164
from notifications import vapid
from notifications.kinds import Transport
from notifications.transports import email, sms

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SET_UP: dict[str, Callable[[], bool]] = {
    Transport.PUSH: vapid.is_set_up,
    Transport.EMAIL: email.is_set_up,
    Transport.SMS: sms.is_set_up,
}
NOT_SET_UP: dict[str, "_StrPromise"] = {
    Transport.PUSH: _("This server is not set up for push."),
    Transport.EMAIL: _("This server is not set up for e-mail."),
    Transport.SMS: _("This server is not set up for SMS."),
}


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why nothing goes out that way, and where the person can do something about it."""

    words: "_StrPromise | str"
    url: str = ""
    action: "_StrPromise | str" = ""


def obstacle(transport: str, person: User) -> Obstacle | None:
    """What keeps a transport from reaching this person; None when nothing does."""
    if not SET_UP[transport]():
        return Obstacle(NOT_SET_UP[transport])
    if transport == Transport.SMS and not person.phone:
        words, action = _("Your profile has no phone number."), _("Add one")
        return Obstacle(words, profile_phone(), action)
    if transport == Transport.SMS and e164(person.phone) is None:
        words, action = _("The phone number in your profile has no country code."), _("Change it")
        return Obstacle(words, profile_phone(), action)
    return None


def profile_phone() -> str:
    """Where one's phone number is changed."""
    return f"{reverse('accounts:profile')}#id_phone"
