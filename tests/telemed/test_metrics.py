"""What production is watched by: who may read it, what it counts, and that it tells nothing."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, connections
from django.test import Client
from django.utils import timezone
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from accounts.models import User
from calls import counting
from calls.models import Call
from calls.models.states import RING
from chat.models import Conversation
from telemed import clock, metrics, wire
from tests.sockets import HandshakeRefused, in_thread, open_socket
from tests.sweeping import meet

pytestmark = pytest.mark.alike

TOKEN = "for-those-who-watch-production-only"
Browser = Callable[..., Client]


@pytest.fixture(autouse=True)
def _token(settings) -> None:
    settings.METRICS_TOKEN = TOKEN


def ask(client: Client, authorization: str = f"Bearer {TOKEN}", **headers: str):
    return client.get("/metrics", headers={"authorization": authorization} | headers)


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0


class Growth:
    """How much a count grows from here on."""

    def __init__(self, name: str, **labels: str) -> None:
        self.name, self.labels = name, labels
        self.before = value(name, **labels)

    @property
    def now(self) -> float:
        return value(self.name, **self.labels) - self.before


def test_without_a_token_there_is_no_such_page(client: Client, settings) -> None:
    assert ask(client).status_code == 200
    settings.METRICS_TOKEN = ""
    for authorization in ("", "Bearer ", f"Bearer {TOKEN}"):
        assert ask(client, authorization).status_code == 404


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer wrong", TOKEN, f"Basic {TOKEN}", f"bearer {TOKEN}x", "é"],
)
def test_a_wrong_token_opens_nothing(client: Client, authorization: str) -> None:
    answer = ask(client, authorization)
    assert answer.status_code == 401
    assert answer.content == b""


@pytest.mark.django_db
def test_signing_in_is_not_enough(browser_client: Browser, ravi: User) -> None:
    assert browser_client(ravi).get("/metrics").status_code == 401


def test_the_page_can_be_read_by_a_scraper(client: Client) -> None:
    answer = ask(client)
    families = {each.name: each for each in text_string_to_metric_families(answer.text)}
    assert {"telemed_requests", "telemed_clock_age_seconds", "telemed_link_up"} <= set(families)
    assert "process_resident_memory_bytes" in families
    (build,) = families["telemed_build_info"].samples
    assert build.labels["version"] == metrics.version()
    assert answer["Cache-Control"] == "no-store"


def test_it_is_read_without_the_database(client: Client) -> None:
    """The test has no database at all: asking it would fail."""
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        connection.cursor()
    assert ask(client).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
@pytest.mark.django_db
def test_machines_ask_by_address_and_people_by_name(client: Client, path: str, settings) -> None:
    settings.ALLOWED_HOSTS, settings.SITE_HOST = ["telemed.example"], "telemed.example"
    settings.SECURE_SSL_REDIRECT = True
    by_address = {"host": "10.0.0.7:8001", "authorization": f"Bearer {TOKEN}"}
    assert client.get(path, headers=by_address).status_code == 200
    assert client.get("/", headers=by_address).status_code == 400


@pytest.mark.django_db
def test_requests_are_counted_by_route_and_never_by_path(
    browser_client: Browser, asha: User, dr_rao: User
) -> None:
    pair = meet(asha, dr_rao)
    seen = Growth("telemed_requests_total", method="GET", route="chat:conversation", status="200")
    timed = Growth("telemed_request_seconds_count", route="chat:conversation")
    client = browser_client(asha)
    client.get(f"/messages/{pair.conversation.pk}/")
    assert (seen.now, timed.now) == (1, 1)
    client.get(f"/nothing/{asha.public_id}")
    client.generic("XYZZY", "/")
    page = ask(client).text
    for private in (pair.conversation.pk, asha.public_id, asha.email, "XYZZY", "nothing"):
        assert str(private) not in page
    assert 'method="other"' in page


@pytest.mark.django_db(transaction=True)
async def test_sockets_are_counted_by_kind_while_they_are_open(asha: User, dr_rao: User) -> None:
    conversation = await in_thread(Conversation.objects.direct, asha, dr_rao)
    is_open = Growth("telemed_sockets_open", kind="conversations")
    refused = Growth("telemed_frames_refused_total", code="bad_frame")
    left = Growth("telemed_socket_closes_total", code="1000")
    async with open_socket(f"/ws/conversations/{conversation.pk}/", as_=asha) as socket:
        assert is_open.now == 1
        await socket.sends("{")
        await socket.receives(wire.Refused)
    assert is_open.now == 0
    assert refused.now == 1
    assert left.now == 1


@pytest.mark.django_db(transaction=True)
async def test_the_end_of_a_socket_is_counted_once_by_its_code(stranger: User) -> None:
    gone = Growth("telemed_socket_closes_total", code="4004")
    path = "/ws/conversations/00000000-0000-0000-0000-000000000000/"
    async with open_socket(path, as_=stranger) as socket:
        await socket.closes(4004)
    assert gone.now == 1
    assert value("telemed_sockets_open", kind="conversations") == 0


@pytest.mark.django_db(transaction=True)
async def test_a_foreign_page_and_a_wild_address_make_no_new_label(asha: User) -> None:
    with pytest.raises(HandshakeRefused):
        async with open_socket("/ws/me/", as_=asha, origin="https://evil.example"):
            pass
    other = Growth("telemed_socket_closes_total", code="4004")
    async with open_socket("/ws/anything-at-all/", as_=asha) as socket:
        await socket.closes(4004)
    assert other.now == 1
    kinds = {each.labels["kind"] for each in metrics.sockets_open.collect()[0].samples}
    assert kinds <= {"me", "conversations", "calls", "other"}


@pytest.mark.django_db(transaction=True)
def test_calls_are_counted_when_their_steps_are_on_disk(asha: User, dr_rao: User) -> None:
    started = Growth("telemed_calls_started_total", kind="video")
    answered = Growth("telemed_call_answer_seconds_count")
    completed = Growth("telemed_calls_ended_total", reason="completed")
    call = meet(asha, dr_rao).call
    assert (started.now, answered.now, completed.now) == (1, 0, 0)
    call.accept(dr_rao)
    assert (started.now, answered.now, completed.now) == (1, 1, 0)
    call.join(asha, "tab-of-asha")
    call.report_connected(asha, "tab-of-asha")
    call.leave(asha)
    assert (started.now, answered.now, completed.now) == (1, 1, 1)


@pytest.mark.django_db
def test_the_clock_looks_at_the_calls_of_now(asha: User, dr_rao: User) -> None:
    call = meet(asha, dr_rao).call
    counting.look_at_live(timezone.now())
    assert value("telemed_calls_live", status="ringing") == 1
    assert value("telemed_calls_overdue_seconds") == 0
    counting.look_at_live(call.ring_expires_at + timedelta(seconds=9))
    assert value("telemed_calls_overdue_seconds") == 9
    Call.objects.settle(call.ring_expires_at + RING)
    counting.look_at_live(timezone.now())
    assert value("telemed_calls_live", status="ringing") == 0
    assert value("telemed_calls_overdue_seconds") == 0


def test_an_age_grows_until_it_is_renewed() -> None:
    now = 100.0
    gauge = metrics.Gauge("test_age", "For this test", registry=None)
    age = metrics.Age(gauge, lambda: now)
    now = 130.0
    assert gauge.collect()[0].samples[0].value == 30
    age.renew()
    assert gauge.collect()[0].samples[0].value == 0


@pytest.mark.django_db(transaction=True)
async def test_a_clock_that_fails_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    failures = Growth("telemed_clock_failures_total")
    renewed = metrics.clock_tick._renewed_at
    [await clock.settle_one(job) for job in clock.jobs_of(0)]
    assert failures.now == 0
    assert metrics.clock_tick._renewed_at > renewed

    def fail() -> None:
        raise DatabaseError

    renewed = metrics.clock_tick._renewed_at
    monkeypatch.setattr(clock, "tick", fail)
    [await clock.settle_one(job) for job in clock.jobs_of(0)]
    assert failures.now == 1
    assert metrics.clock_tick._renewed_at == renewed


def test_looking_at_the_pool_makes_none(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """One made before its time would keep to whatever database the settings named then."""
    pools: dict[str, object] = {}
    monkeypatch.setattr(connections["default"], "_connection_pools", pools, raising=False)
    assert "telemed_db_connections{" not in ask(client).text
    assert pools == {}


@pytest.mark.postgresql
@pytest.mark.django_db
def test_the_pool_is_watched(client: Client) -> None:
    connection.ensure_connection()
    page = ask(client).text
    assert re.search(r'telemed_db_connections\{state="used"\} [1-9]', page)
    assert "telemed_db_waiting 0.0" in page
