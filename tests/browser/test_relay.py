"""Calls that hide network addresses: through coturn alone, or not at all, and always in words."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from calls import ice, signalling
from calls.events import CallJoined
from tests.browser.accessibility import has_no_violations
from tests.browser.acts import (
    begin_conversation,
    control,
    hide_network_address,
    is_in_state,
    outcome,
    speak,
)
from tests.browser.media import goes_through_relays, sees_media_flow
from tests.browser.relay import SECRET, relay
from tests.long import in_long, only_in_long

BY = {"udp": "turn:127.0.0.1:{}", "tcp": "turn:127.0.0.1:{}?transport=tcp"}
WRONG, EXPIRED = ("not the secret", 600), (SECRET, -60)

# A description as it is once a browser has looked around, which is more than pages of ours send.
GATHERED = """
async () => {
  const peer = new RTCPeerConnection();
  for (const kind of ["audio", "video"]) peer.addTransceiver(kind);
  const complete = new Promise((done) => {
    peer.onicegatheringstatechange = () => peer.iceGatheringState === "complete" && done();
  });
  await peer.setLocalDescription();
  await complete;
  return peer.localDescription.sdp;
}
"""
ANSWER = """
async (sdp) => {
  const peer = new RTCPeerConnection();
  await peer.setRemoteDescription({type: "offer", sdp});
  await peer.setLocalDescription();
  return peer.getTransceivers().map(({mid, currentDirection}) => [mid, currentDirection]);
}
"""
# Both ends of a connection of ours in one page: refused with the first pass, then given the second.
LATER = """
async ({url, first, second}) => {
  const {Peer} = await import("/static/js/rtc/peer.js");
  const server = ([username, credential]) => ({
    iceTransportPolicy: "relay", iceServers: [{urls: url, username, credential}],
  });
  let pass = first;
  const peers = [false, true].map((polite) => new Peer({
    polite, configuration: server(first), tracks: {audio: null, video: null},
    freshen: async () => peers[Number(polite)].configure(server(pass)),
  }));
  peers.forEach((peer, index) => peer.addEventListener("signal", ({detail}) => {
    void peers[1 - index].receive(detail);
  }));
  const all = async (name, value) => {
    const deadline = performance.now() + 20_000;
    while (performance.now() < deadline && peers.some((peer) => peer[name] !== value))
      await new Promise((resolve) => setTimeout(resolve, 50));
    return peers.map((peer) => peer[name]);
  };
  const before = await all("obstacle", "refused");
  pass = second;
  await peers[0].restart();
  const after = await all("state", "connected");
  for (const peer of peers) peer.close();
  return [...before, ...after];
}
"""


@pytest.fixture
def turn(tmp_path: Path) -> Iterator[int]:
    """The port of a TURN server."""
    with relay(tmp_path) as port:
        yield port


@pytest.fixture
def protocol() -> str:
    """How browsers reach it."""
    return "udp"


@pytest.fixture
def site(turn: int, protocol: str) -> dict[str, str]:
    """A site that has one."""
    return {"TURN_URLS": BY[protocol].format(turn), "TURN_SECRET": SECRET}


def credentials(secret: str, seconds: int) -> tuple[str, str]:
    """As our server would give them, had it this secret and this clock."""
    username = f"{int(time.time()) + seconds}:someone"
    return username, ice.credential(secret, username)


@pytest.mark.parametrize("protocol", BY)
def test_a_call_goes_through_relays_when_either_side_hides_its_address(
    asha_page: Page, rao_in_firefox: Page, conversation: str, protocol: str
) -> None:
    hide_network_address(asha_page if protocol == "udp" else rao_in_firefox)
    for page in speak(asha_page, rao_in_firefox, conversation):
        sees_media_flow(page)
        goes_through_relays(page, protocol)


def test_a_relay_that_refuses_is_told_in_words_and_asked_again_with_a_new_pass(
    asha_page: Page, rao_in_firefox: Page, conversation: str
) -> None:
    hide_network_address(rao_in_firefox)
    spoil_first_pass(asha_page, WRONG)
    spoil_first_pass(rao_in_firefox, EXPIRED)
    asha_call, rao_call = speak(asha_page, rao_in_firefox, conversation, state="stuck")
    for page, name in ((asha_call, "Dr Rao"), (rao_call, "Asha")):
        expect(page.get_by_role("heading", name=f"No connection with {name}")).to_be_visible()
        expect(
            page.get_by_text("The relay server that carries this call refused it.")
        ).to_be_visible()
        expect(page.get_by_text("The call stays open, and this page goes on")).to_be_visible()
        assert page.get_by_role("link", name="Continue in chat").get_attribute("href")
        has_no_violations(page)
    for page in (asha_call, rao_call):
        page.get_by_role("button", name="Try again").click()
    for page in (asha_call, rao_call):
        is_in_state(page, "connected")
        sees_media_flow(page)
        goes_through_relays(page, "udp")
    control(asha_call, "Leave").click()
    expect(outcome(rao_call)).to_have_text("Your call with Asha has ended")


def spoil_first_pass(page: Page, how: tuple[str, int]) -> None:
    """What a page gets on joining a call for the first time is forged; later it is as it was."""
    username, credential = credentials(*how)
    spoilt: list[str] = []

    def forge(message: str) -> str:
        frame = json.loads(message)
        result = frame["data"].get("result") or {}
        if spoilt or set(result) != set(CallJoined.__struct_fields__):
            return message
        spoilt.append(username)
        result["ice_servers"][0] |= {"username": username, "credential": credential}
        return json.dumps(frame)

    def listen(near: WebSocketRoute) -> None:
        far = near.connect_to_server()
        far.on_message(lambda message: near.send(forge(str(message))))

    page.context.route_web_socket("**/ws/calls/*/", listen)


@pytest.mark.parametrize("who", ["asha_page", *only_in_long("asha_in_firefox")])
@pytest.mark.parametrize("how", [WRONG, EXPIRED], ids=["wrong", "expired"])
def test_a_connection_that_was_refused_comes_up_with_the_pass_it_is_given_later(
    who: str, how: tuple[str, int], request: pytest.FixtureRequest, turn: int
) -> None:
    page = request.getfixturevalue(who)
    page.goto("/")
    passes = {"first": credentials(*how), "second": credentials(SECRET, 600)}
    told = page.evaluate(LATER, {"url": BY["udp"].format(turn), **passes})
    assert told == ["refused", "refused", "connected", "connected"]


@in_long
def test_what_is_left_of_an_offer_without_addresses_is_still_an_offer(
    asha_page: Page, asha_in_firefox: Page
) -> None:
    for page, other in ((asha_page, asha_in_firefox), (asha_in_firefox, asha_page)):
        page.goto("/")
        other.goto("/")
        offer = page.evaluate(GATHERED)
        hidden = signalling.hide_addresses(offer)
        assert " typ host" in offer
        assert " typ " not in hidden
        assert signalling.is_sound(hidden)
        assert other.evaluate(ANSWER, hidden) == [["0", "recvonly"], ["1", "recvonly"]]


class TestWithoutRelay:
    """The site has none."""

    @pytest.fixture
    def site(self) -> dict[str, str]:
        return {}

    @pytest.mark.parametrize(("who", "words"), [("asha", "You hide"), ("rao", "Dr Rao can be")])
    def test_a_call_that_must_hide_is_refused_in_words(
        self, who: str, words: str, asha_page: Page, rao_page: Page
    ) -> None:
        hiding = {"asha": asha_page, "rao": rao_page}[who]
        hide_network_address(hiding)
        expect(hiding.get_by_text("you cannot make or take calls here, only write")).to_be_visible()
        asha_page.goto(begin_conversation(asha_page))
        with asha_page.context.expect_page() as opened:
            asha_page.get_by_role("button", name="Video call").click()
        refused = opened.value.locator(".toast")
        expect(refused).to_contain_text(words)
        expect(refused).to_contain_text("Write a message instead")
