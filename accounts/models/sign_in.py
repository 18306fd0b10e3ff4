"""Where a person is signed in: a row beside each of their sessions, which goes with it.

It knows no address and no fingerprint: the name of the browser, since when, and when it was last
used, which each process writes down every few minutes.
"""

import time
from contextlib import suppress
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, models, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import sessions
from accounts.models.account import Account
from accounts.user_agents import name_of
from telemed.models import UUIDModel

EVERY_SECONDS = 5 * 60
MOST_REMEMBERED = 100_000
_noted: dict[str, float] = {}


class SignInQuerySet(models.QuerySet["SignIn"]):
    """Selections of sign-ins, and their end."""

    def for_user(self, user: Account | AnonymousUser) -> "SignInQuerySet":
        """A person's own that have not run out."""
        return self.filter(person_id=user.pk, session__expire_date__gt=timezone.now())

    def note(self, request: HttpRequest, person: Any) -> None:
        """The session is used by whoever is signed in with it."""
        used = {"person": person, "seen_at": timezone.now()}
        begun = used | {"browser": name_of(request.headers.get("User-Agent", ""))}
        with suppress(IntegrityError):  # the session ends at this very moment
            self.update_or_create(
                session_id=request.session.session_key, defaults=used, create_defaults=begun
            )

    @transaction.atomic
    def end(self, request: HttpRequest) -> None:
        """Signs these out at once, and takes back what their browsers were trusted with."""
        for each in self.select_related("person", "session"):
            for forget in sessions.endings:
                forget(each.person, each.session.get_decoded())
            each.session.delete()
            sessions.closed(each.person, request=request)


class SignIn(UUIDModel):
    """One browser in which a person is signed in."""

    person = models.ForeignKey("accounts.User", models.CASCADE, related_name="sign_ins")
    session = models.OneToOneField("sessions.Session", models.CASCADE, related_name="+")
    browser = models.CharField(_("browser"), max_length=100)
    begun_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    objects = SignInQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        ordering = ["-seen_at", "-id"]

    def __str__(self) -> str:
        return self.browser

    @property
    def is_in_the_hand(self) -> bool:
        """On a phone or a tablet, as far as its browser says."""
        return self.browser.endswith(("Android", "iPhone", "iPad"))


def note_now_and_then(request: HttpRequest, person: Any) -> None:
    """Notes a session that this process has not noted for a while."""
    key: Any = request.session.session_key
    now = time.monotonic()
    if not key or now - _noted.get(key, -EVERY_SECONDS) < EVERY_SECONDS:
        return
    if len(_noted) >= MOST_REMEMBERED:
        _noted.clear()
    _noted[key] = now
    SignIn.objects.note(request, person)
