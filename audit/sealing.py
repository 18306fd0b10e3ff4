"""Seals the record in batches, so that a later change of one byte shows."""

import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import AccessRecord, Seal, digest
from telemed import clock

BATCH = 500
PATIENCE = datetime.timedelta(minutes=1)


@clock.settles
def seal_batches(now: datetime.datetime) -> None:
    """Seals what is a minute old, or at once when there is a full batch.

    A row keeps the number of its seal, so that one committed late joins a later batch. Two
    processes that seal at once want the same number, and one of them finds it taken.
    """
    oldest = AccessRecord.objects.unsealed().values_list("at", flat=True).first()
    if oldest is None or (oldest > now - PATIENCE and not _batch_is_full()):
        return
    try:
        with transaction.atomic():
            seal_next()
    except IntegrityError:
        return


def seal_next() -> Seal:
    last = Seal.objects.last()
    rows = list(AccessRecord.objects.unsealed()[:BATCH])
    seal = Seal.objects.create(
        number=last.number + 1 if last else 1,
        rows=len(rows),
        digest=digest(last.digest if last else "", rows),
        sealed_at=timezone.now(),
    )
    AccessRecord.objects.filter(pk__in=[row.pk for row in rows]).update(seal=seal)
    return seal


def _batch_is_full() -> bool:
    return AccessRecord.objects.unsealed()[BATCH - 1 : BATCH].exists()
