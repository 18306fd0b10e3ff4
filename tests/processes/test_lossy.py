"""The same conversations and calls, over a layer that loses, doubles and reorders."""

from collections.abc import Iterator

import pytest

from tests.processes.cluster import Cluster, together
from tests.processes.test_across import (  # noqa: F401 - they are run here once more
    test_a_call_rings_across_and_an_answer_here_stops_the_ringing_there,
    test_a_caller_who_gives_up_is_heard_at_the_other_process,
    test_signals_travel_both_ways_between_processes,
    test_typing_is_seen_at_the_other_process,
    test_what_is_written_at_one_process_is_read_at_the_other,
)

SETTINGS = "DJANGO_SETTINGS_MODULE"


@pytest.fixture(scope="module", autouse=True)
def _lossy_layer(shared_cluster: Cluster) -> Iterator[None]:
    """Both processes, started anew with it."""
    sound = [server.environment[SETTINGS] for server in shared_cluster.servers]
    for server in shared_cluster.servers:
        server.environment[SETTINGS] = "tests.processes.lossy_settings"
    together(*(server.stop for server in shared_cluster.servers))
    yield
    for server, settings in zip(shared_cluster.servers, sound, strict=True):
        server.environment[SETTINGS] = settings
    together(*(server.stop for server in shared_cluster.servers))
