"""Messages between two browsers: who knows what of whom, and what is written and read."""

import re

from playwright.sync_api import Page, expect

from tests.browser.acts import (
    bubbles,
    call,
    composer,
    dialog,
    is_draft_kept,
    is_live,
    open_conversation,
    open_live,
    stored,
    write,
)
from tests.browser.conftest import OpenPage
from tests.long import in_long

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<a href='javascript:alert(1)'>press</a>",
    "javascript:alert(1)",
    "https://example.com/'onmouseover='alert(1)",
    "{{ 7*7 }}${7*7}<%= 7*7 %>",
    "</textarea><script>alert(1)</script>",
    "<template><script>alert(1)</script></template>",
    "<details open ontoggle=alert(1)>",
    "]]><!--<math><style><img src onerror=alert(1)>",
]
MADE_FROM_CODE = "script, iframe, details, math, template, [onload], [href^='javascript:']"
NAME = "<img src=x onerror=alert(1)> Verma"

# What each learns of the other.


def test_a_message_is_sent_then_delivered_then_read(
    asha_page: Page, rao_page: Page, conversation: str
) -> None:
    open_conversation(asha_page, conversation)
    write(asha_page, "Are you there?")
    receipt = asha_page.locator("article [data-receipt]")
    expect(receipt).to_have_text("Sent")
    open_live(rao_page, "/calls/")
    expect(receipt).to_have_text("Delivered")
    open_conversation(rao_page, conversation)
    expect(receipt).to_have_text("Read")


def test_who_types_is_seen_until_they_send_or_stop(
    asha_page: Page, rao_page: Page, conversation: str
) -> None:
    for page in (asha_page, rao_page):
        open_conversation(page, conversation)
    typing = asha_page.locator(".typing")
    composer(rao_page).press_sequentially("Yes")
    expect(typing).to_have_text(re.compile("Rao is typing"))
    composer(rao_page).press("Enter")
    expect(bubbles(asha_page)).to_have_text(["Yes"])
    expect(typing).to_be_hidden()
    composer(rao_page).press_sequentially("And")
    expect(typing).to_be_visible()
    expect(typing).to_be_hidden(timeout=15_000)


def test_unread_messages_are_counted_everywhere_until_they_are_read(
    asha_page: Page, rao_page: Page, conversation: str
) -> None:
    open_conversation(asha_page, conversation)
    open_live(rao_page, "/messages/")
    for number, words in enumerate(("One", "Two"), start=1):
        write(asha_page, words)
        unread = rao_page.get_by_role("link", name=re.compile(rf"^Messages\W+{number} unread"))
        expect(unread).to_be_visible()
        expect(rao_page.locator(".conversation .count")).to_have_text(f"Unread: {number}")
    expect(rao_page).to_have_title(re.compile(r"^\(1\) "))
    reading = rao_page.context.new_page()
    open_conversation(reading, conversation)
    expect(rao_page.get_by_role("link", name="Messages", exact=True)).to_be_visible()
    expect(rao_page.locator(".conversation .count")).to_be_hidden()
    expect(rao_page).to_have_title(re.compile("^Messages"))


# What one writes.


@in_long
def test_a_draft_survives_a_reload_and_is_on_every_device(
    asha_page: Page, conversation: str, open_page: OpenPage
) -> None:
    open_conversation(asha_page, conversation)
    write(asha_page, "To begin with")
    expect(asha_page.locator("article")).to_contain_text("Sent")
    composer(asha_page).fill("What I wanted to ask")
    is_draft_kept(asha_page, conversation)
    asha_page.reload()
    expect(composer(asha_page)).to_have_value("What I wanted to ask")
    elsewhere = open_page("asha")
    elsewhere.goto("/messages/")
    expect(elsewhere.locator(".conversation__text")).to_have_text("Draft: What I wanted to ask")
    elsewhere.goto(conversation)
    expect(composer(elsewhere)).to_have_value("What I wanted to ask")
    write(elsewhere, "What I asked")
    expect(elsewhere.locator("article").last).to_contain_text("Sent")
    elsewhere.reload()
    expect(composer(elsewhere)).to_be_empty()


