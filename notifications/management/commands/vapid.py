"""Makes the key pair with which browsers are pushed to."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from notifications import vapid


class Command(BaseCommand):
    """`manage.py vapid`."""

    help = "Makes a VAPID key pair and prints the lines for the environment."

    def handle(self, *args: Any, **options: Any) -> None:
        """Keeps nothing: what is printed is the only copy."""
        key = vapid.make_key()
        self.stdout.write(f"# The public key of this pair: {vapid.public_of(key)}")
        self.stdout.write(f"VAPID_PRIVATE_KEY={key}")
        self.stdout.write(f"VAPID_SUBJECT={settings.VAPID_SUBJECT}")
