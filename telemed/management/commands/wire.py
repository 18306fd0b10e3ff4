"""Writes the documents of the wire, or checks that they are up to date."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from telemed.wire_documents import DOCUMENTS


class Command(BaseCommand):
    """`manage.py wire [--check]`."""

    help = "Writes static/js/wire.js and wire.d.ts, docs/protocol.md and tests/examples.json."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--check` writes nothing and fails when something has drifted."""
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, check: bool = False, **options: Any) -> None:
        """Compares first, writes what differs."""
        drifted = []
        for name, write in DOCUMENTS.items():
            path, text = settings.BASE_DIR / name, write()
            if path.exists() and path.read_text() == text:
                continue
            drifted.append(name)
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
        if check and drifted:
            raise CommandError(f"Out of date: {', '.join(drifted)}. Run `manage.py wire`.")
        self.stdout.write(f"Written: {', '.join(drifted)}" if drifted else "Up to date")
