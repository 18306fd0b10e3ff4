"""The calls app: registers what its deadlines need with the clock."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CallsConfig(AppConfig):
    """Calls."""

    name = "calls"
    verbose_name = _("Calls")

    def ready(self) -> None:
        from calls import settling  # noqa: F401
