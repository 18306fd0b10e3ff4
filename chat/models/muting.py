"""How a member stops hearing of a conversation, for a while or until they end it."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from chat.events import MutingChanged
from notifications.models import hush
from notifications.models.silence import end_of, told
from telemed.wire import publish


class Muting:
    """The part of a member that is about being left alone.

    What is written meanwhile arrives and is counted as before; it makes no sound and no toast,
    and goes out by no transport. A call still rings.
    """

    if TYPE_CHECKING:
        objects: Any
        pk: Any
        person: Any
        conversation: Any
        conversation_id: Any
        muted_until: datetime | None

    @property
    def is_muted(self) -> bool:
        """Whether it is now."""
        return self.muted_until is not None and self.muted_until > timezone.now()

    @transaction.atomic
    def mute(self, until: datetime | None = None) -> None:
        """Until then, or until it is ended; raises NotAhead or TooLong."""
        self._set(end_of(until))
        hush(self.person, self.conversation.notification_key)

    @transaction.atomic
    def unmute(self) -> None:
        """As before."""
        self._set(None)

    def _set(self, until: datetime | None) -> None:
        self.muted_until = until
        type(self).objects.present().filter(pk=self.pk).update(muted_until=until)
        changed = MutingChanged(
            conversation=self.conversation_id, is_muted=until is not None, until=told(until)
        )
        publish(changed, to=self.person)
