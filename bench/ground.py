"""What every measurement stands on: PostgreSQL that syncs, Redis, and a folder that goes away."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redis import Redis

from bench.databases import Cluster
from bench.servers import Environment, production
from launcher.environment import manage
from launcher.postgres_and_redis import DISK, postgres_and_redis


@dataclass(frozen=True)
class Ground:
    """What all runs share."""

    cluster: Cluster
    layer: str
    layer_pid: int
    folder: Path

    def production(self, database: str, processes: int = 1) -> Environment:
        """What a server that stands here is told."""
        return production(self.folder, database, self.layer, processes)

    def furnish(self, database: str, script: str) -> Environment:
        """A database of ours as production sets it up, then filled by this line of Python."""
        environment = self.production(self.cluster.make(database))
        manage("migrate", "--verbosity", "0", **environment)
        manage("collectstatic", "--noinput", "--verbosity", "0", **environment)
        manage("shell", "--no-imports", "--command", script, **environment)
        self.cluster.analyse(database)
        return environment


@contextmanager
def ground() -> Iterator[Ground]:
    """All on a disk, as in life."""
    folder = Path(tempfile.mkdtemp(prefix="telemed-bench-", dir=DISK))
    try:
        with postgres_and_redis(durable=True) as services:
            layer = services["REDIS_URL"]
            known: Any = Redis.from_url(layer).info("server")
            cluster = Cluster(services["DATABASE_URL"])
            yield Ground(cluster, layer, known["process_id"], folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
