"""Removes what nobody can use any more; once a day is enough."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

JOBS = ("clearsessions", "flushexpiredtokens", "clearnotifications")


class Command(BaseCommand):
    """`manage.py clean`."""

    help = "Removes expired sessions, API tokens that would be refused anyhow, and old news."

    def handle(self, *args: Any, **options: Any) -> None:
        """As often as one likes."""
        for job in JOBS:
            call_command(job)
        self.stdout.write("Cleaned.")
