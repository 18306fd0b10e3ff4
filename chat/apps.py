"""The chat app: tells the apps below which people share a conversation."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChatConfig(AppConfig):
    """Conversations."""

    name = "chat"
    verbose_name = _("Messages")

    def ready(self) -> None:
        from chat import acquaintance, counting, kinds, muted  # noqa: F401

        acquaintance.register()
        muted.register()
