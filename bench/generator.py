"""The load generator, steered by lines: see generator.js."""

import json
import os
import select
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from bench.servers import SITE, Side
from bench.verdict import Arrived, Sent
from launcher.environment import ROOT, Stopped
from launcher.postgres_and_redis import found

ANSWERS_WITHIN = 600


class Generator:
    """One process that opens sockets and posts."""

    def __init__(self, process: subprocess.Popen[bytes], roster: Path) -> None:
        self.process = process
        self.orders, self.answers = cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout)
        self.roster = roster

    def ask(self, verb: str, **options: Any) -> dict[str, Any]:
        """Has it do something, and returns when that is done."""
        self.orders.write(json.dumps({"verb": verb, **options}).encode() + b"\n")
        readable, _, _ = select.select([self.answers], [], [], ANSWERS_WITHIN)
        line = self.answers.readline() if readable else b""
        if not line:
            raise Stopped(f"The load generator could not {verb} (see above).")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def record(self, file: Path) -> tuple[list[Sent], list[Arrived]]:
        """What it sent and what arrived."""
        self.ask("finish", record=str(file))
        written = json.loads(file.read_text())
        conversations = [one["conversation"] for one in json.loads(self.roster.read_text())]
        sent = [
            Sent(each["id"], conversations[each["end"] // 2], tuple(each["acks"]))
            for each in written["sent"]
        ]
        arrived = [
            Arrived(id_, conversations[end // 2], end % 2, seq)
            for end, came in enumerate(written["delivered"])
            for id_, seq in came
        ]
        return sent, arrived


@contextmanager
def generator(side: Side, roster: Path) -> Iterator[Generator]:
    """Ends with the block, and its sockets with it."""
    process = subprocess.Popen(
        [found("node"), "bench/generator.js", side.dialect, str(roster)],
        cwd=ROOT,
        env=os.environ | {"SITE_URL": SITE},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
        start_new_session=True,
    )
    try:
        yield Generator(process, roster)
    finally:
        process.kill()
        process.wait()
