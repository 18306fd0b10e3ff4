"""A restore as docs/operations.md tells it, with PostgreSQL's own programs."""

import subprocess
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from launcher.environment import ROOT
from launcher.postgres_and_redis import found
from tests.deploy.processes import Site
from tests.deploy.visitor import Visitor, conversation, tell

NUMBERS = "SELECT id, last_seq, epoch FROM chat_conversation ORDER BY id"


def rows(database: str) -> list[tuple[object, ...]]:
    with psycopg.connect(database) as connection:
        return connection.execute(NUMBERS).fetchall()


def call(program: str, *arguments: str) -> None:
    subprocess.run([found(program), *arguments], check=True)


@pytest.fixture
def elsewhere(site: Site) -> str:
    """An empty database."""
    with psycopg.connect(site.database, autocommit=True) as connection:
        connection.execute("CREATE DATABASE elsewhere")
    return urlunsplit(urlsplit(site.database)._replace(path="/elsewhere"))


async def test_a_backup_is_restored_and_knows_that_it_is_one(site: Site, elsewhere: str) -> None:
    asha = Visitor(site).sign_in("asha")
    async with asha.socket(f"/ws/conversations/{conversation(asha)}/") as opened:
        await tell(opened, "Before the backup")
        dump = site.folder / "telemed.dump"
        call("pg_dump", "-Fc", "-f", str(dump), "-d", site.database)
        saved = rows(site.database)
        await tell(opened, "Lost with the disk")
    assert rows(site.database) != saved
    call("pg_restore", "--no-owner", "-d", elsewhere, str(dump))
    assert rows(elsewhere) == saved
    for command in ("migrate", "renew_epochs", "verify_audit"):
        site.manage(command, DATABASE_URL=elsewhere)
    renewed = rows(elsewhere)
    assert [row[:2] for row in renewed] == [row[:2] for row in saved]
    assert not {row[2] for row in renewed} & {row[2] for row in saved}


def test_the_manual_tells_it_the_same() -> None:
    manual = (ROOT / "docs" / "operations.md").read_text()
    told = manual[manual.index("## Restoring") :]
    for step in ("pg_restore --no-owner -d", "migrate", "renew_epochs", "verify_audit"):
        assert step in told
        told = told[told.index(step) :]
    assert "pg_dump -Fc" in manual
