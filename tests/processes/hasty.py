"""An app that makes couriers hasty: who has died is noticed in seconds, mail goes out at once.

An SMS follows after an hour, or when the mail came to nothing.
"""

from dataclasses import replace
from datetime import timedelta

from django.apps import AppConfig


class Hasty(AppConfig):
    """The last app to be ready."""

    name = "tests.processes.hasty"

    def ready(self) -> None:
        from notifications import courier
        from notifications.kinds import Transport, Urgency, kinds

        courier.LEASE = timedelta(seconds=3)
        by = frozenset({Transport.EMAIL, Transport.SMS})
        kinds["message"] = replace(kinds["message"], urgency=Urgency.CALM, by=by)
