"""Every page as axe sees it, light and wide, dark and narrow; and whether it fits 320 pixels."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import server as servers
from tests.browser.accessibility import has_no_violations
from tests.browser.acts import (
    accept,
    ask,
    begin_conversation,
    call,
    control,
    dialog,
    is_in_state,
    open_live,
    write,
)
from tests.browser.browsers import CONTEXT
from tests.browser.conftest import note_error, note_policy, sign_in
from tests.browser.server import Server
from tests.long import IS_LONG, only_in_long

As = Callable[[str], Page]

LOOKS = [("light", 1280), ("dark", 390)]
if IS_LONG:
    LOOKS += [("dark", 1280), ("light", 390)]
# The addresses that the stage below fills in.
TALK, ENDED, MISSED = "{talk}", "{ended}", "{missed}"
PAGES = {
    "": [
        "/",
        "/doctors/",
        "/doctors/?q=nobody-has-this-name",
        "/doctors/vikram-rao/",
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/debug/mail/",
        "/offline/",
        "/install/",
    ],
    "asha": [
        "/",
        "/inbox/",
        "/doctors/vikram-rao/",
        "/messages/",
        TALK,
        "/messages/to/meera-nair/",
        "/calls/",
        "/calls/to/vikram-rao/video/",
        ENDED,
        "/notifications/",
        "/notifications/?show=calls",
        "/me/",
        "/me/access/",
        "/help/check/",
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/2fa/",
        "/accounts/logout/",
    ],
    "rao": ["/", TALK, "/calls/?show=missed", MISSED, "/me/"],
    "meera": ["/"],
    "ravi": ["/", "/inbox/", "/me/", "/notifications/preferences/", "/admin/", "/admin/desk/"],
    "devika": [
        "/admin/helpline/",
        "/admin/helpline/category/",
        "/admin/helpline/duty/",
        "/admin/helpline/duty/week/",
        "/admin/helpline/ticket/",
    ],
    "admin": [
        "/admin/",
        "/admin/accounts/user/",
        "/admin/audit/accessrecord/",
    ],
}
# Like one above: the same page of another person, or the same kind of form.
LIKE_THEM = {
    "rao": ["/inbox/", "/messages/", "/notifications/"],
    "meera": ["/inbox/", "/messages/", "/calls/", "/notifications/"],
    "devika": [
        "/admin/helpline/agent/add/",
        "/admin/helpline/cannedreply/add/",
        "/admin/helpline/category/add/",
        "/admin/helpline/closedday/add/",
        "/admin/helpline/duty/add/",
        "/admin/helpline/openinghours/add/",
        "/admin/helpline/rating/",
    ],
    "admin": ["/admin/accounts/user/add/", "/admin/calls/call/"],
}
EVERY_PAGE = [
    *((who, path) for who, paths in PAGES.items() for path in paths),
    *only_in_long(*((who, path) for who, paths in LIKE_THEM.items() for path in paths)),
]
WIDER_THAN_THE_SCREEN = """
() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  const sticksOut = (node) => node.getBoundingClientRect().right > wide + 0.5;
  const outside = [...document.body.querySelectorAll("*")].filter(sticksOut);
  return outside.map((node) => node.outerHTML.slice(0, 100));
}
"""


@pytest.fixture(scope="module")
def server(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for all pages: they are only looked at."""
    process = servers.copy_of(template, tmp_path_factory.mktemp("looks") / "server")
    process.start()
    yield process
    process.stop()


@pytest.fixture(scope="module")
def as_(browser: Browser, server: Server) -> Iterator[As]:
    """`as_("asha")`: her page; `as_("")`: a visitor's. No page broke the content policy."""
    wrong: list[str] = []
    pages: list[Page] = []

    @cache
    def page_of(who: str) -> Page:
        context = browser.new_context(base_url=server.address, **CONTEXT)
        context.on("weberror", lambda error: note_error(error, wrong))
        context.on("console", lambda message: note_policy(message, wrong))
        if who:
            sign_in(context, f"{who}@example.com")
        pages.append(context.new_page())
        return pages[-1]

    yield page_of
    for page in pages:
        page.context.close()
    assert not wrong


