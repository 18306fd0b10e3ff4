"""The server process: the one way to start it, to see that it is ready, and to stop it."""

import os
import signal
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from typing import IO

from launcher.environment import PYTHON, ROOT, Stopped

READY_WITHIN = 60
STOPS_WITHIN = 10
# A frame over 64 KB is answered by us with a close code that says so; twice that is cut off.
LARGEST_FRAME = 128 * 1024
# Seconds. Whoever keeps a connection open to ask again (nginx 60, others up to 75) must be the one
# who closes it: what is sent into a connection that closes at that moment is lost.
IDLE_CONNECTIONS_LAST = 80


def command(host: str, port: int, *more: str) -> list[str]:
    """uvicorn as Telemed wants it, here and in production."""
    options = {
        "host": host,
        "port": port,
        "ws": "telemed.websocket:WebSocket",
        "ws-max-size": LARGEST_FRAME,
        "ws-per-message-deflate": "false",
        "timeout-graceful-shutdown": STOPS_WITHIN,
        "timeout-keep-alive": IDLE_CONNECTIONS_LAST,
        "log-level": "warning",
        "lifespan": "on",
    }
    flags = [f"--{name}={value}" for name, value in options.items()]
    flags += ["--no-access-log", "--no-server-header", "--no-proxy-headers", *more]
    return [str(PYTHON), "-m", "uvicorn", "telemed.asgi:application", *flags]


def refuse_used_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Stopped(
                f"Port {port} cannot be used: {error.strerror}. Try ./run --port {port + 1}"
            ) from None


def start(
    host: str,
    port: int,
    *more: str,
    environment: dict[str, str],
    output: IO[bytes] | None = None,
) -> subprocess.Popen[bytes]:
    """Start it in a session of its own, so that Ctrl-C reaches us alone and we end it in order."""
    return subprocess.Popen(
        command(host, port, *more),
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
    )


def wait_until_ready(server: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while not is_ready(address):
        if server.poll() is not None:
            raise Stopped("The server did not start (see above).")
        if time.monotonic() > deadline:
            raise Stopped(f"The server was not ready within {READY_WITHIN} seconds.")
        time.sleep(0.05)


def is_ready(address: str) -> bool:
    # The certificate of --https is our own and says nothing about who we are.
    context = ssl._create_unverified_context()  # noqa: S323
    try:
        url = f"{address}/readyz"
        with urllib.request.urlopen(url, timeout=5, context=context) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def stop(server: subprocess.Popen[bytes]) -> None:
    """Ask it to finish what it does; make it, when it does not or when we are asked again."""
    if server.poll() is not None:
        return
    server.send_signal(signal.SIGTERM)
    try:
        server.wait(STOPS_WITHIN + 5)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        server.kill()
        server.wait()
