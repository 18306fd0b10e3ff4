"""The agents' desk in real browsers: by keyboard, between two agents, on a phone, against code."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, WebSocketRoute, expect

from tests.browser.accessibility import has_no_violations
from tests.browser.acts import ask, bubbles, composer, open_live, write
from tests.browser.conftest import OpenPage
from tests.browser.desks import tickets
from tests.browser.relay import SECRET, relay
from tests.browser.server import Server
from tests.browser.test_accessibility import is_accessible
from tests.browser.test_chat import MADE_FROM_CODE, PAYLOADS
from tests.browser.waiting import until
from tests.long import IS_LONG, in_long

IS_OPEN = (
    "document.querySelector('telemed-connection').hidden && !!customElements.get('telemed-desk')"
)
COUNT_TONES = """
globalThis.tones = 0;
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) {
  globalThis.tones += 1;
  return start.apply(this, when);
};
"""


@pytest.fixture
def ravi(open_page: OpenPage) -> Page:
    """The agent's browser."""
    return open_page("ravi")


@pytest.fixture
def devika(open_page: OpenPage) -> Page:
    """The supervisor's browser."""
    return open_page("devika")


def open_desk(page: Page, number: int | str = "") -> None:
    """The desk, or a ticket at it, once it is live."""
    open_live(page, f"/admin/desk/{number}/" if number else "/admin/desk/")
    until(page, IS_OPEN)


AT_END = """(() => {
  const log = document.getElementById("desk-log");
  return log.scrollTop > 0 && log.scrollTop + log.clientHeight > log.scrollHeight - 40;
})()"""


def test_what_happens_is_told_once_over_the_conversation(server: Server, ravi: Page) -> None:
    [first] = tickets(server, {})
    claim(ravi, first)
    expect(ravi.locator("telemed-toasts")).to_have_count(1)


def claim(page: Page, number: int) -> None:
    """Takes a ticket by its key, and is in its conversation."""
    open_desk(page, number)
    page.keyboard.press("c")
    expect(composer(page)).to_be_visible()
    until(page, IS_OPEN)


def focused(page: Page) -> str:
    """What has the focus, in words."""
    return str(page.evaluate("document.activeElement.textContent.replace(/\\s+/g, ' ').trim()"))


def case(page: Page, number: int) -> object:
    return page.locator(f"#desk-queue [data-row='{number}']")


def test_a_ticket_is_worked_from_claim_to_resolution_by_keyboard_alone(
    server: Server, ravi: Page, devika: Page, asha_page: Page
) -> None:
    first, second = tickets(server, {}, {"subject": "Refund"})
    open_desk(ravi)
    ravi.keyboard.press("j")
    assert "Receipt" in focused(ravi)
    ravi.keyboard.press("ArrowDown")
    assert "Refund" in focused(ravi)
    ravi.keyboard.press("k")
    ravi.keyboard.press("c")
    ravi.wait_for_url(f"**/admin/desk/{first}/**")
    until(ravi, IS_OPEN)
    ravi.keyboard.press("r")
    expect(composer(ravi)).to_have_css("outline-style", "none")  # the round box around it shows it
    ravi.keyboard.type("/hello ")
    expect(composer(ravi)).to_have_value(f"Hello Asha, this is Ravi about {first}.")
    ravi.keyboard.press("Enter")
    expect(bubbles(ravi).last).to_have_text(f"Hello Asha, this is Ravi about {first}.")
    ravi.keyboard.press("Escape")
    ravi.keyboard.press("i")
    ravi.keyboard.type("j and k are letters here")
    ravi.keyboard.press("Control+Enter")
    expect(ravi.locator(".note__body")).to_have_text("j and k are letters here")
    until(ravi, IS_OPEN)
    ravi.keyboard.press("t")
    ravi.keyboard.type("Devika")
    for key in ("Tab", "Tab", "Enter"):
        ravi.keyboard.press(key)
    expect(ravi.locator(".facts")).to_contain_text("with Devika")
    open_desk(devika, first)
    devika.keyboard.press("e")
    expect(devika.locator(".facts").first).to_contain_text("Resolved")
    until(devika, IS_OPEN)
    devika.keyboard.press("g")
    devika.keyboard.press("q")
    devika.wait_for_url("**/admin/desk/")
    expect(case(devika, second)).to_be_visible()


