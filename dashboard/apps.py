"""Homes by role, and the one socket of every page."""

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """Knows every app below it; owns no tables."""

    name = "dashboard"
