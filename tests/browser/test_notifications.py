"""One person on several pages and devices: told everywhere, read once."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.accessibility import has_no_violations
from tests.browser.acts import (
    api,
    ask,
    bubbles,
    dialog,
    is_live,
    open_conversation,
    open_live,
    sign_in_by_hand,
    write,
)
from tests.browser.conftest import OpenPage
from tests.browser.proxy import Line
from tests.browser.waiting import until
from tests.long import in_long, only_in_long

# How many notes each page has played.
COUNT_NOTES = """
window.notes = 0;
const Voice = OscillatorNode;
window.OscillatorNode = class extends Voice {
  start(...when) { window.notes += 1; super.start(...when); }
};
"""
PHONE = {"width": 390, "height": 760}
# `hide(true)`: as if another tab lay over this one.
HIDE = """
let state = "visible";
Object.defineProperty(document, "visibilityState", {get: () => state});
Object.defineProperty(document, "hidden", {get: () => state === "hidden"});
window.hide = (hidden) => {
  state = hidden ? "hidden" : "visible";
  document.dispatchEvent(new Event("visibilitychange"));
};
"""
CUT_OFF = "import('/static/js/models/me.js').then(({me}) => me.close())"
NOT_SENT = "There was no connection, so nothing was sent."
COME_BACK = "import('/static/js/models/me.js').then(({me}) => me.open())"


def bell(page: Page, number: int) -> Locator:
    """The bell that is shown, with this number on it."""
    name = f"Notifications, {number} new" if number else "Notifications"
    return page.get_by_role("link", name=name, exact=True).filter(visible=True).first


def toasts(page: Page) -> Locator:
    return page.locator(".toast")


def say(page: Page, talk: str, *words: str) -> None:
    """Writes in a conversation without opening it."""
    for each in words:
        ask(page, f"{api(talk)}messages/", {"client_id": str(uuid4()), "body": each})


def miss_a_call(caller: Page, talk: str) -> None:
    """Rings, and gives up."""
    whom = {"conversation": talk.split("/")[2], "kind": "video"}
    key = ask(caller, "/api/v1/calls/", whom)["id"]
    ask(caller, f"/api/v1/calls/{key}/cancellation/", {})


def section(page: Page, name: str) -> Locator:
    """A part of a page, by its heading."""
    return page.get_by_role("region", name=name, exact=True)


@pytest.fixture
def everywhere(asha_page: Page, open_page: OpenPage) -> list[Page]:
    """Two tabs and another device of Asha's."""
    pages = [asha_page, asha_page.context.new_page(), open_page("asha")]
    for page, address in zip(pages, ("/", "/calls/", "/me/"), strict=True):
        open_live(page, address)
    return pages


def test_a_message_is_told_on_every_page_and_read_on_one(
    everywhere: list[Page], rao_page: Page, conversation: str
) -> None:
    say(rao_page, conversation, "Your blood test is back.")
    for page in everywhere:
        expect(toasts(page)).to_contain_text("Dr Vikram Rao")
        expect(bell(page, 1)).to_be_visible()
        expect(page).to_have_title(re.compile(r"^\(1\) "))
    open_conversation(everywhere[-1], conversation)
    expect(bubbles(everywhere[-1])).to_have_text(["Your blood test is back."])
    for page in everywhere:
        expect(toasts(page)).to_have_count(0)
        expect(bell(page, 0)).to_be_visible()
        expect(page).not_to_have_title(re.compile(r"^\("))


def test_the_toast_opens_the_thing_and_so_reads_it_everywhere(
    everywhere: list[Page], rao_page: Page, conversation: str
) -> None:
    say(rao_page, conversation, "Good morning")
    first, *others = everywhere
    seen = toasts(first).locator(".toast__icon svg").filter(visible=True)
    expect(seen).to_have_count(1)
    expect(toasts(first).locator("[data-icon=message] svg")).to_be_visible()
    toasts(first).get_by_role("button", name="Open").click()
    expect(bubbles(first)).to_have_text(["Good morning"])
    for page in others:
        expect(toasts(page)).to_have_count(0)
        expect(bell(page, 0)).to_be_visible()


