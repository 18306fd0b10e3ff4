"""A real TURN server for tests: coturn on a port of this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launcher.postgres_and_redis import Program, free_port, running
from tests.browser.browsers import found

SECRET = "a secret that both servers know"


@contextmanager
def relay(folder: Path) -> Iterator[int]:
    """Its port, over UDP and TCP, while it runs; it may relay to this machine, as no other may."""
    port = free_port()
    here = [f"--listening-port={port}", "--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1"]
    ports = ["--min-port=51000", "--max-port=51999"]
    plain = ["-n", "--no-cli", "--no-tls", "--no-dtls", "--fingerprint", "--stale-nonce=600"]
    peers = ["--allow-loopback-peers", "--no-multicast-peers"]
    who = ["--realm=test.invalid", "--use-auth-secret", f"--static-auth-secret={SECRET}"]
    files = [f"--userdb={folder}/db", f"--pidfile={folder}/pid", "--log-file=stdout"]
    command = [found("turnserver"), *plain, *here, *ports, *peers, *who, *files]
    with running(Program(command, port, f"turn:127.0.0.1:{port}")):
        yield port
