"""Visitors: what they wanted survives signing in, and codes by e-mail open the door."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import DOCTOR, composer, sign_in_by_hand
from tests.browser.conftest import OpenPage
from tests.long import only_in_long

CODE = re.compile(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", re.MULTILINE)
PASSWORD = "a calm sentence at noon"


@pytest.fixture
def visitor(open_page: OpenPage) -> Page:
    """A page of someone whom nobody knows yet."""
    return open_page()


def newest_code(page: Page) -> str:
    """From the demo's post, as a person would read it in another tab."""
    post = page.context.new_page()
    post.goto("/debug/mail/")
    mail = post.locator("li.card .measure").first.inner_text()
    post.close()
    found = CODE.search(mail)
    assert found, mail
    return found[0]


def enter(page: Page, code: str) -> None:
    """Fills in the code."""
    page.get_by_label("Code").fill(code)
    with page.expect_navigation():
        page.get_by_role("button", name="Continue").click()


def test_a_visitor_who_presses_chat_signs_in_and_writes(visitor: Page) -> None:
    visitor.goto(f"/doctors/{DOCTOR}/")
    visitor.get_by_role("link", name="Chat", exact=True).click()
    sign_in_by_hand(visitor, "asha@example.com")
    expect(visitor).to_have_url(re.compile(f"/messages/to/{DOCTOR}/$"))
    expect(composer(visitor)).to_be_visible()


@pytest.mark.parametrize("kind", ["Video call", *only_in_long("Audio call")])
def test_a_visitor_who_presses_a_call_signs_in_and_calls(visitor: Page, kind: str) -> None:
    visitor.goto(f"/doctors/{DOCTOR}/")
    visitor.get_by_role("link", name=kind, exact=True).click()
    sign_in_by_hand(visitor, "asha@example.com")
    expect(visitor.get_by_role("heading", level=1)).to_have_text(f"{kind} with Dr Vikram Rao")
    with visitor.context.expect_page() as opened:
        visitor.get_by_role("button", name="Call now").click()
    expect(opened.value.locator("telemed-call")).to_have_attribute("data-state", "calling")


def test_a_wrong_password_is_refused_in_words(visitor: Page) -> None:
    visitor.goto("/accounts/login/")
    sign_in_by_hand(visitor, "asha@example.com", "not her password")
    expect(visitor.get_by_role("alert")).to_contain_text("There is a problem")
    expect(visitor.get_by_role("alert")).to_be_focused()
    expect(visitor).to_have_title(re.compile("^Error:"))
    expect(visitor.get_by_label("E-mail")).to_have_value("asha@example.com")


def test_signing_up_needs_the_code_that_was_mailed_and_leads_to_the_doctor(visitor: Page) -> None:
    visitor.goto(f"/doctors/{DOCTOR}/")
    visitor.get_by_role("link", name="Chat", exact=True).click()
    visitor.get_by_role("link", name="Create an account").click()
    visitor.get_by_label("Your name").fill("Nikhil Verma")
    visitor.get_by_label("E-mail").fill("nikhil@example.com")
    visitor.get_by_label("Password", exact=True).fill(PASSWORD)
    visitor.get_by_role("button", name="Create account").click()
    enter(visitor, "WRONG1")
    expect(visitor.get_by_role("alert")).to_contain_text("There is a problem")
    expect(visitor.get_by_role("alert").get_by_role("link")).not_to_be_empty()
    enter(visitor, newest_code(visitor))
    expect(visitor).to_have_url(re.compile(f"/messages/to/{DOCTOR}/$"))
    expect(composer(visitor)).to_be_visible()


def test_a_forgotten_password_is_reset_by_a_code(visitor: Page, open_page: OpenPage) -> None:
    visitor.goto("/accounts/login/")
    visitor.get_by_role("link", name="Forgotten it?").click()
    visitor.get_by_label("E-mail").fill("asha@example.com")
    visitor.get_by_role("button", name="Send the code").click()
    enter(visitor, "WRONG1")
    expect(visitor.get_by_role("alert")).to_contain_text("There is a problem")
    enter(visitor, newest_code(visitor))
    for field in visitor.get_by_label(re.compile("^New password")).all():
        field.fill(PASSWORD)
    visitor.get_by_role("button", name="Save the password").click()
    visitor.wait_for_url("**/done/")
    elsewhere = open_page()
    elsewhere.goto("/accounts/login/")
    sign_in_by_hand(elsewhere, "asha@example.com", PASSWORD)
    expect(elsewhere.get_by_role("heading", level=1)).to_contain_text("Asha")
