"""The page that says how Telemed is installed, on whatever one has in hand."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.long import in_long, only_in_long

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
)
ANDROID = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0.0.0 Mobile Safari/537.36"
OFFER = """
window.asked = 0;
window.offer = (outcome) => dispatchEvent(Object.assign(
  new Event("beforeinstallprompt", { cancelable: true }),
  { prompt: () => (window.asked += 1), userChoice: Promise.resolve({ outcome }) },
));
"""
STANDALONE = """
const real = matchMedia;
window.matchMedia = (asked) => asked.includes("standalone") ? { matches: true } : real(asked);
"""


@pytest.mark.parametrize("who", ["asha", *only_in_long("rao", "ravi")])
def test_the_account_and_the_preferences_lead_to_it(open_page: OpenPage, who: str) -> None:
    page = open_page(who)
    for start, words in (
        ("/me/", "Install Telemed"),
        ("/notifications/preferences/", "Install Telemed as an app"),
    ):
        page.goto(start)
        page.get_by_role("link", name=words).click()
        expect(page.get_by_role("heading", name="Install Telemed")).to_be_visible()


@pytest.mark.parametrize(
    ("agent", "name", "step"),
    [
        (IPHONE, "iPhone and iPad", "Scroll down and choose “Add to Home Screen”"),
        (ANDROID, "Android", "Samsung Internet"),
        (None, "Computer", "Firefox on a computer cannot install Telemed."),
    ],
)
def test_the_steps_for_this_device_come_first_and_are_open(
    open_page: OpenPage, agent: str | None, name: str, step: str
) -> None:
    page = open_page(**({"user_agent": agent} if agent else {}))
    page.goto("/install/")
    expect(page.locator("details[open]")).to_have_count(1)
    expect(page.locator("details").first).to_contain_text(f"{name}This device")
    expect(page.get_by_text(step)).to_be_visible()


def offered(page: Page, outcome: str) -> None:
    page.add_init_script(OFFER)
    page.goto("/install/")
    button = page.get_by_role("button", name="Install", exact=True)
    expect(button).to_be_hidden()
    page.evaluate("(outcome) => window.offer(outcome)", outcome)
    button.click()
    expect(button).to_be_hidden()
    assert page.evaluate("window.asked") == 1


def test_where_the_browser_offers_it_one_press_installs(open_page: OpenPage) -> None:
    page = open_page()
    offered(page, "accepted")
    expect(page.get_by_text("Telemed is installed.")).to_be_visible()


@in_long
def test_who_changes_their_mind_still_has_the_steps(open_page: OpenPage) -> None:
    page = open_page()
    offered(page, "dismissed")
    expect(page.get_by_text("Telemed is installed.")).to_be_hidden()
    expect(page.locator("details[open]")).to_have_count(1)


def test_an_installed_one_says_so(open_page: OpenPage) -> None:
    page = open_page("asha")
    page.add_init_script(STANDALONE)
    page.goto("/install/")
    expect(page.get_by_text("Telemed is installed here")).to_be_visible()
    page.get_by_role("link", name="How we tell you").first.click()
    expect(page).to_have_url("/notifications/preferences/")