@in_long
def test_what_goes_on_renews_its_toast(asha_page: Page, rao_page: Page, conversation: str) -> None:
    open_live(asha_page, "/me/")
    say(rao_page, conversation, "One", "Two", "Three")
    expect(bell(asha_page, 1)).to_be_visible()
    expect(asha_page.get_by_role("link", name=re.compile(r"^Messages\W+3 unread"))).to_be_visible()
    expect(toasts(asha_page)).to_have_count(1)


def test_what_is_open_and_seen_needs_no_toast(
    asha_page: Page, rao_page: Page, conversation: str
) -> None:
    open_conversation(asha_page, conversation)
    asha_page.bring_to_front()
    say(rao_page, conversation, "Are you there?")
    expect(bubbles(asha_page)).to_have_text(["Are you there?"])
    expect(bell(asha_page, 0)).to_be_visible()
    expect(toasts(asha_page)).to_have_count(0)


def test_one_tab_of_a_browser_makes_the_sound(
    asha_page: Page, rao_page: Page, conversation: str
) -> None:
    asha_page.context.add_init_script(COUNT_NOTES)
    tabs = [asha_page, asha_page.context.new_page(), asha_page.context.new_page()]
    for tab in tabs:
        open_live(tab, "/me/")
    say(rao_page, conversation, "Good morning")
    for tab in tabs:
        expect(toasts(tab)).to_have_count(1)
    # Two notes make the chime; whoever comes second has had its chance by then.
    until(tabs[0], "new Promise((done) => setTimeout(() => done(true), 1500))")
    assert sum(tab.evaluate("window.notes") for tab in tabs) == 2


def test_a_call_rings_in_one_tab_until_that_one_closes(
    asha_page: Page, rao_page: Page, conversation: str
) -> None:
    asha_page.context.add_init_script(COUNT_NOTES)
    tabs = [asha_page, asha_page.context.new_page()]
    for tab in tabs:
        open_live(tab, "/me/")
    whom = {"conversation": conversation.split("/")[2], "kind": "video"}
    ask(rao_page, "/api/v1/calls/", whom)
    for tab in tabs:
        expect(dialog(tab)).to_be_visible()
        expect(tab.get_by_role("button", name="Sound is off, tap to turn on")).to_be_hidden()
        expect(toasts(tab)).to_have_count(0)
    until(tabs[0], "new Promise((done) => setTimeout(() => done(true), 1000))")
    loud = [tab for tab in tabs if tab.evaluate("window.notes")]
    assert len(loud) == 1
    [other] = [tab for tab in tabs if tab not in loud]
    loud[0].close()
    until(other, "window.notes > 0")


def test_the_inbox_follows_what_happens(asha_page: Page, rao_page: Page, conversation: str) -> None:
    open_live(asha_page, "/inbox/")
    expect(asha_page.get_by_role("heading", name="Nothing waits for you")).to_be_visible()
    say(rao_page, conversation, "Please call me.")
    unread = section(asha_page, "Unread messages")
    expect(unread).to_contain_text("Please call me.")
    expect(unread.get_by_role("link", name=re.compile("^Reply"))).to_be_visible()
    miss_a_call(rao_page, conversation)
    missed = section(asha_page, "Missed calls")
    expect(missed.get_by_role("button", name=re.compile("^Call back"))).to_be_visible()
    expect(asha_page.get_by_role("link", name=re.compile(r"^Calls\W+1 missed"))).to_be_visible()
    assert asha_page.locator("main h2").all_inner_texts()[:2] == ["Missed calls", "Unread messages"]
    reading = asha_page.context.new_page()
    open_conversation(reading, conversation)
    asha_page.bring_to_front()
    expect(unread).to_have_count(0)
    expect(missed).to_be_visible()


def test_a_live_call_is_answered_from_the_inbox(
    asha_page: Page, rao_page: Page, conversation: str
) -> None:
    open_live(asha_page, "/inbox/")
    whom = {"conversation": conversation.split("/")[2], "kind": "audio"}
    key = ask(rao_page, "/api/v1/calls/", whom)["id"]
    expect(section(asha_page, "Now")).to_contain_text("Incoming audio call")
    ask(asha_page, f"/api/v1/calls/{key}/acceptance/", {})
    join = section(asha_page, "Now").get_by_role("link", name=re.compile("^Join"))
    expect(join).to_be_visible()
    ask(rao_page, f"/api/v1/calls/{key}/ending/", {})
    expect(section(asha_page, "Now")).to_have_count(0)


