"""Emergencies in real browsers: pressed, rung, answered, escalated, kept through a restart."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from launcher.environment import manage
from tests.browser.accessibility import has_no_violations
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
    write,
)
from tests.browser.browsers import ARGS
from tests.browser.conftest import Launch, OpenPage
from tests.browser.media import sees_media_flow
from tests.browser.proxy import Line
from tests.browser.server import Server
from tests.browser.waiting import until
from tests.long import in_long

ON_DUTY = """
from datetime import timedelta
from django.utils import timezone
from accounts.models import User
from helpline.models import Duty
now, hour = timezone.now(), timedelta(hours=1)
person = User.objects.get(email="{who}@example.com")
Duty.objects.create(person=person, kind="{kind}", starts_at=now - hour, ends_at=now + hour)
"""

END_ALL = """
from helpline.models import Emergency
for emergency in Emergency.objects.live().at_hand():
    emergency.end(by=emergency.person)
"""

LOSE = """
from django.utils import timezone
from calls.models import Call, Participant
held = Participant.objects.here().filter(person__email="{who}@example.com")
held.update(lease_expires_at=timezone.now())
Call.objects.settle()
"""

EMERGENCY = re.compile(r"/help/emergency/[0-9a-f-]{36}/")

# When the button was pressed and when the dialog opened, by the one clock of this machine.
NOTE_PRESS = """
document.addEventListener("submit", () => sessionStorage.setItem("pressed", Date.now()))
"""
NOTE_RINGING = """
new MutationObserver((_, watch) => {
  const isOpen = document.querySelector("telemed-ringing dialog").open;
  if (isOpen) { globalThis.rang = Date.now(); watch.disconnect(); }
}).observe(document.querySelector("telemed-ringing"), { subtree: true, attributes: true })
"""

LONG_NAME = """
from accounts.models import User
User.objects.filter(email="asha@example.com").update(name="A" + "w" * 110)
"""

# All that a call's page has shown, and every state that it came to.
NOTE_WORDS = """
const call = document.querySelector("telemed-call");
[globalThis.words, globalThis.states] = ["", []];
new MutationObserver((changes) => {
  globalThis.words += call.innerText;
  if (changes.some(({attributeName}) => attributeName === "data-state"))
    globalThis.states.push(call.dataset.state);
}).observe(call, { subtree: true, childList: true, attributes: true, characterData: true });
"""

# The page has been taken anew once its line to the server was open.
HAS_ASKED_AGAIN = """
performance.getEntriesByType("resource").some(({name}) => name === location.href)
"""

# Who is not asked has only what the page was given.
ASKS_NOBODY = [each for each in ARGS if not each.startswith("--use-fake-ui")]

Watch = Callable[[str, str], None]


@pytest.fixture
def on_duty(server: Server) -> Watch:
    """`on_duty("ravi", "agent")`: in the roster of this server, now."""

    def watch(who: str, kind: str) -> None:
        code = ON_DUTY.format(who=who, kind=kind)
        manage("shell", "--no-imports", "-c", code, **server.environment)

    return watch


@pytest.fixture
def ravi_page(open_page: OpenPage) -> Page:
    """The agent's browser."""
    return open_page("ravi")


def press(page: Page) -> None:
    page.get_by_role("button", name="Get help now").click()
    page.wait_for_url(EMERGENCY)


def take_in_writing(page: Page, address: str) -> None:
    """Who has declined the call may have it all the same."""
    page.goto(address)
    dialog(page).get_by_role("button", name="Decline").click()
    page.get_by_role("button", name="Take it, in writing").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("You have the emergency")


@pytest.fixture
def in_writing(asha_page: Page, ravi_page: Page, on_duty: Watch) -> tuple[Page, Page]:
    """Asha, and Ravi, who has her emergency without a call."""
    on_duty("ravi", "agent")
    asha_page.goto("/help/emergency/")
    press(asha_page)
    take_in_writing(ravi_page, asha_page.url)
    return asha_page, ravi_page


def has_state(page: Page, name: str, expected: str, within: float = 10) -> None:
    row = page.locator(f'.responder[data-state="{expected}"]', has_text=name)
    expect(row).to_be_visible(timeout=within * 1000)


