"""What a day needs, in Firefox: signing in, writing, being cut off, calls that come to nothing."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import has_no_violations
from tests.browser.acts import (
    DOCTOR,
    accept,
    begin_conversation,
    bubbles,
    call,
    composer,
    control,
    dialog,
    is_draft_kept,
    is_in_state,
    is_live,
    open_conversation,
    open_live,
    outcome,
    reconnect_now,
    sign_in_by_hand,
    speak,
    stored,
    write,
)
from tests.browser.conftest import OpenPage
from tests.browser.media import sees_media_flow
from tests.browser.proxy import Line
from tests.long import in_long, only_in_long

NOTE_STATES = """
window.states = [];
const call = document.querySelector("telemed-call");
const note = () => window.states.push(call.dataset.state);
new MutationObserver(note).observe(call, {attributeFilter: ["data-state"]});
"""


@in_long
def test_one_signs_in_writes_keeps_a_draft_and_comes_back_after_a_cut(
    open_page: OpenPage, asha_line: Line, firefox: Browser, rao_in_firefox: Page
) -> None:
    asha = open_page("", asha_line, firefox)
    asha.goto(f"/doctors/{DOCTOR}/")
    has_no_violations(asha)
    asha.get_by_role("link", name="Chat", exact=True).click()
    sign_in_by_hand(asha, "asha@example.com")
    expect(asha).to_have_url(re.compile(f"/messages/to/{DOCTOR}/$"))
    write(asha, "First")
    expect(bubbles(asha)).to_have_text(["First"])
    address = re.sub(r".*(?=/messages/)", "", asha.url)
    open_conversation(rao_in_firefox, address)
    expect(bubbles(rao_in_firefox)).to_have_text(["First"])
    rao_in_firefox.bring_to_front()
    expect(asha.locator("article [data-receipt]")).to_have_text("Read")
    composer(asha).fill("What I wanted to ask")
    is_draft_kept(asha, address)
    asha.reload()
    expect(composer(asha)).to_have_value("What I wanted to ask")
    is_live(asha)
    asha_line.refuse()
    composer(asha).press("Enter")
    expect(asha.get_by_text("Reconnecting… your messages will be sent.")).to_be_visible()
    asha_line.heal()
    reconnect_now(asha)
    expect(bubbles(rao_in_firefox)).to_have_text(["First", "What I wanted to ask"])
    assert stored(asha, address) == ["First", "What I wanted to ask"]
    has_no_violations(asha)


@in_long
def test_a_call_page_that_is_loaded_again_is_back_in_the_call(
    asha_in_firefox: Page, rao_page: Page
) -> None:
    asha_call, rao_call = speak(asha_in_firefox, rao_page, begin_conversation(asha_in_firefox))
    asha_call.reload()
    for page in (asha_call, rao_call):
        is_in_state(page, "connected")
        sees_media_flow(page)
    has_no_violations(asha_call)


def test_news_of_the_network_disturbs_no_call_in_which_one_is_heard(
    asha_page: Page, rao_in_firefox: Page, conversation: str
) -> None:
    asha_call, rao_call = speak(asha_page, rao_in_firefox, conversation)
    for page in (asha_call, rao_call):
        page.evaluate(NOTE_STATES)
        page.evaluate("dispatchEvent(new Event('online'))")
    for _ in range(3):
        for page in (asha_call, rao_call):
            sees_media_flow(page)
    for page in (asha_call, rao_call):
        assert page.evaluate("states") == []


def test_a_call_may_be_declined_missed_and_returned(
    asha_page: Page, rao_in_firefox: Page, conversation: str
) -> None:
    open_live(rao_in_firefox, conversation)
    asha_page.goto(conversation)
    declined = call(asha_page)
    dialog(rao_in_firefox).get_by_role("button", name="Decline").click()
    expect(outcome(declined)).to_have_text("Dr Rao cannot talk now")
    declined.close()
    given_up = call(asha_page)
    expect(dialog(rao_in_firefox)).to_be_visible()
    has_no_violations(rao_in_firefox)
    control(given_up, "Cancel").click()
    expect(outcome(given_up)).to_have_text("You cancelled the call to Dr Rao")
    expect(dialog(rao_in_firefox)).to_be_hidden()
    rows = rao_in_firefox.locator(".call-row")
    expect(rows).to_have_count(2)
    expect(rows.last).to_have_attribute("data-outcome", "cancelled")
    given_up.close()
    with rao_in_firefox.context.expect_page() as opened:
        rows.last.get_by_role("button", name="Call back").click()
    accept(asha_page)
    is_in_state(opened.value, "connected")


@pytest.mark.parametrize("who", ["asha", *only_in_long("rao")])
def test_pages_are_accessible(who: str, open_page: OpenPage, firefox: Browser) -> None:
    page = open_page(who, program=firefox)
    for address in ("/", "/messages/", "/calls/", "/notifications/", "/me/"):
        page.goto(address)
        has_no_violations(page)
