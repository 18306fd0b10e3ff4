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
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Returns when it is ready."""
        with self.log.open("ab") as log:
            self.process = server.start(
                "127.0.0.1", self.port, environment=self.environment, output=log
            )
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
    return Server(folder, settings(new_database(f"browser_{os.getpid()}", TEMPLATE)))


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
