"""Messages arrive in order and exactly once, whatever the line does."""

from playwright.sync_api import Page, expect

from tests.browser.acts import bubbles, open_conversation, reconnect_now, stored, write
from tests.browser.proxy import Line
from tests.browser.server import Server


def test_messages_whose_line_breaks_under_way_arrive_once_and_in_order(
    asha_page: Page, rao_page: Page, conversation: str, asha_line: Line
) -> None:
    for page in (asha_page, rao_page):
        open_conversation(page, conversation)
    words = [f"Message {number}" for number in range(1, 9)]
    for each in words:
        write(asha_page, each)
        asha_line.cut()
    for page in (asha_page, rao_page):
        expect(bubbles(page)).to_have_text(words, timeout=60_000)
    expect(asha_page.locator("[data-state]:is(article)")).to_have_count(0, timeout=60_000)
    assert stored(rao_page, conversation) == words


def test_messages_written_without_a_line_are_sent_when_it_is_back(
    asha_page: Page, rao_page: Page, conversation: str, asha_line: Line
) -> None:
    for page in (asha_page, rao_page):
        open_conversation(page, conversation)
    write(asha_page, "First")
    expect(bubbles(rao_page)).to_have_text(["First"])
    asha_line.refuse()
    write(asha_page, "Second")
    write(asha_page, "Third")
    expect(asha_page.locator("article").last).to_contain_text("Sending")
    banner = asha_page.get_by_text("Reconnecting… your messages will be sent.")
    expect(banner).to_be_visible()
    whether_there = asha_page.locator("[data-presence-of], [data-presence-note]")
    unknown = asha_page.get_by_text("Availability not known now")
    expect(whether_there.filter(visible=True)).to_have_count(0)
    expect(unknown).to_be_visible()
    expect(asha_page.get_by_role("button", name="Reconnect now")).to_be_visible()
    asha_line.heal()
    reconnect_now(asha_page)
    expect(banner).to_be_hidden()
    expect(asha_page.locator("[data-presence-note]")).to_have_text("Available now")
    expect(unknown).to_be_hidden()
    for page in (asha_page, rao_page):
        expect(bubbles(page)).to_have_text(["First", "Second", "Third"])
    assert stored(rao_page, conversation) == ["First", "Second", "Third"]


def test_who_was_cut_off_catches_up(
    asha_page: Page, rao_page: Page, conversation: str, rao_line: Line
) -> None:
    for page in (asha_page, rao_page):
        open_conversation(page, conversation)
    write(asha_page, "Before")
    expect(bubbles(rao_page)).to_have_text(["Before"])
    rao_line.refuse()
    for words in ("While", "you were", "away"):
        write(asha_page, words)
    expect(asha_page.locator("article").last).to_contain_text("Sent")
    rao_line.heal()
    expect(bubbles(rao_page)).to_have_text(["Before", "While", "you were", "away"])
    expect(asha_page.locator("article").last).to_contain_text("Read")


def test_a_restart_of_the_server_loses_nothing(
    asha_page: Page, rao_page: Page, conversation: str, server: Server
) -> None:
    for page in (asha_page, rao_page):
        open_conversation(page, conversation)
    server.stop()
    write(asha_page, "Written in between")
    server.start()
    for page in (asha_page, rao_page):
        expect(bubbles(page)).to_have_text(["Written in between"], timeout=45_000)
    expect(asha_page.locator("article").last).to_contain_text("Read", timeout=45_000)