def hang_up(page: Page) -> None:
    """Whoever helps is asked whether they mean it."""
    control(page, "Leave").click()
    page.get_by_role("dialog", name="Hang up?").get_by_role("button", name="Hang up").click()


def covers_no_picture(words: Locator) -> None:
    """On a phone, too, it stands where no face is."""
    words.page.set_viewport_size({"width": 390, "height": 844})
    box, stage = words.bounding_box(), words.page.locator(".call__stage").bounding_box()
    assert box
    assert stage
    assert box["y"] + box["height"] <= stage["y"]


def test_from_press_to_ringing_takes_less_than_a_second_and_the_answer_is_a_call(
    asha_page: Page, ravi_page: Page, on_duty: Watch
) -> None:
    on_duty("ravi", "agent")
    open_live(ravi_page, "/admin/desk/")
    asha_page.goto("/help/emergency/")
    asha_page.get_by_label("What is happening").fill("Chest pain <b>since</b> ten")
    asha_page.get_by_label("Address, floor, door").fill("14 Lake View Road")
    asha_page.evaluate(NOTE_PRESS)
    ravi_page.evaluate(NOTE_RINGING)
    press(asha_page)
    dialog(ravi_page).wait_for(state="visible", timeout=5000)
    pressed = asha_page.evaluate("Number(sessionStorage.getItem('pressed'))")
    assert ravi_page.evaluate("globalThis.rang") - pressed < 1000
    expect(dialog(ravi_page)).to_contain_text("Emergency: help is needed now")
    expect(dialog(ravi_page)).to_contain_text("Chest pain <b>since</b> ten")
    expect(dialog(ravi_page)).to_contain_text("14 Lake View Road")
    has_no_violations(ravi_page)
    has_state(asha_page, "Ravi Menon", "ringing")
    has_no_violations(asha_page)
    asha_call = call(asha_page, "Join the call")
    expect(asha_call.locator(".call__face")).to_contain_text("Emergency helpline")
    ravi_call = accept(ravi_page)
    for page in (asha_call, ravi_call):
        is_in_state(page, "connected")
        sees_media_flow(page, video=False)
    expect(asha_call.locator(".call__head")).to_contain_text("Ravi Menon")
    expect(asha_page.get_by_role("heading", level=1)).to_have_text("Ravi Menon is with you")
    has_state(asha_page, "Ravi Menon", "answered")


def test_unanswered_it_escalates_to_a_doctor_who_answers_over_a_restart(
    asha_page: Page, rao_page: Page, ravi_page: Page, on_duty: Watch, server: Server
) -> None:
    on_duty("ravi", "agent")
    on_duty("rao", "doctor")
    for page in (rao_page, ravi_page):
        open_live(page, "/")
    asha_page.goto("/help/emergency/")
    press(asha_page)
    dialog(ravi_page).wait_for(state="visible")
    dialog(ravi_page).get_by_role("button", name="Decline").click()
    has_state(asha_page, "Ravi Menon", "declined")
    expect(asha_page.locator(".next-circle")).to_contain_text("Next: Supervisors and everyone")
    server.kill()
    server.start()
    dialog(rao_page).wait_for(state="visible", timeout=40_000)
    expect(dialog(ravi_page)).to_be_hidden()
    rao_call = accept(rao_page)
    expect(rao_call.locator("telemed-call")).to_be_attached()
    expect(asha_page.get_by_role("heading", level=1)).to_have_text(
        "Dr Vikram Rao has answered: join the call", timeout=30_000
    )
    asha_call = call(asha_page, "Join the call now")
    is_in_state(asha_call, "connected")


@in_long
def test_a_name_of_any_length_leaves_the_answers_in_sight(
    asha_page: Page, ravi_page: Page, server: Server, on_duty: Watch
) -> None:
    on_duty("ravi", "agent")
    manage("shell", "--no-imports", "-c", LONG_NAME, **server.environment)
    ravi_page.set_viewport_size({"width": 390, "height": 844})
    open_live(ravi_page, "/")
    asha_page.goto("/help/emergency/")
    press(asha_page)
    expect(dialog(ravi_page)).to_contain_text("Emergency: help is needed now")
    for name in ("Accept", "Decline", "With my camera"):
        answer = dialog(ravi_page).get_by_role("button", name=name)
        expect(answer).to_be_in_viewport(ratio=1)


