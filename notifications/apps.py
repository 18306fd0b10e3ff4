"""What a person is told, and by which transport."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """Rows that say "this happened", the bell that counts them, and the ways out."""

    name = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        from notifications import receivers, security, workers  # noqa: F401

        security.register()
        workers.register()
