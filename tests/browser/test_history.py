"""Reading further up: older messages load, newer ones wait below."""

import pytest
from playwright.sync_api import Page, expect

from launcher.environment import manage
from tests.browser.acts import bubbles, open_conversation, write
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
def history(server: Server, conversation: str) -> str:
    """The same, with a hundred and twenty messages by Asha in it."""
    manage("shell", "--verbosity", "0", "--command", WRITE_HISTORY, **server.environment)
    return conversation


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
    expect(rao_page.get_by_role("button", name="To the newest")).to_be_visible()
    top = rao_page.evaluate("document.querySelector('.chat__log').scrollTop")
    write(asha_page, "Something new")
    jump = rao_page.get_by_role("button", name="1 new message")
    expect(jump).to_be_visible()
    assert rao_page.evaluate("document.querySelector('.chat__log').scrollTop") == top
    jump.click()
    expect(bubbles(rao_page).last).to_be_in_viewport()
    expect(jump).to_be_hidden()