def test_without_camera_and_microphone_it_goes_on_in_writing(
    asha_page: Page, ravi_page: Page, on_duty: Watch
) -> None:
    on_duty("ravi", "agent")
    open_live(ravi_page, "/")
    asha_page.goto("/help/emergency/")
    press(asha_page)
    is_live(asha_page)
    write(asha_page, "I cannot speak")
    dialog(ravi_page).get_by_role("link", name="Place, number").click()
    has_state(asha_page, "Ravi Menon", "opened")
    ravi_page.get_by_role("dialog").get_by_role("button", name="Decline").click()
    ravi_page.get_by_role("button", name="Take it, in writing").click()
    expect(ravi_page.get_by_role("heading", level=1)).to_contain_text("You have the emergency")
    expect(bubbles(ravi_page).last).to_have_text("I cannot speak")
    has_no_violations(ravi_page)
    write(ravi_page, "I am here. Help is on its way.")
    expect(bubbles(asha_page).last).to_have_text("I am here. Help is on its way.")
    asha_page.get_by_text("I am safe, end the alert").click()
    asha_page.get_by_role("button", name="Yes, end it").click()
    expect(asha_page.get_by_role("heading", level=1)).to_have_text("The alert has ended")
    expect(ravi_page.get_by_role("heading", level=1)).to_have_text("The alert has ended")


def test_a_doctor_takes_over_from_the_agent_in_the_call(
    asha_page: Page, rao_page: Page, ravi_page: Page, on_duty: Watch
) -> None:
    on_duty("ravi", "agent")
    for page in (rao_page, ravi_page):
        open_live(page, "/")
    asha_page.goto("/help/emergency/")
    press(asha_page)
    asha_call = call(asha_page, "Join the call")
    ravi_call = accept(ravi_page)
    for page in (asha_call, ravi_call):
        is_in_state(page, "connected")
    ravi_page.goto(asha_page.url)
    doctors = ravi_page.get_by_label("Doctor or agent", exact=True)
    here = doctors.locator("option", has_text="Dr Vikram Rao").text_content()
    assert here
    assert "here now" in here
    doctors.select_option(label=here)
    ravi_page.get_by_label("What they must know").fill("65 years, chest pain")
    ravi_page.get_by_role("button", name="Ask to take over").click()
    expect(doctors.locator("option", has_text="asked, no answer yet")).to_have_count(1)
    asked = ravi_call.locator(".asked")
    expect(asked).to_contain_text("Dr Vikram Rao was asked")
    waited = asked.locator("time")
    expect(waited).not_to_have_text(waited.text_content() or "", timeout=3000)
    has_no_violations(ravi_call)
    rao_page.goto(asha_page.url)
    expect(rao_page.locator(".notice").get_by_text("65 years, chest pain")).to_be_visible()
    rao_page.evaluate("globalThis.isSame = true")
    until(rao_page, HAS_ASKED_AGAIN, within=60)
    has_no_violations(rao_page)
    assert rao_page.evaluate("globalThis.isSame")  # what is renewed is a part of the page
    asha_call.evaluate(NOTE_WORDS)
    scripts: list[Route] = []
    rao_page.route("**/elements/call.js*", lambda route: scripts.append(route))
    with rao_page.expect_request("**/elements/call.js*"):
        rao_page.get_by_role("button", name="I have it").click(no_wait_after=True)
    expect(asha_call.get_by_text("Dr Rao is taking over from Ravi, who stays")).to_be_visible()
    expect(ravi_call.get_by_text("You stay until Asha hears Dr Rao")).to_be_visible()
    expect(asha_page.get_by_role("heading", level=1)).to_contain_text("taking over from Ravi Menon")
    expect(asha_page).to_have_title("Dr Rao answered · Emergency · Telemed")
    expect(asha_call).to_have_title("Dr Rao answered · Emergency call · Telemed")
    covers_no_picture(ravi_call.get_by_text("You stay until Asha hears Dr Rao"))
    for page in (asha_call, ravi_call):
        has_no_violations(page)
        sees_media_flow(page, video=False)
    scripts[0].continue_()
    is_in_state(rao_page, "connected")
    expect(ravi_call.locator(".outcome h1")).to_have_text("Dr Vikram Rao has this emergency")
    expect(asha_call.get_by_text("is taking over from")).to_be_hidden()
    expect(rao_page.locator(".call__chat").get_by_text("65 years, chest pain")).to_be_visible()
    rao_page.set_viewport_size({"width": 390, "height": 664})
    expect(composer(rao_page)).to_be_in_viewport(ratio=1)
    for page in (rao_page, asha_call):
        sees_media_flow(page, video=False)
    expect(asha_call.locator(".call__head")).to_contain_text("Dr Vikram Rao")
    expect(asha_page.get_by_role("heading", level=1)).to_have_text("Dr Vikram Rao is with you")
    words = asha_call.evaluate("globalThis.words")
    assert "taking over from Ravi" in words
    assert "connection was lost" not in words
    assert asha_call.evaluate("globalThis.states") == []  # from one voice to the next