def resolve_over_a_question(server: Server, ravi: Page) -> None:
    """He claims a ticket and wants to resolve it at once, by keys: the page asks back."""
    (number,) = tickets(server, {})
    claim(ravi, number)
    ravi.keyboard.press("e")
    expect(ravi.get_by_role("link", name="Answer first")).to_be_focused()


def test_resolving_over_a_question_has_to_be_meant(server: Server, ravi: Page) -> None:
    resolve_over_a_question(server, ravi)
    ravi.keyboard.press("Shift+Tab")
    ravi.keyboard.press("Enter")
    expect(ravi.locator(".facts").first).to_contain_text("Resolved")


def test_who_answers_first_is_led_to_the_reply(server: Server, ravi: Page) -> None:
    resolve_over_a_question(server, ravi)
    ravi.get_by_role("link", name="Answer first").click()
    expect(composer(ravi)).to_be_focused()
    expect(ravi.get_by_role("button", name="Resolve all the same")).to_have_count(0)


@in_long
def test_beside_the_next_one_stands_what_is_mine(server: Server, ravi: Page) -> None:
    first, second = tickets(server, {}, {"subject": "Refund"})
    open_desk(ravi)
    for number in (first, second):
        ravi.keyboard.press("n")
        ravi.wait_for_url(f"**/admin/desk/{number}/?show=mine")
        until(ravi, IS_OPEN)
    expect(ravi.get_by_role("link", name="Mine 2")).to_be_visible()
    ravi.keyboard.press("k")
    assert "Receipt" in focused(ravi)
    ravi.keyboard.press("g")
    ravi.keyboard.press("m")
    ravi.wait_for_url("**/admin/desk/?show=mine")


@in_long
def test_the_keys_are_listed_and_can_be_turned_off(server: Server, ravi: Page) -> None:
    tickets(server, {})
    open_desk(ravi)
    ravi.keyboard.press("?")
    expect(ravi.get_by_role("dialog", name="Keys")).to_be_visible()
    ravi.get_by_label("Use these keys").uncheck()
    ravi.keyboard.press("Escape")
    ravi.keyboard.press("j")
    assert "Receipt" not in focused(ravi).split("Claim")[0] or focused(ravi).startswith("Telemed")
    open_desk(ravi)
    ravi.keyboard.press("c")
    ravi.keyboard.press("n")
    expect(ravi).to_have_url(re.compile("/admin/desk/$"))


def test_of_two_agents_one_wins_and_the_other_is_told_by_whom(
    server: Server, ravi: Page, devika: Page
) -> None:
    (number,) = tickets(server, {})

    def hold(socket: WebSocketRoute) -> None:
        """Devika's desk hears nothing, and shows what was."""

    devika.route_web_socket(re.compile("/ws/desk/"), hold)
    devika.goto("/admin/desk/")
    open_desk(ravi)
    case(ravi, number).get_by_role("button").click()
    expect(composer(ravi)).to_be_visible()
    case(devika, number).get_by_role("button").click()
    expect(devika.locator(".messagelist")).to_contain_text("Ravi Menon has taken this ticket")
    expect(composer(devika)).to_have_count(0)


def test_what_a_colleague_claims_leaves_the_queue_and_nothing_typed_is_lost(
    server: Server, ravi: Page, devika: Page
) -> None:
    first, second = tickets(server, {}, {"subject": "Refund"})
    open_desk(devika, second)
    note = devika.locator(".notes textarea")
    note.fill("Half a thou")
    expect(case(devika, first)).to_be_visible()
    open_desk(ravi, first)
    ravi.keyboard.press("c")
    expect(case(devika, first)).to_have_count(0)
    expect(note).to_be_focused()
    devika.keyboard.type("ght")
    expect(note).to_have_value("Half a thought")


def test_colleagues_see_who_looks_until_they_are_gone(
    server: Server, ravi: Page, devika: Page
) -> None:
    (number,) = tickets(server, {})
    open_desk(devika)
    open_desk(ravi, number)
    eye = case(devika, number).locator(".case__eye")
    expect(eye).to_contain_text("Ravi")
    ravi.goto("/")
    expect(eye).to_have_count(0, timeout=15_000)


