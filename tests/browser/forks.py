"""Servers that are forked from one process, which has loaded the application for all of them.

Loading is half of what the server does in a short test. What was loaded knows no site: the
environment is the child's own, and its settings are read again.
"""

import importlib
import multiprocessing
import os
import subprocess
import sys

from django.conf import settings
from django.db import connections
from django.utils.functional import empty

from launcher import server

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.browser.loaded"])


class Fork:
    """A server that was forked, in the terms of one that was started."""

    def __init__(self, port: int, environment: dict[str, str], log: str) -> None:
        self.args = server.command("127.0.0.1", port)
        everything = {**os.environ, **environment}
        self._process = _context.Process(
            target=serve, args=(self.args[3:], everything, log), daemon=True
        )
        self._process.start()

    @property
    def pid(self) -> int:
        """Of the process."""
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """How it ended, if it has."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int | None:
        """Returns when it has ended."""
        self._process.join(timeout)
        if self.poll() is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return self.poll()

    def send_signal(self, number: int) -> None:
        """To the process, while there is one."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """At once."""
        self._process.kill()


def serve(arguments: list[str], environment: dict[str, str], log: str) -> None:
    """In the child: the server, in its own environment."""
    os.setsid()
    kept = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(kept, 1)
    os.dup2(kept, 2)
    os.environ.clear()
    os.environ.update(environment)
    importlib.reload(sys.modules["telemed.settings"])
    settings._wrapped = empty
    vars(connections).pop("settings")
    connections.__init__()  # type: ignore[misc]
    sys.modules["uvicorn.main"].main(arguments)
