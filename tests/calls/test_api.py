"""Calls over the API."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from calls.models import Call
from calls.telling import ring
from chat.models import Conversation
from telemed.wire import builtins

pytestmark = pytest.mark.django_db

Api = Callable[..., APIClient]

ROOT = "/api/v1/calls/"


def test_a_call_from_ringing_to_hanging_up(
    conversation: Conversation, asha: User, dr_rao: User, api: Api
) -> None:
    hers, his = api(as_=asha), api(as_=dr_rao)
    begun = hers.post(ROOT, {"conversation": str(conversation.pk), "kind": "video"})
    assert begun.status_code == 201
    call = begun.json()
    assert (call["status"], call["started_by"]) == ("ringing", str(asha.public_id))
    assert {each["id"] for each in call["people"]} == {str(asha.public_id), str(dr_rao.public_id)}
    own = f"{ROOT}{call['id']}/"
    assert his.post(f"{own}alert/").json()["alerted_at"]
    assert his.post(f"{own}acceptance/").json()["status"] == "active"
    # Nobody reported that media flow.
    over = hers.post(f"{own}ending/").json()
    assert (over["status"], over["end_reason"], over["duration"]) == ("ended", "failed", None)
    assert [each["id"] for each in his.get(ROOT).json()["results"]] == [call["id"]]


def test_a_doctor_is_called_by_the_slug(asha: User, dr_rao: User, api: Api) -> None:
    begun = api(as_=asha).post(ROOT, {"doctor": dr_rao.doctor.slug, "kind": "audio"})
    assert begun.status_code == 201


def test_what_rings_is_what_the_socket_says(
    ringing: Call, asha: User, dr_rao: User, api: Api
) -> None:
    assert api(as_=dr_rao).get(f"{ROOT}ringing/").json() == [builtins(ring(ringing, dr_rao))]
    assert api(as_=asha).get(f"{ROOT}ringing/").json() == []


def test_a_call_that_rang_for_too_long_is_missed_by_looking(
    ringing: Call, dr_rao: User, api: Api
) -> None:
    Call.objects.update(ring_expires_at=timezone.now())
    assert api(as_=dr_rao).get(f"{ROOT}ringing/").json() == []
    assert api(as_=dr_rao).get(f"{ROOT}{ringing.pk}/").json()["end_reason"] == "missed"


@pytest.mark.parametrize(
    ("verb", "status", "code"),
    [("acceptance", 403, "wrong_side"), ("refusal", 403, "wrong_side")],
)
def test_the_wrong_side_is_refused(
    verb: str, status: int, code: str, ringing: Call, asha: User, api: Api
) -> None:
    answer = api(as_=asha).post(f"{ROOT}{ringing.pk}/{verb}/")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (status, code)


@pytest.mark.parametrize("verb", ["acceptance", "refusal", "cancellation", "ending", "alert"])
def test_nothing_moves_a_call_that_is_over(verb: str, active: Call, asha: User, api: Api) -> None:
    active.leave(asha)
    answer = api(as_=asha).post(f"{ROOT}{active.pk}/{verb}/")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "call_over")


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"kind": "video"},
        {"conversation": "x", "kind": "video"},
        {"doctor": "vikram-rao", "kind": "hologram"},
        {"doctor": "vikram-rao", "conversation": str(uuid4()), "kind": "audio"},
        [],
    ],
)
def test_a_wrong_question_is_answered_in_words(asked: object, asha: User, api: Api) -> None:
    answer = api(as_=asha).post(ROOT, asked)
    assert answer.status_code == 400
    assert answer.json()["type"] == "validation_error"


@pytest.mark.parametrize("asked", [{"conversation": str(uuid4())}, {"doctor": "nobody"}])
def test_calling_what_is_not_there(asked: dict[str, str], asha: User, api: Api) -> None:
    assert api(as_=asha).post(ROOT, asked | {"kind": "audio"}).status_code == 404


def test_for_a_stranger_there_is_no_such_call(ringing: Call, stranger: User, api: Api) -> None:
    client = api(as_=stranger)
    own = f"{ROOT}{ringing.pk}/"
    assert client.get(own).status_code == 404
    for verb in ("acceptance", "refusal", "cancellation", "ending", "alert"):
        assert client.post(f"{own}{verb}/").status_code == 404
    asked = {"conversation": str(ringing.conversation_id), "kind": "audio"}
    assert client.post(ROOT, asked).status_code == 404
    assert client.get(ROOT).json()["results"] == []
    assert client.get(f"{ROOT}ringing/").json() == []


def test_a_visitor_is_asked_to_sign_in(ringing: Call, api: Api) -> None:
    for address in (ROOT, f"{ROOT}ringing/", f"{ROOT}{ringing.pk}/"):
        assert api().get(address).status_code == 401
    assert api().post(f"{ROOT}{ringing.pk}/acceptance/").status_code == 401


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_call_is_moved_by_verbs_only(method: str, ringing: Call, asha: User, api: Api) -> None:
    answer = getattr(api(as_=asha), method)(f"{ROOT}{ringing.pk}/", {"status": "ended"})
    assert answer.status_code == 405
    assert api(as_=asha).get(f"{ROOT}not-an-id/").status_code == 404


def test_the_list_can_be_narrowed(active: Call, asha: User, api: Api) -> None:
    client = api(as_=asha)
    assert client.get(f"{ROOT}?status=active").json()["results"]
    assert not client.get(f"{ROOT}?status=ended").json()["results"]
    assert client.get(f"{ROOT}?status=x").status_code == 400


def test_the_list_costs_the_same_however_long(
    conversation: Conversation,
    asha: User,
    dr_rao: User,
    api: Api,
    django_assert_max_num_queries: Callable,
) -> None:
    for _ in range(12):
        Call.objects.start(conversation, by=asha, kind="audio").decline(dr_rao)
    client = api(as_=asha)
    with django_assert_max_num_queries(8):
        assert len(client.get(ROOT).json()["results"]) == 12
