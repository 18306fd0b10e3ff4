"""How a ticket ends, is opened again, and is rated."""

import uuid
import zoneinfo
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from helpline import sla, telling
from helpline.hours import is_open
from helpline.models.desk import Note
from helpline.models.states import SETTLED, Channel, Reason, Status
from helpline.models.transition import Rating, TicketTransition
from helpline.refusals import AlreadyRated, NotSettled, NotYourTicket, UnansweredQuestion

# A resolved ticket is closed after so long; it can be opened again even then.
CLOSES_AFTER = timedelta(days=14)
# A ticket that waits for its requester is taken for resolved after so long.
LAPSES_AFTER = timedelta(days=7)
BECAME_TICKET = _(
    "Nobody could join in time. This is now ticket %(number)s: you have an answer by %(due)s, "
    "here and by e-mail."
)
WENT_ON_AS_TICKET = _(
    "Nobody could go on with the chat now. This is ticket %(number)s: we answer here and by e-mail."
)


class Settling:
    """The end of a ticket, which is never for good."""

    if TYPE_CHECKING:
        objects: Any
        pk: Any
        status: Any
        channel: Any
        assignee: Any
        assignee_id: Any
        conversation: Any
        requester: Any
        requester_id: Any
        transitions: Any
        is_settled: Any
        refresh_from_db: Any
        number: Any
        _move: Any
        _note: Any
        _part: Any
        first_responded_at: Any
        response_due_at: Any
        _say: Any
        _take: Any

    @property
    def has_unanswered_question(self) -> bool:
        """The last word is the requester's."""
        last = self.conversation.messages.filter(kind="text").order_by("-seq").first()
        return bool(last and last.author_id == self.requester_id)

    @transaction.atomic
    def resolve(self, *, by: User, anyway: bool = False) -> None:
        """It is done; the requester is asked how it was.

        Raises UnansweredQuestion for an agent unless they want it `anyway`; requesters know.
        """
        if by.pk != self.requester_id:
            self._take(by)
            if self.has_unanswered_question and not anyway:
                raise UnansweredQuestion
        now = timezone.now()
        self._move(Status.RESOLVED, by, now=now, resolved_at=now, answer_until=None)
        self._say(by, _("%(name)s marked this as resolved"), name=by.display_name)
        telling.resolved(self, by)  # type: ignore[arg-type]

    @transaction.atomic
    def give_up_chat(self, now: datetime | None = None) -> bool:
        """Nobody has joined in time: it is a ticket now, and says so; of several one wins."""
        now = now or timezone.now()
        waits = {"channel": Channel.CHAT, "status": Status.OPEN, "chat_until__lte": now}
        waiting = type(self).objects.filter(pk=self.pk, **waits)
        gave_up = waiting.update(channel=Channel.TICKET, chat_until=None, moved_at=now)
        self.refresh_from_db()
        if not gave_up:
            return False
        self._note(Status.OPEN, None, Reason.UNANSWERED, now)
        words = WENT_ON_AS_TICKET if self.first_responded_at else BECAME_TICKET
        self._say(self.requester, words, number=str(self.number), due=self._due_in_words)
        telling.moved(self)  # type: ignore[arg-type]
        telling.queue_moved(self)  # type: ignore[arg-type]
        return True

    @property
    def _due_in_words(self) -> str:
        """When the first answer is due, as the requester's clock and language have it."""
        zone = zoneinfo.ZoneInfo(self.requester.time_zone)
        with translation.override(self.requester.language):
            return date_format(self.response_due_at.astimezone(zone), "j F, H:i T")

    @transaction.atomic
    def reopen(self, words: str = "", *, by: User) -> None:
        """Back to the front of the queue; the requester, or a supervisor.

        What is still wrong stands in the conversation; of a supervisor in a note for colleagues.
        """
        if by.pk != self.requester_id and not by.is_supervisor:
            raise NotYourTicket
        if not self.is_settled:
            raise NotSettled
        now, left = timezone.now(), self.assignee
        self._move(
            Status.OPEN,
            by,
            Reason.REOPENED,
            now=now,
            assignee=None,
            came_back=True,
            queued_at=now,
            resolved_at=None,
            first_responded_at=None,
            warned_at=None,
            breached_at=None,
            waited=timedelta(),
            **self._live_again(now),
        )
        sla.promise(self, now)  # type: ignore[arg-type]
        if left:
            self._part(left, by=by)
        if words and by.pk == self.requester_id:
            self.conversation.append(by, uuid.uuid4(), body=words)
        elif words:
            Note.objects.write(self, words, by=by)  # type: ignore[arg-type]

    def _live_again(self, now: datetime) -> dict[str, object]:
        """Who opens a chat again waits for somebody to join once more; outside hours nobody can."""
        if self.channel != Channel.CHAT:
            return {}
        if not is_open(now):
            return {"channel": Channel.TICKET, "chat_until": None}
        return {"chat_until": now + timedelta(seconds=settings.CHAT_PATIENCE)}

    def close(self, now: datetime | None = None) -> None:
        """Nobody opened it again in time."""
        self._move(Status.CLOSED, None, Reason.LAPSED, now=now or timezone.now())

    @transaction.atomic
    def lapse(self, now: datetime) -> None:
        """The requester has not replied for so long that the question seems settled."""
        self._move(Status.RESOLVED, None, Reason.NO_REPLY, now=now, resolved_at=now)
        self._say(self.requester, _("This was marked as resolved, because there was no reply"))
        telling.resolved(self, None)  # type: ignore[arg-type]

    @property
    def unrated(self) -> TicketTransition | None:
        """The resolution that the requester can rate now."""
        if self.status not in SETTLED:
            return None
        last: TicketTransition | None = (
            self.transitions.filter(to_status=Status.RESOLVED).order_by("-at", "-pk").first()
        )
        return None if last is None or hasattr(last, "rating") else last

    def rate(self, score: int, comment: str = "", *, by: User) -> Rating:
        """Once for each time it was resolved, by the requester."""
        if by.pk != self.requester_id:
            raise NotYourTicket
        if self.status not in SETTLED:
            raise NotSettled
        if not (resolution := self.unrated):
            raise AlreadyRated
        try:
            with transaction.atomic():
                rating = Rating.objects.create(
                    resolution=resolution,
                    ticket=self,  # type: ignore[misc]
                    agent=resolution.assignee,
                    score=score,
                    comment=comment.strip(),
                )
        except IntegrityError:
            raise AlreadyRated from None
        telling.moved(self)  # type: ignore[arg-type]
        return rating
