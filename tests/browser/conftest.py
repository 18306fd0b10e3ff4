"""The browsers, the server, and the pages of Asha and Dr Rao, each on a line of their own."""

import fcntl
import os
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    WebError,
    expect,
    sync_playwright,
)

from accounts.browsers import COOKIE
from launcher.environment import ROOT
from tests.browser import server as servers
from tests.browser.acts import begin_conversation
from tests.browser.browsers import ARGS, context_for, launch_chromium, launch_firefox
from tests.browser.media import REMEMBER_PEERS
from tests.browser.proxy import Line
from tests.browser.server import Server, Servers
from tests.conftest import CAST_PASSWORD

PICTURES = ROOT / "var" / "screenshots"
FIREFOX_NOTES = re.compile(
    "(The connection to|Firefox can’t establish a connection to.*) wss?://"
    "|ICE failed,.*about:webrtc"
)
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')

# A machine that also does other things is slow now and then.
expect.set_options(timeout=20_000)

OpenPage = Callable[..., Page]
Launch = Callable[..., Browser]
failed = pytest.StashKey[bool]()


# Sound and pictures need the machine: of these tests one runs at a time, beside one of the others.
WITH_MEDIA = re.compile(r"test_(call|emergency|relay|scene|firefox|visitor)")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Groups for two processes side by side: all that has media, and each other file by itself."""
    for item in items:
        if "tests/browser" in item.path.as_posix():
            group = "media" if WITH_MEDIA.match(item.path.name) else item.path.name
            item.add_marker(pytest.mark.xdist_group(group))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Lets fixtures know that their test failed."""
    report = yield
    if report.when == "call":
        item.stash[failed] = report.failed
    return report


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """What drives the browsers."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="package")
def launch(playwright: Playwright) -> Launch:
    """`launch(*ARGS)`: a whole Chromium with these arguments, one for each set of them."""
    return cache(lambda *args: launch_chromium(playwright, *args))


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Browser:
    """One Chromium for all; every page gets a context of its own."""
    return launch_chromium(playwright, *ARGS, has_window=False)


@pytest.fixture(scope="package")
def whole_chromium(launch: Launch) -> Browser:
    """With all that people have, for the main job and for what the window does."""
    return launch(*ARGS)


@pytest.fixture(scope="package")
def firefox(playwright: Playwright) -> Browser:
    """One Firefox for all, where it is installed."""
    return launch_firefox(playwright)


@pytest.fixture(scope="package")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data with the demo cast in it, made once for all processes of the run."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    made, making = shared / "template", shared / "template-to-be"
    with (shared / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            servers.make_template(making)
            making.rename(made)
    return made


@pytest.fixture
def site() -> dict[str, str]:
    """The settings of the site besides what every test has; a module may have its own."""
    return {}


@pytest.fixture(scope="package")
def own_servers(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Where each test gets its server from."""
    kept = Servers(template, tmp_path_factory.mktemp("servers"))
    yield kept
    kept.close()


@pytest.fixture
def server(
    request: pytest.FixtureRequest, own_servers: Servers, site: dict[str, str]
) -> Iterator[Server]:
    """A server of this test's own, with fresh data."""
    process = own_servers.take(site)
    yield process
    own_servers.leave(process)
    if request.node.stash.get(failed, False):
        print(process.log.read_text()[-5000:])


@pytest.fixture
def asha_line(server: Server) -> Iterator[Line]:
    """Asha's way to the server."""
    with Line(server.port) as line:
        yield line


@pytest.fixture
def rao_line(server: Server) -> Iterator[Line]:
    """Dr Rao's way to the server."""
    with Line(server.port) as line:
        yield line


@pytest.fixture
def open_page(
    request: pytest.FixtureRequest, browser: Browser, server: Server
) -> Iterator[OpenPage]:
    """`open_page("asha", line)`: a page of a new browser profile; without a name, a visitor's.

    After the test no page may have met an uncaught error or broken the content policy, and a
    failed test leaves a picture of each page in var/screenshots.
    """
    pages: list[Page] = []
    wrong: list[str] = []

    def open_one(
        who: str = "", line: Line | None = None, program: Browser = browser, **options: Any
    ) -> Page:
        address = line.address if line else server.address
        context = program.new_context(base_url=address, **context_for(program) | options)
        context.add_init_script(REMEMBER_PEERS)
        context.on("weberror", lambda error: note_error(error, wrong))
        context.on("console", lambda message: note_policy(message, wrong))
        if who:
            sign_in(context, f"{who}@example.com")
        pages.append(context.new_page())
        return pages[-1]

    yield open_one
    met = list(wrong)  # pictures of Firefox put a style into the page
    if request.node.stash.get(failed, False):
        take_pictures(request.node.name, pages)
    for page in pages:
        page.context.close()
    assert not met


@pytest.fixture
def asha_page(open_page: OpenPage, asha_line: Line) -> Page:
    """Asha's browser, signed in, on no page yet."""
    return open_page("asha", asha_line)


@pytest.fixture
def rao_page(open_page: OpenPage, rao_line: Line) -> Page:
    """Dr Rao's browser, signed in, on no page yet."""
    return open_page("rao", rao_line)


@pytest.fixture
def asha_in_firefox(open_page: OpenPage, asha_line: Line, firefox: Browser) -> Page:
    """Asha, whose browser is Firefox."""
    return open_page("asha", asha_line, firefox)


@pytest.fixture
def rao_in_firefox(open_page: OpenPage, rao_line: Line, firefox: Browser) -> Page:
    """Dr Rao, whose browser is Firefox."""
    return open_page("rao", rao_line, firefox)


@pytest.fixture
def conversation(asha_page: Page) -> str:
    """The address of what Asha and Dr Rao write to each other."""
    return begin_conversation(asha_page)


# What a browser keeps of who has signed in there: no device of the cast is a stranger.
KNOWN: dict[str, str] = {}


def sign_in(context: BrowserContext, email: str) -> None:
    """Signs in through the form, without drawing it."""
    form = context.request.get("/accounts/login/")
    if email in KNOWN:
        context.add_cookies([{"name": COOKIE, "value": KNOWN[email], "url": form.url}])
    token = TOKEN.search(form.text())
    assert token, f"no sign-in form, but {form.status}"
    fields = {"csrfmiddlewaretoken": token[1], "login": email, "password": CAST_PASSWORD}
    answer = context.request.post(
        "/accounts/login/", form=fields, headers={"referer": form.url}, max_redirects=0
    )
    assert answer.status == 302, f"{email} could not sign in: {answer.status}"
    kept = {str(each.get("name")): str(each.get("value")) for each in context.cookies()}
    KNOWN[email] = kept[COOKIE]


def note_error(error: WebError, wrong: list[str]) -> None:
    """Keeps what our scripts did not catch, but not what Firefox notes of a lost network."""
    if not FIREFOX_NOTES.match(str(error.error)):
        wrong.append(str(error.error))


def note_policy(message: ConsoleMessage, wrong: list[str]) -> None:
    """Keeps what the browser says about our content policy."""
    if "Content Security Policy" in message.text or "Permissions policy" in message.text:
        wrong.append(message.text)


def take_pictures(name: str, pages: list[Page]) -> None:
    """One picture per page, of every tab of its context."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    tabs = [tab for page in pages for tab in page.context.pages]
    for number, tab in enumerate(tabs, start=1):
        tab.screenshot(path=PICTURES / f"{re.sub(r'[^a-zA-Z0-9_]+', '-', name)}-{number}.png")
