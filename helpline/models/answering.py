"""How whoever has a ticket comes to it, and how long they have for the first answer."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from chat.models import Message
from helpline import telling
from helpline.models.states import Channel, Priority, Status

# Who took it, or was given it, has so long for the first answer.
CHAT_ANSWERED_WITHIN = timedelta(seconds=60)
PRESSING_ANSWERED_WITHIN = timedelta(minutes=10)
# Who was given one that is not pressing has so long to open it, and then all the time they need.
OPENED_WITHIN = timedelta(minutes=10)
JOINED = _("%(name)s joined")


def public_texts() -> QuerySet[Message]:
    """What people have written in the conversation of the ticket around it."""
    return Message.objects.filter(conversation=OuterRef("conversation"), kind=Message.Kind.TEXT)


class Answering:
    """The way of a ticket from being given to somebody to their first answer."""

    if TYPE_CHECKING:
        objects: Any
        pk: Any
        status: Any
        channel: Any
        priority: Any
        assignee_id: Any
        joined_at: Any
        first_responded_at: Any
        _say: Any

    @property
    def is_asked(self) -> bool:
        """It was given to somebody who has neither opened nor answered it yet."""
        return self.status == Status.ASSIGNED and self.joined_at is None

    @property
    def was_taken(self) -> bool:
        """Somebody has been with it, whether or not they answered."""
        return bool(self.first_responded_at or self.joined_at)

    @property
    def awaits_joining(self) -> bool:
        """A live chat to which nobody has come, whether or not somebody was asked."""
        return self.channel == Channel.CHAT and (self.status == Status.OPEN or self.is_asked)

    @property
    def is_waited_for(self) -> bool:
        """Somebody looks at the page until we say the first word: in the queue, in a live chat."""
        is_silent = self.channel == Channel.CHAT and self.first_responded_at is None
        return self.status == Status.OPEN or (self.status == Status.ASSIGNED and is_silent)

    @transaction.atomic
    def join(self, by: User, now: datetime | None = None) -> None:
        """Who was given it has opened it, or has written; of several tabs one is first."""
        if not self.is_asked or self.assignee_id != by.pk:
            return
        now = now or timezone.now()
        given = type(self).objects.filter(pk=self.pk, status=Status.ASSIGNED, assignee=by)
        if given.filter(joined_at=None).update(joined_at=now):
            self.joined_at = now
            given.update(answer_until=self._answer_from(now, is_there=True))
            self._say(by, JOINED, name=by.display_name)
            telling.moved(self)  # type: ignore[arg-type]

    def note_answer(self, at: datetime) -> None:
        """A call that is answered is the first answer."""
        silent = type(self).objects.filter(pk=self.pk, first_responded_at=None)
        silent.update(first_responded_at=at)

    def note_work(self, by: User, now: datetime | None = None) -> None:
        """A note or words begun are no answer; who has it has as long again."""
        mine = type(self).objects.filter(pk=self.pk, status=Status.ASSIGNED, assignee=by)
        until = self._answer_from(now or timezone.now(), is_there=self.joined_at is not None)
        mine.exclude(answer_until=None).update(answer_until=until)

    def _answer_from(self, now: datetime, *, is_there: bool) -> datetime | None:
        if self.channel == Channel.CHAT:
            return now + CHAT_ANSWERED_WITHIN
        if self.priority <= Priority.HIGH:
            return now + PRESSING_ANSWERED_WITHIN
        return None if is_there else now + OPENED_WITHIN
