"""Help in browsers: answers as one types, tickets, chats that are joined or not, ratings."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import has_no_violations
from tests.browser.acts import ask, bubbles, composer, open_live, write
from tests.browser.conftest import OpenPage
from tests.long import only_in_long

PHONE = {"viewport": {"width": 390, "height": 780}, "is_mobile": True, "has_touch": True}


def new_ticket(page: Page, subject: str = "Receipt") -> str:
    """The address of a ticket, written through the form."""
    open_live(page, "/help/tickets/new/")
    page.get_by_label("Topic").select_option("payments")
    page.get_by_label("Subject").fill(subject)
    page.get_by_label("Description").fill("Where is it?")
    page.get_by_role("button", name="Send", exact=True).click()
    page.wait_for_url("**/help/tickets/1*/")
    return page.url


def new_chat(page: Page, words: str = "I hear nothing") -> str:
    """The address of a live chat with its first message."""
    page.goto("/help/chat/")
    page.get_by_label("Topic").select_option("calls")
    page.get_by_label("Your message").fill(words)
    page.get_by_role("button", name="Start the chat").click()
    page.wait_for_url("**/help/tickets/1*/")
    open_live(page, page.url)
    return page.url


def ticket_of(page: Page) -> dict[str, str]:
    """The newest ticket that this person may see, as the API tells it."""
    newest: dict[str, str] = ask(page, "/api/v1/tickets/")["results"][0]
    return newest


def work(page: Page, act: str, said: dict[str, str] | None = None) -> None:
    """An agent does this with the newest ticket."""
    ask(page, f"/api/v1/tickets/{ticket_of(page)['id']}/{act}/", said or {})


def reply(page: Page, body: str) -> None:
    """An agent writes into the newest ticket."""
    client_id = page.evaluate("crypto.randomUUID()")
    work(page, "replies", {"client_id": client_id, "body": body})


@pytest.fixture
def ravi_page(open_page: OpenPage) -> Page:
    """Ravi's browser, on his home page."""
    page = open_page("ravi")
    page.goto("/")
    return page


