"""What a person is told, and by which transport."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Rows that say "this happened", the bell that counts them."""

    name = "notifications"
