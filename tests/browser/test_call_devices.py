"""Microphone and camera: turned off, refused, or not there."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import has_no_violations
from tests.browser.acts import (
    accept,
    begin_conversation,
    call,
    control,
    is_in_state,
    open_live,
    speak,
)
from tests.browser.browsers import ARGS
from tests.browser.conftest import Launch, OpenPage
from tests.browser.media import hears_silence, sees_media_flow, sees_no_media
from tests.browser.proxy import Line
from tests.long import in_long, only_in_long

NO_DEVICE = [each for each in ARGS if not each.startswith("--use-fake")]
NO_CAMERA = [f"{each}=device-count=0" if "device-for" in each else each for each in ARGS]
# Who is not asked has only what the page was given.
ASKS_NOBODY = [each for each in ARGS if not each.startswith("--use-fake-ui")]


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


@in_long
def test_the_other_side_sees_that_a_camera_is_off(
    asha_page: Page, rao_page: Page, conversation: str
) -> None:
    asha_call, rao_call = speak(asha_page, rao_page, conversation)
    sees_media_flow(rao_call)
    control(asha_call, "Stop video").click()
    expect(rao_call.locator(".call__remote")).to_be_hidden()
    expect(rao_call.get_by_text("Camera is off")).to_be_visible()
    sees_no_media(rao_call)
    control(asha_call, "Start video").click()
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
    asha_call.get_by_role("button", name="Turn on").click()
    again = asha_call.get_by_role("dialog", name="Your browser blocks the camera or microphone")
    expect(again.get_by_role("button", name="Leave")).to_be_hidden()
    again.get_by_role("button", name="Back to the call").click()
    expect(again).to_be_hidden()
    is_in_state(asha_call, "connected")


def test_who_overlooks_the_browsers_question_is_told_and_so_is_the_other_side(
    asha_page: Page, rao_page: Page, conversation: str
) -> None:
    """The question is left open, as a browser leaves it until someone answers."""
    rao_page.context.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => new Promise(() => {})"
    )
    open_live(rao_page, "/")
    asha_page.goto(conversation)
    asha_call = call(asha_page)
    rao_call = accept(rao_page)
    asked = rao_call.get_by_role("dialog", name="Your browser asks for your permission")
    expect(asked).to_be_visible(timeout=15_000)
    expect(asked.get_by_role("button", name="Try again")).to_be_hidden()
    told = "Still connecting. Dr Rao may first have to allow camera and microphone."
    expect(asha_call.locator("[data-ref=status]")).to_have_text(told, timeout=15_000)
    has_no_violations(rao_call)
    asked.get_by_role("button", name="Join without microphone and camera").click()
    is_in_state(asha_call, "connected")
    is_in_state(rao_call, "connected")
    sees_media_flow(rao_call)


@pytest.mark.parametrize(
    ("flags", "permissions", "title"),
    [
        (ASKS_NOBODY, ["microphone"], "Your browser blocks the camera or microphone"),
        *only_in_long(
            (NO_CAMERA, ["microphone", "camera"], "Your microphone or camera was not found")
        ),
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