def test_the_focus_stays_while_rows_come_and_go(
    asha_page: Page, rao_page: Page, conversation: str
) -> None:
    say(rao_page, conversation, "Please call me.")
    open_live(asha_page, "/inbox/")
    reply = asha_page.get_by_role("link", name=re.compile("^Reply"))
    reply.focus()
    miss_a_call(rao_page, conversation)
    expect(section(asha_page, "Missed calls")).to_be_visible()
    expect(reply).to_be_focused()


def test_home_shows_a_missed_call_at_once(
    asha_page: Page, rao_page: Page, conversation: str
) -> None:
    open_live(asha_page, "/")
    miss_a_call(rao_page, conversation)
    back = section(asha_page, "Missed calls").get_by_role("button", name=re.compile("^Call back"))
    expect(back).to_be_visible()
    expect(asha_page.locator("a.conversation")).to_contain_text("Missed video call")


@in_long
def test_the_list_of_calls_shows_one_that_was_missed_meanwhile(
    asha_page: Page, rao_page: Page, conversation: str
) -> None:
    open_live(asha_page, "/calls/")
    until(asha_page, "!!customElements.get('telemed-live')")
    miss_a_call(rao_page, conversation)
    expect(asha_page.get_by_role("row", name="Dr Vikram Rao")).to_contain_text("Missed")


@in_long
def test_a_list_says_at_once_what_one_wrote_oneself_and_what_was_missed(
    asha_page: Page, rao_page: Page, conversation: str
) -> None:
    say(rao_page, conversation, "Good morning")
    open_live(asha_page, "/")
    row = asha_page.locator("a.conversation")
    miss_a_call(rao_page, conversation)
    expect(row).to_contain_text("Good morning")
    open_conversation(asha_page.context.new_page(), conversation)
    expect(row).to_contain_text("Missed video call")
    say(asha_page, conversation, "Here I am")
    expect(row).to_contain_text("You: Here I am")


def test_the_centre_shows_new_ones_and_what_was_read_elsewhere(
    asha_page: Page, rao_page: Page, conversation: str
) -> None:
    open_live(asha_page, "/notifications/")
    expect(asha_page.get_by_role("heading", name="Nothing yet")).to_be_visible()
    say(rao_page, conversation, "Good morning")
    rows = asha_page.locator("[data-row]")
    expect(rows).to_have_count(1)
    miss_a_call(rao_page, conversation)
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("You missed a video call")
    reading = asha_page.context.new_page()
    open_conversation(reading, conversation)
    asha_page.bring_to_front()
    expect(asha_page.locator("[data-row][data-unread]")).to_have_count(1)
    asha_page.get_by_role("button", name="Mark all as read").click()
    expect(asha_page.locator("[data-row][data-read]")).to_have_count(2)
    expect(bell(asha_page, 0)).to_be_visible()


def test_a_button_without_a_network_says_so_and_works_when_it_is_back(
    asha_page: Page, rao_page: Page, conversation: str
) -> None:
    say(rao_page, conversation, "Good morning")
    open_live(asha_page, "/notifications/")
    row = asha_page.get_by_role("button", name=re.compile("^Dr Vikram Rao"))
    asha_page.context.set_offline(True)
    row.click()
    told = toasts(asha_page).filter(has_text=NOT_SENT)
    expect(told).to_be_visible()
    assert asha_page.url.endswith("/notifications/")
    asha_page.context.set_offline(False)
    row.click()
    expect(bubbles(asha_page)).to_have_text(["Good morning"])


@pytest.fixture(params=["asha_page", *only_in_long("asha_in_firefox")])
def writes_to_us(request: pytest.FixtureRequest) -> Page:
    """Asha, who has written a question to the helpline that she has not sent."""
    page: Page = request.getfixturevalue(request.param)
    open_live(page, "/help/tickets/new/")
    page.get_by_label("Topic").select_option(index=1)
    page.get_by_label("Subject").fill("Where is my receipt?")
    page.get_by_label("Description").fill("I paid on Monday.")
    return page


