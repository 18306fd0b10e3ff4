"""Push as a person meets it: turned on, shown, clicked, taken back; and a page for no network."""

import json

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import has_no_violations
from tests.browser.acts import ask, begin_conversation, is_live, open_live
from tests.browser.conftest import OpenPage, sign_in
from tests.browser.pushes import ASKED, COUNT_LOOKS, HOST, SHOWN, SUBSCRIBES, Pushes, worker_of
from tests.browser.server import Server
from tests.browser.waiting import until
from tests.long import in_long, only_in_long

# Where push is turned on.
PAGE = "/notifications/preferences/"
DEVICES = "/api/v1/push-subscriptions/"
MESSAGE = {"title": "You have a new message", "body": "Open Telemed to see it.", "tag": "one"}
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
)
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


@pytest.fixture
def site() -> dict[str, str]:
    """A push service that nobody has."""
    return {"PUSH_HOSTS": HOST}


@pytest.fixture
def browser(whole_chromium: Browser) -> Browser:
    """The whole one: notifications are shown by it."""
    return whole_chromium


@pytest.fixture
def notified(open_page: OpenPage) -> Page:
    """Asha, who lets us show notifications."""
    page = open_page("asha", permissions=["notifications"])
    page.context.add_init_script(COUNT_LOOKS)
    open_and_look(page, "/")
    return page


def open_and_look(page: Page, address: str) -> None:
    """Opens a page and waits for its first look, which takes back what the server calls read."""
    open_live(page, address)
    until(page, "window.looks > 0")


def subscribing(open_page: OpenPage, **options: object) -> Page:
    """Asha, who has not been asked yet."""
    page = open_page("asha", **options)
    page.add_init_script(SUBSCRIBES + ASKED)
    page.goto(PAGE)
    return page


def words(page: Page) -> str:
    """What the page says about push."""
    return page.locator("telemed-push [data-when]").filter(visible=True).inner_text()


def test_a_push_is_shown_and_its_click_leads_to_the_thing(notified: Page) -> None:
    pushes = Pushes(notified)
    pushes.deliver(MESSAGE | {"url": "/messages/", "badge": 1, "sound": "message", "at": 1})
    until(notified, f"({SHOWN}).then((shown) => shown.length === 1)")
    assert pushes.shown() == [[MESSAGE["title"], MESSAGE["body"], "one"]]
    origin = notified.evaluate("location.origin")
    assert pushes.click() == f"opens {origin}/messages/"
    until(notified, f"({SHOWN}).then((shown) => shown.length === 0)")


def test_a_click_leads_to_the_tab_that_shows_it_already(notified: Page) -> None:
    pushes = Pushes(notified)
    other = notified.context.new_page()
    open_and_look(other, "/messages/")
    pushes.deliver(MESSAGE | {"url": "/messages/"})
    until(notified, f"({SHOWN}).then((shown) => shown.length === 1)")
    assert pushes.click() == f"focuses {other.url}"


@pytest.mark.parametrize("content", ["no JSON at all", *only_in_long("", "[]", '{"other": 1}')])
def test_a_push_that_cannot_be_read_still_says_something(notified: Page, content: str) -> None:
    pushes = Pushes(notified)
    pushes.deliver(content)
    until(notified, f"({SHOWN}).then((shown) => shown.length === 1)")
    assert pushes.shown()[0][:2] == ["Telemed", "Something new is waiting for you."]


def test_what_is_read_elsewhere_goes_from_this_device(notified: Page) -> None:
    pushes = Pushes(notified)
    for tag in ("one", "two"):
        pushes.deliver(MESSAGE | {"tag": tag})
    until(notified, f"({SHOWN}).then((shown) => shown.length === 2)")
    pushes.deliver({"clear": ["one"], "badge": 1})
    until(notified, f"({SHOWN}).then((shown) => shown.length === 1)")
    assert [tag for _title, _body, tag in pushes.shown()] == ["two"]


def test_what_is_taken_back_in_the_moment_it_is_pushed_is_gone(notified: Page) -> None:
    pushes = Pushes(notified)
    tags = [str(number) for number in range(8)]
    pushes.deliver(*(MESSAGE | {"tag": tag} for tag in tags), {"clear": tags[1:]})
    assert [tag for _title, _body, tag in pushes.shown()] == tags[:1]


def test_an_open_page_takes_back_what_was_read_on_another_device(
    notified: Page, open_page: OpenPage
) -> None:
    talk = begin_conversation(notified)
    rao = open_page("rao")
    rao.goto(talk)
    rao.locator("textarea[name=body]").fill("How are you?")
    rao.locator("textarea[name=body]").press("Enter")
    until(
        notified,
        "fetch('/api/v1/notifications/badges/').then((answer) => answer.json())"
        ".then((badges) => badges.unread_notifications === 1)",
    )
    [told] = ask(notified, "/api/v1/notifications/?unread=true")["results"]
    pushes = Pushes(notified)
    pushes.deliver(MESSAGE | {"tag": told["id"], "url": talk})
    until(notified, f"({SHOWN}).then((shown) => shown.length === 1)")
    elsewhere = open_page("asha")
    elsewhere.goto(talk)
    until(notified, f"({SHOWN}).then((shown) => shown.length === 0)")


def test_push_is_asked_for_from_a_button_alone(open_page: OpenPage) -> None:
    page = subscribing(open_page)
    button = page.get_by_role("button", name="Turn on push")
    expect(button).to_be_visible()
    assert page.evaluate("questions") == 0
    button.click()
    expect(page.get_by_text("Push is on in this browser.")).to_be_visible()
    assert page.evaluate("questions") == 1
    [device] = ask(page, DEVICES)["results"]
    assert device["device"] == "Chrome on Linux"
    page.reload()
    expect(page.get_by_text("Push is on in this browser.")).to_be_visible()
    page.get_by_role("button", name="Turn off").click()
    expect(button).to_be_visible()
    assert ask(page, DEVICES)["results"] == []


