"""What is left of a signal when network addresses are hidden: candidates of relays."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls import signalling
from calls.events import Candidate, Description, SendSignal
from tests.calls.descriptions import (
    FROM_RELAY,
    GATHERED,
    GOOD,
    HERE,
    HERE6,
    HIDDEN,
    NAME,
    RELAY,
    SEEN,
)

ADDRESSES = st.ip_addresses().map(str)
NAMES = st.uuids().map("{}.local".format)
PORTS = st.integers(1, 65535)
KINDS = st.sampled_from(["host", "srflx", "prflx", "relay", "HOST", "unknown"])
TAILS = st.sampled_from(["", " generation 0 ufrag 8hhY network-cost 999", " tcptype active"])


@st.composite
def candidates(draw: st.DrawFn) -> tuple[str, bool, set[str]]:
    """A candidate, whether it is a relay's, and the addresses that nobody may learn from it."""
    kind, own, base = draw(KINDS), draw(ADDRESSES | NAMES), draw(ADDRESSES | NAMES)
    line = f"candidate:{draw(PORTS)} 1 {draw(st.sampled_from(['udp', 'TCP']))} 41885439"
    line += f" {own} {draw(PORTS)} typ {kind}"
    if draw(st.booleans()):
        line += f" raddr {base} rport {draw(PORTS)}"
    is_relay = kind == "relay" and not own.endswith(".local")
    return line + draw(TAILS), is_relay, {base} if is_relay else {own, base}


def tokens(text: str) -> set[str]:
    """The words of a text: an address may be part of a longer one that is a relay's."""
    return set(text.replace("\r\n", " ").split(" "))


def test_of_a_relays_candidate_what_lies_behind_is_taken_away() -> None:
    assert signalling.only_relay(SEEN) == HIDDEN
    six = FROM_RELAY.replace(RELAY, "2001:db8::9")
    assert signalling.only_relay(f"{six} raddr {HERE6} rport 1") == f"{six} raddr :: rport 9"


@pytest.mark.parametrize(
    "line",
    [
        f"candidate:1 1 udp 2122260223 {HERE} 54321 typ host generation 0",
        f"candidate:1 1 udp 2122260223 {NAME} 54321 typ host",
        f"candidate:1 1 udp 1686052607 {HERE} 54321 typ srflx raddr 10.0.0.5 rport 9",
        f"candidate:1 1 tcp 1518280447 {HERE} 9 typ host tcptype active",
        f"candidate:1 1 udp 2122260223 {NAME} 54321 typ relay",
        "candidate:1 1 udp 2122260223 1.2.3.4.5 54321 typ relay",
        f"candidate:1 1 udp 2122260223 {HERE} 54321 typ relayed",
        f"candidate:1 1 udp 2122260223 {HERE} 54321 typ host typ relay",
        "candidate:",
        "",
    ],
)
def test_what_is_no_relays_candidate_is_nothing(line: str) -> None:
    assert signalling.only_relay(line) is None


def test_a_description_that_was_gathered_names_only_relays() -> None:
    hidden = signalling.hide_addresses(GATHERED)
    assert signalling.is_sound(hidden)
    for told in (HERE, HERE6, NAME, "54321", "54322", "40001"):
        assert told in GATHERED
        assert told not in hidden
    assert f"a={HIDDEN}\r\na=end-of-candidates\r\n" in hidden
    assert "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4" in hidden


def test_a_description_without_addresses_stays_as_it_is() -> None:
    plain = GOOD.replace("127.0.0.1", signalling.NOWHERE[4])
    assert signalling.hide_addresses(plain) == plain
    refused = plain.replace("m=video 9", "m=video 0")
    assert signalling.hide_addresses(refused) == refused


@pytest.mark.parametrize("prefix", ["a=", "A=", " a=", "a=remote-"])
def test_a_line_that_looks_like_a_candidate_does_not_pass_as_another(prefix: str) -> None:
    line = f"{prefix}candidate:1 1 udp 2122260223 {HERE} 54321 typ host"
    if prefix == "a=remote-":
        line = f"a=remote-candidates:1 {HERE} 54321"
    assert HERE not in signalling.hide_addresses(f"{GOOD}{line}\r\n")


@given(st.lists(candidates(), max_size=12), ADDRESSES, st.sampled_from(["\r\n", "\n"]))
def test_no_address_survives_but_that_of_a_relay(
    found: list[tuple[str, bool, set[str]]], default: str, end: str
) -> None:
    version = ipaddress.ip_address(default).version
    lines = [*GOOD.rstrip().split("\r\n"), f"c=IN IP{version} {default}"]
    lines += [f"a=rtcp:5 IN IP{version} {default}", *(f"a={line}" for line, _, _ in found), ""]
    hidden = signalling.hide_addresses(end.join(lines))
    relays = {line.split(" ")[4] for line, is_relay, _ in found if is_relay}
    secret = (
        {default}.union(*(own for _, _, own in found)) - relays - set(signalling.NOWHERE.values())
    )
    assert not tokens(hidden) & secret
    assert hidden.count("a=candidate:") == sum(is_relay for _, is_relay, _ in found)
    assert signalling.is_sound(hidden)
    assert signalling.hide_addresses(hidden) == hidden


@given(st.lists(candidates(), max_size=20))
def test_of_a_batch_the_candidates_of_relays_are_left_and_the_end(
    found: list[tuple[str, bool, set[str]]],
) -> None:
    batch = [Candidate(candidate=line, sdpMid="0", usernameFragment="8hhY") for line, _, _ in found]
    end = Candidate(candidate="", sdpMid="0")
    signal = SendSignal(
        from_party="tab-of-asha", to_party="tab-of-rao", number=3, candidates=[*batch, end]
    )
    hidden = signalling.through_relays(signal)
    assert hidden.number == 3
    assert hidden.candidates
    assert hidden.candidates[-1] == end
    assert len(hidden.candidates) == 1 + sum(is_relay for _, is_relay, _ in found)
    assert all(" typ relay raddr " in each.candidate for each in hidden.candidates[:-1])
    assert all(each.usernameFragment == "8hhY" for each in hidden.candidates[:-1])


@given(st.text())
def test_no_text_makes_it_fail(text: str) -> None:
    signalling.hide_addresses(text)
    signalling.only_relay(text)


def test_a_signal_with_both_is_hidden_in_both() -> None:
    signal = SendSignal(
        from_party="tab-of-asha",
        to_party="tab-of-rao",
        number=1,
        description=Description(type="answer", sdp=GATHERED),
        candidates=[Candidate(candidate=f"a={SEEN}")],
    )
    hidden = signalling.through_relays(signal)
    assert hidden.description == Description(type="answer", sdp=signalling.hide_addresses(GATHERED))
    assert hidden.candidates == [Candidate(candidate=HIDDEN)]
