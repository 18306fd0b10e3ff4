"""The calls app: registers its deadlines with the clock, and what follows from a departure."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CallsConfig(AppConfig):
    """Calls."""

    name = "calls"
    verbose_name = _("Calls")

    def ready(self) -> None:
        from calls import kinds, missed, parting, settling  # noqa: F401
