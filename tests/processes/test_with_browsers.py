"""A call between real browsers at two processes: people see and hear each other all the time.

The last of these tests by its name: once Playwright is there, no event loop can run beside it.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import control, is_in_state, outcome, speak
from tests.browser.conftest import OpenPage
from tests.browser.media import sees_media_flow
from tests.browser.proxy import Line
from tests.browser.server import Server
from tests.processes.cluster import Cluster
from tests.processes.room import Room


@pytest.fixture
def server(cluster: Cluster) -> Server:
    """Where pages are opened that have no line of their own."""
    return cluster.first


@pytest.fixture
def lines(cluster: Cluster) -> Iterator[list[Line]]:
    """Asha's way to the one process, and Dr Rao's to the other."""
    with Line(cluster.first.port) as hers, Line(cluster.second.port) as his:
        yield [hers, his]


@pytest.fixture
def pages(open_page: OpenPage, room: Room, lines: list[Line]) -> list[Page]:
    """Signed in, each on a line."""
    pages = [open_page(line=line) for line in lines]
    for name, line, page in zip(("asha", "rao"), lines, pages, strict=True):
        cookie = {"name": "session", "value": room.people[name]["session"], "url": line.address}
        page.context.add_cookies([cookie])  # type: ignore[list-item]
    return pages


def test_a_call_across_processes_outlives_a_rolling_restart(
    pages: list[Page], lines: list[Line], room: Room, cluster: Cluster
) -> None:
    tabs = speak(*pages, f"/messages/{room.direct}/")
    for tab in tabs:
        sees_media_flow(tab)
    for server, other in (cluster.servers, reversed(cluster.servers)):
        for line in lines:
            line.target = other.port
        server.stop()
        for tab in tabs:
            sees_media_flow(tab)
            is_in_state(tab, "connected")
        server.start()
    control(tabs[1], "Leave").click()
    for tab in tabs:
        expect(outcome(tab)).to_contain_text("has ended", timeout=45_000)
