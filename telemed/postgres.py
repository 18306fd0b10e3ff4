"""A connection to PostgreSQL for the event loop, beside Django's, which need threads."""

import asyncio
from typing import Any

import psycopg
from django.db import connection

# What Django adds for its own cursors; the rest says where the database is and who we are.
OF_DJANGO = {"context", "cursor_factory", "prepare_threshold"}

# For statements that are long, run often, and touch a few rows of tables of any size: they take
# longer to plan than to run, and the planner, who cannot know how few rows there will be, would
# rather read small tables whole.
SETTINGS = """
SET plan_cache_mode = force_generic_plan;
SET enable_seqscan = off;
SET enable_hashjoin = off;
SET enable_mergejoin = off
"""


class Connection:
    """Opened with the first question, and again after it broke; one question at a time."""

    def __init__(self) -> None:
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        connections.append(self)

    async def ask(self, statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        """Runs one statement, which is a transaction of its own, and returns its rows.

        Raises psycopg.Error; whether anything was written is then not known.
        """
        opened = await self._opened()
        cursor = await opened.execute(statement, values)
        return await cursor.fetchall()

    async def close(self) -> None:
        """Gives the connection back."""
        opened, self._connection = self._connection, None
        if opened is not None and self._loop is asyncio.get_running_loop():
            await opened.close()

    async def _opened(self) -> psycopg.AsyncConnection[Any]:
        loop = asyncio.get_running_loop()
        if self._connection is None or self._connection.closed or self._loop is not loop:
            known = connection.get_connection_params()
            where = {name: value for name, value in known.items() if name not in OF_DJANGO}
            self._connection = await psycopg.AsyncConnection.connect(**where, autocommit=True)
            self._loop = loop
            await self._connection.execute(SETTINGS)
        return self._connection


connections: list[Connection] = []


async def close_all() -> None:
    """Before the loop ends."""
    for each in connections:
        await each.close()
