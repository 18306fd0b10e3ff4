"""After an older backup was restored: makes open pages load afresh."""

from typing import Any

from django.core.management.base import BaseCommand

from chat.models import Conversation


class Command(BaseCommand):
    """`manage.py renew_epochs`."""

    help = (
        "Gives every conversation a new epoch after a backup was restored, so that pages which "
        "know later changes than there are now load afresh."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Says how many."""
        self.stdout.write(f"{Conversation.objects.renew_epochs()} conversations renewed.")