@pytest.mark.parametrize("fault", ["refuse", *only_in_long("black_hole")])
def test_what_was_typed_stays_where_there_is_no_way_to_send_it(
    writes_to_us: Page, asha_line: Line, fault: str
) -> None:
    getattr(asha_line, fault)()
    writes_to_us.get_by_role("button", name="Send", exact=True).click()
    expect(toasts(writes_to_us)).to_contain_text(NOT_SENT)
    expect(writes_to_us.get_by_label("Description")).to_have_value("I paid on Monday.")
    asha_line.heal()
    writes_to_us.get_by_role("button", name="Send", exact=True).click()
    writes_to_us.wait_for_url(re.compile(r"/help/tickets/\d+/"))
    assert [each["subject"] for each in ask(writes_to_us, "/api/v1/tickets/")["results"]] == [
        "Where is my receipt?"
    ]


# Whether a number to call can be pressed as the page stands now.
IN_REACH = """
[...document.querySelectorAll("a[href^='tel:']")].some((link) => {
  const { left, top, width, height } = link.getBoundingClientRect();
  return link.contains(document.elementFromPoint(left + width / 2, top + height / 2));
})
"""


@pytest.mark.parametrize("width", [320, 1280])
def test_while_there_is_no_line_the_number_is_in_reach_wherever_one_scrolls(
    asha_page: Page, asha_line: Line, width: int
) -> None:
    asha_page.set_viewport_size({"width": width, "height": 664})
    open_live(asha_page, "/help/tickets/new/")
    asha_line.refuse()
    expect(asha_page.get_by_text("No connection. Reconnecting…")).to_be_visible()
    for place in range(0, asha_page.evaluate("document.documentElement.scrollHeight"), 40):
        asha_page.evaluate(f"scrollTo(0, {place})")
        assert asha_page.evaluate(IN_REACH), f"at {place}"


@pytest.mark.parametrize("who", ["asha_page", *only_in_long("asha_in_firefox")])
def test_a_button_without_a_way_leads_back_to_its_page_once_there_is_one(
    who: str, request: pytest.FixtureRequest, rao_page: Page, conversation: str, asha_line: Line
) -> None:
    page: Page = request.getfixturevalue(who)
    say(rao_page, conversation, "Good morning")
    open_live(page, "/notifications/")
    until(page, "navigator.serviceWorker.ready.then(({active}) => active.state === 'activated')")
    until(page, "!!navigator.serviceWorker.controller")
    asha_line.refuse()
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_role("heading", name="No connection to Telemed")).to_be_visible()
    expect(page.get_by_role("link", name="Call 112")).to_be_visible()
    asha_line.heal()
    expect(page.get_by_role("button", name="Mark all as read")).to_be_visible()


@in_long
def test_what_is_read_in_the_centre_stays_where_it_is_when_more_comes(
    asha_page: Page, rao_page: Page, conversation: str
) -> None:
    for _ in range(9):
        miss_a_call(rao_page, conversation)
    asha_page.set_viewport_size({"width": 390, "height": 500})
    open_live(asha_page, "/notifications/")
    row = asha_page.locator("[data-row]").nth(5)
    row.scroll_into_view_if_needed()
    key, before = row.get_attribute("data-row"), row.bounding_box()
    say(rao_page, conversation, "Good morning")
    expect(asha_page.locator("[data-row]")).to_have_count(10)
    after = asha_page.locator(f"[data-row='{key}']").bounding_box()
    assert before
    assert after
    assert abs(after["y"] - before["y"]) < 2


def test_a_page_whose_line_is_open_before_its_scripts_have_come_asks_all_the_same(
    asha_page: Page,
) -> None:
    late: list[Route] = []
    asha_page.route("**/elements/live.js*", lambda route: late.append(route))
    asha_page.goto("/calls/", wait_until="commit")
    until(asha_page, "import('/static/js/models/me.js').then(({me}) => me.state === 'open')")
    late[0].continue_()
    until(asha_page, "performance.getEntriesByName(location.href, 'resource').length > 0")


def test_escape_closes_a_toast_and_leads_back_to_where_one_was(
    asha_page: Page, rao_page: Page, conversation: str
) -> None:
    open_live(asha_page, "/help/tickets/new/")
    say(rao_page, conversation, "Good morning")
    expect(toasts(asha_page)).to_have_count(1)
    asha_page.get_by_label("Subject").focus()
    asha_page.keyboard.press("Escape")
    expect(toasts(asha_page)).to_have_count(1)
    for _ in range(8):
        asha_page.keyboard.press("Tab")
        if asha_page.evaluate("document.activeElement.closest('.toast') !== null"):
            break
        before = asha_page.evaluate("document.activeElement.id")
    asha_page.keyboard.press("Escape")
    expect(toasts(asha_page)).to_have_count(0)
    assert asha_page.evaluate("document.activeElement.id") == before


