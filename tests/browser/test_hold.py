"""What is sent before the page is ready for it, or while there is no network, is not lost."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.acts import begin_conversation, bubbles, composer, stored
from tests.browser.conftest import OpenPage
from tests.browser.proxy import Line
from tests.long import only_in_long

SCRIPTS = re.compile(r"/static/js/(?!hold\.js)")
HELD = "Not sent yet: it goes as soon as Telemed answers."


@contextmanager
def without_scripts(page: Page, address: str) -> Iterator[list[Route]]:
    """The page as it is while its scripts are under way: what is yielded. In the end they come."""
    under_way: list[Route] = []
    page.route(SCRIPTS, lambda route: under_way.append(route))
    page.goto(address, wait_until="commit")
    yield under_way
    page.unroute(SCRIPTS)


def send(page: Page, words: str) -> None:
    """As before there are scripts: Enter begins a new line there."""
    composer(page).fill(words)
    page.get_by_role("button", name="Send").click()


@pytest.fixture(params=["asha_page", *only_in_long("asha_in_firefox")])
def page(request: pytest.FixtureRequest) -> Page:
    """Asha's, in both browsers."""
    return request.getfixturevalue(request.param)


def test_what_is_sent_before_the_scripts_are_there_waits_for_them(page: Page) -> None:
    address = begin_conversation(page)
    with without_scripts(page, address):
        send(page, "I am early")
        expect(page.get_by_text(HELD)).to_be_visible()
    expect(bubbles(page)).to_have_text(["I am early"])
    expect(page.locator("article").last).to_contain_text("Sent")
    expect(page.get_by_text(HELD)).to_be_hidden()
    expect(composer(page)).to_have_value("")
    assert stored(page, address) == ["I am early"]


def test_what_is_sent_when_the_network_and_the_scripts_are_away_goes_when_it_is_back(
    page: Page, asha_line: Line
) -> None:
    address = begin_conversation(page)
    with without_scripts(page, address) as under_way:
        composer(page).wait_for()
        asha_line.refuse()
        send(page, "Is anybody there?")
        for script in under_way:
            script.abort()
        expect(page.get_by_text(HELD)).to_be_visible()
        expect(composer(page)).to_have_value("Is anybody there?")
    asha_line.heal()
    expect(bubbles(page)).to_have_text(["Is anybody there?"], timeout=30_000)
    assert stored(page, address) == ["Is anybody there?"]


def test_a_first_message_without_a_network_stays_on_the_page_until_it_goes(
    asha_page: Page, asha_line: Line
) -> None:
    asha_page.goto("/messages/to/vikram-rao/")
    asha_line.refuse()
    send(asha_page, "My first question")
    expect(asha_page.get_by_text(HELD)).to_be_visible()
    expect(composer(asha_page)).to_have_value("My first question")
    asha_line.heal()
    expect(bubbles(asha_page)).to_have_text(["My first question"])


def test_without_javascript_the_form_posts_itself(open_page: OpenPage, asha_line: Line) -> None:
    page = open_page("asha", asha_line, java_script_enabled=False)
    address = begin_conversation(page)
    page.goto(address)
    send(page, "No scripts here")
    expect(bubbles(page)).to_have_text(["No scripts here"])
    assert stored(page, address) == ["No scripts here"]
