"""Two processes that all tests share, a room for each test, and real browsers for some."""

from collections.abc import Iterator

import pytest

from tests.browser.conftest import (
    browser,
    launch,
    open_page,
    playwright,
    pytest_runtest_makereport,
)
from tests.processes.cluster import Cluster, running_cluster
from tests.processes.room import Room

__all__ = ["browser", "launch", "open_page", "playwright", "pytest_runtest_makereport"]


@pytest.fixture(scope="session")
def shared_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Started once: what a test breaks is mended before the next."""
    with running_cluster(tmp_path_factory.mktemp("cluster")) as cluster:
        yield cluster


@pytest.fixture
def cluster(shared_cluster: Cluster) -> Iterator[Cluster]:
    """Two processes, PostgreSQL and Redis, all well."""
    shared_cluster.mend()
    sizes = {server.log: server.log.stat().st_size for server in shared_cluster.servers}
    yield shared_cluster
    for log, size in sizes.items():
        print(f"{log.stem}:\n{log.read_text()[size:][-4000:]}")  # shown when the test has failed


@pytest.fixture
def room(cluster: Cluster) -> Room:
    """People whom no other test knows, and what they do in their browsers."""
    return Room(cluster, cluster.next_room())
