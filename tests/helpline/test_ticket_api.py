"""Tickets and answers for third parties."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from helpline import waking
from helpline.models import Article, Category, Status, Ticket
from tests.conftest import Person

pytestmark = pytest.mark.django_db(transaction=True)

TICKETS = "/api/v1/tickets/"


def asked(category: Category, **fields: Any) -> dict[str, Any]:
    words = {"category": category.slug, "subject": "Receipt", "body": "Where is it?"}
    return words | {"client_id": str(uuid.uuid4())} | fields


def codes(answer: Any) -> list[str]:
    return [error["code"] for error in answer.json()["errors"]]


def test_a_ticket_is_asked_once_and_read(asha: User, payments: Category, api) -> None:
    client, words = api(as_=asha), asked(payments)
    first, again = client.post(TICKETS, words), client.post(TICKETS, words)
    assert first.status_code == again.status_code == 201
    assert first.json()["id"] == again.json()["id"]
    read = client.get(f"{TICKETS}{first.json()['id']}/").json()
    assert (read["status"], read["subject"]) == ("open", "Receipt")
    assert [each["id"] for each in client.get(TICKETS).json()["results"]] == [read["id"]]
    messages = client.get(f"/api/v1/conversations/{read['conversation']}/messages/").json()
    assert messages["results"][0]["body"] == "Where is it?"


def test_what_is_asked_and_opened_again_has_somebody_once_it_is_answered(
    asha: User, ravi: User, payments: Category, api, at_desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waking, "sleepers", [])  # the hint was lost
    at_desk(ravi)
    client = api(as_=asha)
    address = f"{TICKETS}{client.post(TICKETS, asked(payments)).json()['id']}/"
    assert client.get(address).json()["assignee"]["name"] == "Ravi Menon"
    client.post(f"{address}resolution/")
    client.post(f"{address}reopening/", {"body": "It is still missing."})
    read = client.get(address).json()
    assert (read["status"], read["assignee"]["name"]) == ("assigned", "Ravi Menon")


def test_whoever_programs_finds_in_what_category_to_ask(
    asha: User, payments: Category, calls_category: Category, api
) -> None:
    Category.objects.filter(pk=calls_category.pk).update(is_offered=False)
    listed = api().get("/api/v1/categories/").json()["results"]
    assert {"slug": "payments", "name": "Payments"} in listed
    assert calls_category.slug not in [each["slug"] for each in listed], "it is not offered"
    assert api(as_=asha).post(TICKETS, asked(payments)).status_code == 201


def test_a_ticket_is_found_by_the_number_that_people_tell(
    ticket: Ticket, asha: User, stranger: User, payments: Category, api
) -> None:
    client = api(as_=asha)
    client.post(TICKETS, asked(payments))
    found = client.get(TICKETS, {"number": ticket.number}).json()["results"]
    assert [each["id"] for each in found] == [str(ticket.pk)]
    for number in (ticket.number + 100, 2**63):
        assert client.get(TICKETS, {"number": number}).json()["results"] == []
    assert client.get(TICKETS, {"number": "x"}).status_code == 400
    assert api(as_=stranger).get(TICKETS, {"number": ticket.number}).json()["results"] == []


def test_the_document_calls_the_category_of_a_new_ticket_so(api) -> None:
    document = api().get("/api/v1/schema/?format=json").json()
    wanted = document["components"]["schemas"]["NewTicket"]["properties"]["category"]
    assert wanted["title"] == "Slug of its category"
    assert "/api/v1/categories/" in wanted["description"]


def test_the_document_says_how_one_is_refused(api) -> None:
    paths = api().get("/api/v1/schema/?format=json").json()["paths"]
    rating, answers = paths[f"{TICKETS}{{id}}/rating/"]["post"], paths["/api/v1/articles/"]["get"]
    assert {"200", "400", "401", "403", "404", "409", "429"} == set(rating["responses"])
    assert {"200", "404", "429"} < set(answers["responses"])
    assert "409" not in answers["responses"], "nothing is changed by reading"
    told = rating["responses"]["409"]["content"]["application/json"]["schema"]
    assert told == {"$ref": "#/components/schemas/Problem"}


def test_what_is_wrong_is_named(asha: User, payments: Category, api) -> None:
    client = api(as_=asha)
    answer = client.post(TICKETS, asked(payments, body=" ", subject="") | {"category": "nothing"})
    assert answer.status_code == 400
    assert {error["attr"] for error in answer.json()["errors"]} == {"category", "body", "subject"}


def test_too_many_are_refused(asha: User, payments: Category, api) -> None:
    client = api(as_=asha)
    statuses = [client.post(TICKETS, asked(payments)).status_code for _each in range(12)]
    assert statuses == [201] * 10 + [429] * 2
    assert codes(client.post(TICKETS, asked(payments))) == ["too_many_tickets"]


def test_others_find_nothing(ticket: Ticket, stranger: User, dr_rao: User, api) -> None:
    for person in (stranger, dr_rao):
        client = api(as_=person)
        assert client.get(f"{TICKETS}{ticket.pk}/").status_code == 404
        assert client.get(TICKETS).json()["results"] == []
        for act in ("replies", "assignment", "resolution", "reopening", "rating"):
            said = {"score": 5, "client_id": str(uuid.uuid4()), "body": "Hello"}
            assert client.post(f"{TICKETS}{ticket.pk}/{act}/", said).status_code == 404


def test_an_agent_takes_it_and_answers(ticket: Ticket, asha: User, ravi: User, api) -> None:
    agent, address = api(as_=ravi), f"{TICKETS}{ticket.pk}/"
    reply = {"client_id": str(uuid.uuid4()), "body": "It is on its way."}
    assert codes(agent.post(f"{address}replies/", reply)) == ["not_your_ticket"]
    taken = agent.post(f"{address}assignment/").json()
    assert (taken["status"], taken["assignee"]["name"]) == ("assigned", "Ravi Menon")
    assert taken["requester"]["name"] == asha.display_name
    assert codes(agent.post(f"{address}resolution/")) == ["unanswered_question"]
    assert agent.post(f"{address}replies/", reply).json()["body"] == "It is on its way."
    assert agent.post(f"{address}resolution/").json()["status"] == "resolved"
    assert codes(agent.post(f"{address}rating/", {"score": 5})) == ["not_your_ticket"]


def test_an_agent_settles_an_unanswered_question_on_purpose_only(
    ticket: Ticket, ravi: User, api
) -> None:
    agent, address = api(as_=ravi), f"{TICKETS}{ticket.pk}/"
    agent.post(f"{address}assignment/")
    assert agent.post(f"{address}resolution/", {"anyway": "perhaps"}).status_code == 400
    for wish in ({}, {"anyway": False}):
        assert codes(agent.post(f"{address}resolution/", wish)) == ["unanswered_question"]
    assert agent.post(f"{address}resolution/", {"anyway": True}).json()["status"] == "resolved"


def test_a_list_costs_as_many_queries_for_ten_as_for_one(
    ticket: Ticket, dr_rao: User, ravi: User, payments: Category, api, django_assert_num_queries
) -> None:
    agent = api(as_=ravi)
    agent.get(TICKETS)
    with CaptureQueriesContext(connection) as for_one:
        assert len(agent.get(TICKETS).json()["results"]) == 1
    for number in range(9):
        asked_too = Ticket.objects.open(
            requester=dr_rao, category=payments, subject=f"Receipt {number}", body="Where is it?"
        )
        asked_too.claim(ravi)
    with django_assert_num_queries(len(for_one)):
        assert len(agent.get(TICKETS).json()["results"]) == 10


def test_the_requester_rates_once_and_opens_again(ticket: Ticket, asha: User, api) -> None:
    client, address = api(as_=asha), f"{TICKETS}{ticket.pk}/"
    assert codes(client.post(f"{address}rating/", {"score": 5})) == ["not_settled"]
    assert client.post(f"{address}resolution/").json()["status"] == "resolved"
    for odd in (0, 6, "x", None):
        assert client.post(f"{address}rating/", {"score": odd}).status_code == 400
    assert client.post(f"{address}rating/", {"score": 5, "comment": "Good"}).status_code == 200
    assert codes(client.post(f"{address}rating/", {"score": 1})) == ["already_rated"]
    assert client.post(f"{address}reopening/").status_code == 400
    why = {"body": "It is still missing."}
    assert client.post(f"{address}reopening/", why).json()["status"] == "open"
    assert ticket.conversation.messages.last().body == "It is still missing."


def test_nothing_of_a_ticket_is_changed_by_patching(ticket: Ticket, asha: User, api) -> None:
    before = Ticket.objects.filter(pk=ticket.pk).values().get()
    for method in ("patch", "put", "delete"):
        sent = {"status": "closed", "priority": 0, "assignee": asha.pk, "subject": "Mine"}
        assert getattr(api(as_=asha), method)(f"{TICKETS}{ticket.pk}/", sent).status_code == 405
    assert Ticket.objects.filter(pk=ticket.pk).values().get() == before


def test_what_is_not_offered_is_not_taken(asha: User, ravi: User, payments, api) -> None:
    more = {"priority": 0, "status": "closed", "channel": "emergency", "requester": ravi.pk}
    made = api(as_=asha).post(TICKETS, asked(payments, **more)).json()
    ticket = Ticket.objects.get(pk=made["id"])
    assert (ticket.requester, ticket.status) == (asha, Status.OPEN)
    assert (ticket.priority, ticket.channel) == (payments.priority, "ticket")


def test_answers_are_read_by_anyone(payments: Category, person: Person, api) -> None:
    fields = {"category": payments, "body": "Look there.", "is_published": True}
    Article.objects.create(slug="where", title="Where is my receipt?", **fields)
    Article.objects.create(slug="draft", title="Draft", **fields | {"is_published": False})
    client = api()
    assert client.get("/api/v1/articles/where/").json()["category"]["slug"] == payments.slug
    assert client.get("/api/v1/articles/draft/").status_code == 404
    listed = [each["slug"] for each in client.get("/api/v1/articles/").json()["results"]]
    assert "where" in listed
    assert "draft" not in listed
    found = client.get("/api/v1/articles/", {"q": "receipt there"}).json()["results"]
    assert [each["slug"] for each in found] == ["where"]
    assert client.get("/api/v1/articles/", {"q": "zebra"}).json()["results"] == []
