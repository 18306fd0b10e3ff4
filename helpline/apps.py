"""The helpline: registers its kinds, its deadlines, and where its conversations are read."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HelplineConfig(AppConfig):
    """Tickets, emergencies, the agents' desk."""

    name = "helpline"
    verbose_name = _("Helpline")

    def ready(self) -> None:
        from chat.places import places
        from helpline import (  # noqa: F401
            article_admin,
            assignment,
            counting,
            emergencies,
            heeding,
            kinds,
            own,
            settling,
        )
        from helpline.reading import place_of

        places["ticket"] = place_of
