"""Which session descriptions may pass, and in what form candidates come."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls import signalling
from calls.events import Description, SendSignal
from calls.refusals import BadDescription
from tests.calls.descriptions import BAD, GOOD


@pytest.mark.parametrize("kind", ["offer", "answer"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_what_browsers_make_passes(kind: str, end: str) -> None:
    signalling.check(Description(type=kind, sdp=GOOD.replace("\r\n", end)))


@pytest.mark.parametrize("why", BAD)
def test_what_no_browser_of_ours_makes_is_refused(why: str) -> None:
    with pytest.raises(BadDescription) as refused:
        signalling.check(Description(type="offer", sdp=BAD[why]))
    assert "v=0" not in str(refused.value)


@given(st.text())
def test_no_text_makes_it_fail(text: str) -> None:
    assert not signalling.is_sound(text)
    signalling.is_sound(GOOD + text)


def signal(**changes: object) -> bytes:
    fields = {"from_party": "tab-of-asha", "to_party": "tab-of-rao", "number": 1}
    return msgspec.json.encode(fields | changes)


def candidate(**changes: object) -> dict[str, object]:
    return {
        "candidate": "candidate:1 1 udp 2122260223 192.0.2.7 54321 typ host generation 0",
        "sdpMid": "0",
        "sdpMLineIndex": 0,
        "usernameFragment": "8hhY",
    } | changes


@pytest.mark.parametrize(
    "candidates",
    [
        None,
        [],
        [candidate()] * 20,
        [candidate(candidate="")],
        [candidate(sdpMid=None, sdpMLineIndex=None, usernameFragment=None)],
        [candidate(relatedPort=9)],
    ],
)
def test_candidates_of_browsers_are_taken(candidates: list | None) -> None:
    msgspec.json.decode(signal(candidates=candidates), type=SendSignal)


@pytest.mark.parametrize(
    "changes",
    [
        {"candidates": [candidate()] * 21},
        {"candidates": [candidate(candidate="candidate:" + "x" * 1001)]},
        {"candidates": [candidate(candidate="candidate:1\r\na=crypto:1")]},
        {"candidates": [candidate(candidate="hello")]},
        {"candidates": [candidate(sdpMid="x" * 300)]},
        {"candidates": [candidate(sdpMLineIndex=-1)]},
        {"candidates": ["candidate:1"]},
        {"description": {"type": "rollback", "sdp": ""}},
        {"description": {"type": "offer"}},
        {"from_party": "call.x"},
        {"from_party": "short"},
        {"to_party": "x" * 37},
        {"to_party": "tab-of-rao\n"},
        {"number": -1},
        {"number": "1"},
        {"more": 1},
    ],
)
def test_other_signals_are_bad_frames(changes: dict) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(signal(**changes), type=SendSignal)
