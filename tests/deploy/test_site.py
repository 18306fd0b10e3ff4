"""The site as production runs it: nginx with deploy's own files before two processes of ours."""

import base64
import hashlib
import json
import re
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from http.client import HTTPConnection
from threading import Event, Thread
from urllib.request import Request, urlopen
from uuid import uuid4

import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families
from websockets.exceptions import ConnectionClosed

from chat.events import MessagePosted
from telemed import bodies, wire
from telemed.views import CODES
from tests.deploy.processes import METRICS_TOKEN, Process, Site
from tests.deploy.visitor import Answer, Visitor, conversation, hear, tell
from tests.long import in_long

SECRET = {"Authorization": f"Bearer {METRICS_TOKEN}"}


def addresses(site: Site) -> list[str]:
    """Where those came from who opened something, newest first, as the access record has it."""
    with psycopg.connect(site.database) as connection:
        rows = connection.execute("SELECT host(address) FROM audit_accessrecord ORDER BY id DESC")
        return [str(address) for (address,) in rows]


def test_the_sign_in_page_comes_over_tls(visitor: Visitor) -> None:
    answer = visitor.get("/accounts/login/")
    assert answer.status == 200
    assert "<form" in answer.text
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    for name in ("Strict-Transport-Security", "Content-Security-Policy", "X-Frame-Options"):
        assert len(answer.headers.get_all(name)) == 1
    assert not re.search(r"\d", answer.headers["Server"])
    assert all("Secure" in line for line in answer.headers.get_all("Set-Cookie"))


def test_what_is_asked_in_clear_is_sent_to_tls(site: Site) -> None:
    connection = HTTPConnection("127.0.0.1", site.http, timeout=10)
    connection.request("GET", "/doctors/?q=heart", headers={"Host": "evil.example"})
    answer = connection.getresponse()
    connection.close()
    assert answer.status == 308
    assert answer.headers["Location"] == f"{site.address}/doctors/?q=heart"


def shake_hands(site: Site, name: str, version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2) -> None:
    context = ssl.create_default_context(cafile=site.certificate)
    context.check_hostname = False
    context.minimum_version = context.maximum_version = version
    context.set_ciphers("DEFAULT@SECLEVEL=0")
    with (
        socket.create_connection(("127.0.0.1", site.https), timeout=10) as line,
        context.wrap_socket(line, server_hostname=name) as secured,
    ):
        assert secured.version()


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
def test_only_today_s_tls_and_only_our_own_name(site: Site) -> None:
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        shake_hands(site, "localhost", version)
    with pytest.raises(ssl.SSLError, match="PROTOCOL_VERSION"):
        shake_hands(site, "localhost", ssl.TLSVersion.TLSv1_1)
    with pytest.raises(ssl.SSLError, match="UNRECOGNIZED_NAME"):
        shake_hands(site, "evil.example")


def test_another_name_in_the_request_reaches_nobody(site: Site, visitor: Visitor) -> None:
    assert visitor.get("/accounts/login/").status == 200
    with pytest.raises(ConnectionError):
        visitor.get("/accounts/login/", Host="evil.example")


FORGED = {"X-Forwarded-For": "6.6.6.6", "X-Real-IP": "6.6.6.6", "Forwarded": "for=6.6.6.6"}


async def test_the_address_on_record_is_the_client_s_and_cannot_be_forged(site: Site) -> None:
    asha = Visitor(site, source="127.0.0.7").sign_in("asha")
    thread = conversation(asha)
    assert asha.get(f"/messages/{thread}/", **FORGED).status == 200
    assert addresses(site)[0] == "127.0.0.7"
    rao = Visitor(site, source="127.0.0.8").sign_in("rao")
    async with rao.socket(f"/ws/conversations/{thread}/", **FORGED) as opened:
        await tell(opened, "Good morning")
    assert addresses(site)[0] == "127.0.0.8"
    assert not {"6.6.6.6", "127.0.0.1"} & set(addresses(site)[:2])


async def test_what_is_said_at_one_process_is_heard_at_the_other(site: Site) -> None:
    """nginx gives a socket to whom has fewest; two are enough to have one at each."""
    asha, rao = Visitor(site).sign_in("asha"), Visitor(site).sign_in("rao")
    path = f"/ws/conversations/{conversation(asha)}/"
    async with asha.socket(path) as hers, rao.socket(path) as his:
        assert [open_sockets(process) for process in site.processes] == [1, 1]
        assert (await tell(hers, "Hello from here"))["type"] == wire.Ack.wire_name
        posted = await hear(his, lambda frame: frame["type"] == MessagePosted.wire_name)
        assert posted["data"]["body"] == "Hello from here"


