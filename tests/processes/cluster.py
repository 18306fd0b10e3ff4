"""Two server processes on one PostgreSQL and one Redis, each of which a test may take away."""

import json
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

from launcher.environment import PYTHON, ROOT, Stopped, manage
from launcher.postgres_and_redis import Services, is_open, services, wait_for_answer
from tests.browser.server import Server


@dataclass
class Cluster:
    """What runs, and the people in its database."""

    services: Services
    database: str
    first: Server
    second: Server
    rooms: list[dict[str, Any]]
    admin: dict[str, Any]
    used: int = field(default=0)

    @property
    def servers(self) -> list[Server]:
        return [self.first, self.second]

    @property
    def ports(self) -> list[int]:
        return [self.first.port, self.second.port]

    @property
    def origin(self) -> str:
        """The address of the site, which both serve."""
        return self.first.environment["SITE_URL"]

    def next_room(self) -> dict[str, Any]:
        """A room that no test was in."""
        self.used += 1
        return self.rooms[self.used - 1]

    def mend(self) -> None:
        """All is well, whatever the last test has done."""
        for program in (self.services.postgres, self.services.redis):
            program.resume()
            if not is_open(program.port):
                program.start()
        wait_for_answer(self.services.postgres.port)
        together(*(server.start for server in self.servers if not is_running(server)))

    def ask(self, query: str, *values: Any) -> list[Any]:
        """What the database itself says."""
        with psycopg.connect(self.database, autocommit=True) as connection:
            cursor = connection.execute(query, values)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []


def is_running(server: Server) -> bool:
    return server.process is not None and server.process.poll() is None


def together(*deeds: Any) -> None:
    """At the same time: a start takes two seconds."""
    with ThreadPoolExecutor(max_workers=4) as threads:
        for each in [threads.submit(deed) for deed in deeds]:
            each.result()


@contextmanager
def running_cluster(folder: Path, **environment: str) -> Iterator[Cluster]:
    """Both processes with a database full of people; all is stopped with the block."""
    with services() as both:
        common = settings(both) | {"DATA_DIR": str(folder)}
        manage("migrate", "--verbosity", "0", **common)
        people = make_people(common)
        first = Server(folder, common | environment, "first")
        common["SITE_URL"] = first.address
        first.environment["SITE_URL"] = first.address
        second = Server(folder, common | environment, "second")
        cluster = Cluster(both, common["DATABASE_URL"], first, second, **people)
        try:
            cluster.mend()
            yield cluster
        finally:
            together(*(server.stop for server in cluster.servers))


def settings(both: Services) -> dict[str, str]:
    """Made as an empty database beside the one that PostgreSQL comes with."""
    with psycopg.connect(both.postgres.url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE telemed")
    database = urlunsplit(urlsplit(both.postgres.url)._replace(path="/telemed"))
    own = {"DEBUG": "1", "PROCESSES": "2", "LOG_LEVEL": "WARNING"}
    own["DJANGO_SETTINGS_MODULE"] = "telemed.settings"
    return both.environment | own | {"DATABASE_URL": database}


def make_people(environment: dict[str, str]) -> dict[str, Any]:
    command = [str(PYTHON), "-m", "tests.processes.cast"]
    made = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True)
    if made.returncode:
        raise Stopped(f"The people could not be made: {made.stderr.decode()}")
    people: dict[str, Any] = json.loads(made.stdout)
    return people
