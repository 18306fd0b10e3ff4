"""PostgreSQL and Redis for tests: our own processes on free ports, in a folder that goes away."""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from launcher.environment import Stopped
from launcher.programs import find

STARTS_WITHIN = 30
# Below those that the system gives to whoever connects, of which one may be gone before it is used.
PORTS = range(20_000, 32_000)
# What is temporary but must survive a restart is kept here, so it is never in memory.
DISK = "/var/tmp"  # noqa: S108 - the folder inside it is ours alone


class Program:
    """A process that listens on a port; it may be stopped, killed, paused and started again."""

    def __init__(
        self,
        command: list[str],
        port: int,
        url: str,
        *,
        user: str | None = None,
        cwd: Path | None = None,
        ending: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.command, self.port, self.url = command, port, url
        self.user, self.cwd, self.ending = user, cwd, ending
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when its port is open."""
        self.process = subprocess.Popen(
            self.command,
            user=self.user,
            cwd=self.cwd,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        wait_for_port(self.process, self.port)

    def stop(self) -> None:
        """In order; at once when that takes too long."""
        self.send(signal.SIGCONT)
        self.send(self.ending)
        try:
            self.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """As a power cut would."""
        self.send(signal.SIGKILL)
        self.wait(None)

    def pause(self) -> None:
        """Its port stays open and it answers nobody, until `resume`."""
        self.send(signal.SIGSTOP)

    def resume(self) -> None:
        self.send(signal.SIGCONT)

    def send(self, number: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(number)

    def wait(self, seconds: float | None) -> None:
        if self.process is not None:
            self.process.wait(seconds)


@dataclass(frozen=True)
class Services:
    """Both, running."""

    postgres: Program
    redis: Program

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables that name them."""
        return {"DATABASE_URL": self.postgres.url, "REDIS_URL": self.redis.url}


@contextmanager
def services(*, durable: bool = False) -> Iterator[Services]:
    """Both, until the block ends; `durable` as in life, on a disk."""
    where = DISK if durable else None
    folder = Path(tempfile.mkdtemp(prefix="telemed-services-", dir=where))
    try:
        with (
            running(postgres(folder / "postgres", durable)) as database,
            running(redis(folder)) as layer,
        ):
            wait_for_answer(database.port)
            yield Services(database, layer)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgres_and_redis(*, durable: bool = False) -> Iterator[dict[str, str]]:
    """Both, as the environment variables that name them."""
    with services(durable=durable) as both:
        yield both.environment


def redis(folder: Path) -> Program:
    """It remembers nothing when it is started again."""
    port = free_port()
    settings = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
    memory_only = ["--save", "", "--appendonly", "no", "--loglevel", "warning"]
    command = [found("redis-server"), *settings, *memory_only]
    return Program(command, port, f"redis://127.0.0.1:{port}")


def postgres(folder: Path, durable: bool) -> Program:
    """A fresh cluster, which need not survive a power cut unless `durable`.

    PostgreSQL refuses to run as root.
    """
    port, owner = free_port(), os_user()
    folder.mkdir()
    if owner:
        folder.parent.chmod(0o711)
        shutil.chown(folder, owner, owner)
    options = ["--auth=trust", "--username=telemed", "--encoding=UTF8", "--locale=C.UTF-8"]
    made = subprocess.run(
        [found("initdb"), "-D", str(folder), "--no-sync", *options],
        user=owner, cwd=folder, capture_output=True,
    )  # fmt: skip
    if made.returncode:
        raise Stopped(f"PostgreSQL could not be made: {made.stderr.decode()}")
    where = ["-D", str(folder), "-p", str(port), "-k", str(folder), "-h", "127.0.0.1"]
    options = ["-c", "max_connections=200", "-c", "log_min_messages=panic"]
    # To compile a statement takes longer than the statement, and what it will cost is estimated
    # from what the tests before it left behind.
    options += ["-c", "jit=off"]
    options += [] if durable else ["-c", "fsync=off"]
    return Program(
        [found("postgres"), *where, *options],
        port,
        f"postgres://telemed@127.0.0.1:{port}/postgres",
        user=owner,
        cwd=folder,
        ending=signal.SIGINT,  # it would wait for its clients otherwise
    )


def wait_for_answer(port: int) -> None:
    """The port is open a moment before PostgreSQL answers."""
    where = ["-h", "127.0.0.1", "-p", str(port), "-U", "telemed", "-d", "postgres"]
    ask = [found("pg_isready"), "-q", *where]
    deadline = time.monotonic() + STARTS_WITHIN
    while subprocess.run(ask).returncode:
        if time.monotonic() > deadline:
            raise Stopped("PostgreSQL did not start.")
        time.sleep(0.1)


def os_user() -> str | None:
    """Whom PostgreSQL runs as: us, or the package's user when we are root."""
    if os.geteuid():
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


@contextmanager
def running(program: Program) -> Iterator[Program]:
    """The program, started, and ended with the block."""
    try:
        program.start()
        yield program
    finally:
        program.stop()


def wait_for_port(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while not is_open(port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise Stopped(f"This did not start: {process.args!r}")
        time.sleep(0.05)


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    while True:
        port = secrets.choice(PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def found(program: str) -> str:
    path = find(program)
    if path is None:
        raise Stopped(f"{program} is not installed.")
    return path
