"""Starts the server the way it is tested."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from launcher.server import command


class Command(BaseCommand):
    """`manage.py serve [--host 127.0.0.1] [--port 8000]`."""

    help = "Starts uvicorn with the options that Telemed needs."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Behind a proxy, host and port of this machine."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        """Becomes the server: signals reach it directly."""
        os.execv(sys.executable, [sys.executable, *command(host, port)[1:]])  # noqa: S606
