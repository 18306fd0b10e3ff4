"""Calls between two browsers with real media, and every way in which they begin or do not."""

import re

from playwright.sync_api import Page, expect

from tests.browser.acts import (
    accept,
    ask,
    begin_conversation,
    call,
    control,
    dialog,
    is_in_state,
    open_live,
    outcome,
    sign_in_by_hand,
    speak,
)
from tests.browser.browsers import ARGS
from tests.browser.conftest import Launch, OpenPage
from tests.browser.media import sees_media_flow
from tests.browser.proxy import Line
from tests.long import in_long

SOUND_AFTER_A_TOUCH = [each for each in ARGS if not each.startswith("--autoplay")]


def test_an_audio_call_carries_sound_and_no_picture(
    asha_page: Page, rao_page: Page, conversation: str
) -> None:
    open_live(rao_page, "/")
    asha_page.goto(conversation)
    asha_call = call(asha_page, "Audio call")
    expect(dialog(rao_page)).to_contain_text("Incoming audio call")
    rao_call = accept(rao_page)
    for page in (asha_call, rao_call):
        is_in_state(page, "connected")
        sees_media_flow(page, video=False)
        expect(page.locator(".call__remote")).to_be_hidden()
        expect(control(page, "Add video")).to_be_visible()


def test_who_declines_is_left_alone_and_the_caller_is_told(
    asha_page: Page, rao_page: Page, conversation: str
) -> None:
    open_live(rao_page, "/")
    asha_page.goto(conversation)
    asha_call = call(asha_page)
    dialog(rao_page).get_by_role("button", name="Decline").click()
    expect(outcome(asha_call)).to_have_text("Dr Rao cannot talk now")
    expect(dialog(rao_page)).to_be_hidden()
    expect(asha_page.locator(".call-row")).to_have_attribute("data-outcome", "declined")
    expect(rao_page.get_by_role("link", name="Notifications", exact=True).first).to_be_visible()


def test_a_caller_who_gives_up_leaves_a_missed_call_to_call_back(
    asha_page: Page, rao_page: Page, conversation: str
) -> None:
    open_live(rao_page, "/")
    asha_page.goto(conversation)
    asha_call = call(asha_page)
    expect(dialog(rao_page)).to_be_visible()
    control(asha_call, "Cancel").click()
    expect(outcome(asha_call)).to_have_text("You cancelled the call to Dr Rao")
    expect(dialog(rao_page)).to_be_hidden()
    expect(rao_page.get_by_role("link", name="Notifications, 1 new").first).to_be_visible()
    rao_page.reload()
    expect(rao_page.get_by_role("button", name=re.compile("Call back ?: Asha"))).to_be_visible()
    rao_page.goto("/calls/?show=missed")
    expect(rao_page.locator("tbody tr")).to_contain_text("Missed")
    rao_page.goto(conversation)
    call(rao_page, "Call back")
    expect(dialog(asha_page)).to_contain_text("Dr Vikram Rao")


def test_the_first_device_to_answer_wins_and_the_others_fall_silent(
    asha_page: Page, rao_page: Page, conversation: str, open_page: OpenPage, rao_line: Line
) -> None:
    devices = [rao_page, rao_page.context.new_page(), open_page("rao", rao_line)]
    for device in devices:
        open_live(device, "/")
    asha_page.goto(conversation)
    asha_call = call(asha_page)
    for device in devices:
        expect(dialog(device)).to_be_visible()
    rao_call = accept(devices[-1])
    for device in devices:
        expect(dialog(device)).to_be_hidden()
    for page in (asha_call, rao_call):
        is_in_state(page, "connected")


def test_two_who_call_each_other_at_once_are_in_one_call(
    asha_page: Page, rao_page: Page, conversation: str, asha_line: Line, rao_line: Line
) -> None:
    for page in (asha_page, rao_page):
        open_live(page, conversation)
    with asha_page.context.expect_page() as hers, rao_page.context.expect_page() as his:
        for line in (asha_line, rao_line):
            line.black_hole()
        for page in (asha_page, rao_page):
            page.get_by_role("button", name="Video call").click()
        for line in (asha_line, rao_line):
            line.heal()
    for page in (hers.value, his.value):
        is_in_state(page, "connected")
        sees_media_flow(page)
    assert len(ask(asha_page, "/api/v1/calls/")["results"]) == 1


def test_it_still_rings_for_someone_who_signs_in_meanwhile(
    asha_page: Page, conversation: str, open_page: OpenPage, rao_line: Line
) -> None:
    asha_page.goto(conversation)
    asha_call = call(asha_page)
    is_in_state(asha_call, "calling")
    rao = open_page("", rao_line)
    rao.goto("/accounts/login/")
    sign_in_by_hand(rao, "rao@example.com")
    expect(dialog(rao)).to_contain_text("Asha Verma")
    is_in_state(asha_call, "ringing")
    is_in_state(accept(rao), "connected")


def test_a_ringtone_that_the_browser_holds_back_says_so(
    asha_page: Page, conversation: str, open_page: OpenPage, rao_line: Line, launch: Launch
) -> None:
    rao = open_page("rao", rao_line, launch(*SOUND_AFTER_A_TOUCH))
    rao.goto("/")
    asha_page.goto(conversation)
    asha_call = call(asha_page)
    is_in_state(asha_call, "ringing")
    # To look into a page counts as a touch: only the caller may be asked how time goes by.
    expect(asha_call.locator("[data-ref=left]")).to_have_text(re.compile(r"^(2[0-7]|1\d)$"))
    sound = dialog(rao).get_by_role("button", name="Sound is off, tap to turn on")
    expect(sound).to_be_visible()
    sound.click()
    expect(sound).to_be_hidden()


@in_long
def test_during_a_call_another_one_is_a_quiet_banner(
    asha_page: Page, rao_page: Page, conversation: str, open_page: OpenPage
) -> None:
    with_meera = begin_conversation(asha_page, "meera-nair")
    asha_call, rao_call = speak(asha_page, rao_page, conversation)
    meera = open_page("meera")
    meera.goto(with_meera)
    meera_call = call(meera)
    banner = asha_call.locator("form.banner")
    expect(banner).to_contain_text("Dr Meera Nair is calling as well.")
    expect(dialog(asha_call)).to_be_hidden()
    banner.get_by_role("button", name="End and accept").click()
    expect(outcome(rao_call)).to_have_text("Your call with Asha has ended")
    is_in_state(meera_call, "connected")
    sees_media_flow(meera_call)
