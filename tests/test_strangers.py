"""Two pairs of people who know nothing of each other: no id of one opens anything to the other."""

import json
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Doctor, Patient, User
from calls.events import (
    ChangeMedia,
    JoinCall,
    LeaveCall,
    RenewLease,
    ReportConnected,
    SendSignal,
    SignalSent,
)
from calls.models import Call
from chat.events import MarkDelivered, MarkRead, MessagePosted, PostMessage
from chat.models import Conversation, Message
from telemed import wire
from tests.calls.descriptions import GOOD
from tests.sockets import in_thread, open_socket
from tests.sweeping import Pair, Route, meet, routes

pytestmark = pytest.mark.alike

Browser = Callable[..., Client]
Api = Callable[..., APIClient]

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PUBLIC = {"slug", "kind"}

# Every address that names a thing of someone's; the admin, and what is an agent's to do, are in
# the matrix. Nor can the person in an emergency do what is a helper's: tests/helpline has who can.
FOR_STAFF = {"ticket-assignment", "helpline:emergency-review", "emergency-taking"}
FOR_STAFF |= {"emergency-outcome"}
NAMED = [route for route in routes() if set(route.parameters) - PUBLIC and not route.is_admin]
THINGS = [route for route in NAMED if route.name not in FOR_STAFF]


@pytest.fixture
def ours(asha: User, dr_rao: User) -> Pair:
    return meet(asha, dr_rao)


@pytest.fixture
def theirs(stranger: User, meera: User) -> Pair:
    return meet(stranger, meera)


def ask(client: Client, method: str, route: Route, pair: Pair) -> int:
    """The status; what the request has done is taken back."""
    body = json.dumps(pair.bodies().get(route.name, {})) if method != "GET" else ""
    before = transaction.savepoint()
    answer = client.generic(method, route.path(pair.values(route)), body, "application/json")
    transaction.savepoint_rollback(before)
    return answer.status_code


def test_there_is_something_to_sweep() -> None:
    assert len(THINGS) >= 20
    assert {"chat:conversation", "calls:ending", "conversation-messages"} <= set(map(str, THINGS))


@pytest.mark.parametrize("route", THINGS, ids=str)
def test_an_id_of_others_opens_nothing(
    route: Route, ours: Pair, theirs: Pair, ravi: User, browser_client: Browser
) -> None:
    owners = [browser_client(person) for person in (ours.patient, ours.doctor)]
    by_owner = {
        (method, ask(client, method, route, ours)) for client, method in product(owners, METHODS)
    }
    taken = {method for method, status in by_owner if status < 400}
    assert taken, by_owner
    # An agent works the tickets of everyone: what is theirs to do is in the matrix.
    agent = () if "ticket" in route.pattern else (ravi,)
    for person in (theirs.patient, theirs.doctor, *agent):
        client = browser_client(person)
        got = {method: ask(client, method, route, ours) for method in METHODS}
        assert {got[method] for method in taken} == {404}, person
        assert set(got.values()) <= {404, 405}, person


@pytest.mark.parametrize("door", ["/calls/", "/api/v1/calls/"])
def test_nobody_calls_into_a_conversation_of_others(
    door: str, ours: Pair, theirs: Pair, browser_client: Browser
) -> None:
    kind = {"content_type": "application/json"} if "api" in door else {}
    whom = {"conversation": str(ours.conversation.pk), "kind": "audio"}
    assert browser_client(ours.patient).post(door, whom, **kind).status_code in (201, 302)
    before = Call.objects.count()
    assert browser_client(theirs.patient).post(door, whom, **kind).status_code == 404
    assert Call.objects.count() == before


