"""A chat that nobody joins, where people wait for a few seconds only."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import has_no_violations
from tests.browser.test_help import new_chat


@pytest.fixture
def site() -> dict[str, str]:
    """A chat waits for two seconds."""
    return {"CHAT_PATIENCE": "2"}


def test_a_chat_that_nobody_joins_becomes_a_ticket(asha_page: Page) -> None:
    new_chat(asha_page)
    patience = {"timeout": 30_000}
    expect(asha_page.get_by_role("log")).to_contain_text("This is now ticket 1001", **patience)
    expect(asha_page.locator("#ticket-next")).to_contain_text("it became a ticket", **patience)
    expect(asha_page.locator("#ticket-next")).to_contain_text("You hear from us by")
    has_no_violations(asha_page)
    asha_page.goto("/help/")
    expect(asha_page.get_by_role("main")).not_to_contain_text("Your chat is open.")
