"""How a ticket ends, is opened again, and is rated."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from helpline import sla, telling
from helpline.models.states import SETTLED, Channel, Reason, Status
from helpline.models.transition import Rating, TicketTransition
from helpline.refusals import AlreadyRated, NotSettled, NotYourTicket, UnansweredQuestion

# A resolved ticket is closed after so long; it can be opened again even then.
CLOSES_AFTER = timedelta(days=14)
# A ticket that waits for its requester is taken for resolved after so long.
LAPSES_AFTER = timedelta(days=7)


class Settling:
    """The end of a ticket, which is never for good."""

    if TYPE_CHECKING:
        objects: Any
        pk: Any
        status: Any
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
    def reopen(self, *, by: User) -> None:
        """Back to the front of the queue; the requester, or a supervisor."""
        is_chief = by.role == Role.SUPERVISOR or by.is_superuser
        if by.pk != self.requester_id and not is_chief:
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
        )
        sla.promise(self, now)  # type: ignore[arg-type]
        if left:
            self._part(left, by=by)

    def close(self, now: datetime | None = None) -> None:
        """Nobody opened it again in time."""
        self._move(Status.CLOSED, None, Reason.LAPSED, now=now or timezone.now())

    @transaction.atomic
    def lapse(self, now: datetime) -> None:
        """The requester has not replied for so long that the question seems settled."""
        self._move(Status.RESOLVED, None, Reason.NO_REPLY, now=now, resolved_at=now)
        self._say(self.requester, _("This was marked as resolved, because there was no reply"))
        telling.resolved(self, None)  # type: ignore[arg-type]

    @transaction.atomic
    def give_up_chat(self, now: datetime) -> bool:
        """Nobody could join the chat in time: it is a ticket, and goes on as one.

        Against an agent who joins at this moment: whose UPDATE comes first has it, and a chat
        that somebody has joined stays one. Says whether it was given up.
        """
        waits = type(self).objects.filter(pk=self.pk, status=Status.OPEN, channel=Channel.CHAT)
        gave_up = waits.filter(chat_until__lte=now).update(
            channel=Channel.TICKET, chat_until=None, moved_at=now
        )
        self.refresh_from_db()
        if not gave_up:
            return False
        self._note(Status.OPEN, None, Reason.UNANSWERED, now)
        said = _("Nobody could join the chat. It is ticket %(number)s now, and we answer here.")
        self._say(self.requester, said, number=str(self.number))
        telling.moved(self)  # type: ignore[arg-type]
        return True

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
