"""Calls through a relay whose path is cut, is bad, or outlives the server; in both browsers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import has_no_violations
from tests.browser.acts import hide_network_address, is_in_state, speak
from tests.browser.faults import survives_a_restart
from tests.browser.media import goes_through_relays, sees_media_flow
from tests.browser.path import Path as PathToRelay
from tests.browser.relay import SECRET, relay
from tests.browser.server import Server
from tests.browser.waiting import until
from tests.long import in_long

LATER = """
() => {
  const real = performance.now.bind(performance);
  performance.now = () => real() + 3 * 60 * 60 * 1000;
}
"""
PASS = "window.peers.at(-1).getConfiguration().iceServers[0].username"


@pytest.fixture
def path(tmp_path: Path) -> Iterator[PathToRelay]:
    """The only way to the relay."""
    with relay(tmp_path) as port, PathToRelay(port) as way:
        yield way


@pytest.fixture
def site(path: PathToRelay) -> dict[str, str]:
    """A site that has a relay."""
    return {"TURN_URLS": f"turn:127.0.0.1:{path.port}", "TURN_SECRET": SECRET}


@pytest.fixture
def calls(asha_page: Page, rao_in_firefox: Page, conversation: str) -> tuple[Page, Page]:
    """Asha in Chromium and Dr Rao in Firefox speak through the relay, because she hides."""
    hide_network_address(asha_page)
    both = speak(asha_page, rao_in_firefox, conversation)
    for page in both:
        sees_media_flow(page)
    return both


def test_a_call_whose_path_is_cut_is_taken_up_again_with_fresh_credentials(
    calls: tuple[Page, Page], path: PathToRelay
) -> None:
    """The path heals only after both have begun anew, as the old one would come back by itself."""
    given = [page.evaluate(PASS) for page in calls]
    for page in calls:
        page.evaluate(LATER)
    path.cut()
    for page, old in zip(calls, given, strict=True):
        is_in_state(page, "reconnecting")
        expect(page.get_by_text("The call stays open while this page looks")).to_be_visible()
        until(page, f"{PASS} !== {old!r}", within=30)
    path.heal()
    for page in calls:
        is_in_state(page, "connected", within=40)
        sees_media_flow(page)
        goes_through_relays(page, "udp")


@in_long
def test_a_path_that_is_cut_for_good_is_told_in_words_and_leads_to_the_chat(
    calls: tuple[Page, Page], path: PathToRelay
) -> None:
    path.cut()
    for page, name in zip(calls, ("Dr Rao", "Asha"), strict=True):
        is_in_state(page, "stuck", within=60)
        expect(page.get_by_role("heading", name=f"No connection with {name}")).to_be_visible()
        expect(page.get_by_text("the chat.").filter(visible=True)).to_have_count(1)
        expect(page.get_by_role("button", name="Try again")).to_be_visible()
        has_no_violations(page)
    asha_call = calls[0]
    with asha_call.context.expect_page() as opened:
        asha_call.get_by_role("link", name="Continue in chat").filter(visible=True).click()
    expect(opened.value.locator("textarea[name=body]")).to_be_visible()


@in_long
def test_a_bad_path_costs_quality_and_not_the_call(
    calls: tuple[Page, Page], path: PathToRelay
) -> None:
    path.spoil(loss=0.05, delay=0.1, jitter=0.03)
    enough = path.passed + 2000
    while path.passed < enough:
        for page in calls:
            sees_media_flow(page)
            assert page.locator("telemed-call").get_attribute("data-state") == "connected"


@in_long
def test_a_call_through_a_relay_goes_on_while_the_server_is_restarted(
    calls: tuple[Page, Page], server: Server
) -> None:
    survives_a_restart(calls, server)