@in_long
def test_who_has_no_microphone_writes_and_is_read_and_heard_of_in_the_call(
    open_page: OpenPage, asha_line: Line, launch: Launch, ravi_page: Page, on_duty: Watch
) -> None:
    on_duty("ravi", "agent")
    open_live(ravi_page, "/")
    asha = open_page("asha", asha_line, launch(*ASKS_NOBODY), permissions=[])
    asha.goto("/help/emergency/")
    press(asha)
    asha_call = call(asha, "Join the call")
    trouble = asha_call.get_by_role("dialog", name="Your browser blocks the camera or microphone")
    instead = trouble.get_by_role("button", name="Write instead")
    expect(instead).to_be_focused()
    expect(trouble.get_by_role("link", name="Call 112")).to_be_visible()
    has_no_violations(asha_call)
    ravi_call = accept(ravi_page)
    instead.press("Enter")
    expect(composer(asha_call)).to_be_focused()
    write(asha_call, "I cannot speak")
    expect(bubbles(ravi_call).last).to_have_text("I cannot speak")
    is_in_state(ravi_call, "connected")
    expect(ravi_call.locator("[data-ref=status]")).to_contain_text("Asha has no microphone on")
    write(ravi_call, "I am here.")
    expect(bubbles(asha_call).last).to_have_text("I am here.")
    has_no_violations(ravi_call)


@in_long
def test_an_offer_comes_to_every_page_and_home_leads_back_to_what_one_has(
    asha_page: Page, rao_page: Page, ravi_page: Page, on_duty: Watch
) -> None:
    on_duty("ravi", "agent")
    open_live(ravi_page, "/admin/desk/")
    asha_page.goto("/help/emergency/")
    press(asha_page)
    accept(ravi_page)
    back = ravi_page.get_by_role("link", name="Back to the emergency")
    expect(back).to_be_visible()
    has_no_violations(ravi_page)
    elsewhere = rao_page.context.new_page()
    for page, path in ((rao_page, "/"), (elsewhere, "/messages/")):
        open_live(page, path)
    back.click()
    ravi_page.get_by_label("Doctor or agent", exact=True).select_option(index=1)
    ravi_page.get_by_label("What they must know").fill("65 years, chest pain")
    ravi_page.get_by_role("button", name="Ask to take over").click()
    question = elsewhere.get_by_role("dialog", name="Asha Verma")
    expect(question).to_contain_text("Ravi Menon asks you, and stays with Asha")
    has_no_violations(elsewhere)
    expect(rao_page.get_by_text("65 years, chest pain")).to_be_visible()
    has_no_violations(rao_page)
    rao_page.get_by_role("button", name="I have it").click()
    expect(question).to_be_hidden()
    expect(elsewhere.get_by_role("link", name="Back to the emergency")).to_be_visible()
    handed = asha_page.locator(".responder", has_text="Dr Vikram Rao")
    expect(handed).to_contain_text("handed over by Ravi Menon")
    expect(handed).to_contain_text("Has it")


