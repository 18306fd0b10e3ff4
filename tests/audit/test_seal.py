"""The hash chain over the record finds one changed byte."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

import audit
from accounts.models import User
from audit import sealing, triggers
from audit.models import AccessRecord, Seal

pytestmark = pytest.mark.django_db


def verify() -> str:
    out = StringIO()
    call_command("verify_audit", stdout=out)
    return out.getvalue()


@pytest.fixture
def sealed(asha: User) -> None:
    """Three seals over six rows."""
    for _ in range(3):
        audit.changed(asha, asha)
        audit.changed(asha, asha)
        sealing.seal_next()


def tamper(statement: str) -> None:
    """As someone would who owns the database: without the triggers."""
    with connection.cursor() as cursor:
        for each in triggers.DROP[connection.vendor]:
            cursor.execute(each)
        cursor.execute(statement)


def test_an_untouched_record_holds(sealed: None) -> None:
    assert verify().startswith("3 seals hold, 0 rows await one.")


def test_an_empty_record_holds() -> None:
    assert verify().startswith("0 seals hold")


SECOND = " WHERE id = (SELECT MIN(id) FROM audit_accessrecord WHERE seal_id = 2)"


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE audit_accessrecord SET result = 'oK'{second}", "Seal 2 is broken"),
        ("UPDATE audit_accessrecord SET actor = NULL{second}", "Seal 2 is broken"),
        ("DELETE FROM audit_accessrecord{second}", "Seal 2"),
        ("UPDATE audit_seal SET digest = 'x' WHERE number = 1", "Seal 1 is broken"),
        ("UPDATE audit_accessrecord SET seal_id = 3 WHERE seal_id = 2", "Seal 2"),
    ],
)
def test_one_changed_byte_is_found(sealed: None, statement: str, words: str) -> None:
    tamper(statement.replace("{second}", SECOND))
    with pytest.raises(CommandError, match=words):
        verify()


def test_the_clock_seals_what_is_a_minute_old(asha: User) -> None:
    audit.changed(asha, asha)
    sealing.seal_batches(timezone.now())
    assert not Seal.objects.exists()
    sealing.seal_batches(timezone.now() + timedelta(minutes=2))
    assert Seal.objects.get().rows == AccessRecord.objects.count()
    sealing.seal_batches(timezone.now() + timedelta(minutes=2))
    assert Seal.objects.count() == 1


def test_a_full_batch_is_sealed_at_once(asha: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 2)
    for _ in range(3):
        audit.changed(asha, asha)
    sealing.seal_batches(timezone.now())
    assert Seal.objects.get().rows == 2