def test_an_answer_of_the_requester_is_heard_at_the_desk(
    server: Server, ravi: Page, asha_page: Page
) -> None:
    (number,) = tickets(server, {})
    claim(ravi, number)
    ravi.get_by_role("button", name="Wait for answer").click()
    expect(ravi.locator(".facts").first).to_contain_text("Waiting for the requester")
    until(ravi, IS_OPEN)
    key = ravi.locator("telemed-conversation").get_attribute("data-conversation")
    asha_page.goto("/")
    sent = {"client_id": "0d1f39b6-2f0f-4f5b-9a55-1b6f5f7c2f11", "body": "It came."}
    ask(asha_page, f"/api/v1/conversations/{key}/messages/", sent)
    expect(bubbles(ravi).last).to_have_text("It came.")
    expect(ravi.locator(".facts").first).not_to_contain_text("Waiting for the requester")


def half_answered(server: Server, ravi: Page) -> tuple[int, Page]:
    """A ticket of Ravi's, given back in another tab of his while he was answering it."""
    (number,) = tickets(server, {})
    claim(ravi, number)
    composer(ravi).fill("Half an answer")
    other = ravi.context.new_page()
    open_desk(other, number)
    other.get_by_role("button", name="Give back").click()
    expect(composer(other)).to_have_count(0)
    return number, other


@in_long
def test_who_is_given_a_ticket_back_goes_on_in_the_page_that_was_open(
    server: Server, ravi: Page
) -> None:
    number, other = half_answered(server, ravi)
    claim(other, number)
    until(ravi, IS_OPEN)
    composer(ravi).press("Enter")
    expect(bubbles(ravi).last).to_have_text("Half an answer")
    expect(bubbles(other).last).to_have_text("Half an answer")
    expect(ravi.get_by_text("This page is no longer open to you")).to_be_hidden()


def test_what_was_not_sent_outlives_the_loss_of_the_ticket(server: Server, ravi: Page) -> None:
    with ravi.expect_response("**/unsent/") as kept:
        number, _other = half_answered(server, ravi)
    assert kept.value.status == 204
    expect(ravi.locator(".toast")).to_contain_text("What you had not sent is still here")
    expect(composer(ravi)).to_have_value("Half an answer")
    assert "Half" not in ravi.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}])")
    claim(ravi, number)
    expect(composer(ravi)).to_have_value("Half an answer")


def test_whoever_leaves_with_a_note_half_written_is_asked(server: Server, ravi: Page) -> None:
    (number,) = tickets(server, {})
    open_desk(ravi, number)
    note = ravi.locator(".notes textarea")
    note.press_sequentially("Half a")
    with ravi.expect_event("dialog") as asked:
        ravi.on("dialog", lambda dialog: dialog.dismiss())
        ravi.evaluate("setTimeout(() => location.reload())")
    assert asked.value.type == "beforeunload"
    expect(note).to_have_value("Half a")
    note.press_sequentially(" thought")
    note.press("Control+Enter")
    expect(ravi.locator(".note__body")).to_contain_text("Half a thought")


def test_what_is_pressed_while_the_next_ticket_loads_does_nothing_to_this_one(
    server: Server, open_page: OpenPage
) -> None:
    first, second = tickets(server, {}, {"subject": "Refund"})
    ravi = open_page("ravi", service_workers="block")
    claim(ravi, first)
    held: list[Route] = []
    ravi.route("**/admin/desk/next/", lambda route: held.append(route))
    with ravi.expect_request("**/admin/desk/next/"):
        ravi.keyboard.press("n")
    for key in "en":
        ravi.keyboard.press(key)
    held[0].continue_()
    ravi.wait_for_url(f"**/admin/desk/{second}/**")
    assert len(held) == 1
    open_desk(ravi, first)
    expect(ravi.get_by_role("button", name="Resolve")).to_be_visible()