def test_a_question_stands_until_its_answer_which_covers_nothing_of_the_call(
    asha_page: Page, rao_page: Page, ravi_page: Page, on_duty: Watch
) -> None:
    on_duty("ravi", "agent")
    open_live(ravi_page, "/")
    asha_page.goto("/help/emergency/")
    press(asha_page)
    ravi_call = accept(ravi_page)
    open_live(rao_page, "/messages/")
    ravi_page.goto(asha_page.url)
    question = rao_page.get_by_role("dialog", name="Asha Verma")
    for words in ("65 years, chest pain", "Worse now"):
        ravi_page.get_by_label("Doctor or agent", exact=True).select_option(index=1)
        ravi_page.get_by_label("What they must know").fill(words)
        ravi_page.get_by_role("button", name="Ask to take over").click()
        expect(question).to_contain_text(words)
        rao_page.keyboard.press("Escape")
        expect(question.get_by_role("heading")).to_be_focused()
        expect(rao_page.locator(".toast:visible")).to_have_count(0)
        has_no_violations(rao_page)
        if words != "Worse now":
            ravi_page.get_by_role("button", name="Take it back").click()
            no_more = rao_page.get_by_role("dialog", name="You are asked no more")
            expect(no_more).not_to_contain_text("Asha")
            has_no_violations(rao_page)
    question.get_by_role("button", name="I cannot").click()
    rao_page.wait_for_url("/")
    answer = ravi_call.get_by_role("alert").filter(has_text="cannot take over")
    for width in (1280, 390):
        ravi_call.set_viewport_size({"width": width, "height": 844})
        expect(answer).to_be_visible()
        box, head = answer.bounding_box(), ravi_call.locator(".call__head").bounding_box()
        assert box
        assert head
        assert box["y"] + box["height"] <= head["y"]


def test_a_call_back_is_the_call_of_the_emergency_and_is_not_hung_up_by_one_press(
    in_writing: tuple[Page, Page],
) -> None:
    asha_page, ravi_page = in_writing
    ravi_call = call(ravi_page, "Call Asha")
    asha_call = accept(asha_page)
    for page in (ravi_call, asha_call):
        is_in_state(page, "connected")
        sees_media_flow(page, video=False)
    expect(asha_call.get_by_role("link", name="Call 112")).to_be_visible()
    expect(ravi_call.get_by_role("link", name="The emergency: place")).to_be_visible()
    control(ravi_call, "Leave").click()
    question = ravi_call.get_by_role("dialog", name="Hang up?")
    expect(question).to_contain_text("Asha is alone then")
    has_no_violations(ravi_call)
    question.get_by_role("button", name="Stay in the call").click()
    for page in (ravi_call, asha_call):
        sees_media_flow(page, video=False)
    page_of_it = asha_page.url
    hang_up(ravi_call)
    asha_call.wait_for_url(page_of_it)
    expect(asha_call.get_by_role("button", name="Ring everyone again")).to_be_visible()


@in_long
def test_when_the_helper_leaves_the_call_its_tab_leads_to_the_page_that_goes_on(
    asha_page: Page, ravi_page: Page, on_duty: Watch
) -> None:
    on_duty("ravi", "agent")
    open_live(ravi_page, "/")
    asha_page.goto("/help/emergency/")
    press(asha_page)
    page = asha_page.url
    asha_call = call(asha_page, "Join the call")
    ravi_call = accept(ravi_page)
    is_in_state(asha_call, "connected")
    hang_up(ravi_call)
    asha_call.wait_for_url(page)
    expect(asha_call.get_by_role("button", name="Ring everyone again")).to_be_visible()


def test_on_a_phone_the_question_before_the_end_opens_in_sight(
    in_writing: tuple[Page, Page],
) -> None:
    asha_page, ravi_page = in_writing
    ends = {
        ravi_page: "It is settled, end the emergency",
        asha_page: "I am safe, end the alert",
    }
    for page, words in ends.items():
        page.set_viewport_size({"width": 390, "height": 844})
        page.evaluate("customElements.whenDefined('telemed-emergency').then(() => {})")
        page.get_by_text(words).press("Enter")
        expect(page.get_by_role("button", name="Yes, end it")).to_be_in_viewport(ratio=1)


