"""The servers that are measured: ours as production runs it, and the peer."""

import secrets
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from launcher import server
from launcher.environment import ROOT
from launcher.postgres_and_redis import found, free_port

HOST = "127.0.0.1"
SITE = "https://telemed.example"
Environment = dict[str, str]
Process = subprocess.Popen[bytes]


@dataclass(frozen=True)
class Running:
    """One process that answers at a port."""

    port: int
    process: Process


def production(folder: Path, database: str, layer: str, processes: int = 1) -> Environment:
    """All that production needs to be told; a proxy before it would end TLS."""
    return {
        "DJANGO_SETTINGS_MODULE": "telemed.settings",
        "DEBUG": "0",
        "SITE_URL": SITE,
        "ALLOWED_HOSTS": f"telemed.example,{HOST}",
        "CSRF_TRUSTED_ORIGINS": SITE,
        "SECRET_KEY": secret_key,
        "EMAIL_URL": f"smtp://{HOST}:9",
        "DATABASE_URL": database,
        "REDIS_URL": layer,
        "DATA_DIR": str(folder),
        "PROCESSES": str(processes),
        "TRUSTED_PROXIES": "1",
        "REQUIRE_SECOND_FACTOR": "0",
    }


# One for the whole measurement: sessions that are made beforehand are bound to it.
secret_key = secrets.token_urlsafe(60)


def ours(port: int, environment: Environment) -> Process:
    return server.start(HOST, port, environment=environment)


def peer(port: int, environment: Environment) -> Process:
    return subprocess.Popen(
        [found("node"), "bench/peer.js"],
        cwd=ROOT,
        env=environment | {"PORT": str(port), "NODE_ENV": "production"},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )


@dataclass(frozen=True)
class Side:
    """One of those compared; `dialect` is how the generator speaks to it."""

    name: str
    dialect: str
    start: Callable[[int, Environment], Process]
    processes: int = 1

    @contextmanager
    def running(self, environment: Environment) -> Iterator[list[Running]]:
        """Fresh processes, each ready, stopped with the block."""
        with ExitStack() as stack:
            started = []
            for _ in range(self.processes):
                one = Running(port := free_port(), self.start(port, environment))
                stack.callback(server.stop, one.process)
                started.append(one)
                server.wait_until_ready(one.process, f"http://{HOST}:{port}")
            yield started


OURS = Side("ours", "ours", ours)
PEER = Side("peer", "peer", peer)
TWO = Side("ours, two processes", "ours", ours, processes=2)