def test_a_page_that_was_cut_off_learns_what_was_read_meanwhile(
    asha_page: Page, rao_page: Page, open_page: OpenPage, conversation: str
) -> None:
    open_live(asha_page, "/me/")
    miss_a_call(rao_page, conversation)
    asha_page.locator(".toast").hover()
    expect(toasts(asha_page)).to_have_count(1)
    asha_page.evaluate(CUT_OFF)
    ask(open_page("asha"), "/api/v1/notifications/reading/", {})
    asha_page.evaluate(COME_BACK)
    is_live(asha_page)
    expect(toasts(asha_page)).to_have_count(0)
    expect(bell(asha_page, 0)).to_be_visible()


def test_what_came_during_a_gap_is_announced_once_in_one_tab_with_one_sound(
    asha_page: Page, rao_page: Page, conversation: str
) -> None:
    asha_page.context.add_init_script(COUNT_NOTES)
    tabs = [asha_page, asha_page.context.new_page()]
    for tab in tabs:
        open_live(tab, "/me/")
        tab.evaluate(CUT_OFF)
    say(rao_page, conversation, "One", "Two")
    miss_a_call(rao_page, conversation)
    for tab in tabs:
        tab.evaluate(COME_BACK)
        is_live(tab)
        expect(bell(tab, 2)).to_be_visible()
    until(tabs[0], "new Promise((done) => setTimeout(() => done(true), 2500))")
    [told] = [tab for tab in tabs if toasts(tab).count()]
    [other] = [tab for tab in tabs if tab is not told]
    expect(toasts(told)).to_have_count(1)
    expect(toasts(told)).to_contain_text("2 new notifications while you were away")
    expect(toasts(told)).to_contain_text("Dr Vikram Rao: You missed a video call")
    has_no_violations(told)
    assert sum(tab.evaluate("window.notes") for tab in tabs) == 2  # of one chime
    other.reload()
    is_live(other)
    other.evaluate(CUT_OFF)
    other.evaluate(COME_BACK)
    is_live(other)
    toasts(told).get_by_role("link", name="Open").click()
    for name in ("Missed calls", "Unread messages"):
        expect(section(told, name)).to_be_visible()
    expect(toasts(told)).to_have_count(0)


@in_long
def test_the_only_thing_that_came_during_a_gap_is_told_by_itself(
    asha_page: Page, rao_page: Page, conversation: str
) -> None:
    open_live(asha_page, "/me/")
    asha_page.evaluate(CUT_OFF)
    say(rao_page, conversation, "Are you there?")
    asha_page.evaluate(COME_BACK)
    expect(toasts(asha_page)).to_contain_text("Dr Vikram Rao")
    toasts(asha_page).get_by_role("button", name="Open").click()
    expect(bubbles(asha_page)).to_have_text(["Are you there?"])


REFUSE = """
document.dispatchEvent(new CustomEvent("telemed-toast", {detail: {level: "error",
  text: "This call cannot hide your network address: no relay is set up on this server."}}));
"""


@pytest.mark.parametrize("width", [320, 1280, *only_in_long(390)])
def test_a_refusal_covers_neither_whom_it_is_with_nor_what_one_writes(
    rao_page: Page, asha_page: Page, conversation: str, width: int
) -> None:
    say(asha_page, conversation, "Good morning")
    rao_page.set_viewport_size({"width": width, "height": 640})
    open_conversation(rao_page, conversation)
    rao_page.evaluate(REFUSE)
    expect(toasts(rao_page)).to_be_visible()
    has_no_violations(rao_page)
    toast = toasts(rao_page).bounding_box()
    for part in (".chat__head", ".chat__identity", ".composer"):
        box = rao_page.locator(part).bounding_box()
        assert toast
        assert box
        apart = toast["y"] >= box["y"] + box["height"] or toast["y"] + toast["height"] <= box["y"]
        assert apart, f"{part} {box} is covered by {toast}"
    toasts(rao_page).get_by_role("button", name="Dismiss").click()
    expect(toasts(rao_page)).to_have_count(0)


