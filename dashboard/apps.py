"""Homes by role, the inbox, and the one socket of every page."""

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """Knows every app below it; owns no tables."""

    name = "dashboard"

    def ready(self) -> None:
        from dashboard import sections, ticket_sections  # noqa: F401 - they register themselves
