"""The steps of one notification on the ladder: which are due now, and when to look again."""

from collections.abc import Collection
from datetime import datetime, timedelta

from notifications.kinds import Kind, Transport
from notifications.models import Delivery, Notification, Preferences, Reason, State
from notifications.rules import held_until, objection

# Whoever has a page open is given this long to notice what it shows.
NOTICING = timedelta(seconds=10)
# What may be otherwise when the thing is renewed: the step is then looked at once more.
PASSING = {Reason.MUTED, Reason.CHOSEN}
CAME_TO_NOTHING = {State.FAILED, State.UNCERTAIN}


class Steps:
    """What has been done for a notification of a kind, and what is to be done next."""

    def __init__(
        self,
        notification: Notification,
        kind: Kind,
        preferences: Preferences,
        earlier: list[Delivery],
        without: Collection[str] = (),
    ) -> None:
        """`without` are the transports that have no address of the person."""
        self.notification, self.kind, self.preferences = notification, kind, preferences
        self._without = without
        self.planned: list[Delivery] = []
        self._of: dict[str, list[Delivery]] = {name: [] for name in kind.urgency.value}
        for each in earlier:
            if each.kind == kind.name:
                self._of[each.transport].append(each)

    def take(self, now: datetime, *, is_online: bool) -> tuple[datetime | None, datetime]:
        """Plans the steps that are due.

        Returns when to look again, None when nothing is left, and before when a renewal need
        not make us look: not for every line that someone writes.
        """
        times = [self._take(transport, now, is_online) for transport in self._of]
        following = min((time for time in times if time is not None), default=None)
        again = max([now, *map(told_at, self._of[Transport.PUSH])]) + self.kind.again
        return following, again if following is None else min(again, following)

    def _take(self, transport: str, now: datetime, is_online: bool) -> datetime | None:
        """Takes a step if it is due; returns when it will be, None when it is done."""
        is_push = transport == Transport.PUSH
        if self._is_done(transport):
            return None
        time = self._time_of_push(is_online) if is_push else self._time_of(transport)
        if time > now:
            return time
        reason = objection(self.notification, self.kind, transport, self.preferences, now)
        if not reason and transport in self._without:
            reason = Reason.NO_ADDRESS
        if not self._is_known(transport, reason):
            self._plan(transport, reason, now)
        return None

    def _is_done(self, transport: str) -> bool:
        """Push goes out again for what came after it, unless it waits still and will tell both."""
        if not (before := self._of[transport]):
            return False
        last = before[-1]
        if transport == Transport.PUSH:
            is_newest = told_at(last) >= self.notification.updated_at
            return is_newest or last.state == State.WAITING
        return last.reason not in PASSING or last.state != State.SKIPPED

    def _is_known(self, transport: str, reason: str) -> bool:
        """The log says so already."""
        last = next(reversed(self._of[transport]), None)
        return bool(reason) and last is not None and last.reason == reason

    def _plan(self, transport: str, reason: str, now: datetime) -> None:
        delivery = Delivery(
            notification=self.notification,
            transport=transport,
            key=self._key(transport),
            created_at=now,
            reason=reason,
        )
        if reason:
            delivery.state, delivery.ended_at = State.SKIPPED, now
        elif quiet := held_until(self.kind, transport, self.preferences, now):
            delivery.due_at, delivery.reason = quiet, Reason.QUIET
        else:
            delivery.due_at = now
        self.planned.append(delivery)
        self._of[transport].append(delivery)

    def _key(self, transport: str) -> str:
        key = f"{self.notification.pk}:{self.kind.name}:{transport}"
        number = len(self._of[transport]) + 1
        return key if number == 1 else f"{key}:{number}"

    def _time_of_push(self, is_online: bool) -> datetime:
        """At once, and after a renewal when a while has passed since the last one."""
        notice = NOTICING if is_online and not self.kind.is_urgent else timedelta(0)
        delay = notice + self.kind.delay(Transport.PUSH)
        before = self._of[Transport.PUSH]
        if not before:
            return self.notification.created_at + delay
        return max(told_at(before[-1]) + self.kind.again, self.notification.updated_at + delay)

    def _time_of(self, transport: str) -> datetime:
        """So long after the event, or after the step before it when that was late; if that came
        to nothing, at once."""
        delay, start, failed = self.kind.delay(transport), self.notification.created_at, False
        for name, deliveries in self._of.items():
            told = [each for each in deliveries if each.state != State.SKIPPED]
            if name == transport:
                break
            if told:
                failed = told[-1].state in CAME_TO_NOTHING
                start = max(start, self._taken_at(told[0], transport) - self.kind.delay(name))
        return self.notification.created_at if failed else start + delay

    def _taken_at(self, before: Delivery, transport: str) -> datetime:
        """What waits for the end of quiet hours is not followed by something louder before."""
        is_held = before.state == State.WAITING and before.reason == Reason.QUIET
        if is_held and before.due_at and transport != Transport.EMAIL:
            return before.due_at
        return before.created_at


def told_at(push: Delivery) -> datetime:
    """Until when it tells of everything: it says nothing but that there is something."""
    return push.ended_at or push.created_at
