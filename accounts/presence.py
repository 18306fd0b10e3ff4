"""Who is here: taking, renewing, leaving and settling leases.

"Came" and "left" are announced once each because both verbs first lock the person's row: a
lease taken while the last old one is being settled waits, and finds the truth.
"""

import datetime
import uuid
from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from accounts.models import PresenceLease, User
from telemed import clock

LEASE = datetime.timedelta(seconds=60)
GRACE = datetime.timedelta(seconds=15)

listeners: list[Callable[[User, bool], None]] = []


@transaction.atomic
def take(user: User) -> uuid.UUID:
    """One more connection of `user`; announces them if it is the first."""
    _lock(user.pk)
    is_new = not PresenceLease.objects.live().filter(user=user).exists()
    lease = PresenceLease.objects.create(user=user, expires_at=timezone.now() + LEASE)
    if is_new:
        _announce(user, True)
    return lease.pk


def renew(lease_id: uuid.UUID) -> bool:
    """False when the lease is gone: the connection was given up for lost and takes a new one."""
    until = timezone.now() + LEASE
    return bool(PresenceLease.objects.filter(pk=lease_id).update(expires_at=until))


def leave(lease_id: uuid.UUID) -> None:
    """The connection closed. A page that only moves on is back within the grace."""
    until = timezone.now() + GRACE
    PresenceLease.objects.filter(pk=lease_id, expires_at__gt=until).update(expires_at=until)


@clock.settles
def settle(now: datetime.datetime | None = None) -> None:
    """Removes leases that ran out, and announces those who have none left."""
    gone = PresenceLease.objects.run_out(now).order_by("user").values_list("user", flat=True)
    for user_id in gone.distinct():
        _settle_one(user_id, now)


@transaction.atomic
def _settle_one(user_id: int, now: datetime.datetime | None) -> None:
    """The delete is the claim: of two processes only one removes a row, and announces."""
    user = _lock(user_id)
    removed, _ = PresenceLease.objects.run_out(now).filter(user=user).delete()
    if removed and not PresenceLease.objects.live(now).filter(user=user).exists():
        _announce(user, False)


def _lock(user_id: int) -> User:
    return User.objects.select_for_update(no_key=True).get(pk=user_id)


def _announce(user: User, online: bool) -> None:
    for listen in listeners:
        listen(user, online)
