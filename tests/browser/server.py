"""The real server as a process, started the way ./run does, on a database of its own."""

import os
import shutil
import signal
import subprocess
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from launcher import server
from launcher.environment import manage
from launcher.postgres_and_redis import free_port
from tests.browser.forks import Fork

SHARED_DATABASE = os.environ.get("DATABASE_URL", "")
TEMPLATE = f"browser_template_{os.getpid()}"


class Server:
    """One process with its data in one folder; it may be stopped, killed and started again.

    Several processes of one site share the folder, and the environment names their address.
    """

    def __init__(self, folder: Path, environment: dict[str, str], name: str = "server") -> None:
        self.folder = folder
        self.log = folder / f"{name}.log"
        self.port = free_port()
        own = {"DATA_DIR": str(folder), "SITE_URL": self.address}
        self.environment = own | environment
        self.process: subprocess.Popen[bytes] | Fork | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Returns when it is ready."""
        self.begin()
        self.wait_until_ready()

    def begin(self) -> None:
        """Starts it, and does not wait for it."""
        with self.log.open("ab") as log:
            self.process = server.start(
                "127.0.0.1", self.port, environment=self.environment, output=log
            )

    def fork(self) -> None:
        """Begins it from what is loaded already: nothing is asked of how it starts."""
        self.process = Fork(self.port, self.environment, str(self.log))

    def wait_until_ready(self) -> None:
        """Returns when it answers."""
        assert self.process is not None
        server.wait_until_ready(self.process, self.address)

    def stop(self) -> None:
        """In order: sockets are told to come back."""
        if self.process is not None:
            server.stop(self.process)

    def kill(self) -> None:
        """At once, as a power cut would."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


class Servers:
    """A server of its own for every test; while a test runs, the one of the next test starts."""

    def __init__(self, template: Path, folder: Path) -> None:
        self.template = template
        self.folder = folder
        self.made = 0
        self.ahead: Server | None = None
        self.left: list[Server] = []

    def take(self, site: dict[str, str]) -> Server:
        """One that is ready; whose site has settings of its own was not started ahead."""
        if site:
            taken = self.begin(site)
        else:
            taken = self.ahead or self.begin(site)
            self.ahead = None
        taken.wait_until_ready()
        if self.ahead is None:
            self.ahead = self.begin({})
        return taken

    def begin(self, site: dict[str, str]) -> Server:
        """Another one, on its way."""
        self.made += 1
        process = copy_of(self.template, self.folder / str(self.made))
        process.environment |= site
        process.fork()
        return process

    def leave(self, taken: Server) -> None:
        """Asks it to end, and does not wait for it: nobody comes to it again."""
        self.left = [each for each in self.left if each.process and each.process.poll() is None]
        if taken.process is not None:
            taken.process.send_signal(signal.SIGTERM)
            self.left.append(taken)

    def close(self) -> None:
        """Returns when all of them have ended."""
        for each in [*self.left, *([self.ahead] if self.ahead else [])]:
            each.stop()


def make_template(folder: Path) -> None:
    """Migrate and seed once; every test starts from a copy."""
    folder.mkdir()
    database = new_database(TEMPLATE)
    environment = settings(database) | {"DATA_DIR": str(folder)}
    manage("migrate", "--verbosity", "0", **environment)
    manage("seed", "--verbosity", "0", **environment)


def copy_of(template: Path, folder: Path) -> Server:
    """A server on a copy of the template, not yet started."""
    shutil.copytree(template, folder)
    return Server(folder, settings(new_database(f"browser_{os.getpid()}_{folder.name}", TEMPLATE)))


def settings(database: str) -> dict[str, str]:
    """What the server is told; without a shared database it keeps SQLite in its folder."""
    own = {"DEBUG": "1", "LOG_LEVEL": "WARNING", "DJANGO_SETTINGS_MODULE": "telemed.settings"}
    return own | ({"DATABASE_URL": database} if database else {})


def new_database(name: str, template: str = "template1") -> str:
    """An empty or copied PostgreSQL database, when DATABASE_URL names a server."""
    if not SHARED_DATABASE:
        return ""
    with psycopg.connect(SHARED_DATABASE, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return urlunsplit(urlsplit(SHARED_DATABASE)._replace(path=f"/{name}"))
