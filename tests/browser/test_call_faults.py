"""What a call survives: a second tab, a reload, a lost line, a server that is restarted."""

from playwright.sync_api import Page, expect

from launcher.environment import manage
from tests.browser.acts import control, is_in_state, outcome, speak
from tests.browser.faults import survives_a_restart
from tests.browser.media import sees_media_flow
from tests.browser.proxy import Line
from tests.browser.server import Server
from tests.browser.waiting import until
from tests.long import in_long

REMEMBER_FACTS = """
window.facts = [];
window.WebSocket = class extends WebSocket {
  constructor(...options) {
    super(...options);
    this.addEventListener("message", ({data}) => window.facts.push(JSON.parse(data).type));
  }
};
"""
LAPSE = """
from calls.models import Participant
from django.utils import timezone
asha = Participant.objects.here().filter(person__email__startswith="asha")
asha.update(lease_expires_at=timezone.now())
"""


def test_a_second_tab_asks_whether_the_call_shall_move_there(
    asha_page: Page, rao_page: Page, conversation: str
) -> None:
    asha_call, rao_call = speak(asha_page, rao_page, conversation)
    second = asha_page.context.new_page()
    second.goto(asha_call.url)
    expect(second.get_by_role("dialog", name="Move the call here?")).to_be_visible()
    sees_media_flow(rao_call)
    second.get_by_role("button", name="Move here").click()
    is_in_state(second, "connected")
    is_in_state(asha_call, "elsewhere")
    for page in (second, rao_call):
        sees_media_flow(page)


def test_a_call_page_that_is_loaded_again_is_back_in_the_call(
    asha_page: Page, rao_page: Page, conversation: str
) -> None:
    asha_call, rao_call = speak(asha_page, rao_page, conversation)
    for reloaded in (asha_call, rao_call):
        reloaded.reload()
        for page in (asha_call, rao_call):
            is_in_state(page, "connected")
            sees_media_flow(page)


def test_the_call_goes_on_while_the_line_to_the_server_is_cut(
    asha_page: Page, rao_page: Page, conversation: str, asha_line: Line
) -> None:
    asha_call, rao_call = speak(asha_page, rao_page, conversation)
    asha_line.refuse()
    for page in (asha_call, rao_call):
        sees_media_flow(page)
    expect(
        asha_call.get_by_text("The line to Telemed was lost and is coming back.")
    ).to_be_visible()
    asha_line.heal()
    expect(asha_call.get_by_text("The line to Telemed was lost and is coming back.")).to_be_hidden(
        timeout=30_000
    )
    control(rao_call, "Leave").click()
    for page in (asha_call, rao_call):
        expect(outcome(page)).to_contain_text("has ended")


@in_long
def test_who_was_too_long_without_the_server_is_seen_on_and_joins_anew(
    asha_page: Page, rao_page: Page, conversation: str, asha_line: Line, server: Server
) -> None:
    rao_page.context.add_init_script(REMEMBER_FACTS)
    asha_call, rao_call = speak(asha_page, rao_page, conversation)
    asha_line.refuse()
    manage("shell", "--no-imports", "-c", LAPSE, **server.environment)
    until(rao_call, 'facts.includes("calls.party_left")')
    for page in (asha_call, rao_call):
        is_in_state(page, "connected")
        sees_media_flow(page)
    asha_line.heal()
    joined_since = 'facts.lastIndexOf("calls.party_joined") > facts.indexOf("calls.party_left")'
    until(rao_call, joined_since, within=30)
    for page in (asha_call, rao_call):
        is_in_state(page, "connected")
        sees_media_flow(page)


def test_the_call_goes_on_while_the_server_is_restarted(
    asha_page: Page, rao_page: Page, conversation: str, server: Server
) -> None:
    survives_a_restart(speak(asha_page, rao_page, conversation), server)
