"""Statements of our own, the same on PostgreSQL and SQLite, for what the ORM cannot say as fast."""

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

Rows = list[tuple[Any, ...]]

_here = threading.local()


@contextmanager
def pipelined() -> Iterator[None]:
    """Within the block, statements are sent without waiting for the answers to those before.

    On PostgreSQL, where each wait is a round trip. What is wrong with a statement is raised
    when an answer is asked for, by the commit, or by the end of the block at the latest; what
    follows it is not carried out. Within somebody's transaction nothing changes: a savepoint
    must know at once that it failed.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        yield
        return
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        _here.in_pipeline = True
        try:
            yield
        finally:
            _here.in_pipeline = False


def run(sql: str, values: Sequence[Any]) -> None:
    """Runs a statement that returns nothing."""
    connection.cursor().execute(sql, values)


def ask(sql: str, values: Sequence[Any]) -> Callable[[], Rows]:
    """Runs a statement; its rows are there when what is returned is called."""
    cursor = connection.cursor()
    cursor.execute(sql, values)
    if getattr(_here, "in_pipeline", False):
        return cursor.fetchall
    rows = cursor.fetchall()
    return lambda: rows


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