@pytest.mark.parametrize(
    "door",
    [
        *("/inbox/", "/messages/", "/calls/", "/notifications/", "/help/", "/help/tickets/"),
        *("/api/v1/conversations/", "/api/v1/calls/", "/api/v1/push-subscriptions/"),
        "/api/v1/tickets/",
    ],
)
def test_no_list_tells_of_others(
    door: str, ours: Pair, theirs: Pair, browser_client: Browser
) -> None:
    def shown(to: User) -> str:
        return browser_client(to).get(door).content.decode()

    things = (ours.conversation, ours.call, ours.notification, ours.subscription)
    tell_tales = [str(each.pk) for each in things] + [ours.ticket.get_absolute_url()]
    tell_tales.append(str(ours.ticket.pk))
    assert any(each in shown(ours.patient) for each in tell_tales)
    for person in (theirs.patient, theirs.doctor):
        page = shown(person)
        assert [each for each in [*tell_tales, ours.patient.name] if each in page] == []


def test_an_id_of_others_in_a_query_tells_nothing(
    ours: Pair, theirs: Pair, browser_client: Browser
) -> None:
    """A page that goes on from a row of others is empty or is one's own first page."""
    owner, other = browser_client(ours.patient), browser_client(theirs.patient)
    calls, messages = f"/calls/?before={ours.call.pk}", f"/messages/?before={ours.conversation.pk}"
    assert [owner.get(page).status_code for page in (calls, messages)] == [200, 200]
    assert other.get(calls).status_code == 404
    for page in (messages, f"/messages/?q={ours.doctor.name}"):
        assert ours.conversation.get_absolute_url() not in other.get(page).content.decode()


def test_client_ids_of_others_are_no_key_to_their_messages(
    ours: Pair, theirs: Pair, api: Api
) -> None:
    posted = Message.objects.filter(conversation=ours.conversation).first()
    assert posted is not None
    sent = {"client_id": str(posted.client_id), "body": "Mine"}
    own = f"/api/v1/conversations/{theirs.conversation.pk}/messages/"
    answer = api(as_=theirs.patient).post(own, sent)
    assert (answer.status_code, answer.json()["body"]) == (201, "Mine")
    assert answer.json()["id"] != str(posted.pk)


OFFERED = {
    User: {"name", "phone", "time_zone", "language", "hides_network_address"},
    Doctor: {"bio", "languages", "reply_hours", "accepts_patients", "shows_availability"},
    Patient: {
        *("date_of_birth", "sex", "address"),
        *("emergency_contact_name", "emergency_contact_phone"),
    },
}
NEW = {
    "name": "Someone New",
    "phone": "+1 555 0100 200",
    "time_zone": "Asia/Tokyo",
    "language": "en-us",
    "bio": "New.",
    "languages": ["de"],
    "reply_hours": 7,
    "accepts_patients": False,
    "shows_availability": False,
    "date_of_birth": "1999-09-09",
    "sex": "male",
    "address": "Elsewhere 1",
    "emergency_contact_name": "Someone",
    "emergency_contact_phone": "+1 556",
}


def forged(of: User, model: type) -> dict[str, Any]:
    """A plausible other value for every field that the model has, offered or not."""
    other = {
        "email": "x@example.com",
        "role": "supervisor",
        "user": of.pk,
        "fee": "1.00",
        "slug": "x",
        "specialty": "dermatology",
        "registration_number": "X1",
        "groups": [1],
        "user_permissions": [1],
    }
    names = [field.name for field in model._meta.get_fields()]
    return {name: NEW.get(name, other.get(name, 1)) for name in names}


@pytest.mark.parametrize("name", ["asha", "dr_rao"])
def test_only_what_is_offered_can_be_changed(
    name: str, stranger: User, request: pytest.FixtureRequest, api: Api
) -> None:
    person: User = request.getfixturevalue(name)
    part: type = Doctor if person.is_doctor else Patient
    client = api(as_=person)
    sent = forged(stranger, User)
    del sent["doctor"], sent["patient"]
    sent[part.__name__.lower()] = forged(stranger, part)

    def rows() -> dict[str, Any]:
        own = User.objects.filter(pk=person.pk).values().get()
        return own | part.objects.filter(user=person).values().get() | {"id": person.pk}

    before, others = rows(), list(User.objects.exclude(pk=person.pk).values())
    answer = client.patch("/api/v1/me/", sent)
    assert answer.status_code == 200, answer.json()
    after = rows()
    changed = {field for field in before if before[field] != after[field]}
    assert changed == OFFERED[User] | OFFERED[part]
    assert list(User.objects.exclude(pk=person.pk).values()) == others


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("thing", ["conversation", "call"])
async def test_a_socket_of_others_closes_without_a_word(
    thing: str, asha: User, dr_rao: User, stranger: User, meera: User, ravi: User
) -> None:
    pair = await in_thread(meet, asha, dr_rao)
    path = f"/ws/{thing}s/{getattr(pair, thing).pk}/"
    for owner in (asha, dr_rao):
        async with open_socket(path, as_=owner) as socket:
            await socket.sends({"type": "no.such_command"})
            await socket.receives(wire.Refused)
    for other in (stranger, meera, ravi):
        async with open_socket(path, as_=other) as socket:
            await socket.closes(4004)
            assert socket.unread == []