def open_sockets(process: Process) -> float:
    """As its own figures have it."""
    families = text_string_to_metric_families(figures(process))
    samples = next(each for each in families if each.name == "telemed_sockets_open").samples
    return sum(sample.value for sample in samples)


def figures(process: Process) -> str:
    """/metrics, asked for directly, as a scraper does."""
    asked = Request(f"{process.address}/metrics", headers=SECRET)  # noqa: S310 - of our own process
    with urlopen(asked, timeout=10) as answer:  # noqa: S310
        return str(answer.read().decode())


@pytest.mark.parametrize(
    "path", ["/metrics", "/metrics?x=1", "//metrics", "/%6detrics", "/x/../metrics", "/./metrics"]
)
def test_the_figures_are_for_our_own_network(site: Site, visitor: Visitor, path: str) -> None:
    assert "telemed_requests_total" in figures(site.processes[0])
    answer = visitor.get(path, **SECRET)
    assert answer.status == 404
    assert "telemed_requests_total" not in answer.text
    assert "Page not found" in answer.text


OVER = bodies.LIMIT + 1


def test_what_is_too_large_is_refused_in_words(visitor: Visitor) -> None:
    page = visitor.ask("POST", "/accounts/login/", b"x" * OVER)
    assert page.status == 413
    assert "larger than we can take" in page.text
    answer = visitor.ask("POST", "/api/v1/token/", b"x" * OVER)
    assert answer.status == 413
    code, detail = CODES[413]
    problem = {"code": code, "detail": detail, "attr": None}
    assert answer.json() == {"type": "client_error", "errors": [problem]}
    assert answer.headers["Content-Type"] == "application/json"


def test_what_is_just_not_too_large_comes_through(visitor: Visitor) -> None:
    answer = visitor.ask("POST", "/api/v1/token/", b"x" * bodies.LIMIT, Content_Type="text/plain")
    assert answer.headers["X-Request-Id"]
    assert answer.status == 415


def test_a_request_that_cannot_be_read_is_answered_in_words(visitor: Visitor) -> None:
    answer = visitor.get("/", Odd="x" * 40_000)
    assert answer.status == 400
    assert "We did not understand that" in answer.text
    assert visitor.get("/api/v1/doctors/", Odd="x" * 40_000).status == 400


def asset(visitor: Visitor, pattern: str = r'href="(/static/css/app\.[0-9a-f]{12}\.css)"') -> str:
    """The address of a file that a page asks for."""
    found = re.search(pattern, visitor.get("/").text)
    assert found
    return found[1]


def test_static_files_come_from_nginx_and_may_be_kept_for_ever(
    site: Site, visitor: Visitor
) -> None:
    path = asset(visitor)
    stop_all(site)
    answer = visitor.get(path, Accept_Encoding="gzip")
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/css")
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Encoding"] == "gzip"
    unhashed = visitor.get("/static/img/favicon.svg")
    assert unhashed.status == 200
    assert "immutable" not in unhashed.headers["Cache-Control"]


def test_a_static_file_that_is_not_there_is_a_page_of_ours(visitor: Visitor) -> None:
    for path in ("/static/nothing.css", "/static/", "/static/../telemed.sqlite3"):
        answer = visitor.get(path)
        assert answer.status == 404
        assert "Page not found" in answer.text


def stop_all(site: Site) -> None:
    for process in site.processes:
        process.stop()


def test_when_everything_is_down_a_page_says_so_in_words(site: Site, visitor: Visitor) -> None:
    stop_all(site)
    answer = visitor.get("/messages/")
    assert answer.status == 502
    assert "cannot be reached just now" in answer.text
    assert "Nothing that was sent with a tick is lost" in answer.text
    assert '<a href="tel:112">112</a>' in answer.text
    assert answer.headers["Retry-After"] == "5"
    assert answer.headers["Cache-Control"] == "no-store"
    assert style_hash(answer) in answer.headers["Content-Security-Policy"]
    assert not re.search(r"\b(?:src|href|url)\b\W+(?:https?:|/static|data:)", answer.text)
    problem = visitor.get("/api/v1/me/")
    assert problem.status == 502
    assert problem.json()["type"] == "server_error"
    assert problem.json()["errors"][0]["code"] == "unreachable"
    for process in site.processes:
        process.start()
    visitor.comes_in()


