"""What may pass between two browsers through us: session descriptions of a known shape."""

import ipaddress
import re

import msgspec

from calls.events import Candidate, Description, SendSignal
from calls.refusals import BadDescription
from telemed.wire import FRAME_LIMIT

M_LINES = 8
FINGERPRINT = re.compile(r"a=fingerprint:sha-256 (?:[0-9a-f]{2}:){31}[0-9a-f]{2}", re.IGNORECASE)
STRAY = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029]|\r(?!\n)")

RELAYED = re.compile(
    r"candidate:(?P<start>[0-9A-Za-z+/]{1,32} \d{1,5} (?:udp|tcp) \d{1,10})"
    r" (?P<address>[0-9A-Fa-f.:]{2,45}) (?P<port>\d{1,5}) typ relay(?P<more>(?: [!-~]+)*)",
    re.IGNORECASE | re.ASCII,
)
# The extensions that a connection needs; what else a browser tells is about its own network.
NEEDED = re.compile(r" (?:generation|ufrag|tcptype) [0-9A-Za-z+/]+")
NOWHERE = {4: "0.0.0.0", 6: "::"}  # noqa: S104 (nothing listens there)

# Where a description names an address besides candidates: its lines, and what stands there instead.
ADDRESSED = [
    (re.compile(r"o=(\S+ \S+ \S+) .*"), r"o=\1 IN IP4 0.0.0.0"),
    (re.compile(r"c=.*"), "c=IN IP4 0.0.0.0"),
    (re.compile(r"a=rtcp:.*"), "a=rtcp:9 IN IP4 0.0.0.0"),
    (re.compile(r"m=(\S+) [1-9]\d* (.*)"), r"m=\1 9 \2"),
    (re.compile(r"\s*a=(?:candidate|remote-candidates)\b.*", re.IGNORECASE), None),
]


def check(description: Description | None) -> None:
    """Raises BadDescription; says nothing of the content, which is in no log either.

    SDES keys (`a=crypto`) would let the relay listen; without a sha-256 fingerprint the
    encryption would not be bound to the one who signals. Stray control characters could hide
    a line from us that a browser sees.
    """
    if description is not None and not is_sound(description.sdp):
        raise BadDescription


def is_sound(sdp: str) -> bool:
    """Whether it reads as a description that the browsers of our pages make."""
    if STRAY.search(sdp) or len(sdp.encode(errors="replace")) > FRAME_LIMIT:
        return False
    lines = sdp.replace("\r\n", "\n").split("\n")
    media = sum(line.startswith("m=") for line in lines)
    return (
        lines[0] == "v=0"
        and 0 < media <= M_LINES
        and any(FINGERPRINT.fullmatch(line) for line in lines)
        and not any(line.lower().lstrip().startswith("a=crypto") for line in lines)
    )


def through_relays(signal: SendSignal) -> SendSignal:
    """The same signal without any address of its sender: only those of relays are left.

    The browsers are told to use relays alone, and gather nothing else. What a browser tells
    all the same, whatever made it do so, does not get past us.
    """
    description, candidates = signal.description, signal.candidates
    if description:
        hidden = hide_addresses(description.sdp)
        description = msgspec.structs.replace(description, sdp=hidden)
    if candidates:
        candidates = [each for each in map(_hide_candidate, candidates) if each]
    return msgspec.structs.replace(signal, description=description, candidates=candidates)


def hide_addresses(sdp: str) -> str:
    """A description whose candidates are relays, and whose other lines name no address."""
    lines = (_hide_line(line) for line in sdp.replace("\r\n", "\n").split("\n"))
    return "\r\n".join(line for line in lines if line is not None)


def only_relay(candidate: str) -> str | None:
    """A candidate of a relay without the address it stands for; any other is None.

    Names (mDNS) are no addresses of relays either.
    """
    found = RELAYED.fullmatch(candidate)
    try:
        version = ipaddress.ip_address(found["address"]).version if found else 0
    except ValueError:
        return None
    if not found or not version:
        return None
    relay = f"candidate:{found['start']} {found['address']} {found['port']} typ relay"
    more = "".join(NEEDED.findall(found["more"]))
    return f"{relay} raddr {NOWHERE[version]} rport 9{more}"


def _hide_candidate(candidate: Candidate) -> Candidate | None:
    line = candidate.candidate.removeprefix("a=")
    if not line:
        return candidate
    relay = only_relay(line)
    return msgspec.structs.replace(candidate, candidate=relay) if relay else None


def _hide_line(line: str) -> str | None:
    if line.startswith("a=") and (relay := only_relay(line[2:])):
        return f"a={relay}"
    for pattern, instead in ADDRESSED:
        if found := pattern.fullmatch(line):
            return found.expand(instead) if instead else None
    return line
