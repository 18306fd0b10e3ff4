"""The accounts app: wires presence to the clock and sign-in to the record."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People."""

    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        from accounts import presence, receivers  # noqa: F401
