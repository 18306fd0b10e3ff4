"""The plumbing as a Django app: its checks, its clock row, its commands."""

from django.apps import AppConfig


class TelemedConfig(AppConfig):
    """Registers the system checks that refuse an unsafe start."""

    name = "telemed"

    def ready(self) -> None:
        from telemed import checks, monitoring, schema  # noqa: F401

        monitoring.begin()
