"""Gives the demo its people, the cast of `telemed/demo/cast.json`, and its helpline, once."""

import json
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import photos
from accounts.models import Doctor, Patient, User
from helpline import demo

DEMO = settings.BASE_DIR / "telemed" / "demo"
PROFILES: dict[str, type[Doctor] | type[Patient]] = {"doctor": Doctor, "patient": Patient}
OWN_FIELDS = ("name", "role", "phone", "language", "time_zone", "is_staff", "is_superuser")


class Command(BaseCommand):
    """Refuses outside DEBUG, because everyone knows the password."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Adds who is missing; changes nobody who is there."""
        if not settings.DEBUG:
            raise CommandError("The demo cast exists only with DEBUG: its password is public.")
        people, password = cast()["people"], cast()["password"]
        missing = [each for each in people if not User.objects.filter(email=each["email"]).exists()]
        for person in missing:
            add_photo(enrol(person, password), DEMO / person.get("photo", ""))
        demo.furnish()
        self.stdout.write(f"{len(missing)} people added.")


def cast() -> dict[str, Any]:
    """The demo's people and their common password."""
    content: dict[str, Any] = json.loads((DEMO / "cast.json").read_text())
    return content


@transaction.atomic
def enrol(person: dict[str, Any], password: str) -> User:
    """One person of the cast as a user with a verified address and a profile."""
    own = {"time_zone": "Asia/Kolkata"} | person
    fields = {name: own[name] for name in OWN_FIELDS if name in own}
    user = User.objects.create_user(email=person["email"], password=password, **fields)
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    for role, profile in PROFILES.items():
        if role in person:
            profile.objects.update_or_create(user=user, defaults=person[role])
    return user


def add_photo(user: User, photo: Path) -> None:
    """The portrait that lies beside the cast, if there is one."""
    if photo.is_file():
        with photo.open("rb") as content:
            user.photo = photos.square(content)
        user.save(update_fields=["photo"])