def test_what_is_too_long_is_counted_and_not_sent(asha_page: Page, conversation: str) -> None:
    open_conversation(asha_page, conversation)
    write(asha_page, "x" * 4002)
    expect(asha_page.get_by_text("2 over the limit")).to_be_visible()
    assert stored(asha_page, conversation) == []
    write(asha_page, "x" * 4000)
    expect(bubbles(asha_page)).to_have_count(1)
    expect(composer(asha_page)).to_be_empty()


def test_without_scripts_one_can_still_write(open_page: OpenPage) -> None:
    asha = open_page("asha", java_script_enabled=False)
    asha.goto("/doctors/vikram-rao/")
    asha.get_by_role("link", name="Chat", exact=True).click()
    for words in ("The first", "The second"):
        composer(asha).fill(words)
        asha.get_by_role("button", name="Send").click()
        expect(bubbles(asha).last).to_have_text(words)
    expect(bubbles(asha)).to_have_count(2)
    expect(composer(asha)).to_be_empty()


def test_what_looks_like_code_is_shown_as_it_was_written(
    asha_page: Page, rao_page: Page, conversation: str
) -> None:
    run: list[str] = []
    for page in (asha_page, rao_page):
        page.on("dialog", lambda box: (run.append(box.message), box.dismiss()))
    asha_takes_the_name(asha_page, NAME)
    open_conversation(asha_page, conversation)
    open_live(rao_page, "/")
    for words in PAYLOADS:
        write(asha_page, words)
    expect(rao_page.locator(".toast strong").last).to_have_text(NAME)
    expect(rao_page.locator(".conversation__name")).to_have_text(NAME)
    open_conversation(rao_page, conversation)
    for page in (asha_page, rao_page):
        expect(bubbles(page)).to_have_text(PAYLOADS)
        expect(page.locator(f"article :is({MADE_FROM_CODE})")).to_have_count(0)
        expect(page.locator("img[src=x]")).to_have_count(0)
        page.reload()
        expect(bubbles(page)).to_have_text(PAYLOADS)
    is_live(rao_page)
    call(asha_page)
    expect(dialog(rao_page).get_by_role("heading")).to_have_text(NAME)
    assert not run


def asha_takes_the_name(page: Page, name: str) -> None:
    page.goto("/me/")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Save changes").click()
    expect(page.locator(".toast")).to_be_visible()


# When one leaves.


def test_after_signing_out_back_shows_nothing_of_patients(
    asha_page: Page, rao_page: Page, conversation: str
) -> None:
    open_conversation(asha_page, conversation)
    write(asha_page, "Only for you")
    open_conversation(rao_page, conversation)
    expect(bubbles(rao_page)).to_have_text(["Only for you"])
    other_tab = rao_page.context.new_page()
    open_conversation(other_tab, conversation)
    other_tab.get_by_role("textbox").last.fill("Not sent yet")
    rao_page.goto("/me/")
    rao_page.get_by_role("button", name="Sign out").click()
    expect(rao_page.get_by_role("link", name="Sign in").first).to_be_visible()
    expect(other_tab.get_by_text("You have been signed out. What you were")).to_be_visible()
    expect(other_tab).to_have_title("Telemed")
    expect(other_tab.get_by_role("link", name="Call 112").first).to_be_visible()
    expect(other_tab.locator("textarea")).to_have_value("Not sent yet")
    expect(other_tab.locator("textarea")).to_be_hidden()
    for bubble in bubbles(other_tab).all():
        expect(bubble).to_be_hidden()
    rao_page.go_back()
    rao_page.go_back()
    expect(rao_page.get_by_role("heading", name="Welcome back")).to_be_visible()
    expect(rao_page.get_by_text("Asha")).to_have_count(0)
