"""PostgreSQL and Redis for tests: our own processes on free ports, in a folder that goes away."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launcher.environment import Stopped
from launcher.programs import find

STARTS_WITHIN = 30
# What is temporary but must survive a restart is kept here, so it is never in memory.
DISK = "/var/tmp"  # noqa: S108 - the folder inside it is ours alone


@contextmanager
def postgres_and_redis(*, durable: bool = False) -> Iterator[dict[str, str]]:
    """Both, as the environment variables that name them; `durable` as in life, on a disk."""
    where = DISK if durable else None
    folder = Path(tempfile.mkdtemp(prefix="telemed-services-", dir=where))
    try:
        with postgres(folder / "postgres", durable) as database, redis(folder) as layer:
            yield {"DATABASE_URL": database, "REDIS_URL": layer}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    port = free_port()
    settings = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
    memory_only = ["--save", "", "--appendonly", "no", "--loglevel", "warning"]
    with running([found("redis-server"), *settings, *memory_only], port):
        yield f"redis://127.0.0.1:{port}"


@contextmanager
def postgres(folder: Path, durable: bool) -> Iterator[str]:
    """A fresh cluster, which need not survive anything unless `durable`.

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
    options = ["-c", "max_connections=200", "-c", "log_min_messages=fatal"]
    options += [] if durable else ["-c", "fsync=off"]
    with running([found("postgres"), *where, *options], port, user=owner, cwd=folder):
        wait_for_answer(port)
        yield f"postgres://telemed@127.0.0.1:{port}/postgres"


def wait_for_answer(port: int) -> None:
    """The port is open a moment before PostgreSQL answers."""
    ask = [
        found("pg_isready"),
        "-q",
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
        "-U",
        "telemed",
        "-d",
        "postgres",
    ]
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
def running(
    command: list[str], port: int, *, user: str | None = None, cwd: Path | None = None
) -> Iterator[None]:
    """A process that listens on this port, ended with the block."""
    process = subprocess.Popen(
        command, user=user, cwd=cwd, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        wait_for_port(process, port)
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


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
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def found(program: str) -> str:
    path = find(program)
    if path is None:
        raise Stopped(f"{program} is not installed.")
    return path
