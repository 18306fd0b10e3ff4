"""Checks the seals of the record and names the first one that does not hold."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.models import AccessRecord, Seal, digest


class Command(BaseCommand):
    """Recomputes the hash chain from the first seal on."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints the last digest: written down elsewhere, it also proves the chain's end."""
        expected, previous = 1, ""
        for seal in Seal.objects.iterator():
            rows = list(AccessRecord.objects.filter(seal=seal).order_by("id"))
            if seal.number != expected or seal.rows != len(rows):
                raise CommandError(f"Seal {expected}: rows or seals are missing or added.")
            if seal.digest != digest(previous, rows):
                raise CommandError(f"Seal {seal.number} is broken: its rows were changed.")
            expected, previous = seal.number + 1, seal.digest
        open_rows = AccessRecord.objects.unsealed().count()
        self.stdout.write(
            f"{expected - 1} seals hold, {open_rows} rows await one. Last digest: {previous or '-'}"
        )