@in_long
def test_what_is_written_of_the_outcome_outlives_the_end_by_the_person(
    in_writing: tuple[Page, Page],
) -> None:
    asha_page, ravi_page = in_writing
    ravi_page.get_by_text("It is settled, end the emergency").click()
    ravi_page.get_by_label("In a few words").fill("The pain is gone")
    ravi_page.get_by_label("Advised, and safe where they are").check()
    asha_page.get_by_text("I am safe, end the alert").click()
    asha_page.get_by_role("button", name="Yes, end it").click()
    expect(ravi_page.get_by_role("heading", level=1)).to_have_text("The alert has ended")
    expect(ravi_page.get_by_role("button", name="Yes, end it")).to_be_hidden()
    expect(ravi_page.get_by_role("button", name="Ask to take over")).to_be_hidden()
    expect(ravi_page.get_by_label("In a few words")).to_have_value("The pain is gone")
    ravi_page.locator("#became").get_by_role("button", name="Save").click()
    expect(ravi_page.locator("#became")).to_contain_text("Advised, and safe where they are")
    expect(ravi_page.locator("#became")).to_contain_text("The pain is gone")


@in_long
def test_who_was_cut_off_is_heard_again_after_one_press(
    asha_page: Page, ravi_page: Page, on_duty: Watch, server: Server
) -> None:
    on_duty("ravi", "agent")
    open_live(ravi_page, "/")
    asha_page.goto("/help/emergency/")
    press(asha_page)
    asha_call = call(asha_page, "Join the call")
    ravi_call = accept(ravi_page)
    is_in_state(asha_call, "connected")
    with_you = asha_page.get_by_role("heading", level=1, name="Ravi Menon is with you")
    expect(with_you).to_be_visible()
    ravi_call.close()
    manage("shell", "--no-imports", "-c", LOSE.format(who="ravi"), **server.environment)
    expect(asha_page.get_by_role("heading", level=1)).to_have_text(
        "Ravi Menon was cut off from the call"
    )
    ravi_page.goto(asha_page.url)
    back = call(ravi_page, "Go back to the call")
    for page in (back, asha_call):
        is_in_state(page, "connected")
        sees_media_flow(page, video=False)
    expect(with_you).to_be_visible()


def test_what_is_told_without_a_network_is_saved_when_it_is_back(
    asha_page: Page, on_duty: Watch
) -> None:
    asha_page.goto("/help/emergency/")
    press(asha_page)
    is_live(asha_page)
    asha_page.context.set_offline(True)
    asha_page.get_by_label("Address, floor, door").fill("Garden, behind the house")
    asha_page.get_by_role("button", name="Save").click()
    said = asha_page.locator("[data-ref=saved]")
    expect(said).to_contain_text("tried again by itself")
    asha_page.context.set_offline(False)
    expect(said).to_contain_text("Saved. Everyone who was alerted sees it.")
    asha_page.reload()
    field = asha_page.get_by_label("Address, floor, door")
    expect(field).to_have_value("Garden, behind the house")


def test_a_press_without_a_network_stays_with_the_number_and_is_sent_when_it_is_back(
    asha_page: Page, on_duty: Watch
) -> None:
    asha_page.goto("/help/emergency/")
    asha_page.get_by_label("What is happening").fill("Chest pain")
    asha_page.context.set_offline(True)
    asha_page.get_by_role("button", name="Get help now").click()
    alarm = asha_page.get_by_role("alert").filter(has_text="No answer from us yet: call 112")
    expect(alarm.get_by_role("link", name="Call 112")).to_be_visible()
    expect(asha_page.get_by_label("What is happening")).to_have_value("Chest pain")
    has_no_violations(asha_page)
    asha_page.context.set_offline(False)
    expect(asha_page.locator("#emergency-live")).to_be_visible()
    expect(asha_page.get_by_label("What is happening")).to_have_value("Chest pain")
    asha_page.goto("/help/emergency/")
    expect(asha_page.get_by_text("Your alert is out")).to_be_visible()


@in_long
def test_a_press_whose_answer_was_lost_rings_nobody_anew_when_its_emergency_is_over(
    asha_page: Page, server: Server
) -> None:
    def lose(route: Route) -> None:
        route.fetch()
        manage("shell", "--no-imports", "-c", END_ALL, **server.environment)
        route.abort()

    asha_page.goto("/help/emergency/")
    asha_page.route("**/help/emergency/", lose, times=1)
    press(asha_page)
    over = asha_page.get_by_role("heading", level=1, name="The alert has ended")
    expect(over).to_be_visible()
    ended = asha_page.url
    asha_page.get_by_role("button", name="Get help again").click()
    expect(asha_page.get_by_role("heading", level=1)).not_to_have_text("The alert has ended")
    assert asha_page.url != ended


