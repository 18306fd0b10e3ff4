"""The logs tell what happened by ids: never what patients write, who they are, or a secret."""

import json
import logging
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.db import IntegrityError
from django.test import Client

from accounts.models import User
from calls.events import JoinCall, SendSignal, SignalSent
from calls.models import Call
from chat.events import PostMessage, SaveDraft
from chat.models import Conversation
from telemed import wire
from telemed.logs import JsonLines
from tests.calls.descriptions import GOOD
from tests.conftest import CAST_PASSWORD
from tests.sockets import in_thread, open_socket

pytestmark = pytest.mark.django_db(transaction=True)

CANARY = "canary-7f3a"
SDP = GOOD.replace("s=-", f"s={CANARY}")


class Written(logging.Handler):
    """Keeps every line as it would be written."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    def tells_of(self, *secrets: object) -> list[str]:
        return [line for line in self.lines if any(str(each) in line for each in secrets)]


@pytest.fixture
def written() -> Iterator[Written]:
    """Every logger there is, ours and those of the libraries, at its most talkative."""
    handler, before = Written(), {}
    for name in ["", *logging.root.manager.loggerDict]:
        logger = logging.getLogger(name)
        before[logger] = logger.level
        logger.setLevel(logging.DEBUG)
    logging.root.addHandler(handler)
    yield handler
    logging.root.removeHandler(handler)
    for logger, level in before.items():
        logger.setLevel(level)


def sign_in(client: Client, email: str, password: str) -> int:
    return client.post("/accounts/login/", {"login": email, "password": password}).status_code


def test_a_line_is_kept_at_all(written: Written) -> None:
    logging.getLogger("chat.anything").debug("about %s", CANARY)
    assert json.loads(written.tells_of(CANARY)[0])["message"] == f"about {CANARY}"


def test_signing_in_and_out_leaves_no_address_and_no_secret(asha: User, written: Written) -> None:
    client = Client()
    assert sign_in(client, asha.email, CANARY) == 200
    assert sign_in(client, f"{CANARY}@example.com", CANARY) == 200
    assert sign_in(client, asha.email, CAST_PASSWORD) == 302
    session = client.cookies["session"].value
    assert client.get("/me/").status_code == 200
    client.post("/accounts/logout/")
    client.post("/accounts/password/reset/", {"email": asha.email})
    client.post("/accounts/signup/", {"email": f"{CANARY}@example.org", "name": CANARY})
    assert len(mail.outbox) >= 1
    secrets = (asha.email, asha.name, CANARY, CAST_PASSWORD, session)
    assert written.tells_of(*secrets) == []


def test_tokens_good_and_bad_leave_no_trace(asha: User, written: Written) -> None:
    client = Client()

    def post(path: str, **sent: str) -> dict[str, Any]:
        return client.post(f"/api/v1/{path}/", sent, "application/json").json()

    post("token", email=asha.email, password=CANARY)
    pair = post("token", email=asha.email, password=CAST_PASSWORD)
    post("token/refresh", refresh=pair["refresh"])
    assert "errors" in post("token/refresh", refresh=pair["refresh"])
    assert "errors" in post("token/refresh", refresh=CANARY)
    for bearer, status in ((pair["access"], 200), (CANARY, 401), (f"{pair['access']}x", 401)):
        answer = client.get("/api/v1/me/", headers={"authorization": f"Bearer {bearer}"})
        assert answer.status_code == status
    assert written.tells_of(asha.email, CANARY, CAST_PASSWORD, *pair.values()) == []


def test_what_is_written_is_in_no_log(asha: User, dr_rao: User, written: Written) -> None:
    conversation = Conversation.objects.direct(asha, dr_rao)
    client = Client()
    client.force_login(asha)
    door = f"/api/v1{conversation.get_absolute_url().replace('messages', 'conversations')}messages/"

    def post(path: str, body: str, **kind: str) -> int:
        return client.post(path, {"client_id": str(uuid4()), "body": body}, **kind).status_code

    as_json = {"content_type": "application/json"}
    assert post(conversation.get_absolute_url(), CANARY) == 302
    assert post(door, CANARY, **as_json) == 201
    assert post(door, CANARY * 2000, **as_json) == 422
    assert post(door, f"{CANARY}\0", **as_json) == 400
    assert client.post(door, f'{{"body": "{CANARY}', **as_json).status_code == 400
    assert client.patch("/api/v1/me/", {"name": CANARY, "phone": CANARY}, **as_json).status_code
    for path in ("/messages/", conversation.get_absolute_url(), "/notifications/"):
        assert client.get(path).status_code == 200
    assert written.tells_of(CANARY, asha.email, asha.name, dr_rao.email) == []


async def test_what_passes_through_sockets_is_in_no_log(
    asha: User, dr_rao: User, written: Written
) -> None:
    conversation = await in_thread(Conversation.objects.direct, asha, dr_rao)
    async with open_socket(f"/ws/conversations/{conversation.pk}/", as_=asha) as socket:
        said = PostMessage(client_id=uuid4(), body=CANARY)
        assert isinstance(await socket.command(said), wire.Ack)
        assert isinstance(await socket.command(SaveDraft(body=CANARY)), wire.Ack)
        await socket.sends({"type": CANARY, "data": {"body": CANARY}})
        await socket.receives(wire.Refused)
        await socket.sends(f'{{"type": "{CANARY}')
        await socket.receives(wire.Refused)
    call = await in_thread(Call.objects.start, conversation, by=asha, kind="video")
    await in_thread(call.accept, dr_rao)
    path = f"/ws/calls/{call.pk}/"
    async with open_socket(path, as_=asha) as caller, open_socket(path, as_=dr_rao) as called:
        await caller.command(JoinCall(party_id="tab-of-asha"))
        await called.command(JoinCall(party_id="tab-of-rao"))
        for sdp in (SDP, SDP.replace("v=0", "v=1")):
            description = {"type": "offer", "sdp": sdp}
            await caller.command(
                SendSignal(
                    from_party="tab-of-asha",
                    to_party="tab-of-rao",
                    number=1,
                    description=description,
                )
            )
        assert CANARY in (await called.receives(SignalSent)).description.sdp
    assert written.tells_of(CANARY, asha.email, "fingerprint", "ice-pwd") == []


def test_a_failure_is_logged_without_what_was_being_written(
    asha: User, dr_rao: User, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Databases quote the failing row in their complaint."""
    conversation = Conversation.objects.direct(asha, dr_rao)
    client = Client(raise_request_exception=False)
    client.force_login(asha)

    def fail(*args: object, **kwargs: object) -> None:
        raise IntegrityError(f"broken\nDETAIL:  Failing row contains ({CANARY}, {asha.email}).")

    monkeypatch.setattr("chat.posting._alone", fail)
    sent = {"client_id": str(uuid4()), "body": CANARY}
    for path in (
        conversation.get_absolute_url(),
        f"/api/v1/conversations/{conversation.pk}/messages/",
    ):
        answer = client.post(
            path, sent, **({"content_type": "application/json"} if "api" in path else {})
        )
        assert answer.status_code == 500
        assert CANARY not in answer.content.decode()
    told = [json.loads(line) for line in written.lines]
    failures = [each for each in told if each["level"] == "error" and "exception" in each]
    assert len(failures) == 2
    assert all("IntegrityError" in failure["exception"] for failure in failures)
    assert written.tells_of(CANARY, asha.email) == []


def test_a_name_with_a_line_break_forges_no_line(written: Written) -> None:
    logging.getLogger("accounts").warning("person %s", 'x\n{"level": "info"}\r\n')
    assert len(written.lines[-1].splitlines()) == 1
