"""How people choose the way they are told, and mute a conversation, in their browsers."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import has_no_violations
from tests.browser.acts import ask, call, dialog, is_live, open_conversation, open_live, write
from tests.browser.conftest import OpenPage
from tests.browser.waiting import until
from tests.long import IS_LONG, in_long

PAGE = "/notifications/preferences/"
API = "/api/v1/notifications/preferences/"
ALL_DAY = {"is_on": True, "start": "00:00", "end": "23:59", "lets_urgent_through": False}
# The page is told by its own line, and not by what it has asked for.
CHOOSE = """
(choice) => new Promise(async (told) => {
  const [{patch}, {me}] = await Promise.all(
    ["lib/http.js", "models/me.js"].map((name) => import(`/static/js/${name}`)));
  me.addEventListener("notifications.preferences_changed", told, {once: true});
  await patch("/api/v1/notifications/preferences/", choice);
})
"""
WIDTHS = (1280, 390, 320)


def part(page: Page, name: str) -> Locator:
    """One section of the page, by its heading."""
    return page.get_by_role("region", name=name, exact=True)


def box(page: Page, kind: str, transport: str) -> Locator:
    """A field of the matrix."""
    return page.get_by_role("checkbox", name=f"{kind} by {transport}", exact=True)


def is_saved(page: Page, name: str) -> None:
    expect(part(page, name).get_by_role("status")).to_have_text("Saved")


def kept(page: Page) -> Any:
    """What the server has."""
    return ask(page, API)


def open_preferences(page: Page) -> None:
    """Opens the page, and waits until its script is there."""
    open_live(page, PAGE)
    until(page, "!!customElements.get('telemed-preferences')")


def muted(page: Page) -> Locator:
    """What the head of an open conversation says of it."""
    return page.locator(".chat__head telemed-muted [data-when]").filter(visible=True)


def choose(page: Page, button: str, words: str) -> None:
    """Opens the choice in the head, and takes one."""
    page.get_by_role("button", name=button, exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name=words, exact=True).click()


def looks_right(page: Page) -> None:
    """Light and dark, at every width, without a violation and without scrolling sideways."""
    for scheme, examined in (("light", WIDTHS[0]), ("dark", WIDTHS[-1])):
        page.emulate_media(color_scheme=scheme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            if IS_LONG or width == examined:
                has_no_violations(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width


# Of all that the keyboard reaches: what nobody sees, or no finger hits. Links in text are exempt.
HERE = """
() => {
  const here = document.activeElement;
  if (here === document.body) return ["the end", ""];
  const middle = (box) => [box.x + box.width / 2, box.y + box.height / 2];
  const on = document.elementFromPoint(...middle(here.getBoundingClientRect()));
  const label = here.closest("label, .select") ?? here;
  const {width, height} = label.getBoundingClientRect();
  const trouble = [];
  if (!on || !(here.contains(on) || on.contains(here))) trouble.push("covered");
  const outline = getComputedStyle(here).outlineStyle;
  if (outline === "none" && here.type !== "time") trouble.push("unseen");
  if (here.tagName !== "A" && (width < 44 || height < 44)) trouble.push(`${width} by ${height}`);
  const inPage = here.closest("main");
  return [here.ariaLabel || here.name || here.textContent.trim(), inPage ? trouble.join() : ""];
}
"""


# The page.


def test_by_the_keyboard_all_of_it_is_reached_seen_and_large_enough(asha_page: Page) -> None:
    asha_page.set_viewport_size({"width": 320, "height": 640})
    open_preferences(asha_page)
    reached: dict[str, str] = {}
    while "the end" not in reached:
        asha_page.keyboard.press("Tab")
        asha_page.evaluate("new Promise(requestAnimationFrame)")
        name, trouble = asha_page.evaluate(HERE)
        reached[name] = trouble
        assert len(reached) < 80
    assert {name: trouble for name, trouble in reached.items() if trouble} == {}
    assert {"Messages by Push", "Security by SMS", "quiet_to", "sound_call"} <= set(reached)
    assert asha_page.evaluate("document.documentElement.scrollWidth") <= 320


def test_each_change_saves_itself(asha_page: Page) -> None:
    open_preferences(asha_page)
    expect(asha_page.get_by_role("button", name="Save changes")).to_be_hidden()
    box(asha_page, "Messages", "E-mail").uncheck()
    is_saved(asha_page, "What and how")
    asha_page.get_by_label("New message", exact=True).select_option("Bell")
    is_saved(asha_page, "Sounds")
    asha_page.reload()
    expect(box(asha_page, "Messages", "E-mail")).not_to_be_checked()
    expect(box(asha_page, "Messages", "Push")).to_be_checked()
    expect(asha_page.get_by_label("New message", exact=True)).to_have_value("bell")


def test_quiet_hours_are_refused_in_words_until_they_make_sense(asha_page: Page) -> None:
    open_preferences(asha_page)
    asha_page.get_by_role("switch", name="Every day").check()
    is_saved(asha_page, "Quiet hours")
    assert kept(asha_page)["quiet_hours"]["start"] == "22:00:00"
    asha_page.get_by_label("To", exact=True).fill("22:00")
    expect(asha_page.get_by_role("alert")).to_contain_text("They begin and end at the same time.")
    expect(part(asha_page, "Quiet hours").get_by_role("status")).to_have_text("Not saved")
    expect(asha_page.get_by_label("To", exact=True)).to_have_attribute("aria-invalid", "true")
    assert kept(asha_page)["quiet_hours"]["end"] == "07:00:00"
    has_no_violations(asha_page)
    asha_page.get_by_label("To", exact=True).fill("")
    expect(asha_page.get_by_role("alert")).to_contain_text("Say when the quiet hours end.")
    expect(part(asha_page, "Quiet hours")).to_contain_text("Say when the quiet hours end.")
    expect(asha_page.get_by_label("From", exact=True)).to_have_attribute("aria-invalid", "false")
    asha_page.get_by_label("To", exact=True).fill("06:30")
    is_saved(asha_page, "Quiet hours")
    expect(asha_page.get_by_role("alert")).to_have_count(0)
    assert kept(asha_page)["quiet_hours"]["end"] == "06:30:00"
    asha_page.get_by_role("switch", name="Every day").uncheck()
    is_saved(asha_page, "Quiet hours")
    asha_page.reload()
    expect(asha_page.get_by_role("switch", name="Every day")).not_to_be_checked()
    expect(asha_page.get_by_label("To", exact=True)).to_have_value("06:30")


def test_without_scripts_one_button_saves_all_of_it(open_page: OpenPage) -> None:
    asha = open_page("asha", java_script_enabled=False)
    asha.goto(PAGE)
    box(asha, "Messages", "E-mail").uncheck()
    asha.get_by_role("switch", name="Every day").check()
    asha.get_by_label("To", exact=True).fill("22:00")
    asha.get_by_role("button", name="Save changes").click()
    expect(asha.get_by_role("alert")).to_contain_text("There is a problem")
    expect(box(asha, "Messages", "E-mail")).not_to_be_checked()
    asha.get_by_label("To", exact=True).fill("06:30")
    asha.get_by_role("button", name="Save changes").click()
    expect(asha.locator(".toast")).to_contain_text("saved")
    expect(box(asha, "Messages", "E-mail")).not_to_be_checked()
    expect(asha.get_by_label("To", exact=True)).to_have_value("06:30")
    expect(asha.get_by_role("button", name="Try: New message")).to_be_hidden()
    asha.get_by_role("button", name="For 1 hour").click()
    expect(part(asha, "Do not disturb")).to_contain_text("No sound, push or SMS until")


def test_when_the_server_is_away_the_page_says_so_and_saves_once_it_is_back(
    asha_page: Page, asha_line: Any
) -> None:
    open_preferences(asha_page)
    asha_line.refuse()
    box(asha_page, "Messages", "E-mail").uncheck()
    status = part(asha_page, "What and how").get_by_role("status")
    expect(status).to_have_text("Not saved: no connection")
    save = asha_page.get_by_role("button", name="Save changes")
    expect(save).to_be_visible()
    asha_line.heal()
    expect(status).to_have_text("Saved")
    expect(save).to_be_hidden()
    assert not kept(asha_page)["matrix"]["message"]["email"]


def test_a_ring_that_is_silenced_says_why_and_leads_to_the_choice(
    asha_page: Page, rao_page: Page, conversation: str
) -> None:
    said = dialog(asha_page).locator("[data-why]").filter(visible=True)
    choices: list[tuple[dict[str, Any], str]] = [
        ({}, ""),
        ({"sounds": {"call": ""}}, "you have turned it off for calls"),
        ({"quiet_hours": ALL_DAY}, "these are your quiet hours"),
    ]
    for choice, words in choices:
        open_live(asha_page, PAGE)
        if choice:
            asha_page.evaluate(CHOOSE, choice)
        letter = {"conversation": conversation.split("/")[2], "kind": "video"}
        key = ask(rao_page, "/api/v1/calls/", letter)["id"]
        expect(dialog(asha_page)).to_be_visible()
        expect(said).to_have_count(1 if words else 0)
        if words:
            expect(said).to_contain_text(words)
            expect(said.get_by_role("link", name="Change")).to_have_attribute(
                "href", re.compile(f"^{PAGE}#(sounds|quiet)$")
            )
        ask(rao_page, f"/api/v1/calls/{key}/cancellation/", {})
        expect(dialog(asha_page)).to_be_hidden()


def test_do_not_disturb_has_an_end_and_can_be_ended(asha_page: Page) -> None:
    open_preferences(asha_page)
    asha_page.get_by_role("button", name="Until tomorrow morning").click()
    expect(part(asha_page, "Do not disturb")).to_contain_text("07:00")
    assert kept(asha_page)["do_not_disturb"]["is_on"]
    part(asha_page, "Do not disturb").get_by_role("button", name="Turn off").click()
    expect(part(asha_page, "Do not disturb")).to_contain_text("Everything waits for you here.")
    assert not kept(asha_page)["do_not_disturb"]["is_on"]


def test_do_not_disturb_shows_at_the_bell_of_every_tab(
    asha_page: Page, open_page: OpenPage
) -> None:
    other = open_page("asha")
    open_live(other, "/notifications/")
    open_preferences(asha_page)
    asha_page.get_by_role("button", name="For 1 hour").click()
    for page in (asha_page, other):
        bell = page.get_by_role("link", name="Notifications, without a sound for now")
        expect(bell.filter(visible=True).first).to_be_visible()
    other.get_by_role("button", name="Turn off").click()
    for page in (asha_page, other):
        bell = page.get_by_role("link", name="Notifications", exact=True)
        expect(bell.filter(visible=True).first).to_be_visible()


@in_long
def test_do_not_disturb_that_is_ended_elsewhere_ends_on_this_page(
    asha_page: Page, open_page: OpenPage
) -> None:
    open_preferences(asha_page)
    until(asha_page, "!!customElements.get('telemed-live')")
    other = open_page("asha")
    other.goto(PAGE)
    other.get_by_role("button", name="For 1 hour").click()
    expect(part(asha_page, "Do not disturb")).to_contain_text("No sound, push or SMS until")
    part(other, "Do not disturb").get_by_role("button", name="Turn off").click()
    expect(part(asha_page, "Do not disturb")).to_contain_text("Everything waits for you here.")


@in_long
def test_hours_that_are_off_show_the_time_that_is_kept(asha_page: Page) -> None:
    open_preferences(asha_page)
    switch = asha_page.get_by_role("switch", name="Every day")
    switch.check()
    is_saved(asha_page, "Quiet hours")
    switch.uncheck()
    is_saved(asha_page, "Quiet hours")
    asha_page.get_by_label("To", exact=True).fill("")
    switch.focus()
    expect(asha_page.get_by_label("To", exact=True)).to_have_value("07:00")


# A muted conversation.


def test_muting_shows_in_every_tab_and_silences_the_messages(
    asha_page: Page, rao_page: Page, conversation: str
) -> None:
    open_conversation(rao_page, conversation)
    write(rao_page, "Before")
    other_tab, elsewhere = (asha_page.context.new_page() for _ in range(2))
    open_live(elsewhere, "/notifications/")
    write(rao_page, "Heard")
    expect(elsewhere.locator(".toast")).to_have_count(1)
    open_conversation(asha_page, conversation)
    open_conversation(other_tab, conversation)
    expect(elsewhere.locator(".toast")).to_have_count(0)
    choose(asha_page, "Mute", "For 8 hours")
    for tab in (asha_page, other_tab):
        expect(muted(tab)).to_have_text(re.compile(r"Muted until .*\d\d:\d\d"))
        expect(tab.locator("a.conversation")).to_contain_text("Muted")
    open_live(asha_page, "/calls/")
    other_tab.close()
    write(rao_page, "Silent")
    unread = elsewhere.get_by_role("link", name=re.compile(r"^Messages\W+\d unread"))
    expect(unread).to_be_visible()
    expect(elsewhere.locator(".toast")).to_have_count(0)
    call(rao_page)
    expect(dialog(elsewhere)).to_be_visible()


def test_the_choice_to_mute_closes_behind_who_leaves_it(asha_page: Page, conversation: str) -> None:
    open_conversation(asha_page, conversation)
    asha_page.get_by_role("button", name="Mute", exact=True).click()
    choice = asha_page.get_by_role("dialog", name=re.compile("^Mute"))
    choice.get_by_role("button", name="Cancel").focus()
    expect(choice).to_be_visible()
    asha_page.keyboard.press("Tab")
    expect(choice).to_have_count(0)


@in_long
def test_unmuting_in_one_tab_unmutes_in_the_other(asha_page: Page, conversation: str) -> None:
    open_conversation(asha_page, conversation)
    choose(asha_page, "Mute", "Until I turn it off")
    expect(muted(asha_page)).to_have_text("Muted until you turn it off")
    expect(asha_page.get_by_role("dialog")).to_have_count(0)
    other_tab = asha_page.context.new_page()
    open_preferences(other_tab)
    part(other_tab, "Muted conversations").get_by_role("button", name="Unmute").click()
    expect(part(other_tab, "Muted conversations")).to_contain_text("None.")
    expect(muted(asha_page)).to_have_count(0)
    expect(asha_page.get_by_role("button", name="Mute", exact=True)).to_be_visible()


def test_the_choice_works_by_the_keyboard_and_without_scripts(
    asha_page: Page, conversation: str, open_page: OpenPage
) -> None:
    open_conversation(asha_page, conversation)
    button = asha_page.get_by_role("button", name="Mute", exact=True)
    button.focus()
    asha_page.keyboard.press("Enter")
    expect(asha_page.get_by_role("button", name="For 1 hour")).to_be_focused()
    asha_page.keyboard.press("Escape")
    expect(asha_page.get_by_role("dialog")).to_have_count(0)
    expect(button).to_be_focused()
    plain = open_page("asha", java_script_enabled=False)
    plain.goto(conversation)
    choose(plain, "Mute", "For a week")
    expect(muted(plain)).to_contain_text("Muted until")
    is_live(asha_page)
    expect(muted(asha_page)).to_contain_text("Muted until")


# How it looks.


def test_it_is_accessible_in_every_state(asha_page: Page, conversation: str) -> None:
    asha_page.goto(PAGE)
    looks_right(asha_page)
    asha_page.get_by_role("button", name="For 1 hour").click()
    asha_page.goto(conversation)
    asha_page.get_by_role("button", name="Mute", exact=True).click()
    looks_right(asha_page)
    for target in asha_page.get_by_role("dialog").get_by_role("button").all():
        assert (target.bounding_box() or {"height": 0})["height"] >= 44
    asha_page.get_by_role("button", name="Until I turn it off").click()
    expect(muted(asha_page)).to_be_visible()
    looks_right(asha_page)
    asha_page.goto(PAGE)
    looks_right(asha_page)