def test_an_emergency_sounds_until_somebody_has_it(server: Server, open_page: OpenPage) -> None:
    calm, alarm = tickets(
        server, {}, {"subject": "Chest pain", "channel": "emergency", "requester": "asha"}
    )
    ravi = open_page("ravi")
    ravi.add_init_script(COUNT_TONES)
    open_desk(ravi)
    rows = ravi.locator("#desk-queue [data-row]")
    expect(rows.first).to_have_attribute("data-row", str(alarm))
    until(ravi, "globalThis.tones > 0")
    heard = ravi.evaluate("globalThis.tones")
    until(ravi, f"globalThis.tones > {heard}")
    case(ravi, alarm).get_by_role("button").click()
    expect(ravi.locator(".desk__emergency")).to_contain_text("14 Lake View Road")
    expect(ravi.locator("telemed-desk")).not_to_have_attribute("data-rings", "")
    open_desk(ravi)
    assert ravi.evaluate("globalThis.tones") == 0
    expect(case(ravi, calm)).to_be_visible()


def test_nothing_that_people_write_runs_at_the_desk(
    server: Server, ravi: Page, asha_page: Page
) -> None:
    asha_page.goto("/me/")
    asha_page.get_by_label("Name", exact=True).first.fill("<img src=x onerror=alert(1)> Verma")
    asha_page.get_by_role("button", name="Save changes").click()
    expect(asha_page.locator(".toast")).to_contain_text("saved")
    numbers = tickets(server, *({"subject": each[:120], "body": each} for each in PAYLOADS))
    alarms: list[str] = []
    ravi.on("dialog", lambda dialog: (alarms.append(dialog.message), dialog.dismiss()))
    open_desk(ravi)
    expect(ravi.locator("#desk-queue [data-row]")).to_have_count(len(PAYLOADS))
    assert ravi.locator("#desk-queue").locator(MADE_FROM_CODE).count() == 0
    every = 1 if IS_LONG else 4  # all of them stand in the queue and were looked at there
    for number, payload in list(zip(numbers, PAYLOADS, strict=True))[::every]:
        open_desk(ravi, number)
        ravi.keyboard.press("c")
        expect(bubbles(ravi).first).to_have_text(payload)
        expect(ravi.locator("#desk-state h2")).to_have_text(payload[:120])
        for part in (".chat__log", "#desk-state", "#desk-queue"):
            assert ravi.locator(part).locator(MADE_FROM_CODE).count() == 0
    assert alarms == []


@in_long
def test_who_looks_at_a_ticket_sees_what_was_written_last_and_what_is_settled_meanwhile(
    server: Server, ravi: Page, devika: Page
) -> None:
    (number,) = tickets(server, {"body": "Line\n" * 80 + "The end"})
    open_desk(devika, number)
    until(devika, AT_END)
    expect(devika.locator("#desk-closed")).to_contain_text("Claim this ticket to answer")
    claim(ravi, number)
    expect(devika.locator("#desk-closed")).to_contain_text("Ravi Menon has this ticket")
    write(ravi, "Solved.")
    expect(devika.locator("#desk-log")).to_contain_text("Solved.")
    ravi.get_by_role("button", name="Resolve").click()
    expect(devika.locator("#desk-closed")).to_contain_text("This ticket is settled")


@in_long
def test_words_that_no_field_took_do_nothing_at_the_desk(server: Server, ravi: Page) -> None:
    (number,) = tickets(server, {})
    claim(ravi, number)
    write(ravi, "I look into it.")
    expect(bubbles(ravi).last).to_have_text("I look into it.")
    ravi.evaluate("document.activeElement.blur()")
    ravi.keyboard.type("Hello, this is Ravi.")
    expect(ravi.get_by_role("button", name="Resolve")).to_be_visible()
    expect(composer(ravi)).to_have_value("")
    open_desk(ravi, number)
    expect(ravi.get_by_role("button", name="Resolve")).to_be_visible()