@pytest.fixture(scope="module")
def stage(as_: As) -> dict[str, str]:
    """Asha and Dr Rao have written, spoken and missed each other: the addresses of it."""
    asha, rao = as_("asha"), as_("rao")
    talk = begin_conversation(asha)
    key = talk.split("/")[2]
    open_live(rao, talk)
    open_live(asha, talk)
    write(asha, "My blood pressure is 150 to 95. https://example.com/readings")
    write(rao, "Since when?")
    calls = "/api/v1/calls/"
    ended = ask(asha, calls, {"conversation": key, "kind": "video"})["id"]
    ask(rao, f"{calls}{ended}/acceptance/", {})
    ask(asha, f"{calls}{ended}/ending/", {})
    missed = ask(asha, calls, {"conversation": key, "kind": "audio"})["id"]
    ask(asha, f"{calls}{missed}/cancellation/", {})
    return {"talk": talk, "ended": f"/calls/{ended}/", "missed": f"/calls/{missed}/"}


def is_accessible(page: Page) -> None:
    """In every look; and as narrow as a page may be, nothing has to be scrolled sideways."""
    for scheme, width in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 800})
        has_no_violations(page)
    page.set_viewport_size({"width": 320, "height": 640})
    wide = page.evaluate(WIDER_THAN_THE_SCREEN)
    page.set_viewport_size(CONTEXT["viewport"])
    assert not wide, f"{page.url} is wider than 320 pixels: {wide}"


def are_large_enough(page: Page, targets: str) -> None:
    """Fingers can hit them, on the narrowest screen too."""
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 640})
        for target in page.locator(targets).filter(visible=True).all():
            box = target.bounding_box()
            assert box
            assert min(box["width"], box["height"]) >= 44, f"{target.inner_text()}: {box}"
    page.set_viewport_size(CONTEXT["viewport"])


@pytest.mark.parametrize(("who", "path"), EVERY_PAGE)
def test_axe_finds_nothing_on(who: str, path: str, as_: As, stage: dict[str, str]) -> None:
    page = as_(who)
    page.goto(path.format(**stage))
    is_accessible(page)


def test_axe_finds_nothing_on_a_form_that_was_refused(as_: As) -> None:
    page = as_("")
    page.goto("/accounts/signup/")
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("alert")).to_be_visible()
    is_accessible(page)


def test_axe_finds_nothing_on_an_error_page(as_: As) -> None:
    page = as_("")
    page.goto("/accounts/login/")
    page.evaluate("document.querySelector('[name=csrfmiddlewaretoken]').remove()")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign in")).to_have_count(0)
    is_accessible(page)


def test_a_call_is_accessible_from_the_first_ring_to_the_end(
    as_: As, stage: dict[str, str]
) -> None:
    asha, rao = as_("asha"), as_("rao")
    open_live(rao, "/")
    asha.goto(stage["talk"])
    # A call for each look: one rings for half a minute, and looking takes its time.
    asha_call = call(asha)
    expect(dialog(rao)).to_be_visible()
    are_large_enough(rao, "telemed-ringing button")
    is_accessible(rao)
    control(asha_call, "Cancel").click()
    expect(dialog(rao)).to_be_hidden()
    asha_call.close()
    asha_call = call(asha)
    is_in_state(asha_call, "ringing")
    are_large_enough(asha_call, ".controls :is(button, a)")
    is_accessible(asha_call)
    rao_call = accept(rao)
    is_in_state(rao_call, "connected")
    expect(rao_call.locator(".call__remote")).to_be_visible()
    are_large_enough(rao_call, ".controls :is(button, a)")
    is_accessible(rao_call)
