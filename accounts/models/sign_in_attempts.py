"""How many passwords have been tried for an address: the brake on guessing."""

import datetime
import hashlib
from typing import Any

from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from telemed.models import Refusal

LIMIT = 10
QUIET = datetime.timedelta(minutes=5)


class TooManyAttempts(Refusal):
    """Enough passwords have been tried for this address."""

    code = "too_many_attempts"
    detail = _("Too many attempts. Wait five minutes, or sign in with a code by e-mail.")
    status = 429


# The count starts again only after five minutes without an evaluated attempt, so that no
# five minutes whatever hold more than ten. One statement counts and decides: a thousand
# parallel attempts queue on the row, and each gets a number of its own.
COUNT = """
INSERT INTO accounts_signinattempts (address_hash, tried, last_tried_at)
VALUES (%(who)s, 1, %(now)s)
ON CONFLICT (address_hash) DO UPDATE SET
  tried = CASE WHEN accounts_signinattempts.last_tried_at <= %(quiet)s THEN 1
               WHEN accounts_signinattempts.tried > %(limit)s THEN accounts_signinattempts.tried
               ELSE accounts_signinattempts.tried + 1 END,
  last_tried_at = CASE WHEN accounts_signinattempts.last_tried_at > %(quiet)s
                        AND accounts_signinattempts.tried >= %(limit)s
                       THEN accounts_signinattempts.last_tried_at ELSE %(now)s END
RETURNING tried
"""


class SignInAttempts(models.Model):
    """Kept for known and unknown addresses alike, and only as a hash."""

    address_hash = models.CharField(max_length=64, primary_key=True)
    tried = models.PositiveIntegerField()
    last_tried_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = _("sign-in attempts")

    def __str__(self) -> str:
        return f"{self.address_hash[:8]}: {self.tried}"

    @classmethod
    def count(cls, email: str) -> None:
        """To be called before a password is looked at; raises TooManyAttempts."""
        now = timezone.now()
        when = connection.ops.adapt_datetimefield_value
        values: dict[str, Any] = {
            "who": hash_of(email),
            "limit": LIMIT,
            "now": when(now),
            "quiet": when(now - QUIET),
        }
        with connection.cursor() as cursor:
            cursor.execute(COUNT, values)
            (tried,) = cursor.fetchone()
        if tried > LIMIT:
            raise TooManyAttempts

    @classmethod
    def forget(cls, email: str) -> None:
        """The owner has shown that it is them."""
        cls.objects.filter(pk=hash_of(email)).delete()


def hash_of(email: str) -> str:
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()