def test_a_push_service_that_is_away_is_said_in_words(open_page: OpenPage) -> None:
    page = subscribing(open_page)
    page.evaluate("() => { PushManager.prototype.subscribe = () => Promise.reject(new Error()); }")
    page.get_by_role("button", name="Turn on push").click()
    expect(page.get_by_text("could not be reached")).to_be_visible()
    expect(page.get_by_role("button", name="Turn on push")).to_be_enabled()
    assert ask(page, DEVICES)["results"] == []


def test_a_browser_belongs_to_who_signs_in_there_next(open_page: OpenPage) -> None:
    page = subscribing(open_page)
    page.get_by_role("button", name="Turn on push").click()
    expect(page.get_by_text("Push is on in this browser.")).to_be_visible()
    page.goto("/offline/")  # a page that asks meanwhile is given a token of its own
    page.context.clear_cookies()
    sign_in(page.context, "meera@example.com")
    page.goto("/")
    until(
        page,
        f"fetch('{DEVICES}').then((answer) => answer.json()).then(({{results}}) => results.length)",
    )
    asha = open_page("asha")
    assert ask(asha, DEVICES)["results"] == []


def test_signing_out_ends_push_and_the_worker_here(open_page: OpenPage) -> None:
    page = subscribing(open_page)
    page.get_by_role("button", name="Turn on push").click()
    expect(page.get_by_text("Push is on in this browser.")).to_be_visible()
    page.goto("/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    until(page, "navigator.serviceWorker.getRegistrations().then((all) => all.length === 0)")
    assert ask(open_page("asha"), DEVICES)["results"] == []


def test_who_said_no_is_told_how_to_undo_it(open_page: OpenPage) -> None:
    page = open_page("asha")  # in these contexts the browser says no to notifications
    page.goto(PAGE)
    expect(page.get_by_text("does not let Telemed notify you")).to_be_visible()
    assert "Site settings" in words(page)
    assert "Safari" not in words(page)


def test_an_iphone_is_shown_the_way_to_the_home_screen(open_page: OpenPage) -> None:
    page = open_page("asha", user_agent=IPHONE, **PHONE)
    page.add_init_script("delete window.PushManager")
    page.goto(PAGE)
    expect(page.get_by_text("Add to Home Screen")).to_be_visible()
    assert "Share" in words(page)
    page.get_by_role("link", name="Each step with its sign").click()
    expect(page.locator("details[open]")).to_contain_text("iPhone and iPad")


@pytest.mark.parametrize(
    "state", ["off", "denied", *only_in_long("on", "phone", "unsupported", "unset")]
)
def test_every_state_is_accessible_on_a_phone(open_page: OpenPage, state: str) -> None:
    page = open_page("asha", **PHONE)
    page.goto(PAGE)
    expect(page.locator("telemed-push")).to_have_attribute("data-state", "denied")
    page.evaluate(
        "(state) => document.querySelectorAll('telemed-push [data-when]')"
        ".forEach((each) => { each.hidden = each.dataset.when !== state; })",
        state,
    )
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        has_no_violations(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_without_a_server_a_page_says_so_and_goes_away_by_itself(
    open_page: OpenPage, server: Server
) -> None:
    page = open_page("asha", **PHONE)
    open_live(page, "/")
    worker_of(page)
    until(page, "caches.keys().then((names) => names.length === 1)")
    server.stop()
    page.goto("/messages/")
    expect(page.get_by_role("heading", name="No connection to Telemed")).to_be_visible()
    expect(page.get_by_role("link", name="Call 112")).to_have_attribute("href", "tel:112")
    has_no_violations(page)
    server.start()
    expect(page.get_by_role("heading", name="No messages yet")).to_be_visible(timeout=20_000)
    is_live(page)


@in_long
def test_firefox_keeps_the_offline_page_too(
    open_page: OpenPage, server: Server, firefox: Browser
) -> None:
    page = open_page("asha", None, firefox)
    open_live(page, "/")
    until(page, "navigator.serviceWorker.ready.then(({active}) => active.state === 'activated')")
    server.stop()
    page.get_by_role("link", name="Messages", exact=True).click()
    expect(page.get_by_role("heading", name="No connection to Telemed")).to_be_visible()


def test_nothing_but_the_offline_page_is_kept(open_page: OpenPage) -> None:
    page = open_page("asha")
    open_live(page, "/")
    worker_of(page)
    page.goto("/messages/")
    page.goto("/me/")
    kept = page.evaluate(
        "caches.keys().then(([name]) => caches.open(name)).then((cache) => cache.keys())"
        ".then((all) => all.map(({url}) => new URL(url).pathname))"
    )
    assert "/offline/" in kept
    assert {path for path in kept if not path.startswith("/static/")} == {"/offline/"}
    text = page.evaluate("caches.match('/offline/').then((answer) => answer.text())")
    assert "Asha" not in text


def test_the_browser_finds_nothing_wrong_with_the_manifest(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/")
    devtools = page.context.new_cdp_session(page)
    found = devtools.send("Page.getAppManifest")
    assert found["errors"] == []
    assert json.loads(found["data"])["shortcuts"]
    # The profiles of these tests are private windows, in which nothing can be installed.
    missing = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [each["errorId"] for each in missing] == ["in-incognito"]