def test_a_press_that_was_answered_is_not_said_to_be_unsent_however_slow_its_page_is(
    asha_page: Page,
) -> None:
    asha_page.clock.install()
    asha_page.goto("/help/emergency/")
    asha_page.route(EMERGENCY, lambda _never_answered: None)
    with asha_page.expect_request(EMERGENCY):
        asha_page.get_by_role("button", name="Get help now").click()
    asha_page.clock.fast_forward(3000)
    expect(asha_page.get_by_text("No answer from us yet: call 112")).to_be_hidden()


def test_what_is_told_in_the_call_and_its_end_reach_the_pages_that_are_open(
    asha_page: Page, ravi_page: Page, on_duty: Watch
) -> None:
    on_duty("ravi", "agent")
    open_live(ravi_page, "/")
    asha_page.goto("/help/emergency/")
    asha_page.get_by_label("Address, floor, door").fill("14 Lake View Road")
    press(asha_page)
    call(asha_page, "Join the call")
    ravi_call = accept(ravi_page)
    told = ravi_call.locator(".call__alarm")
    expect(told).to_contain_text("14 Lake View Road")
    asha_page.get_by_label("Address, floor, door").fill("Garden, behind the house")
    asha_page.get_by_role("button", name="Save").click()
    expect(told).to_contain_text("Garden, behind the house")
    ravi_page.goto(asha_page.url)
    ravi_page.get_by_text("It is settled, end the emergency").click()
    ravi_page.get_by_role("button", name="Yes, end it").click()
    expect(asha_page.get_by_role("heading", level=1)).to_have_text("The alert has ended")
    expect(asha_page.get_by_text("Until help arrives")).to_be_hidden()
    expect(asha_page.get_by_role("button", name="Save")).to_be_hidden()


def test_without_scripts_there_is_writing_and_the_number_in_the_place_of_the_call(
    open_page: OpenPage,
) -> None:
    page = open_page("asha", java_script_enabled=False)
    page.goto("/help/emergency/")
    press(page)
    expect(page.get_by_role("button", name="Join the call")).to_be_hidden()
    expect(page.locator(".countdown")).to_be_hidden()
    expect(page.get_by_text(re.compile("Next: .*, at [0-9:]{8}"))).to_be_visible()
    expect(page.get_by_text("this browser needs JavaScript. Call 112")).to_be_visible()
    page.get_by_role("link", name="Write instead").click()
    composer(page).fill("I cannot speak")
    page.get_by_role("button", name="Send").click()
    expect(bubbles(page).last).to_have_text("I cannot speak")
    expect(page.locator("article.message").last).to_have_css("align-self", "flex-end")


def test_the_location_of_the_device_is_shared_when_it_is_offered(
    open_page: OpenPage, ravi_page: Page, on_duty: Watch
) -> None:
    on_duty("ravi", "agent")
    place = {"latitude": 9.9312, "longitude": 76.2673, "accuracy": 15}
    page = open_page("asha", geolocation=place, permissions=["geolocation"])
    page.goto("/help/emergency/")
    press(page)
    page.get_by_role("button", name="Share my location").click()
    expect(page.locator("telemed-location")).to_contain_text("accurate to about 15 m")
    expect(page.locator("[data-ref=saved]")).to_contain_text("Saved")
    ravi_page.goto(page.url)
    expect(ravi_page.locator("#emergency-facts")).to_contain_text("9.93120,76.26730")


def test_whoever_helps_sees_what_was_told(asha_page: Page, ravi_page: Page, on_duty: Watch) -> None:
    on_duty("ravi", "agent")
    asha_page.goto("/help/emergency/")
    asha_page.get_by_label("What is happening").fill("Chest pain since ten")
    press(asha_page)
    ravi_page.goto(asha_page.url)
    facts = ravi_page.locator("#emergency-facts")
    for told in ("Chest pain since ten", "Asha Verma", "+91 98450 00101"):
        expect(facts.get_by_text(told)).to_be_visible()
    for said in facts.locator("dd").all():
        expect(said).to_be_visible()


def test_a_visitor_finds_the_number_first(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/help/emergency/")
    first = page.locator("body a:not(.skip)").first
    expect(first).to_have_attribute("href", "tel:112")
    expect(page.get_by_role("main").get_by_role("link", name="Sign in")).to_be_visible()
    has_no_violations(page)
