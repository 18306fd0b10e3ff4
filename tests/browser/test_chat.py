"""Messages between two browsers: live, in order, exactly once, whatever the line does."""

import re

import pytest
from playwright.sync_api import Page, expect

from launcher.environment import manage
from tests.browser.acts import (
    ask,
    begin_conversation,
    bubbles,
    call,
    composer,
    dialog,
    is_live,
    open_live,
    write,
)
from tests.browser.conftest import OpenPage
from tests.browser.proxy import Line
from tests.browser.server import Server
from tests.browser.waiting import until

# Written by the server's own process of commands: by the API it would be too fast.
WRITE_HISTORY = """
from uuid import uuid4
from django.db import transaction
from chat.models import Conversation
conversation = Conversation.objects.get()
asha = conversation.members.get(person__email="asha@example.com").person
with transaction.atomic():
    for number in range(1, 121):
        conversation.append(asha, uuid4(), body=f"Reading {number}")
"""
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
NAME = "<img src=x onerror=alert(1)> Verma"
SCROLL_TO_THE_TOP = """
() => {
  const log = document.querySelector(".chat__log");
  log.scrollTop = 0;
  return log.querySelector("article").getBoundingClientRect().top;
}
"""

ALL_OR_MORE = """
document.querySelectorAll("article").length === 120
  || document.querySelector(".chat__log").scrollTop > 300
"""


@pytest.fixture
def conversation(asha_page: Page) -> str:
    """The address of what Asha and Dr Rao write to each other."""
    return begin_conversation(asha_page)


@pytest.fixture
def history(server: Server, conversation: str) -> str:
    """The same, with a hundred and twenty messages by Asha in it."""
    manage("shell", "--verbosity", "0", "--command", WRITE_HISTORY, **server.environment)
    return conversation


def open_conversation(page: Page, address: str) -> None:
    """Opens it; once its own line is open, the page asks how things stand."""
    open_live(page, address)
    asked = "performance.getEntriesByType('resource').some(({name}) => name.endsWith('%s'))"
    until(page, asked % api(address))


def stored(page: Page, address: str) -> list[str]:
    """What the server has, in its order."""
    return [each["body"] for each in ask(page, f"{api(address)}messages/?limit=100")["results"]]


def api(address: str) -> str:
    """Where programs find the conversation of this address."""
    return f"/api/v1/conversations/{address.split('/')[2]}/"


# What the line does.


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
    asha_line.heal()
    asha_page.get_by_role("button", name="Reconnect now").click()
    expect(banner).to_be_hidden()
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


def test_a_draft_survives_a_reload_and_is_on_every_device(
    asha_page: Page, conversation: str, open_page: OpenPage
) -> None:
    open_conversation(asha_page, conversation)
    write(asha_page, "To begin with")
    expect(asha_page.locator("article")).to_contain_text("Sent")
    composer(asha_page).fill("What I wanted to ask")
    kept = (
        f"fetch('{api(conversation)}').then((answer) => answer.json()).then(({{draft}}) => draft)"
    )
    until(asha_page, kept)
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
    expect(asha_page.get_by_text("2 characters too many")).to_be_visible()
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
        expect(
            page.locator("article *")
            .filter(visible=True)
            .locator(":scope:is(script, iframe, details, math, template, [href^='javascript:'])")
        ).to_have_count(0)
        expect(page.locator("img[src=x], svg[onload]")).to_have_count(0)
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


# Where one reads.


def test_older_messages_load_above_and_what_is_read_stays_in_place(
    asha_page: Page, history: str
) -> None:
    open_conversation(asha_page, history)
    expect(bubbles(asha_page).last).to_be_in_viewport()
    oldest = bubbles(asha_page).first.text_content()
    before = asha_page.evaluate(SCROLL_TO_THE_TOP)
    expect(bubbles(asha_page).nth(60)).to_be_attached()
    after = asha_page.get_by_text(oldest or "", exact=True).locator("xpath=ancestor::article")
    box = after.bounding_box()
    assert box
    assert abs(box["y"] - before) < 30
    for _ in range(2):
        asha_page.evaluate(SCROLL_TO_THE_TOP)
        until(asha_page, ALL_OR_MORE)
    expect(bubbles(asha_page)).to_have_text([f"Reading {n}" for n in range(1, 121)])


def test_a_reader_further_up_stays_there_and_is_told_of_new_messages(
    asha_page: Page, rao_page: Page, history: str
) -> None:
    open_conversation(asha_page, history)
    open_conversation(rao_page, history)
    rao_page.evaluate("document.querySelector('.chat__log').scrollTop = 700")
    place = bubbles(rao_page).filter(visible=True).first
    expect(rao_page.get_by_role("button", name="To the newest")).to_be_visible()
    top = rao_page.evaluate("document.querySelector('.chat__log').scrollTop")
    write(asha_page, "Something new")
    jump = rao_page.get_by_role("button", name="1 new message")
    expect(jump).to_be_visible()
    expect(place).to_be_attached()
    assert rao_page.evaluate("document.querySelector('.chat__log').scrollTop") == top
    jump.click()
    expect(bubbles(rao_page).last).to_be_in_viewport()
    expect(jump).to_be_hidden()


# When one leaves.


def test_after_signing_out_back_shows_nothing_of_patients(
    asha_page: Page, rao_page: Page, conversation: str
) -> None:
    open_conversation(asha_page, conversation)
    write(asha_page, "Only for you")
    open_conversation(rao_page, conversation)
    expect(bubbles(rao_page)).to_have_text(["Only for you"])
    other_tab = rao_page.context.new_page()
    open_live(other_tab, "/messages/")
    rao_page.goto("/me/")
    rao_page.get_by_role("button", name="Sign out").click()
    expect(rao_page.get_by_role("link", name="Sign in").first).to_be_visible()
    expect(other_tab.get_by_text("You have been signed out.")).to_be_visible()
    rao_page.go_back()
    rao_page.go_back()
    expect(rao_page.get_by_role("heading", name="Welcome back")).to_be_visible()
    expect(rao_page.get_by_text("Asha")).to_have_count(0)