def test_an_answer_is_found_as_one_types(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/help/")
    search = page.get_by_role("searchbox")
    search.press_sequentially("zebra")
    expect(page.locator("#answers")).to_contain_text("Nothing found for “zebra”.")
    expect(page.get_by_role("status").first).to_have_text("Nothing found. Write to us.")
    search.fill("unmute")
    expect(page.get_by_role("status").first).to_have_text("1 answer")
    has_no_violations(page)
    page.get_by_role("link", name="Open this answer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How do I mute a conversation?")
    page.get_by_role("button", name="Yes").click()
    expect(page.locator("main")).to_contain_text("You said that this was helpful. Thank you.")


def test_an_answer_is_suggested_while_the_subject_is_written(asha_page: Page) -> None:
    asha_page.goto("/help/tickets/new/")
    asha_page.get_by_label("Topic").select_option("calls")
    asha_page.get_by_label("Description").fill("Not lost")
    asha_page.get_by_label("Subject").press_sequentially("My microphone is silent")
    suggested = asha_page.get_by_role("complementary", name="Answers that may help")
    expect(suggested).to_contain_text("The other side cannot hear or see me")
    has_no_violations(asha_page)
    expect(asha_page.get_by_label("Description")).to_have_value("Not lost")
    asha_page.get_by_label("Subject").fill("")
    expect(suggested).to_have_count(0)


def test_errors_take_the_focus_and_nothing_is_lost(asha_page: Page) -> None:
    asha_page.goto("/help/tickets/new/")
    asha_page.get_by_label("Description").fill("Where is it?")
    asha_page.get_by_role("button", name="Send", exact=True).click()
    expect(asha_page.get_by_role("alert")).to_contain_text("Subject is missing.")
    expect(asha_page.get_by_role("alert")).to_be_focused()
    expect(asha_page).to_have_title("Error: Write to us · Telemed")
    expect(asha_page.get_by_label("Description")).to_have_value("Where is it?")
    has_no_violations(asha_page)


def test_a_ticket_is_answered_while_one_looks(asha_page: Page, ravi_page: Page) -> None:
    new_ticket(asha_page)
    open_live(asha_page, asha_page.url)
    composer(asha_page).fill("A thought that is not sent yet")
    work(ravi_page, "assignment")
    expect(asha_page.locator("#ticket-with")).to_contain_text("Ravi Menon")
    expect(asha_page.locator("#ticket-next")).to_contain_text("Ravi works on it")
    expect(asha_page.get_by_role("log")).to_contain_text("Ravi Menon joined")
    reply(ravi_page, "It is on its way.")
    expect(bubbles(asha_page).last).to_have_text("It is on its way.")
    expect(composer(asha_page)).to_have_value("A thought that is not sent yet")
    composer(asha_page).fill("")
    write(asha_page, "Thank you")
    expect(bubbles(asha_page).last).to_have_text("Thank you")
    has_no_violations(asha_page)
    reply(ravi_page, "You are welcome.")
    work(ravi_page, "resolution")
    expect(asha_page.locator("#ticket")).to_contain_text("Resolved")
    expect(asha_page.get_by_role("heading", name="How did we do?")).to_be_visible()


def test_a_resolution_is_rated_by_keyboard(asha_page: Page) -> None:
    new_ticket(asha_page)
    open_live(asha_page, asha_page.url)
    asha_page.get_by_role("button", name="It is solved").press("Enter")
    expect(asha_page.locator("#ticket")).to_contain_text("Resolved")
    has_no_violations(asha_page)
    asha_page.get_by_role("radio", name="Very bad").focus()
    asha_page.keyboard.press("Space")
    for _star in range(3):
        asha_page.keyboard.press("ArrowRight")
    expect(asha_page.get_by_role("radio", name="Good", exact=True)).to_be_checked()
    asha_page.keyboard.press("Tab")
    asha_page.keyboard.type("Quick.")
    asha_page.keyboard.press("Tab")
    asha_page.keyboard.press("Enter")
    expect(asha_page.get_by_role("img", name="4 of 5 stars")).to_be_visible()
    expect(asha_page.locator("#ticket-rated")).to_contain_text("Quick.")
    expect(asha_page.get_by_role("heading", name="How did we do?")).to_have_count(0)
    asha_page.get_by_label("What is still wrong?").fill("It is still missing.")
    asha_page.get_by_role("button", name="Open it again").press("Enter")
    expect(asha_page.locator("#ticket")).to_contain_text("In the queue")
    expect(bubbles(asha_page).last).to_have_text("It is still missing.")
    has_no_violations(asha_page)


RENEW = """
import("/static/js/elements/renewal.js").then(({renew}) => {
  const old = document.getElementById("ticket-rating");
  const fresh = old.cloneNode(true);
  fresh.querySelector("h2").textContent = "How was it?";
  fresh.querySelector("textarea").value = "";
  for (const star of fresh.querySelectorAll("[type=radio]")) star.checked = false;
  renew(old, fresh);
})
"""


def test_what_is_typed_stays_when_the_page_is_renewed(asha_page: Page) -> None:
    new_ticket(asha_page)
    asha_page.get_by_role("button", name="It is solved").click()
    asha_page.get_by_role("radio", name="Fair").check()
    asha_page.get_by_label("What was good").fill("So far")
    asha_page.evaluate(RENEW)
    expect(asha_page.get_by_role("heading", name="How was it?")).to_be_visible()
    expect(asha_page.get_by_role("radio", name="Fair")).to_be_checked()
    expect(asha_page.get_by_label("What was good")).to_have_value("So far")
    expect(asha_page.get_by_label("What was good")).to_be_focused()


def test_an_agent_joins_a_chat(asha_page: Page, ravi_page: Page, open_page: OpenPage) -> None:
    first = open_page("rao")
    new_chat(first, "I was here before")
    address = new_chat(asha_page)
    expect(asha_page.locator("#ticket-place")).to_contain_text("You are number 2")
    has_no_violations(asha_page)
    first.get_by_role("button", name="It is solved").click()
    expect(asha_page.locator("#ticket-place")).to_contain_text("You are next")
    asha_page.goto("/help/")
    expect(asha_page.get_by_role("main")).to_contain_text("Your chat is open.")
    asha_page.get_by_role("link", name="Back to the chat").first.click()
    open_live(asha_page, address)
    work(ravi_page, "assignment")
    expect(asha_page.get_by_role("log")).to_contain_text("Ravi Menon joined")
    expect(asha_page.locator("#ticket-place")).to_be_hidden()
    reply(ravi_page, "Hello Asha")
    expect(bubbles(asha_page).last).to_have_text("Hello Asha")
    asha_page.goto("/help/")
    expect(asha_page.locator("#tickets")).to_contain_text("I hear nothing")


def test_who_wants_to_chat_sees_whether_somebody_answers(
    asha_page: Page, open_page: OpenPage
) -> None:
    open_live(asha_page, "/help/chat/")
    said = asha_page.get_by_role("main")
    expect(said).to_contain_text("Nobody is answering chats at this moment.")
    has_no_violations(asha_page)
    asha_page.get_by_label("Your message").fill("Half a thou")
    ravi = open_page("ravi")
    open_live(ravi, "/admin/desk/")
    expect(said).not_to_contain_text("Nobody is answering chats", timeout=30_000)
    expect(said).to_contain_text("The helpline answers day and night.")
    expect(asha_page.get_by_label("Your message")).to_have_value("Half a thou")


def test_who_reads_is_right_for_an_agent_who_came_later(asha_page: Page, ravi_page: Page) -> None:
    new_chat(asha_page)
    write(asha_page, "Is anybody there?")
    expect(asha_page.locator("[data-receipt]").last).to_contain_text("Sent")
    work(ravi_page, "assignment")
    expect(asha_page.get_by_role("log")).to_contain_text("Ravi Menon joined")
    read = f"/api/v1/conversations/{ticket_of(ravi_page)['conversation']}/"
    seq = ask(ravi_page, read)["last_seq"]
    token = next(each["value"] for each in ravi_page.context.cookies() if each["name"] == "csrf")
    ravi_page.request.post(f"{read}reading/", data={"seq": seq}, headers={"X-CSRFToken": token})
    expect(asha_page.locator("[data-receipt]").last).to_contain_text("Read")


def test_a_phone_has_all_of_it(open_page: OpenPage) -> None:
    page = open_page("asha", **PHONE)
    page.goto("/help/")
    expect(page.get_by_role("link", name="Call 112").first).to_be_visible()
    links = page.locator(".nav__link")
    expect(links.last).to_contain_text("Help")
    new_ticket(page)
    expect(bubbles(page)).to_have_text("Where is it?")
    has_no_violations(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_an_answer_below_the_fold_is_unread_until_one_comes_to_it(
    open_page: OpenPage, ravi_page: Page
) -> None:
    page = open_page("asha", **PHONE | {"viewport": {"width": 390, "height": 400}})
    new_ticket(page)
    open_live(page, page.url)
    work(ravi_page, "assignment")
    answer, unread = bubbles(page).last, page.locator(".nav__link").last
    for count, words in enumerate(["It is on its way.", "Is it there?"], 1):
        ravi_page.goto("/")
        reply(ravi_page, words)
        expect(answer).to_have_text(words)
        expect(unread).to_contain_text(f"{count} unread")
    expect(answer).not_to_be_in_viewport()
    answer.scroll_into_view_if_needed()
    expect(unread).not_to_contain_text("unread")


def test_on_a_phone_enter_brings_what_was_found_into_sight(open_page: OpenPage) -> None:
    page = open_page(**PHONE)
    page.goto("/help/")
    search = page.get_by_role("searchbox")
    search.press_sequentially("call")
    hits = page.locator("#answers .faq__question")
    expect(page.get_by_role("status").first).to_contain_text("answers")
    expect(hits.last).not_to_be_in_viewport()
    search.press("Enter")
    expect(hits.last).to_be_in_viewport()


@pytest.mark.parametrize(
    ("scheme", "width"),
    [("light", 320), ("dark", 1280), *only_in_long(("dark", 320), ("light", 1280))],
)
def test_every_page_fits_and_is_accessible(open_page: OpenPage, scheme: str, width: int) -> None:
    size = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    page = open_page("asha", **size)
    ticket = new_ticket(page, f"A subject that takes several lines on a telephone, and {'W' * 60}")
    paths = ["/help/", "/help/?q=microphone", "/help/articles/cannot-hear-me/", "/help/chat/"]
    paths += ["/help/tickets/", "/help/tickets/?show=settled", "/help/tickets/new/", ticket, "/"]
    for path in [*paths, "/inbox/"]:
        page.goto(path)
        has_no_violations(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    visitor = open_page(**size)
    for path in paths[:3]:
        visitor.goto(path)
        has_no_violations(visitor)
        assert visitor.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


@pytest.mark.parametrize("width", [390, 1280])
def test_where_nothing_is_there_are_the_ways_home_and_to_help(
    open_page: OpenPage, width: int
) -> None:
    page = open_page("asha", viewport={"width": width, "height": 800})
    page.goto("/messages/nothing/")
    expect(page.get_by_role("heading", name="Page not found")).to_be_visible()
    for name in ("Home", "Help", "Call 112"):
        expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
    has_no_violations(page)
