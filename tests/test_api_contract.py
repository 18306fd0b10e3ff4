"""What the API promises whoever programs against it: documents, errors, doors and pages."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from accounts.models import User
from calls.models import Call
from chat.models import Conversation
from notifications.models import Notification, notify
from telemed.limits import allowances
from tests.conftest import CAST_PASSWORD, Person
from tests.long import only_in_long
from tests.sweeping import Pair, api_routes, meet

Browser = Callable[..., Client]
Api = Callable[..., APIClient]
Ask = Callable[..., HttpResponse]

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
OPEN = {"api-token", "api-token-refresh", "doctor-list", "doctor-detail", "schema"}
OPEN |= {"category-list", "article-list", "article-detail"}
ROUTES = [route for route in api_routes() if route.name != "schema"]
ROLES = ["patient", *only_in_long("visitor", "doctor", "supervisor", "agent")]
JSON = "application/json"

HUGE, DEEP = 10**400, 20_000
BODIES = {
    "nothing": b"",
    "half an object": b'{"body": ',
    "no text at all": b"\xff\xfe\x00",
    "a list": b"[]",
    "a word": b'"hello"',
    "null": b"null",
    "not a number": b'{"seq": NaN, "fee": Infinity}',
    "a huge number": json.dumps({"seq": HUGE, "kind": HUGE}).encode(),
    "too many digits": b'{"seq": ' + b"9" * 5000 + b"}",
    "deep nesting": b"[" * DEEP + b"]" * DEEP,
    "a megabyte": json.dumps({"body": "x" * 2**20, "client_id": "x"}).encode(),
    "a megabyte of names": json.dumps(dict.fromkeys(map(str, range(90_000)), 1)).encode(),
}
TYPES = ["text/plain", "application/xml", "application/x-www-form-urlencoded", "nonsense", ""]

FIELDS = [
    *("client_id", "body", "seq", "doctor", "patient", "conversation", "kind", "name", "phone"),
    *("time_zone", "language", "email", "password", "code", "refresh", "bio", "languages", "sex"),
    *("date_of_birth", "reply_hours", "accepts_patients", "address", "emergency_contact_name"),
    *("matrix", "quiet_hours", "do_not_disturb", "sounds", "seconds", "until"),
    *("endpoint", "keys", "p256dh", "auth"),
]
WORDS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["\0", "\ud800", "a\0b", "9" * 400, "2026-02-30", "audio", "text"]),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.just(2**63), st.floats(), WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
OBJECTS = st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=5)

QUERIES = [
    *("limit=0", "limit=-1", "limit=x", f"limit={HUGE}", "limit=%00", "limit=", "limit=1.5"),
    *("before=-1", f"before={2**63}", f"since={HUGE}", "since=x", "since=&before=", "since=%D9%A3"),
    *("cursor=x", "cursor=%00", "cursor=cD1ub3doZXJl", "cursor=cj0xJnA9eA==", "cursor=bz0tMQ=="),
    *("offset=-1", f"offset={HUGE}", "q=%00", "q=" + "x" * 5000, "q=%FF%FE", "q=a&q=b"),
    *("number=x", "number=-1", "number=1.5", "number=NaN", f"number={2**63}", "number=%00"),
    *("kind=%00", "kind=x", "status=x", "end_reason=x", "unread=x", "specialty=%00"),
    *("language=%27%22", "available=x", "format=xml", "page=-1", "ordering=password"),
]
KEYS = ["%00", "x" * 3000, "%27%20OR%201=1", "0", "-1", str(HUGE), "%F0%9F%92%A9", "%FF", "..%2f"]

bounded = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def cast(person: Person) -> dict[str, User | None]:
    names = {"patient": "asha", "doctor": "rao", "agent": "ravi", "supervisor": "devika"}
    return {"visitor": None} | {role: person(name) for role, name in names.items()}


@pytest.fixture
def pair(cast: dict[str, Any]) -> Pair:
    return meet(cast["patient"], cast["doctor"])


@pytest.fixture
def ask(cast: dict[str, User | None]) -> Ask:
    """`ask("patient", "POST", path, body)`: the answer; what was done is taken back."""
    clients = {}
    for role, person in cast.items():
        clients[role] = Client(raise_request_exception=False, headers={"accept": JSON})
        if person is not None:
            clients[role].force_login(person)

    def ask(role: str, method: str, path: str, body: bytes = b"", kind: str = JSON) -> HttpResponse:
        before = transaction.savepoint()
        try:
            return clients[role].generic(method, path, body, kind)
        finally:
            transaction.savepoint_rollback(before)
            cache.clear()
            allowances._of.clear()

    return ask


def taken(ask: Ask, role: str, pair: Pair) -> list[tuple[str, str]]:
    """Every method and path that reads a body."""
    doors = [(method, route.path(pair.values(route))) for route in ROUTES for method in METHODS[1:]]
    return [door for door in doors if ask(role, *door).status_code != 405]


@pytest.fixture
def doors(ask: Ask, pair: Pair) -> dict[str, list[tuple[str, str]]]:
    return {role: taken(ask, role, pair) for role in ("patient", "doctor")}


def is_in_order(answer: HttpResponse, what: object) -> bool:
    """Never a failure of ours, and every refusal in the one form that is documented."""
    assert answer.status_code < 500, what
    if answer.status_code >= 400:
        problem = json.loads(answer.content)
        assert set(problem) == {"type", "errors"}, what
        assert problem["type"] in ("client_error", "validation_error"), what
        assert problem["errors"], what
        for error in problem["errors"]:
            assert set(error) == {"code", "detail", "attr"}, what
            assert isinstance(error["detail"], str), what
            assert error["detail"], what
    return answer.status_code < 400


@pytest.mark.alike
def test_the_document_is_made_without_a_warning(tmp_path: Any) -> None:
    document = tmp_path / "schema.yml"
    call_command("spectacular", "--fail-on-warn", "--validate", "--file", str(document))
    text = document.read_text()
    for route in ROUTES:
        assert route.path(dict.fromkeys(route.parameters, "{}")).split("{")[0] in text


@pytest.mark.alike
def test_a_right_body_is_taken(ask: Ask, pair: Pair) -> None:
    """Or all the refusals below would prove nothing."""
    for route in ROUTES:
        if body := pair.bodies().get(route.name):
            sent = json.dumps(body).encode()
            assert is_in_order(ask("patient", "POST", route.path(pair.values(route)), sent), route)


@pytest.mark.alike
@pytest.mark.parametrize("role", ROLES)
def test_no_body_upsets_an_endpoint(role: str, ask: Ask, pair: Pair) -> None:
    for door, (what, body) in product(taken(ask, role, pair), BODIES.items()):
        is_in_order(ask(role, *door, body), (door, what))


@pytest.mark.alike
@pytest.mark.parametrize("role", ROLES)
def test_no_content_type_upsets_an_endpoint(role: str, ask: Ask, pair: Pair) -> None:
    for door, kind in product(taken(ask, role, pair), TYPES):
        is_in_order(ask(role, *door, b'{"seq": 1}', kind), (door, kind))


@bounded
@given(sent=OBJECTS, data=st.data())
def test_no_object_upsets_an_endpoint(
    sent: dict[str, Any], data: st.DataObject, ask: Ask, doors: dict[str, list[tuple[str, str]]]
) -> None:
    role = data.draw(st.sampled_from(["patient", "doctor"]))
    for door in doors[role]:
        is_in_order(ask(role, *door, json.dumps(sent).encode()), (door, sent))


@pytest.mark.parametrize("role", ROLES)
def test_no_query_upsets_an_endpoint(role: str, ask: Ask, pair: Pair) -> None:
    for route, query in product(ROUTES, QUERIES):
        path = f"{route.path(pair.values(route))}?{query}"
        is_in_order(ask(role, "GET", path), (route, query))


@pytest.mark.parametrize("role", ROLES)
def test_no_key_upsets_an_endpoint(role: str, ask: Ask, pair: Pair) -> None:
    keyed = [route for route in ROUTES if route.parameters]
    for route, key, method in product(keyed, KEYS, ("GET", "POST")):
        path = route.path(dict.fromkeys(route.parameters, key))
        assert not is_in_order(ask(role, method, path), (route, key, method))


@pytest.mark.alike
def test_without_signing_in_every_door_says_401(ask: Ask, pair: Pair) -> None:
    for route, method in product(ROUTES, METHODS):
        if route.name not in OPEN:
            answer = ask("visitor", method, route.path(pair.values(route)))
            assert answer.status_code == 401, (route, method)
            assert not is_in_order(answer, route)


@pytest.mark.alike
def test_a_session_without_the_csrf_token_changes_nothing(cast: Any, pair: Pair) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast["patient"])
    for route, method in product(ROUTES, METHODS[1:]):
        if route.name.startswith("api-token"):
            continue
        path = route.path(pair.values(route))
        sent = json.dumps(pair.bodies().get(route.name, {}))
        answer = client.generic(method, path, sent, JSON)
        assert answer.status_code == 403, (route, method)
        assert "CSRF" in json.loads(answer.content)["errors"][0]["detail"]


@pytest.mark.alike
def test_a_token_opens_every_door_that_a_session_opens(
    ask: Ask, cast: Any, pair: Pair, api: Api
) -> None:
    who = {"email": cast["patient"].email, "password": CAST_PASSWORD}
    access = api().post("/api/v1/token/", who).json()["access"]
    program = Client(headers={"authorization": f"Bearer {access}", "accept": JSON})
    for route, method in product(ROUTES, ("GET", "POST")):
        sent = json.dumps(pair.bodies().get(route.name, {})).encode()
        path, body = route.path(pair.values(route)), sent if method == "POST" else b""
        before = transaction.savepoint()
        by_token = program.generic(method, path, body, JSON)
        transaction.savepoint_rollback(before)
        assert by_token.status_code == ask("patient", method, path, body).status_code, route


def walk(client: APIClient, page: str | None) -> Iterator[dict[str, Any]]:
    """Every row of a list, page by page."""
    while page:
        answer = client.get(page).json()
        assert len(answer["results"]) <= 3
        yield from answer["results"]
        page = answer["next"]


def many_calls(pair: Pair) -> set[str]:
    """Most of them in the same moment, as clocks have it."""
    pair.call.cancel(pair.patient)
    for number in range(7):
        call = Call.objects.start(pair.conversation, by=pair.patient, kind="audio")
        call.cancel(pair.patient)
        moment = timezone.now() - timedelta(days=number // 4)
        Call.objects.filter(pk=call.pk).update(created_at=moment.replace(microsecond=0))
    return ids(Call.objects.for_user(pair.patient))


def many_conversations(pair: Pair) -> set[str]:
    for number in range(7):
        doctor = User.objects.create_user(f"d{number}@example.com", name="Dr A", role="doctor")
        doctor.doctor = type(pair.doctor.doctor).objects.create(user=doctor)
        Conversation.objects.direct(pair.patient, doctor)
    Conversation.objects.update(touched_at=timezone.now())
    return ids(Conversation.objects.for_user(pair.patient))


def many_notifications(pair: Pair) -> set[str]:
    for number in range(7):
        notify(
            pair.patient,
            "message",
            about=pair.conversation,
            key=f"key-{number}",
            context={"sender": "Dr A"},
        )
    Notification.objects.update(updated_at=timezone.now())
    return ids(Notification.objects.for_user(pair.patient))


def ids(rows: Any) -> set[str]:
    return {str(key) for key in rows.values_list("pk", flat=True)}


@pytest.mark.parametrize(
    ("door", "make"),
    [
        ("calls", many_calls),
        ("conversations", many_conversations),
        ("notifications", many_notifications),
    ],
)
def test_the_pages_of_a_list_hold_every_row_once(
    door: str, make: Callable[[Pair], set[str]], pair: Pair, api: Api
) -> None:
    """Even where many rows have the same time."""
    due = make(pair)
    assert len(due) >= 7
    rows = [row["id"] for row in walk(api(as_=pair.patient), f"/api/v1/{door}/?limit=3")]
    assert len(rows) == len(due)
    assert set(rows) == due


def test_the_pages_of_a_history_hold_every_message_once_while_it_grows(
    pair: Pair, api: Api
) -> None:
    """Backwards by `before`, then what came meanwhile by `since`: nothing twice, nothing lost."""
    client = api(as_=pair.patient)
    door = f"/api/v1/conversations/{pair.conversation.pk}/messages/"

    def say(number: int) -> None:
        allowances._of.clear()
        said = {"client_id": str(uuid4()), "body": f"No. {number}"}
        assert client.post(door, said).status_code == 201

    for number in range(8):
        say(number)
    page = client.get(f"{door}?limit=3").json()
    head, seen = page["head"], page["results"]
    while page["has_more"]:
        say(len(seen))
        page = client.get(f"{door}?limit=3&before={seen[0]['seq']}").json()
        seen = page["results"] + seen
    page = {"has_more": True}
    while page["has_more"]:
        page = client.get(f"{door}?limit=2&since={head}").json()
        seen += page["results"]
        head = seen[-1]["changed_seq"]
    pair.conversation.refresh_from_db()
    assert [message["seq"] for message in seen] == list(range(1, pair.conversation.last_seq + 1))
