"""The record: who saw and changed what."""

import threading
from collections.abc import Callable

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test import Client

import audit
from accounts.models import User
from audit.models import AccessRecord, Seal
from telemed import logs

Browser = Callable[..., Client]


def rows(actor: User) -> int:
    return AccessRecord.objects.filter(actor=actor.public_id).count()


def test_a_read_is_written_once_in_fifteen_minutes(asha: User, dr_rao: User) -> None:
    with time_machine.travel("2026-05-04T09:08Z", tick=False) as clock:
        for _ in range(3):
            audit.opened(dr_rao, asha, subject_person=asha)
            clock.shift(6 * 60)
        assert rows(dr_rao) == 1
        audit.opened(dr_rao, asha, subject_person=asha)
        assert rows(dr_rao) == 2


def test_every_change_is_written(asha: User, dr_rao: User) -> None:
    for _ in range(3):
        audit.changed(dr_rao, asha, subject_person=asha)
    assert rows(dr_rao) == 3


def test_reads_of_others_and_of_other_things_count_apart(
    asha: User, dr_rao: User, meera: User
) -> None:
    audit.opened(dr_rao, asha)
    audit.opened(dr_rao, meera)
    audit.opened(meera, asha)
    assert (rows(dr_rao), rows(meera)) == (2, 1)


@pytest.mark.django_db(transaction=True)
def test_the_same_read_at_the_same_time_is_written_once(asha: User, dr_rao: User) -> None:
    start = threading.Barrier(6)

    def look() -> None:
        start.wait()
        audit.opened(dr_rao, asha)
        connection.close()

    threads = [threading.Thread(target=look) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rows(dr_rao) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_accessrecord SET act = 'x'",
        "UPDATE audit_accessrecord SET actor = NULL",
        "DELETE FROM audit_accessrecord",
    ],
)
def test_the_database_refuses_to_change_the_record(statement: str, asha: User) -> None:
    audit.opened(asha, asha)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)
    assert rows(asha) == 1


@pytest.mark.parametrize("table", ["audit_accessrecord", "audit_seal, audit_accessrecord"])
@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_to_empty_the_record(table: str, asha: User) -> None:
    empty = f"TRUNCATE {table}"
    if connection.vendor == "sqlite":  # which calls that a delete without a condition
        empty = "DELETE FROM audit_accessrecord"
    audit.opened(asha, asha)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(empty)
    assert rows(asha) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_accessrecord SET seal_id = NULL",
        "UPDATE audit_seal SET digest = 'x'",
        "DELETE FROM audit_seal",
    ],
)
def test_the_database_refuses_to_change_a_seal(statement: str, asha: User) -> None:
    from audit.sealing import seal_next

    audit.opened(asha, asha)
    seal_next()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)
    assert Seal.objects.count() == 1


def test_the_record_outlives_the_person(asha: User, dr_rao: User) -> None:
    audit.opened(dr_rao, asha, subject_person=asha)
    person = asha.public_id
    asha.delete()
    assert AccessRecord.objects.filter(subject_person=person).count() == 1


def test_one_reads_who_opened_ones_record(
    asha: User, dr_rao: User, stranger: User, browser_client: Browser
) -> None:
    audit.opened(dr_rao, asha, subject_person=asha)
    assert "Dr Vikram Rao" in browser_client(asha).get("/me/access/").text
    others = browser_client(stranger).get("/me/access/").text
    assert "Dr Vikram Rao" not in others
    assert browser_client().get("/me/access/").status_code == 302


def test_where_it_came_from_is_what_our_own_proxy_saw(
    asha: User, rf: object, settings: object
) -> None:
    request = rf.get("/", headers={"x-forwarded-for": "6.6.6.6, 203.0.113.9"})  # type: ignore[attr-defined]
    audit.changed(asha, asha, request=request)
    settings.TRUSTED_PROXIES = 1  # type: ignore[attr-defined]
    audit.changed(asha, asha, request=request)
    seen = AccessRecord.objects.order_by("id").values_list("address", flat=True)
    assert list(seen) == ["127.0.0.1", "203.0.113.9"]


def test_without_a_request_it_comes_from_what_is_being_served(asha: User) -> None:
    tokens = logs.address.set("203.0.113.7"), logs.request_id.set("a-socket")
    try:
        audit.changed(asha, asha)
    finally:
        logs.address.reset(tokens[0])
        logs.request_id.reset(tokens[1])
    record = AccessRecord.objects.get(actor=asha.public_id)
    assert (record.address, record.request_id) == ("203.0.113.7", "a-socket")