def style_hash(answer: Answer) -> str:
    """The only style that the page's own policy lets it have."""
    (style,) = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


def test_a_process_that_stops_loses_nothing(site: Site) -> None:
    """Each is stopped in its turn and started again, as a rolling restart does, under load."""
    asha = Visitor(site).sign_in("asha")
    with Load(asha, f"/api/v1/conversations/{conversation(asha)}/messages/") as load:
        for process in site.processes:
            load.passes(10)
            process.ask_to_stop()
            load.passes(10)
            process.stop()
            load.passes(10)
            process.start()
            load.until(partial(serves, process))
    assert load.wrong == []
    page = asha.get(f"{load.messages}?since={load.before}").json()
    assert [each["client_id"] for each in page["results"]] == load.said


def serves(process: Process) -> bool:
    """nginx has found out that it is back."""
    return 'route="dashboard:home"' in figures(process)


class Load:
    """A reader who is never refused, and a writer who is a page of ours.

    nginx repeats what can be repeated. What it cannot, because it may have been done, a page
    sends again under the same id.
    """

    def __init__(self, visitor: Visitor, messages: str) -> None:
        self.visitor, self.messages = visitor, messages
        self.before = visitor.get(messages).json()["head"]
        self.wrong: list[str] = []
        self.said: list[str] = []
        self.read = 0
        self._is_over = Event()
        self._threads = [Thread(target=job) for job in (self._read, self._say)]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *wrong: object) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def passes(self, number: int) -> None:
        """Waits until so many more pages were read, and something more was said."""
        due, said = self.read + number, len(self.said)
        self.until(lambda: self.read >= due and len(self.said) > said)

    def until(self, is_true: Callable[[], bool]) -> None:
        """Waits for something, while all goes well."""
        deadline = time.monotonic() + 60
        while not is_true():
            assert time.monotonic() < deadline
            assert not self.wrong
            self._is_over.wait(0.02)

    def _read(self) -> None:
        while not self._is_over.is_set() and not self.wrong:
            self._note(self.visitor.get("/"), 200)
            self.read += 1

    def _say(self) -> None:
        while not self._is_over.wait(0.7) and not self.wrong:  # as fast as a person may write
            message = {"client_id": str(uuid4()), "body": "Still here"}
            answer = self.visitor.send(self.messages, message)
            if answer.status == 502:
                answer = self.visitor.send(self.messages, message)
            self._note(answer, 201)
            self.said.append(message["client_id"])

    def _note(self, answer: Answer, due: int) -> None:
        if answer.status != due:
            self.wrong.append(f"{answer.status} {answer.text[:200]}")


async def test_sockets_of_a_process_that_stops_come_back_at_the_other(site: Site) -> None:
    asha = Visitor(site).sign_in("asha")
    path = f"/ws/conversations/{conversation(asha)}/"
    async with asha.socket(path) as one, asha.socket(path) as other:
        holds = {open_sockets(process) for process in site.processes}
        assert holds == {1}
        site.processes[0].stop()
        codes = []
        for opened in (one, other):
            with suppress(ConnectionClosed, TimeoutError):
                await hear(opened, lambda frame: frame["type"] == "nothing", within=0.5)
            codes.append(opened.close_code)
        assert sorted(codes, key=bool) == [None, 4012]
    async with asha.socket(path) as again:
        assert (await tell(again, "Back again"))["type"] == wire.Ack.wire_name


@in_long
async def test_a_socket_that_only_hears_beats_stays_open(site: Site) -> None:
    """Longer than nginx would wait for an answer."""
    asha = Visitor(site).sign_in("asha")
    async with asha.socket(f"/ws/conversations/{conversation(asha)}/") as opened:
        for _each in range(5):
            await hear(opened, lambda frame: frame["type"] == wire.Beat.wire_name)
        assert (await tell(opened, "Still here"))["type"] == wire.Ack.wire_name


def test_logs_of_nginx_tell_no_names(site: Site, visitor: Visitor) -> None:
    visitor.get("/doctors/?q=heartache")
    visitor.get("/doctors/?q=heartache", Odd="x" * 40_000)
    log = (site.folder / "access.log").read_text()
    lines = [json.loads(line) for line in log.splitlines()]
    log += (site.folder / "nginx.log").read_text()
    assert len(lines) > 1
    assert re.fullmatch("[0-9a-f]{16}", lines[-2]["request"])
    assert not re.search(r"heartache|127\.0\.0\.7|/doctors|/messages", log)
