"""coturn with deploy's own file: who may relay, and where to."""

import secrets
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from calls.ice import TTL_SECONDS, credential
from launcher import certificate
from launcher.environment import ROOT
from launcher.postgres_and_redis import found, free_port, is_open
from launcher.programs import provide
from tests.deploy.turn import Client

SECRET = "the-application-knows-it-too"
CONFIGURATION = ROOT / "deploy" / "coturn" / "turnserver.conf"


@dataclass
class Turn:
    """A server that is running, and its doors."""

    port: int
    tls_port: int
    certificate: Path


@pytest.fixture(scope="module")
def turn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Turn]:
    """The configuration is deploy's; ports, addresses and what is the site's own are given."""
    if reason := provide("turnserver"):
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("turn")
    certificate.main(folder, ["127.0.0.1"])
    turn = Turn(free_port(), free_port(), folder / "certificate.pem")
    own = {
        "listening-ip": "127.0.0.1",
        "listening-port": turn.port,
        "tls-listening-port": turn.tls_port,
        "realm": "telemed.example",
        "static-auth-secret": SECRET,
        "cert": turn.certificate,
        "pkey": folder / "key.pem",
        "userdb": folder / "users",
        "pidfile": folder / "pid",
    }
    options = [f"--{name}={value}" for name, value in own.items()]
    relays = ["--relay-ip=127.0.0.1", "--relay-ip=::1"]
    log = (folder / "log").open("w")
    with ExitStack() as stack:
        stack.callback(log.close)
        server = subprocess.Popen(
            [found("turnserver"), "-c", str(CONFIGURATION), *options, *relays],
            stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        stack.callback(server.wait)
        stack.callback(server.terminate)
        deadline = time.monotonic() + 30
        while not (is_open(turn.tls_port) and answers(turn.port)):
            assert server.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline, (folder / "log").read_text()
        yield turn


def answers(port: int) -> bool:
    """Its ports for TCP are open a moment before those for UDP (RFC 8489, Binding)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(0.5)
        line.connect(("127.0.0.1", port))
        try:
            line.send(b"\0\1\0\0\x21\x12\xa4\x42" + secrets.token_bytes(12))
            return bool(line.recv(2048))
        except OSError:
            return False


def name(lasts: int = TTL_SECONDS) -> str:
    """As the application gives it to a party of a call."""
    return f"{int(time.time()) + lasts}:someone"


def client(turn: Turn, name: str, password: str) -> Client:
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    line.settimeout(10)
    line.connect(("127.0.0.1", turn.port))
    return Client(line, name, password)


def invited(turn: Turn, version: int = 4) -> Client:
    """Somebody whom the application let in, with a relay."""
    mine = name()
    someone = client(turn, mine, credential(SECRET, mine))
    assert someone.allocate(version=version) == 0
    return someone


def test_what_the_application_hands_out_opens_a_relay(turn: Turn) -> None:
    invited(turn)


def test_a_wrong_password_opens_none(turn: Turn) -> None:
    mine = name()
    assert client(turn, mine, credential("guessed", mine)).allocate() == 401


def test_a_name_that_has_expired_opens_none(turn: Turn) -> None:
    past = name(lasts=-60)
    assert client(turn, past, credential(SECRET, past)).allocate() == 401


OUTSIDE = {4: ["9.9.9.9", "172.32.0.1", "100.128.0.1"], 6: ["2620:fe::fe", "2a00::1"]}
INSIDE = {
    4: [
        *("169.254.169.254", "10.0.0.5", "10.255.255.255", "192.168.1.1", "172.16.0.1"),
        *("172.31.255.255", "127.0.0.1", "127.1.2.3", "100.64.0.1", "0.1.2.3", "224.0.0.1"),
        *("198.18.0.1", "203.0.113.9", "255.255.255.255", "192.0.0.8"),
    ],
    6: [
        *("::1", "::", "::ffff:10.0.0.5", "::ffff:127.0.0.1", "fc00::1", "fd12:3456::1"),
        *("fe80::1", "febf::1", "ff02::1", "64:ff9b::a00:5", "2002:a00:5::1", "2001:db8::1"),
    ],
}


@pytest.mark.parametrize("version", [4, 6])
def test_nobody_relays_into_our_own_network(turn: Turn, version: int) -> None:
    """Asking for leave sends nothing; the same client gets it for addresses of the world."""
    someone = invited(turn, version)
    assert {each: someone.permit(each) for each in OUTSIDE[version]} == dict.fromkeys(
        OUTSIDE[version], 0
    )
    refused = dict.fromkeys(INSIDE[version], 403)
    assert {each: someone.permit(each) for each in INSIDE[version]} == refused


def test_the_configuration_is_read_and_its_ranges_are_what_refuses() -> None:
    """coturn reads a network as a single address, and says nothing."""
    lines = CONFIGURATION.read_text().splitlines()
    denied = [line.partition("=")[2] for line in lines if line.startswith("denied-peer-ip")]
    assert len(denied) > 20
    assert [each for each in denied if "/" in each or each.count("-") != 1] == []


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
def test_it_relays_behind_tls_and_only_today_s(turn: Turn) -> None:
    mine = name()
    with shaken_hands(turn, ssl.TLSVersion.TLSv1_2) as line:
        assert Client(line, mine, credential(SECRET, mine)).allocate() == 0
    with pytest.raises(OSError), shaken_hands(turn, ssl.TLSVersion.TLSv1_1):  # noqa: PT011
        pass


@contextmanager
def shaken_hands(turn: Turn, version: ssl.TLSVersion) -> Iterator[socket.socket]:
    """coturn answers a version it does not take with silence."""
    context = ssl.create_default_context(cafile=turn.certificate)
    context.set_ciphers("DEFAULT@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    patience = 3 if version is ssl.TLSVersion.TLSv1_1 else 10
    with (
        socket.create_connection(("127.0.0.1", turn.tls_port), timeout=patience) as line,
        context.wrap_socket(line, server_hostname="localhost") as secured,
    ):
        yield secured
