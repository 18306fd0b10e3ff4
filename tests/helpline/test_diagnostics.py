"""The check of a device: what is kept, who finds it by its letters, and the trial of the relay."""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from helpline.diagnostics import RELAY_SECONDS
from helpline.models import Diagnosis, Ticket
from helpline.models.diagnostics import LETTERS, VALID
from helpline.refusals import NoSuchReport
from telemed.limits import TooFast

pytestmark = pytest.mark.django_db(transaction=True)

Browser = Callable[..., Client]
FACTS = {"browser": "Firefox 128", "camera": "works", "relay": "this site has none"}


def send(client: Client, facts: object, to: str = "report") -> tuple[int, dict[str, object]]:
    answer = client.post(f"/help/check/{to}/", facts, content_type="application/json")
    return answer.status_code, answer.json()


def test_the_letters_open_the_report_beside_the_ticket(
    browser_client: Browser, asha: User, ravi: User, ticket: Ticket
) -> None:
    status, answer = send(browser_client(asha), FACTS)
    code = str(answer["code"])
    assert status == 201
    assert len(code) == 6
    assert set(code) <= set(LETTERS)
    desk = browser_client(ravi)
    spoken = f" {code[:3].lower()}-{code[3:].lower()} "
    shown = desk.post(f"/admin/desk/{ticket.number}/report/", {"code": spoken}, follow=True)
    assert "Firefox 128" in shown.content.decode()


def test_letters_that_sound_alike_are_not_used() -> None:
    assert not set("ILON") & set(LETTERS)


def test_a_code_opens_only_the_requesters_own_report(
    stranger: User, ravi: User, ticket: Ticket
) -> None:
    other = Diagnosis.objects.keep(stranger, FACTS)
    with pytest.raises(NoSuchReport):
        Diagnosis.objects.attach(other.code, ticket, by=ravi)
    own = Diagnosis.objects.keep(ticket.requester, FACTS)
    assert Diagnosis.objects.attach(own.code, ticket, by=ravi) == own


def test_a_code_is_valid_for_half_an_hour(ravi: User, ticket: Ticket) -> None:
    kept = Diagnosis.objects.keep(ticket.requester, FACTS)
    late = timezone.now() + VALID + timedelta(seconds=1)
    with pytest.raises(NoSuchReport):
        Diagnosis.objects.attach(kept.code, ticket, by=ravi, now=late)
    Diagnosis.objects.attach(kept.code, ticket, by=ravi)


def test_nobody_guesses(ravi: User, ticket: Ticket) -> None:
    for _guess in range(10):
        with pytest.raises(NoSuchReport):
            Diagnosis.objects.attach("AAAAAA", ticket, by=ravi)
    with pytest.raises(TooFast):
        Diagnosis.objects.attach("AAAAAA", ticket, by=ravi)


def test_a_person_makes_a_few_reports_at_a_time(browser_client: Browser, asha: User) -> None:
    client = browser_client(asha)
    assert [send(client, FACTS)[0] for _report in range(6)] == [201] * 5 + [429]


@pytest.mark.parametrize(
    "bad", [{}, [], "x", {"name": "Asha"}, {"browser": 1}, {"browser": "x" * 201}]
)
def test_only_a_few_short_facts_are_kept(bad: object, browser_client: Browser, asha: User) -> None:
    assert send(browser_client(asha), bad)[0] == 400
    assert not Diagnosis.objects.exists()


def test_what_is_not_asked_for_is_not_kept(browser_client: Browser, asha: User) -> None:
    send(browser_client(asha), FACTS | {"microphone_name": "Asha’s headset"})
    assert Diagnosis.objects.get().report == FACTS


def test_a_visitor_signs_in_first(client: Client) -> None:
    for path in ("", "report/", "relay/"):
        assert client.get(f"/help/check/{path}").status_code in (302, 405)
    assert client.post("/help/check/relay/").status_code == 302


def test_the_page_may_use_the_devices_and_others_may_not(
    browser_client: Browser, asha: User
) -> None:
    client = browser_client(asha)
    assert "camera=(self)" in client.get("/help/check/")["Permissions-Policy"]
    assert "camera=()" in client.get("/messages/")["Permissions-Policy"]


def test_without_a_relay_it_says_so(browser_client: Browser, asha: User) -> None:
    assert send(browser_client(asha), {}, "relay") == (200, {"servers": []})


def test_the_relay_is_tried_with_credentials_of_half_a_minute(
    browser_client: Browser, asha: User, settings
) -> None:
    settings.TURN_URLS, settings.TURN_SECRET = ["turn:127.0.0.1:3478"], "secret"
    client = browser_client(asha)
    status, answer = send(client, {}, "relay")
    server = answer["servers"][0]
    expires, who = server["username"].split(":")
    assert status == 200
    assert who == f"check-{asha.public_id}"
    assert time.time() < int(expires) <= time.time() + RELAY_SECONDS
    digest = hmac.new(b"secret", server["username"].encode(), hashlib.sha1).digest()
    assert server["credential"] == base64.b64encode(digest).decode()
    assert [send(client, {}, "relay")[0] for _trial in range(3)] == [200, 200, 429]
