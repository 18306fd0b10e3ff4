"""The site as production runs it, started once for all its tests."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher.programs import provide
from tests.deploy import processes
from tests.deploy.processes import Site
from tests.deploy.visitor import Visitor


@pytest.fixture(scope="session")
def running_site() -> Iterator[Site]:
    """With PostgreSQL and Redis of its own."""
    if reason := provide("initdb", "redis-server", "nginx"):
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="telemed-site-"))
    folder.chmod(0o755)  # nginx reads what collectstatic wrote as nobody in particular
    try:
        with processes.site(folder) as site:
            yield site
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def site(running_site: Site) -> Iterator[Site]:
    """Whole again after each test."""
    yield running_site
    for process in running_site.processes:
        if not process.is_running:
            process.start()
    Visitor(running_site).comes_in()


@pytest.fixture
def visitor(site: Site) -> Visitor:
    """Somebody whom nobody knows."""
    return Visitor(site)
