"""The cluster that all servers share: a database of people for each side, copied for each run."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import psycopg

from bench.processes import parent
from bench.verdict import Stored
from launcher.environment import ROOT

STORED = {
    "ours": "SELECT client_id, conversation_id, seq FROM chat_message",
    "peer": "SELECT client_id, conversation, seq FROM message",
}


class Cluster:
    """One PostgreSQL server."""

    def __init__(self, url: str) -> None:
        self.url = url
        with psycopg.connect(url) as connection:
            self.pid = parent(connection.info.backend_pid)
            self.version = connection.info.server_version // 10_000

    def database(self, name: str) -> str:
        """Its address."""
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    def make(self, name: str, template: str = "template1") -> str:
        """Anew, as a copy; what was written before is on disk, so that no run pays for another."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
            connection.execute("CHECKPOINT")
        return self.database(name)

    def analyse(self, name: str) -> None:
        """So that every copy is planned for what is in it."""
        with psycopg.connect(self.database(name), autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")

    def stored(self, name: str, dialect: str) -> list[Stored]:
        """Every message there is."""
        with psycopg.connect(self.database(name)) as connection:
            rows = connection.execute(STORED[dialect]).fetchall()
        return [
            Stored(str(client_id), str(conversation), seq) for client_id, conversation, seq in rows
        ]


def fill_peer(database: str, roster: Path) -> None:
    """The peer's schema, and the same people in the same conversations with their sessions."""
    conversations = json.loads(roster.read_text())
    with psycopg.connect(database) as connection:
        connection.execute((ROOT / "bench" / "peer.sql").read_bytes())
        keys = copy_people(connection, [each for one in conversations for each in one["members"]])
        ids = [UUID(one["conversation"]) for one in conversations]
        copy(connection, "conversation (id)", [(id_,) for id_ in ids])
        members = [
            (UUID(one["conversation"]), keys[each["person"]])
            for one in conversations
            for each in one["members"]
        ]
        copy(connection, "member (conversation, person)", members)


def copy_people(connection: Any, people: list[dict[str, Any]]) -> dict[str, int]:
    """Returns the keys by public id."""
    rows = [(UUID(each["person"]), each["name"], each["initials"], each["hue"]) for each in people]
    copy(connection, "person (public_id, name, initials, hue)", rows)
    found = connection.execute("SELECT public_id, id FROM person").fetchall()
    keys = {str(public_id): key for public_id, key in found}
    tomorrow = connection.execute("SELECT now() + interval '1 day'").fetchone()[0]
    sessions = [(each["session"]["peer"], keys[each["person"]], tomorrow) for each in people]
    copy(connection, "session (key, person, expires_at)", sessions)
    return keys


def copy(connection: Any, table: str, rows: list[tuple[Any, ...]]) -> None:
    with connection.cursor().copy(f"COPY {table} FROM STDIN") as target:
        for row in rows:
            target.write_row(row)
