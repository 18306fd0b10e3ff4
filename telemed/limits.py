"""Limits of what one person may do in this process: token buckets and a count of sockets."""

import time
from collections import defaultdict
from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from telemed.models import Refusal

SOCKETS = 32
HANDSHAKE_RATE = (2.0, 120)


class TooFast(Refusal):
    """More than a person does."""

    code = "too_fast"
    detail = _("That was too fast. Wait a moment and try again.")
    status = 429
    retry_after = 1


class Bucket:
    """A token bucket: `rate` tokens a second, at most `burst` saved."""

    __slots__ = ("burst", "filled_at", "rate", "tokens")

    def __init__(self, rate: float, burst: int, now: float) -> None:
        self.rate, self.burst = rate, burst
        self.tokens, self.filled_at = float(burst), now

    def take(self, now: float) -> bool:
        """Takes a token if there is one."""
        self.tokens = min(self.burst, self.tokens + (now - self.filled_at) * self.rate)
        self.filled_at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


class Allowance:
    """What one person has open and has used, over all their sockets here."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.sockets = 0
        self._clock = clock
        self._buckets: dict[str, Bucket] = {}

    def take(self, what: str, rate: tuple[float, int]) -> bool:
        """Counts one `what`; False when the person is too fast."""
        now = self._clock()
        if what not in self._buckets:
            self._buckets[what] = Bucket(*rate, now=now)
        return self._buckets[what].take(now)

    def take_handshake(self) -> bool:
        """Counts a handshake; False for a flood or too many open sockets."""
        return self.take("handshake", HANDSHAKE_RATE) and self.sockets < SOCKETS

    @property
    def is_fresh(self) -> bool:
        """Nothing open and nothing used of late: may be forgotten."""
        now = self._clock()
        return not self.sockets and all(
            now - bucket.filled_at > 120 for bucket in self._buckets.values()
        )


class Allowances:
    """The allowance of each person, forgotten when it has recovered."""

    def __init__(self) -> None:
        self._of: dict[object, Allowance] = defaultdict(Allowance)

    def of(self, person: object) -> Allowance:
        """The allowance of a person, by any hashable key."""
        if len(self._of) % 1000 == 999:
            for key in [key for key, allowance in self._of.items() if allowance.is_fresh]:
                del self._of[key]
        return self._of[person]


allowances = Allowances()