# How many toasts cover a way to help as the page stands now.
COVERING = """
(() => {
  const seen = (each) => each.checkVisibility({visibilityProperty: true});
  const boxes = (what) =>
    [...document.querySelectorAll(what)].filter(seen).map((each) => each.getBoundingClientRect());
  const ways = boxes("a[href^='tel:'], .card--alarm, .button--alarm");
  const meet = (a, b) =>
    a.top < b.bottom && b.top < a.bottom && a.left < b.right && b.left < a.right;
  return boxes(".toast").filter((toast) => ways.some((way) => meet(toast, way))).length;
})()
"""


@pytest.mark.parametrize("address", ["/", *only_in_long("/help/", "/help/emergency/")])
@pytest.mark.parametrize("width", [390, 1280])
def test_a_toast_covers_no_way_to_help_wherever_one_scrolls(
    asha_page: Page, address: str, width: int
) -> None:
    asha_page.set_viewport_size({"width": width, "height": 664})
    open_live(asha_page, address)
    asha_page.evaluate(REFUSE)
    expect(toasts(asha_page)).to_be_visible()
    height = asha_page.evaluate("document.documentElement.scrollHeight")
    for place in range(0, height, 40):
        asha_page.evaluate(f"scrollTo(0, {place})")
        asha_page.evaluate("new Promise(requestAnimationFrame)")
        assert asha_page.evaluate(COVERING) == 0, f"at {place}"


# What of a page's buttons and links lies under a toast as the page stands now.
UNDER_A_TOAST = """
(what) => {
  const box = (each) => each.getBoundingClientRect();
  const meet = (a, b) =>
    a.top < b.bottom && b.top < a.bottom && a.left < b.right && b.left < a.right;
  const toasts = [...document.querySelectorAll(".toast")].map(box);
  const inSight = (each) => each.checkVisibility({visibilityProperty: true});
  return [...document.querySelectorAll(what)]
    .filter((each) => inSight(each) && toasts.some((toast) => meet(toast, box(each))))
    .map((each) => each.textContent.trim() || each.name);
}
"""
TOAST = """
(text) => document.dispatchEvent(new CustomEvent("telemed-toast", {
  detail: {title: "Password changed", text, level: "warn"},
}))
"""
FORMS = [
    *("/me/", "/help/tickets/new/"),
    *only_in_long("/accounts/password/change/", "/notifications/preferences/"),
]


@pytest.mark.parametrize("address", FORMS)
@pytest.mark.parametrize("width", [390, 1280])
def test_a_toast_covers_neither_the_end_of_a_form_nor_what_is_focused(
    asha_page: Page, address: str, width: int
) -> None:
    asha_page.set_viewport_size({"width": width, "height": 664})
    open_live(asha_page, address)
    for words in ("If it was not you, reset your password at once.", "Once more."):
        asha_page.evaluate(TOAST, words)
    expect(toasts(asha_page)).to_have_count(2)
    assert asha_page.evaluate(UNDER_A_TOAST, ".shell__main") != [], "it would be found"
    asha_page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    every = "main :is(a, button, input, select, textarea)"
    assert asha_page.evaluate(UNDER_A_TOAST, every) == []
    asha_page.evaluate("scrollBy(0, -20)")
    asha_page.evaluate(TOAST, "It comes while one is there.")
    expect(toasts(asha_page)).to_have_count(3)
    assert asha_page.evaluate(UNDER_A_TOAST, every) == []
    for button in asha_page.locator("main .button--primary").filter(visible=True).all():
        asha_page.evaluate("scrollTo(0, 0)")
        button.focus()
        asha_page.evaluate("new Promise(requestAnimationFrame)")
        assert asha_page.evaluate(UNDER_A_TOAST, "main :focus") == []
    for place in range(0, asha_page.evaluate("document.documentElement.scrollHeight"), 40):
        asha_page.evaluate(f"scrollTo(0, {place})")
        covered = asha_page.evaluate(UNDER_A_TOAST, "main .button--primary")
        assert width < 1024 or covered == [], f"at {place}"