def test_the_desk_works_on_a_phone(server: Server, open_page: OpenPage) -> None:
    (number,) = tickets(server, {"subject": "A word" + "y" * 100})
    ravi = open_page("ravi", viewport={"width": 390, "height": 844}, has_touch=True)
    open_desk(ravi)
    case(ravi, number).get_by_role("link").click()
    ravi.get_by_role("button", name="Claim", exact=False).filter(visible=True).last.click()
    expect(composer(ravi)).to_be_in_viewport(ratio=1)
    expect(bubbles(ravi).first).to_be_in_viewport(ratio=1)
    assert ravi.locator(".chat__log").bounding_box()["y"] < 280
    composer(ravi).fill("On its way.")
    ravi.get_by_role("button", name="Send").click()
    expect(bubbles(ravi).last).to_have_text("On its way.")
    wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert ravi.evaluate(wide)


def test_the_keys_move_nothing_and_a_slash_is_heard_from_a_list(server: Server, ravi: Page) -> None:
    (number,) = tickets(server, {})
    claim(ravi, number)
    ravi.keyboard.press("t")
    expect(ravi.locator("select[name=to]")).to_be_focused()
    hidden = "document.documentElement.scrollHeight - document.documentElement.clientHeight"
    assert (ravi.evaluate(hidden), ravi.evaluate("scrollY")) == (0, 0)
    ravi.keyboard.press("/")
    expect(ravi.get_by_role("dialog", name="Ready answers")).to_be_visible()


def test_a_slash_that_names_no_ready_answer_is_sent_to_nobody(server: Server, ravi: Page) -> None:
    (number,) = tickets(server, {})
    claim(ravi, number)
    written = bubbles(ravi).count()
    composer(ravi).press_sequentially("/nothing")
    composer(ravi).press("Enter")
    answers = ravi.get_by_role("dialog", name="Ready answers")
    expect(answers).to_be_visible()
    answers.get_by_role("searchbox").fill("")
    chosen = answers.locator("[data-shortcut]").first
    words = chosen.get_attribute("data-text") or ""
    chosen.click()
    expect(composer(ravi)).to_have_value(words)
    assert bubbles(ravi).count() == written


def test_axe_finds_nothing_at_the_desk(server: Server, ravi: Page, devika: Page) -> None:
    first, _second, alarm = tickets(
        server, {}, {"subject": "Refund"}, {"subject": "Chest pain", "channel": "emergency"}
    )
    open_desk(ravi)
    is_accessible(ravi)
    open_desk(ravi, first)
    is_accessible(ravi)
    ravi.keyboard.press("c")
    expect(composer(ravi)).to_be_visible()
    write(ravi, "On its way.")
    ravi.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
    is_accessible(ravi)
    ravi.keyboard.press("Escape")
    ravi.keyboard.press("/")
    expect(ravi.get_by_role("dialog", name="Ready answers")).to_be_visible()
    has_no_violations(ravi)
    for path in (f"/admin/desk/{alarm}/", "/admin/desk/?show=all", "/admin/desk/board/", "/admin/"):
        devika.goto(path)
        is_accessible(devika)


@pytest.fixture
def turn(tmp_path: Path, site: dict[str, str]) -> Iterator[None]:
    """The site has a relay."""
    with relay(tmp_path) as port:
        site |= {"TURN_URLS": f"turn:127.0.0.1:{port}", "TURN_SECRET": SECRET}
        yield


def test_six_letters_show_the_agent_what_the_device_can_do(
    turn: None, server: Server, ravi: Page, asha_page: Page
) -> None:
    (number,) = tickets(server, {})
    open_live(asha_page, "/help/check/")
    has_no_violations(asha_page)
    asha_page.get_by_role("button", name="Begin the check").click()
    letters = asha_page.locator("[data-ref=code]")
    expect(letters).to_have_text(re.compile("^[A-Z]{6}$"), timeout=30_000)
    expect(asha_page.locator("[data-ref=list]")).to_contain_text(re.compile(r"reached in \d+ ms"))
    has_no_violations(asha_page)
    open_desk(ravi, number)
    ravi.locator("summary", has_text="Device check").click()
    ravi.get_by_label("Six letters").fill(letters.inner_text().lower())
    ravi.get_by_role("button", name="Show", exact=True).click()
    report = ravi.get_by_label(f"Report {letters.inner_text()}")
    for words in ("Chrome", "Time zoneAsia/", "reached in", "works"):
        expect(report).to_contain_text(words)
