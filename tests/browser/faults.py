"""What a call survives, wherever its packets go."""

from playwright.sync_api import Page, expect

from tests.browser.acts import control, is_in_state, outcome
from tests.browser.media import sees_media_flow
from tests.browser.server import Server


def survives_a_restart(calls: tuple[Page, Page], server: Server) -> None:
    """Media go on, both pages are back in the call, and both are told of its end."""
    asha_call, rao_call = calls
    server.stop()
    for page in (asha_call, rao_call):
        sees_media_flow(page)
    server.start()
    for page in (asha_call, rao_call):
        sees_media_flow(page)
        is_in_state(page, "connected")
    control(asha_call, "Leave").click()
    expect(outcome(asha_call)).to_have_text("Your call with Dr Rao has ended")
    expect(outcome(rao_call)).to_have_text("Your call with Asha has ended", timeout=45_000)
