"""What the people of these tests do in their browsers, and how a page names what they see."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.waiting import until
from tests.conftest import CAST_PASSWORD

DOCTOR = "vikram-rao"


def begin_conversation(page: Page, doctor: str = DOCTOR) -> str:
    """The address of this patient's conversation with a doctor, begun without drawing it."""
    return f"/messages/{ask(page, '/api/v1/conversations/', {'doctor': doctor})['id']}/"


def ask(page: Page, path: str, content: dict[str, Any] | None = None) -> Any:
    """What the API answers this person; with content it is posted."""
    if content is None:
        answer = page.request.get(path)
    else:
        token = next(each["value"] for each in page.context.cookies() if each["name"] == "csrf")
        answer = page.request.post(path, data=content, headers={"X-CSRFToken": token})
    assert answer.ok, f"{path}: {answer.status} {answer.text()}"
    return answer.json()


def open_live(page: Page, address: str) -> None:
    """Opens a page and waits until its own line to the server is open."""
    page.goto(address)
    is_live(page)


def is_live(page: Page) -> None:
    """The person of this page is connected: from now on nothing is missed."""
    until(page, "import('/static/js/models/me.js').then(({me}) => me.state === 'open')")


def open_conversation(page: Page, address: str) -> None:
    """Opens it; once its own line is open, the page asks how things stand."""
    open_live(page, address)
    asked = "performance.getEntriesByType('resource').some(({name}) => name.endsWith('%s'))"
    until(page, asked % api(address))


def stored(page: Page, address: str) -> list[str]:
    """What the server has, in its order."""
    return [each["body"] for each in ask(page, f"{api(address)}messages/?limit=100")["results"]]


def api(address: str) -> str:
    """Where programs find the conversation of this address."""
    return f"/api/v1/conversations/{address.split('/')[2]}/"


def is_draft_kept(page: Page, address: str) -> None:
    """What stands in the composer, the server has."""
    draft = "fetch('%s').then((answer) => answer.json()).then(({draft}) => draft)"
    until(page, draft % api(address))


def sign_in_by_hand(page: Page, email: str, password: str = CAST_PASSWORD) -> None:
    """Fills in the form that is shown."""
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in").click()


def write(page: Page, words: str) -> None:
    """Types a message and presses Enter."""
    composer(page).fill(words)
    until(page, "!!customElements.get('telemed-composer')")
    composer(page).press("Enter")


def composer(page: Page) -> Locator:
    """Where a message is written."""
    return page.locator("textarea[name=body]")


def bubbles(page: Page) -> Locator:
    """The text of every message on the page, in order."""
    return page.locator("article.message [data-field=body]")


def call(page: Page, kind: str = "Video call") -> Page:
    """Presses the button of that name, and answers the tab of the call."""
    with page.context.expect_page() as opened:
        page.get_by_role("button", name=kind, exact=True).click()
    return opened.value


def reconnect_now(page: Page) -> None:
    """Presses the button, unless the page is back by itself at this very moment."""
    page.locator("telemed-connection [data-ref=now]").dispatch_event("click")


def hide_network_address(page: Page) -> None:
    """From the next call on, by the profile."""
    page.goto("/me/")
    page.get_by_label("Hide my network address in calls").check()
    with page.expect_navigation():  # to its end: Firefox shows the page before it says so
        page.get_by_role("button", name="Save changes").click()
    expect(page.locator(".toast")).to_contain_text("saved")


def dialog(page: Page) -> Locator:
    """Someone is calling."""
    return page.locator("telemed-ringing dialog")


def speak(
    asha: Page, rao: Page, address: str, kind: str = "Video call", state: str = "connected"
) -> tuple[Page, Page]:
    """From a conversation Asha calls and Dr Rao accepts; the two tabs of their call."""
    open_live(rao, "/")
    asha.goto(address)
    asha_call = call(asha, kind)
    rao_call = accept(rao)
    for page in (asha_call, rao_call):
        is_in_state(page, state, within=40)
    return asha_call, rao_call


def accept(page: Page, how: str = "Accept") -> Page:
    """Answers a call in the dialog; the call opens in a tab of its own."""
    with page.context.expect_page() as opened:
        dialog(page).get_by_role("button", name=how, exact=True).click()
    return opened.value


def is_in_state(page: Page, state: str, *, within: float = 30) -> None:
    """The call page says so of itself; a camera beside other browsers may need its time."""
    expect(page.locator("telemed-call")).to_have_attribute(
        "data-state", state, timeout=within * 1000
    )


def control(page: Page, name: str) -> Locator:
    """One of the buttons below the picture."""
    return page.get_by_role("toolbar").get_by_role("button", name=name, exact=True)


def outcome(page: Page) -> Locator:
    """What a call's page says when it is over."""
    return page.locator(".outcome h1")