@pytest.mark.parametrize("width", [390, 1280])
def test_a_toast_at_the_door_covers_no_way_to_help_and_no_button(
    open_page: OpenPage, width: int
) -> None:
    page = open_page()
    page.set_viewport_size({"width": width, "height": 664})
    page.goto("/accounts/login/")
    until(page, "!!customElements.get('telemed-toasts')")
    page.evaluate(TOAST, "Once more.")
    expect(toasts(page)).to_have_count(1)
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    assert page.evaluate(UNDER_A_TOAST, "main :is(a, input, button):not(.toast *)") == []


def test_a_sign_in_elsewhere_is_said_once_on_each_open_page_and_stays(
    asha_page: Page, open_page: OpenPage
) -> None:
    tabs = [asha_page, asha_page.context.new_page()]
    for tab in tabs:
        open_live(tab, "/calls/")
    elsewhere = open_page()
    elsewhere.goto("/accounts/login/")
    sign_in_by_hand(elsewhere, "asha@example.com")
    is_live(elsewhere)
    for tab in tabs:
        expect(toasts(tab)).to_have_count(1)
        expect(toasts(tab)).to_contain_text("New sign-in")
        expect(toasts(tab)).to_have_attribute("data-level", "warn")
    toasts(tabs[0]).get_by_role("button", name="Open").click()
    expect(tabs[0]).to_have_url(re.compile("/me/sign-ins/$"))
    expect(toasts(tabs[1])).to_have_count(0)
    expect(toasts(elsewhere)).to_have_count(0)


def test_opening_the_list_of_calls_takes_the_number_away_everywhere(
    everywhere: list[Page], rao_page: Page, conversation: str
) -> None:
    *others, looking = everywhere
    open_live(others[1], "/me/")
    miss_a_call(rao_page, conversation)
    for page in everywhere:
        expect(page.get_by_role("link", name=re.compile(r"^Calls\W+1 missed"))).to_be_visible()
    looking.goto("/calls/")
    expect(looking.get_by_role("row", name="Dr Vikram Rao")).to_contain_text("Missed")
    for page in everywhere:
        expect(page.get_by_role("link", name="Calls", exact=True)).to_be_visible()
        expect(toasts(page)).to_have_count(0)
        expect(bell(page, 0)).to_be_visible()


@in_long
def test_a_list_of_calls_that_nobody_sees_reads_nothing(
    asha_page: Page, rao_page: Page, conversation: str
) -> None:
    asha_page.add_init_script(HIDE)
    open_live(asha_page, "/calls/")
    until(asha_page, "!!customElements.get('telemed-live')")
    asha_page.evaluate("hide(true)")
    miss_a_call(rao_page, conversation)
    missed = asha_page.get_by_role("link", name=re.compile(r"^Calls\W+1 missed"))
    expect(missed).to_be_visible()
    until(asha_page, "new Promise((done) => setTimeout(() => done(true), 1000))")
    expect(missed).to_be_visible()
    asha_page.evaluate("hide(false)")
    expect(missed).to_have_count(0)
    expect(asha_page.get_by_role("row", name="Dr Vikram Rao")).to_contain_text("Missed")


@in_long
def test_what_was_settled_is_said_in_full_on_a_phone(
    asha_page: Page, rao_page: Page, conversation: str
) -> None:
    asha_page.set_viewport_size(PHONE)
    miss_a_call(rao_page, conversation)
    miss_a_call(rao_page, conversation)
    say(asha_page, conversation, "I was out.")
    open_live(asha_page, "/inbox/")
    words = section(asha_page, "Recent").get_by_text("2 missed calls, replied since")
    expect(words).to_be_visible()
    assert words.evaluate("(it) => it.scrollWidth <= it.clientWidth")


def test_toasts_and_the_inbox_work_on_a_phone_and_in_firefox(
    open_page: OpenPage, firefox: Browser, rao_page: Page, conversation: str
) -> None:
    phone = open_page("asha", None, firefox, viewport=PHONE)
    open_live(phone, "/inbox/")
    say(rao_page, conversation, "Good morning")
    expect(toasts(phone)).to_contain_text("Dr Vikram Rao")
    expect(section(phone, "Unread messages")).to_contain_text("Good morning")
    section(phone, "Unread messages").get_by_role("link", name=re.compile("^Reply")).click()
    expect(bubbles(phone)).to_have_text(["Good morning"])
    is_live(phone)
    write(phone, "Good morning to you")
    expect(bubbles(phone)).to_have_count(2)
