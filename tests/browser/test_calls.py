"""Calls between two browsers with real media, and every way in which they begin, suffer and end."""

import re

import pytest
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
    speak,
)
from tests.browser.conftest import ARGS, Launch, OpenPage
from tests.browser.media import hears_silence, sees_media_flow, sees_no_media
from tests.browser.proxy import Line
from tests.browser.server import Server
from tests.conftest import CAST_PASSWORD

NO_DEVICE = [each for each in ARGS if not each.startswith("--use-fake")]
NO_CAMERA = [f"{each}=device-count=0" if "device-for" in each else each for each in ARGS]
SOUND_AFTER_A_TOUCH = [each for each in ARGS if not each.startswith("--autoplay")]
# Who is not asked has only what the page was given.
ASKS_NOBODY = [each for each in ARGS if not each.startswith("--use-fake-ui")]


@pytest.fixture
def conversation(asha_page: Page) -> str:
    """The address of what Asha and Dr Rao write to each other."""
    return begin_conversation(asha_page)


# How a call begins, or does not.


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
    rao.get_by_label("E-mail").fill("rao@example.com")
    rao.get_by_label("Password", exact=True).fill(CAST_PASSWORD)
    rao.get_by_role("button", name="Sign in").click()
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


# What a call survives.


def test_a_second_tab_asks_whether_the_call_shall_move_there(
    asha_page: Page, rao_page: Page, conversation: str
) -> None:
    asha_call, rao_call = speak(asha_page, rao_page, conversation)
    second = asha_page.context.new_page()
    second.goto(asha_call.url)
    expect(second.get_by_role("dialog", name="Move the call here?")).to_be_visible()
    sees_media_flow(rao_call)
    second.get_by_role("button", name="Move here").click()
    is_in_state(second, "connected")
    is_in_state(asha_call, "elsewhere")
    for page in (second, rao_call):
        sees_media_flow(page)


def test_a_call_page_that_is_loaded_again_is_back_in_the_call(
    asha_page: Page, rao_page: Page, conversation: str
) -> None:
    asha_call, rao_call = speak(asha_page, rao_page, conversation)
    for reloaded in (asha_call, rao_call):
        reloaded.reload()
        for page in (asha_call, rao_call):
            is_in_state(page, "connected")
            sees_media_flow(page)


def test_the_call_goes_on_while_the_line_to_the_server_is_cut(
    asha_page: Page, rao_page: Page, conversation: str, asha_line: Line
) -> None:
    asha_call, rao_call = speak(asha_page, rao_page, conversation)
    asha_line.refuse()
    for page in (asha_call, rao_call):
        sees_media_flow(page)
    expect(
        asha_call.get_by_text("The line to Telemed was lost and is coming back.")
    ).to_be_visible()
    asha_line.heal()
    expect(asha_call.get_by_text("The line to Telemed was lost and is coming back.")).to_be_hidden(
        timeout=30_000
    )
    control(rao_call, "Leave").click()
    for page in (asha_call, rao_call):
        expect(outcome(page)).to_contain_text("has ended")


def test_the_call_goes_on_while_the_server_is_restarted(
    asha_page: Page, rao_page: Page, conversation: str, server: Server
) -> None:
    asha_call, rao_call = speak(asha_page, rao_page, conversation)
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


# Microphone and camera.


def test_the_other_side_sees_that_one_is_muted(
    asha_page: Page, rao_page: Page, conversation: str
) -> None:
    asha_call, rao_call = speak(asha_page, rao_page, conversation)
    sees_media_flow(rao_call)
    control(asha_call, "Mute").click()
    expect(rao_call.locator("[data-ref=peer_muted]")).to_be_visible()
    expect(rao_call.locator("[data-ref=status]")).to_have_text("Asha is muted")
    hears_silence(rao_call)
    control(asha_call, "Unmute").click()
    expect(rao_call.locator("[data-ref=peer_muted]")).to_be_hidden()
    sees_media_flow(rao_call)


def test_the_other_side_sees_that_a_camera_is_off(
    asha_page: Page, rao_page: Page, conversation: str
) -> None:
    asha_call, rao_call = speak(asha_page, rao_page, conversation)
    sees_media_flow(rao_call)
    control(asha_call, "Camera").click()
    expect(rao_call.locator(".call__remote")).to_be_hidden()
    expect(rao_call.get_by_text("Camera is off")).to_be_visible()
    sees_no_media(rao_call)
    control(asha_call, "Camera").click()
    expect(rao_call.locator(".call__remote")).to_be_visible()
    sees_media_flow(rao_call)


def test_without_permission_one_is_told_what_to_do_and_may_join_without(
    rao_page: Page, open_page: OpenPage, asha_line: Line, launch: Launch
) -> None:
    asha = open_page("asha", asha_line, launch(*ASKS_NOBODY), permissions=[])
    open_live(rao_page, "/")
    asha.goto(begin_conversation(asha))
    asha_call = call(asha)
    trouble = asha_call.get_by_role("dialog", name="Your browser blocks the camera or microphone")
    expect(trouble.get_by_text("Allow camera and microphone for this site.")).to_be_visible()
    trouble.get_by_role("button", name="Join without microphone and camera").click()
    accept(rao_page)
    is_in_state(asha_call, "connected")
    sees_media_flow(asha_call)
    expect(asha_call.get_by_text(re.compile("You joined without a microphone"))).to_be_visible()


@pytest.mark.parametrize(
    ("flags", "permissions", "title"),
    [
        (ASKS_NOBODY, ["microphone"], "Your browser blocks the camera or microphone"),
        (NO_CAMERA, ["microphone", "camera"], "Your microphone or camera was not found"),
    ],
    ids=["denied", "missing"],
)
def test_without_a_camera_the_call_goes_on_by_sound(
    rao_page: Page,
    open_page: OpenPage,
    asha_line: Line,
    launch: Launch,
    flags: list[str],
    permissions: list[str],
    title: str,
) -> None:
    asha = open_page("asha", asha_line, launch(*flags), permissions=permissions)
    open_live(rao_page, "/")
    asha.goto(begin_conversation(asha))
    asha_call = call(asha)
    trouble = asha_call.get_by_role("dialog", name=title)
    trouble.get_by_role("button", name="Continue with audio only").click()
    rao_call = accept(rao_page)
    is_in_state(rao_call, "connected")
    sees_media_flow(rao_call, video=False)
    expect(rao_call.get_by_text("Camera is off")).to_be_visible()


def test_without_any_device_one_is_told_and_still_sees_and_hears(
    rao_page: Page, open_page: OpenPage, asha_line: Line, launch: Launch
) -> None:
    asha = open_page("asha", asha_line, launch(*NO_DEVICE))
    open_live(rao_page, "/")
    asha.goto(begin_conversation(asha))
    asha_call = call(asha)
    trouble = asha_call.get_by_role("dialog", name="Your microphone or camera was not found")
    trouble.get_by_role("button", name="Join without microphone and camera").click()
    accept(rao_page)
    is_in_state(asha_call, "connected")
    sees_media_flow(asha_call)
