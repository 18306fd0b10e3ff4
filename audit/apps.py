"""The audit app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """Who saw and changed what."""

    name = "audit"
    verbose_name = _("Audit")

    def ready(self) -> None:
        from accounts import witness
        from audit import recording, sealing  # noqa: F401

        witness.keepers.append(recording.record)
