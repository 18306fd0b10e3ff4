"""Who is told what: pages of both people, the conversation, the bell, the record."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.utils.translation import get_language, override

from accounts.models import User
from audit.models import AccessRecord
from calls.models import Call
from calls.settling import settle
from chat.models import Conversation, Message
from notifications.models import Notification
from telemed.hub import hub

pytestmark = pytest.mark.django_db

Sent = list[tuple[str, set[str]]]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Callable) -> Callable:
    """`sent(verb, *args)`: what leaves after it, as (type, groups)."""

    def run(verb: Callable, *args: object, **kwargs: object) -> Sent:
        emitted: Sent = []
        monkeypatch.setattr(
            hub,
            "emit",
            lambda frames: emitted.extend(
                (json.loads(frame)["type"], set(groups)) for groups, frame in frames
            ),
        )
        with django_capture_on_commit_callbacks(execute=True):
            verb(*args, **kwargs)
        return [each for each in emitted if each[0].startswith("calls.")]

    return run


@pytest.fixture
def everywhere(ringing: Call, asha: User, dr_rao: User) -> Iterator[set[str]]:
    """The groups of the call and of both people."""
    return {ringing.group, asha.group, dr_rao.group}


def test_a_call_rings_at_the_called_one_only(
    conversation: object, asha: User, dr_rao: User, sent: Callable
) -> None:
    assert sent(Call.objects.start, conversation, by=asha, kind="audio") == [
        ("calls.call_rang", {dr_rao.group})
    ]


def test_each_hears_of_the_caller_in_their_own_language(
    conversation: Conversation,
    asha: User,
    dr_rao: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = []
    monkeypatch.setattr("calls.telling.publish", lambda event, to: told.append(event))
    monkeypatch.setattr("calls.telling.note", lambda person: get_language())
    asha.language, dr_rao.language = "de", "hi"
    for each in (asha, dr_rao):
        each.save()
    with override("de"):
        Call.objects.start(conversation, by=asha, kind="audio")
    assert [event.caller.role for event in told] == ["hi"]


def test_the_caller_learns_once_that_a_device_rings(
    ringing: Call, asha: User, dr_rao: User, sent: Callable
) -> None:
    assert sent(ringing.alert, dr_rao) == [("calls.call_alerted", {ringing.group, asha.group})]
    assert sent(ringing.alert, dr_rao) == []


@pytest.mark.parametrize(
    ("verb", "who", "told"),
    [("accept", "dr_rao", "accepted"), ("decline", "dr_rao", "ended"), ("cancel", "asha", "ended")],
)
def test_every_device_stops_ringing(
    ringing: Call,
    everywhere: set[str],
    verb: str,
    who: str,
    told: str,
    sent: Callable,
    request: pytest.FixtureRequest,
) -> None:
    person = request.getfixturevalue(who)
    assert sent(getattr(ringing, verb), person) == [(f"calls.call_{told}", everywhere)]


def test_a_departure_ends_the_call_and_is_told(
    talking: Call, everywhere: set[str], asha: User, ravi: User, sent: Callable
) -> None:
    assert sent(talking.conversation.member(asha).leave, by=ravi) == [
        ("calls.call_ended", everywhere)
    ]
    talking.refresh_from_db()
    assert (talking.end_reason, talking.ended_by) == ("completed", ravi)
    assert list(Call.objects.for_user(asha)) == [talking]


@pytest.mark.parametrize("who", ["asha", "dr_rao"])
def test_a_departure_ends_what_rings(
    who: str, ringing: Call, request: pytest.FixtureRequest
) -> None:
    ringing.conversation.member(request.getfixturevalue(who)).leave(by=None)
    ringing.refresh_from_db()
    assert (ringing.status, ringing.end_reason) == ("ended", "cancelled")


def test_a_departure_ends_no_call_of_another_conversation(
    active: Call, dr_rao: User, meera: User, asha: User
) -> None:
    Conversation.objects.direct(asha, meera).member(asha).leave(by=asha)
    active.refresh_from_db()
    assert active.status == "active"


def test_a_deadline_is_told_too(
    ringing: Call, everywhere: set[str], later: Callable[[float], datetime], sent: Callable
) -> None:
    assert sent(settle, later(31)) == [("calls.call_ended", everywhere)]


def test_a_lost_tab_is_told_to_the_others(
    joined: Call, later: Callable[[float], datetime], sent: Callable
) -> None:
    joined.participants.filter(party_id="tab-of-rao").update(lease_expires_at=later(100))
    assert sent(settle, later(40)) == [("calls.party_left", {joined.group})]


def test_moving_names_the_tab_that_lost_and_then_the_new_one(
    joined: Call, asha: User, sent: Callable
) -> None:
    facts = sent(joined.join, asha, "other-tab", move=True)
    assert facts == [
        ("calls.party_moved", {joined.group}),
        ("calls.party_joined", {joined.group}),
    ]


def test_the_conversation_remembers_the_call_once(
    joined: Call, asha: User, dr_rao: User, later: Callable[[float], datetime]
) -> None:
    joined.report_connected(asha, "tab-of-asha")
    joined.leave(dr_rao)
    settle(later(100))
    message = Message.objects.get()
    assert (message.kind, message.author, message.body) == ("call", asha, "")
    assert message.call == {
        "id": str(joined.pk),
        "kind": "video",
        "end_reason": "completed",
        "duration": joined.duration,
        "started_by": str(asha.public_id),
        "began_at": joined.created_at.isoformat(),
    }


def test_a_caller_who_has_left_the_conversation_does_not_keep_the_call_alive(
    active: Call, asha: User, dr_rao: User
) -> None:
    active.conversation.members.filter(person=asha).update(left_at=active.created_at)
    active.leave(dr_rao)
    assert active.status == "ended"


@pytest.mark.parametrize("how", ["missed", "cancelled", "busy"])
def test_who_did_not_answer_finds_it_in_the_bell(
    how: str,
    ringing: Call,
    asha: User,
    dr_rao: User,
    elsewhere: Callable[[User], Call],
    later: Callable[[float], datetime],
) -> None:
    if how == "busy":
        elsewhere(dr_rao)
    if how == "cancelled":
        ringing.cancel(asha)
    else:
        settle(later(31))
    told = Notification.objects.get(key=f"call:{ringing.pk}")
    reason = Call.objects.get(pk=ringing.pk).end_reason
    assert reason == how
    assert (told.recipient, told.kind, told.key) == (dr_rao, "missed_call", f"call:{ringing.pk}")
    assert (told.url, told.title) == (ringing.get_absolute_url(), "Asha Verma")


def test_while_it_rings_the_called_one_is_told_and_the_caller_is_not(
    ringing: Call, asha: User, dr_rao: User
) -> None:
    told = Notification.objects.unread().get()
    assert (told.recipient, told.kind, told.urgent) == (dr_rao, "incoming_call", True)
    assert (told.url, told.title) == (ringing.get_absolute_url(), "Asha Verma")
    assert told.text == "is calling you by video"


def test_ringing_wakes_the_ladder_at_once(
    conversation: Conversation,
    asha: User,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable,
) -> None:
    woken: list[str] = []
    monkeypatch.setattr("telemed.jobs.wake", woken.append)
    with django_capture_on_commit_callbacks(execute=True):
        Call.objects.start(conversation, by=asha, kind="audio")
        assert woken == []
    assert woken == ["ladder"]


@pytest.mark.parametrize("verb", ["decline", "accept"])
def test_who_answered_or_declined_has_nothing_left_to_read(
    verb: str, ringing: Call, dr_rao: User
) -> None:
    getattr(ringing, verb)(dr_rao)
    told = Notification.objects.get()
    assert (told.kind, told.read_at is None, told.due_at) == ("incoming_call", False, None)
    assert told.text == "called you by video"


def test_a_missed_call_takes_the_place_of_the_ringing_one(
    ringing: Call, dr_rao: User, later: Callable[[float], datetime]
) -> None:
    rang = Notification.objects.get()
    settle(later(31))
    told = Notification.objects.unread().get()
    assert (told.pk, told.kind, told.urgent) == (rang.pk, "missed_call", False)


def test_who_looked_at_the_ringing_call_and_let_it_ring_is_told_that_they_missed_it(
    ringing: Call, dr_rao: User, later: Callable[[float], datetime]
) -> None:
    Notification.objects.for_user(dr_rao).mark_read()
    settle(later(31))
    assert Notification.objects.unread().get().kind == "missed_call"


def test_looking_at_the_call_clears_the_bell(ringing: Call, asha: User, dr_rao: User) -> None:
    ringing.cancel(asha)
    ringing.note_opened(asha)
    assert Notification.objects.unread().count() == 1
    ringing.note_opened(dr_rao)
    assert not Notification.objects.unread().exists()


def test_calling_back_clears_the_bell(ringing: Call, asha: User, dr_rao: User) -> None:
    ringing.cancel(asha)
    Call.objects.start(ringing.conversation, by=dr_rao, kind="audio")
    assert not Notification.objects.for_user(dr_rao).unread().exists()


def test_each_step_is_on_the_record_with_the_patient(
    talking: Call, asha: User, dr_rao: User
) -> None:
    talking.note_opened(dr_rao)
    talking.leave(dr_rao)
    rows = AccessRecord.objects.filter(object_id=str(talking.pk)).order_by("id")
    assert list(rows.values_list("actor", "act", "result")) == [
        (asha.public_id, "created", "ringing"),
        (dr_rao.public_id, "changed", "active"),
        (dr_rao.public_id, "opened", "ok"),
        (dr_rao.public_id, "changed", "completed"),
    ]
    assert set(rows.values_list("subject_person", flat=True)) == {asha.public_id}
