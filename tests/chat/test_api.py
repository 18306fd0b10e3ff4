"""Conversations for third parties: the same verbs, the same words, the same limits."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import AccessRecord
from chat import posting
from chat.api import MessageSerializer
from chat.models import Conversation, Message
from telemed.limits import Allowance, allowances
from telemed.wire import builtins


def url(conversation, *parts):
    return "/".join(["/api/v1/conversations", str(conversation.pk), *parts, ""])


def test_a_message_is_told_by_rest_as_on_the_wire(conversation, asha, dr_rao, say, api):
    posted = say(asha, "Hello <b>")
    page = api(as_=dr_rao).get(url(conversation, "messages")).json()
    assert page["results"] == [builtins(posted)]
    assert page["epoch"] == str(conversation.epoch)


def test_the_documented_fields_are_those_of_the_wire(conversation, asha, say):
    assert list(MessageSerializer().fields) == list(builtins(say(asha, "Hello")))


def test_posting_answers_with_the_message(conversation, asha, api):
    sent = {"client_id": str(uuid4()), "body": " Hello "}
    first = api(as_=asha).post(url(conversation, "messages"), sent)
    again = api(as_=asha).post(url(conversation, "messages"), sent)
    assert first.status_code == 201
    assert first.json() == again.json() == builtins(Message.objects.get().as_event())
    assert first.json()["body"] == " Hello "


@pytest.mark.parametrize(
    ("sent", "status", "attr"),
    [
        ({}, 400, "client_id"),
        ({"client_id": "x", "body": "Hello"}, 400, "client_id"),
        ({"client_id": str(uuid4()), "body": {"text": "Hello"}}, 400, "body"),
        ({"client_id": str(uuid4()), "body": None}, 400, "body"),
        ({"client_id": str(uuid4()), "body": ""}, 400, "body"),
        ({"client_id": str(uuid4()), "body": "a\0"}, 400, "body"),
        ({"client_id": str(uuid4()), "body": " \n"}, 422, None),
        ({"client_id": str(uuid4()), "body": "a" * 4001}, 422, None),
        ([], 400, "non_field_errors"),
    ],
)
def test_what_is_no_message_gets_a_problem(conversation, asha, api, sent, status, attr):
    answer = api(as_=asha).post(url(conversation, "messages"), sent)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["attr"] == attr
    assert not Message.objects.exists()


def test_half_a_character_gets_a_problem(conversation, asha, api):
    sent = f'{{"client_id": "{uuid4()}", "body": "a\\ud800"}}'
    answer = api(as_=asha).post(
        url(conversation, "messages"), sent, content_type="application/json"
    )
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == "body"


def test_another_body_under_the_same_id_is_a_conflict(conversation, asha, say, api):
    posted = say(asha, "Hello")
    sent = {"client_id": str(posted.client_id), "body": "Bye"}
    answer = api(as_=asha).post(url(conversation, "messages"), sent)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "client_id_reused")


def test_history_goes_back_page_by_page(conversation, asha, say, api):
    say(asha, *[str(number) for number in range(1, 8)])
    client, seen, before = api(as_=asha), [], ""
    while True:
        page = client.get(url(conversation, "messages") + f"?limit=3{before}").json()
        seen = [message["seq"] for message in page["results"]] + seen
        before = f"&before={seen[0]}"
        if not page["has_more"]:
            break
    assert seen == [1, 2, 3, 4, 5, 6, 7]


def test_catching_up_is_complete(conversation, asha, dr_rao, say, api):
    say(asha, *[str(number) for number in range(1, 8)])
    client, last, seen = api(as_=dr_rao), 2, []
    while True:
        page = client.get(url(conversation, "messages") + f"?since={last}&limit=2").json()
        seen += [message["changed_seq"] for message in page["results"]]
        last = seen[-1]
        if not page["has_more"]:
            break
    assert seen == [3, 4, 5, 6, 7]
    assert page["head"] == 7


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "before=-1", "since=x", f"since={2**63}"]
)
def test_bounds_are_told(conversation, asha, api, query):
    answer = api(as_=asha).get(url(conversation, "messages") + f"?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == query.split("=")[0]


def test_the_list_and_one_of_it(conversation, asha, dr_rao, say, api):
    say(asha, "One", "Two")
    listed = api(as_=dr_rao).get("/api/v1/conversations/").json()["results"]
    alone = api(as_=dr_rao).get(url(conversation)).json()
    assert listed == [alone]
    assert (alone["unread"], alone["last_seq"]) == (2, 2)
    her, him = alone["members"]
    assert (her["name"], her["read_seq"], him["read_seq"]) == (asha.name, 2, 0)
    assert her["online"] is False


def test_the_list_costs_the_same_whatever_its_length(conversation, asha, dr_rao, meera, say, api):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/api/v1/conversations/").status_code == 200
        return len(queries)

    client = api(as_=asha)
    say(asha, "One")
    alone = cost()
    Conversation.objects.direct(asha, meera).append(asha, uuid4(), body="Two")
    assert cost() == alone


def test_reading_and_receipt(conversation, asha, dr_rao, say, api):
    say(asha, "One", "Two")
    client = api(as_=dr_rao)
    assert client.post(url(conversation, "receipt"), {"seq": 2}).status_code == 204
    assert client.post(url(conversation, "reading"), {"seq": 1}).status_code == 204
    member = conversation.member(dr_rao)
    assert (member.delivered_seq, member.read_seq) == (2, 1)
    assert client.post(url(conversation, "reading"), {"seq": 3}).status_code == 422
    for wrong in ({}, {"seq": -1}, {"seq": "x"}, {"seq": 2**70}):
        assert client.post(url(conversation, "reading"), wrong).status_code == 400


def test_beginning_with_a_doctor(asha, dr_rao, api):
    client = api(as_=asha)
    begun = client.post("/api/v1/conversations/", {"doctor": dr_rao.doctor.slug})
    assert begun.status_code == 200
    assert begun.json()["id"] == str(Conversation.objects.get().pk)
    assert client.post("/api/v1/conversations/", {"doctor": "nobody"}).status_code == 400
    assert client.post("/api/v1/conversations/", {}).status_code == 400


def test_a_refusal_of_the_domain_is_a_problem(dr_rao, meera, api):
    answer = api(as_=dr_rao).post("/api/v1/conversations/", {"doctor": meera.doctor.slug})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "no_relationship")


def test_a_stranger_finds_nothing_behind_any_door(
    conversation, asha, stranger, meera, ravi, say, api
):
    say(asha, "Mine")
    doors = [
        ("get", url(conversation), None),
        ("get", url(conversation, "messages"), None),
        ("post", url(conversation, "messages"), {"client_id": str(uuid4()), "body": "x"}),
        ("post", url(conversation, "reading"), {"seq": 1}),
        ("post", url(conversation, "receipt"), {"seq": 1}),
    ]
    for verb, address, sent in doors:
        assert getattr(api(as_=asha), verb)(address, sent).status_code < 300
        for outsider in (stranger, meera, ravi):
            assert getattr(api(as_=outsider), verb)(address, sent).status_code == 404
        assert getattr(api(), verb)(address, sent).status_code == 401
    assert api(as_=stranger).get("/api/v1/conversations/").json()["results"] == []


def test_a_key_that_is_none_is_not_found(asha, api):
    for key in ("x", "0" * 36, "-" * 36, str(uuid4())):
        for rest in ("", "messages/"):
            address = f"/api/v1/conversations/{key}/{rest}"
            assert api(as_=asha).get(address).status_code == 404


def test_reading_history_is_on_record(conversation, asha, dr_rao, api):
    for _ in range(2):
        api(as_=dr_rao).get(url(conversation, "messages"))
    record = AccessRecord.objects.get(act="opened", object_id=str(conversation.pk))
    assert (record.actor, record.subject_person) == (dr_rao.public_id, asha.public_id)


def test_too_many_messages_are_refused_in_words(conversation, asha, browser_client, api):
    allowances._of[asha.pk] = Allowance(clock=lambda: 0.0)  # however slow this machine is
    client = api(as_=asha)
    sent = [{"client_id": str(uuid4()), "body": str(number)} for number in range(25)]
    answers = [client.post(url(conversation, "messages"), message) for message in sent]
    assert {answer.status_code for answer in answers} == {201, 429}
    assert answers[-1].json()["errors"][0]["code"] == "too_fast"
    page = browser_client(asha).post(conversation.get_absolute_url(), {"body": "And more"})
    assert "That was too fast" in page.content.decode()


def test_a_server_that_cannot_keep_up_says_so_and_when_to_come_back(
    conversation, asha, api, monkeypatch
):
    monkeypatch.setattr(posting, "BOUND", 0)
    sent, client = {"client_id": str(uuid4()), "body": "Hello"}, api(as_=asha)
    client.raise_request_exception = False
    answer = client.post(url(conversation, "messages"), sent)
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert answer.json()["errors"][0]["code"] == "overloaded"
    assert not conversation.messages.exists()
    monkeypatch.undo()
    assert client.post(url(conversation, "messages"), sent).status_code == 201
