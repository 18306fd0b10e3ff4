"""Questions to PostgreSQL from the event loop: one answer for each, whatever breaks."""

import asyncio

import psycopg
import pytest
from django.db import connection

from telemed.postgres import Question
from tests.sockets import until

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def length():
    """Answers how long a text is, after some time."""
    statement = "(text, float) AS SELECT length($1) || '' FROM pg_sleep($2) WHERE 1 / $2 > 0"
    question = Question(statement)
    yield question
    question.close()


def ask(length, words, seconds=b"0.001"):
    return length.ask(words, seconds)


async def test_it_answers_one_question_after_the_other(length):
    assert [await ask(length, b"a" * size) for size in (1, 2, 3)] == [b"1", b"2", b"3"]
    length.close()


async def test_a_question_may_be_longer_than_what_the_kernel_takes_at_once(length):
    assert await ask(length, b"a" * 20_000_000) == b"20000000"
    length.close()


async def test_an_error_is_raised_in_its_class_and_the_next_question_answered(length):
    with pytest.raises(psycopg.errors.DivisionByZero):
        await ask(length, b"a", b"0")
    assert await ask(length, b"ab") == b"2"
    length.close()


async def test_a_question_given_up_leaves_no_answer_to_the_next(length):
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await ask(length, b"a", b"0.5")
    assert await ask(length, b"ab") == b"2"
    length.close()


@pytest.mark.parametrize("is_asked", [True, False], ids=["while it waits", "while it is idle"])
async def test_a_connection_cut_by_the_server_is_an_error_once_and_then_made_anew(length, is_asked):
    await ask(length, b"a")
    waiting = asyncio.create_task(ask(length, b"a", b"30")) if is_asked else None
    await asyncio.sleep(0)
    assert await asyncio.to_thread(cut)
    if waiting is not None:
        with pytest.raises(psycopg.OperationalError):
            await waiting
    await until(lambda: not length._open.is_usable)
    assert await ask(length, b"ab") == b"2"
    length.close()


def cut():
    """Ends every connection that has prepared a question; says how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE query LIKE 'PREPARE question%'"
        )
        [number] = cursor.fetchone()
    connection.close()
    return number
