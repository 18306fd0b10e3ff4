"""A question to PostgreSQL from the event loop, beside Django's connections, which need threads."""

import asyncio
import os
from collections.abc import Callable, Sequence
from typing import Self

import psycopg
from django.db import connection
from psycopg import pq

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

GOOD = {pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK}


class Question:
    """Prepared statements that answer with one value each, on a connection of their own.

    psycopg opens the connection; asking goes past its cursors, which add the descriptor to the
    loop and take it out again for each step of each question, and so cost a third of the time
    that a short statement takes. Opened with the first question, and again after it broke; one
    question at a time.
    """

    def __init__(self, *statements: str) -> None:
        self._statements = statements
        self._open: Opened | None = None
        questions.append(self)

    async def ask(self, *values: bytes, which: int = 0) -> bytes | None:
        """Runs a statement, which is a transaction of its own, and returns its value as text.

        Raises psycopg.Error; whether anything was written is then not known.
        """
        if self._open is None or not self._open.is_usable:
            self._open = await Opened.by(self._statements)
        try:
            return await self._open.ask(which, values)
        except BaseException:
            if not self._open.is_idle:  # the next one to ask would be given this answer
                self._open.close()
            raise

    def close(self) -> None:
        """Gives the connection back."""
        if self._open is not None:
            self._open.close()


class Opened:
    """A connection whose descriptor stays with the loop.

    The loop watches a copy of the descriptor, because libpq closes its own when it finds the
    connection broken, and the number may be someone else's by then.
    """

    def __init__(self, pgconn: pq.abc.PGconn) -> None:
        self._pgconn = pgconn
        self._loop = asyncio.get_running_loop()
        self._descriptor = os.dup(pgconn.socket)
        self._answer: asyncio.Future[bytes | None] | None = None
        self._result: pq.abc.PGresult | None = None
        self._loop.add_reader(self._descriptor, self._guarded, self._take_results)

    @classmethod
    async def by(cls, statements: Sequence[str]) -> Self:
        """Connects as Django does, and prepares the statements."""
        known = connection.get_connection_params()
        where = {name: value for name, value in known.items() if name not in OF_DJANGO}
        opened = await psycopg.AsyncConnection.connect(**where, autocommit=True)
        await opened.execute(SETTINGS)
        for which, statement in enumerate(statements):
            await opened.execute(f"PREPARE question_{which} {statement}")
        return cls(opened.pgconn)

    @property
    def is_usable(self) -> bool:
        """Not broken, not closed, and of this loop."""
        return self._descriptor >= 0 and self._loop is asyncio.get_running_loop()

    @property
    def is_idle(self) -> bool:
        """Whether it could take a question."""
        return self.is_usable and self._answer is None

    async def ask(self, which: int, values: Sequence[bytes]) -> bytes | None:
        """Runs a prepared statement; raises psycopg.Error."""
        answer = self._answer = self._loop.create_future()
        self._pgconn.send_query_prepared(b"question_%d" % which, values)
        if self._pgconn.flush():  # more than the kernel takes at once
            self._loop.add_writer(self._descriptor, self._guarded, self._send_rest)
        return await answer

    def close(self) -> None:
        """For good; whoever still waits for an answer is told."""
        self._settle(psycopg.OperationalError("the connection was closed"))
        if self._descriptor >= 0:
            self._loop.remove_reader(self._descriptor)
            self._loop.remove_writer(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = -1
        self._pgconn.finish()

    def _guarded(self, step: Callable[[], None]) -> None:
        """A connection that breaks is an answer too, and while nobody asks it is let go."""
        try:
            step()
        except psycopg.Error as trouble:
            self._settle(trouble)
            self.close()

    def _send_rest(self) -> None:
        if not self._pgconn.flush():
            self._loop.remove_writer(self._descriptor)

    def _take_results(self) -> None:
        self._pgconn.consume_input()
        while not self._pgconn.is_busy():
            result = self._pgconn.get_result()
            if result is None:
                self._give(self._result)
                return
            self._result = result

    def _give(self, result: pq.abc.PGresult | None) -> None:
        self._result = None
        if result is None:
            return
        if result.status in GOOD:
            self._settle(result.get_value(0, 0) if result.ntuples else None)
        else:
            self._settle(error_of(result))

    def _settle(self, outcome: bytes | psycopg.Error | None) -> None:
        answer, self._answer = self._answer, None
        if answer is None or answer.done():
            return
        if isinstance(outcome, psycopg.Error):
            answer.set_exception(outcome)
        else:
            answer.set_result(outcome)


def error_of(result: pq.abc.PGresult) -> psycopg.Error:
    """What went wrong, in psycopg's classes."""
    state = (result.error_field(pq.DiagnosticField.SQLSTATE) or b"").decode()
    words = (result.error_message or b"").decode(errors="replace").strip()
    try:
        return psycopg.errors.lookup(state)(words)
    except KeyError:
        return psycopg.DatabaseError(words)


questions: list[Question] = []


def close_all() -> None:
    """Before the loop ends."""
    for each in questions:
        each.close()
