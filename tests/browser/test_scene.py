"""The main job, from beginning to end: find a doctor, write, and hold a real video call."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.acts import (
    accept,
    bubbles,
    call,
    composer,
    control,
    dialog,
    is_in_state,
    is_live,
    open_live,
    outcome,
    write,
)
from tests.browser.media import hears_silence, sees_media_flow
from tests.long import only_in_long

DURATION = re.compile(r"\d:\d\d")


BROWSERS = {
    "from Chromium to Firefox": ("asha_page", "rao_in_firefox"),
    "from Firefox to Chromium": ("asha_in_firefox", "rao_page"),
}
MORE = {"both in Chromium": ("asha_page", "rao_page")}


@pytest.fixture
def browser(whole_chromium: Browser) -> Browser:
    """The whole one, as people have it."""
    return whole_chromium


@pytest.mark.parametrize("how", [*BROWSERS, *only_in_long(*MORE)])
def test_a_patient_finds_a_doctor_writes_and_holds_a_video_call(
    how: str, request: pytest.FixtureRequest
) -> None:
    asha, rao = (request.getfixturevalue(page) for page in (BROWSERS | MORE)[how])
    open_live(rao, "/")
    asha_finds_dr_rao(asha)
    they_write_to_each_other(asha, rao)
    asha_call, rao_call = they_speak(asha, rao)
    she_mutes_herself_for_a_while(asha_call, rao_call)
    control(asha_call, "Leave").click()
    both_are_told(asha_call, rao_call)
    for page in (asha, rao):
        the_call_stands_in_the_conversation(page)
        the_call_stands_in_the_history(page)


def asha_finds_dr_rao(page: Page) -> None:
    page.goto("/")
    page.get_by_role("searchbox").fill("cardiology")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Dr Vikram Rao", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dr Vikram Rao")
    page.get_by_role("link", name="Chat", exact=True).click()


def they_write_to_each_other(asha: Page, rao: Page) -> None:
    write(asha, "Good morning, my chest feels tight on the stairs.")
    expect(bubbles(asha)).to_have_text(["Good morning, my chest feels tight on the stairs."])
    dr_rao_is_told(rao)
    rao.get_by_role("link", name=re.compile("Asha Verma")).click()
    expect(bubbles(rao)).to_have_text(["Good morning, my chest feels tight on the stairs."])
    is_live(asha)
    write(rao, "Since when?")
    expect(bubbles(asha).last).to_have_text("Since when?")
    write(asha, "For a week.")
    expect(bubbles(rao).last).to_have_text("For a week.")
    expect(composer(asha)).to_be_empty()


def dr_rao_is_told(rao: Page) -> None:
    expect(rao.locator(".toast")).to_contain_text("Asha Verma")
    expect(rao.get_by_role("link", name="Notifications, 1 new").first).to_be_visible()
    expect(rao).to_have_title(re.compile(r"^\(1\) "))
    expect(rao.locator(".conversation")).to_contain_text("my chest feels tight")


def they_speak(asha: Page, rao: Page) -> tuple[Page, Page]:
    asha_call = call(asha)
    expect(dialog(rao)).to_be_visible()
    expect(dialog(rao).get_by_role("heading")).to_have_text("Asha Verma")
    expect(dialog(rao)).to_contain_text("Incoming video call")
    is_in_state(asha_call, "ringing")
    rao_call = accept(rao)
    expect(dialog(rao)).to_be_hidden()
    for page in (asha_call, rao_call):
        is_in_state(page, "connected")
        sees_media_flow(page)
    expect(asha_call.locator("[data-ref=duration]")).to_have_text(re.compile(r"0:0[1-9]"))
    return asha_call, rao_call


def she_mutes_herself_for_a_while(asha_call: Page, rao_call: Page) -> None:
    control(asha_call, "Mute").click()
    expect(rao_call.locator("[data-ref=status]")).to_have_text("Asha is muted")
    hears_silence(rao_call)
    control(asha_call, "Unmute").click()
    expect(rao_call.locator("[data-ref=peer_muted]")).to_be_hidden()
    sees_media_flow(rao_call)


def both_are_told(asha_call: Page, rao_call: Page) -> None:
    expect(outcome(asha_call)).to_have_text("Your call with Dr Rao has ended")
    expect(outcome(rao_call)).to_have_text("Your call with Asha has ended")
    for page in (asha_call, rao_call):
        expect(page.locator(".outcome__facts")).to_contain_text(DURATION)


def the_call_stands_in_the_conversation(page: Page) -> None:
    expect(page.locator(".call-row")).to_contain_text("Video call")
    expect(page.locator(".call-row")).to_contain_text(DURATION)


def the_call_stands_in_the_history(page: Page) -> None:
    page.goto("/calls/")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("Video")
    expect(page.locator("tbody .table__number")).to_have_text(DURATION)