@pytest.mark.django_db(transaction=True)
async def test_a_command_reaches_no_tab_of_another_call(
    asha: User, dr_rao: User, stranger: User, meera: User
) -> None:
    """Their tabs are named as in the first call, and the names are all that a command carries."""
    ours, theirs = [
        await in_thread(meet, *people) for people in ((asha, dr_rao), (stranger, meera))
    ]
    for pair in (ours, theirs):
        await in_thread(pair.call.accept, pair.doctor)

    def signal(to: str) -> SendSignal:
        offer = {"type": "offer", "sdp": GOOD}
        return SendSignal(from_party="first-tab", to_party=to, number=1, description=offer)

    path = "/ws/calls/{}/".format
    async with (
        open_socket(path(ours.call.pk), as_=asha) as caller,
        open_socket(path(ours.call.pk), as_=dr_rao) as called,
        open_socket(path(theirs.call.pk), as_=stranger) as intruder,
    ):
        for socket, tab in ((caller, "first-tab"), (called, "second-tab"), (intruder, "first-tab")):
            assert isinstance(await socket.command(JoinCall(party_id=tab)), wire.Ack)
        assert isinstance(await caller.command(signal("second-tab")), wire.Ack)
        await called.receives(SignalSent)
        assert (await intruder.command(signal("second-tab"))).code == "not_joined"
        for tool in (RenewLease, ReportConnected):
            assert (await intruder.command(tool(party_id="second-tab"))).code == "not_joined"
        muted = ChangeMedia(party_id="second-tab", microphone=False, camera=False)
        assert (await intruder.command(muted)).code == "not_joined"
        await intruder.command(LeaveCall(party_id="second-tab"))
        await called.receives_nothing(SignalSent)
    live = await in_thread(lambda: Call.objects.get(pk=ours.call.pk).status)
    assert live == "active"


@pytest.mark.django_db(transaction=True)
async def test_a_command_touches_no_conversation_but_its_own(
    asha: User, dr_rao: User, stranger: User, meera: User
) -> None:
    ours, theirs = [
        await in_thread(meet, *people) for people in ((asha, dr_rao), (stranger, meera))
    ]

    def row() -> dict[str, Any]:
        return Conversation.objects.filter(pk=ours.conversation.pk).values().get()

    before = await in_thread(row)
    theirs_path = f"/ws/conversations/{theirs.conversation.pk}/"
    own_path = f"/ws/conversations/{ours.conversation.pk}/"
    forged_id = await in_thread(lambda: ours.conversation.messages.first().client_id)
    async with (
        open_socket(own_path, as_=asha) as owner,
        open_socket(theirs_path, as_=stranger) as socket,
        open_socket(theirs_path, as_=meera) as listener,
    ):
        for command in (
            PostMessage(client_id=forged_id, body="Mine"),
            MarkDelivered(seq=1),
            MarkRead(seq=1),
        ):
            assert isinstance(await socket.command(command), wire.Ack)
        assert (await listener.receives(MessagePosted)).body == "Mine"
        await owner.receives_nothing(MessagePosted)
        smuggled = {"client_id": str(forged_id), "body": "x", "conversation": "x"}
        await socket.sends({"type": PostMessage.wire_name, "data": smuggled})
        assert (await socket.receives(wire.Refused)).code == "bad_frame"
    assert await in_thread(row) == before
