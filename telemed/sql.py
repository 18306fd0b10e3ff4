"""Statements of our own, the same on PostgreSQL and SQLite, for what the ORM cannot say as fast."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)
Rows = list[tuple[Any, ...]]


def run(sql: str, values: Sequence[Any]) -> Rows:
    """Runs a statement and returns its rows, none for one that returns nothing."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def run_each(sql: str, rows: Sequence[Sequence[Any]]) -> None:
    """Runs a statement that returns nothing for each of several rows of values, in one go."""
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)


def marks(rows: int, columns: int) -> str:
    """Places for that many rows of values: `(%s, %s), (%s, %s)`."""
    return ", ".join(["(" + ", ".join(["%s"] * columns) + ")"] * rows)


def adapted(values: Iterable[Any]) -> list[Any]:
    """Values as this database takes them."""
    if connection.features.has_native_uuid_field:
        return [json.dumps(value) if isinstance(value, dict) else value for value in values]
    return [_plain(value) for value in values]


def _plain(value: Any) -> Any:
    match value:
        case UUID():
            return value.hex
        case datetime():
            return connection.ops.adapt_datetimefield_value(value)
        case dict():
            return json.dumps(value)
    return value


def uuid_of(value: Any) -> UUID:
    """A UUID as it comes from this database."""
    return value if isinstance(value, UUID) else UUID(value)


def time_of(value: Any) -> datetime | None:
    """A time as it comes from this database."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime) and value.tzinfo is None:  # SQLite knows no zones
        return value.replace(tzinfo=UTC)
    return value


def unlocked(rows: models.QuerySet[Row]) -> models.QuerySet[Row]:
    """Locks what is selected to the end of the transaction, and passes over what others hold.

    SQLite has one writer at a time, who holds everything.
    """
    if connection.features.has_select_for_update_skip_locked:
        return rows.select_for_update(skip_locked=True, of=("self",))
    return rows
