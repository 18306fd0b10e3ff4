"""Ringing at someone who is in another call: quietly, and aloud as soon as they are free."""

from collections.abc import Callable
from datetime import datetime

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from calls.events import CallRang
from calls.models import Call, Participant
from calls.settling import settle
from chat.models import Conversation
from telemed.wire import Event

pytestmark = pytest.mark.django_db

Elsewhere = Callable[[User], Call]
Later = Callable[[float], datetime]
Heard = list[tuple[str, bool]]


@pytest.fixture
def heard(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Callable
) -> Callable:
    """`heard(verb, *args)`: what rings at whom after it, as (group, waiting)."""

    def run(verb: Callable, *args: object, **kwargs: object) -> Heard:
        rings: Heard = []

        def note(event: Event, to: User) -> None:
            if isinstance(event, CallRang):
                rings.append((to.group, event.waiting))

        monkeypatch.setattr("calls.telling.publish", note)
        with django_capture_on_commit_callbacks(execute=True):
            verb(*args, **kwargs)
        return rings

    return run


def what_rings(client: APIClient) -> list[tuple[str, bool]]:
    rings = client.get("/api/v1/calls/ringing/").json()
    return [(ring["id"], ring["waiting"]) for ring in rings]


@pytest.fixture
def second(elsewhere: Elsewhere, dr_rao: User) -> Call:
    """The call that Dr Rao is in when Asha rings him."""
    return elsewhere(dr_rao)


def test_it_rings_quietly_at_who_is_in_a_call(
    second: Call,
    conversation: Conversation,
    asha: User,
    dr_rao: User,
    heard: Callable,
    api: Callable,
) -> None:
    told = heard(Call.objects.start, conversation, by=asha, kind="audio")
    assert told == [(dr_rao.group, True)]
    call = Call.objects.get(conversation=conversation)
    assert call.waiting
    assert what_rings(api(as_=dr_rao)) == [(str(call.pk), True)]


def test_it_rings_aloud_when_the_other_call_ends(
    second: Call, ringing: Call, stranger: User, dr_rao: User, heard: Callable, api: Callable
) -> None:
    assert heard(second.leave, stranger) == [(dr_rao.group, False)]
    assert not ringing.waiting
    assert what_rings(api(as_=dr_rao)) == [(str(ringing.pk), False)]


def test_it_rings_aloud_when_the_lease_of_the_other_call_lapses(
    second: Call, ringing: Call, stranger: User, dr_rao: User, heard: Callable, later: Later
) -> None:
    second.join(stranger, "tab-of-sam")
    theirs = second.participants.filter(person=dr_rao)
    theirs.update(lease_expires_at=later(-1))
    assert heard(settle, later(0)) == [(dr_rao.group, False)]
    second.refresh_from_db()
    assert second.status == "active"


def test_leaving_one_call_for_another_makes_nobody_free(
    active: Call, asha: User, person: Callable, heard: Callable
) -> None:
    rings = []
    for doctor in (person("meera"), person("iyer")):
        pair = Conversation.objects.direct(asha, doctor)
        rings.append(Call.objects.start(pair, by=doctor, kind="audio"))
    assert heard(rings[0].accept, asha) == []
    assert rings[1].waiting
    assert heard(rings[0].leave, asha) == [(asha.group, False)]


def test_who_begins_a_call_while_it_rings_is_rung_quietly(
    ringing: Call, stranger: User, dr_rao: User, api: Callable
) -> None:
    theirs = Conversation.objects.direct(stranger, dr_rao)
    Call.objects.start(theirs, by=dr_rao, kind="audio")
    assert what_rings(api(as_=dr_rao)) == [(str(ringing.pk), True)]


@pytest.mark.parametrize(("still_talks", "reason"), [(True, "busy"), (False, "missed")])
def test_unheard_it_was_busy_only_for_who_talks_at_the_end(
    second: Call,
    ringing: Call,
    dr_rao: User,
    later: Later,
    still_talks: bool,
    reason: str,
) -> None:
    if not still_talks:
        second.leave(dr_rao)
    settle(later(31))
    ringing.refresh_from_db()
    assert ringing.end_reason == reason


def test_who_is_silently_gone_was_not_busy(
    second: Call, ringing: Call, dr_rao: User, later: Later
) -> None:
    Participant.objects.filter(call=second).update(lease_expires_at=later(-1))
    settle(later(31))
    ringing.refresh_from_db()
    assert ringing.end_reason == "missed"
