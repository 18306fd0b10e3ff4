"""How a call begins: one live call for each conversation and person, glare, waiting."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from calls import calling
from calls.models import Call, Participant
from chat.models import Conversation
from telemed.models import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def with_meera(asha: User, meera: User) -> Conversation:
    """Asha's conversation with another doctor."""
    return Conversation.objects.direct(asha, meera)


@pytest.fixture
def of_stranger(stranger: User, dr_rao: User) -> Conversation:
    """Another patient's conversation with the same doctor."""
    return Conversation.objects.direct(stranger, dr_rao)


def test_the_caller_is_in_it_and_the_called_one_is_not(
    ringing: Call, asha: User, dr_rao: User
) -> None:
    assert list(Call.objects.holding(asha)) == [ringing]
    assert not Call.objects.holding(dr_rao).exists()
    assert list(Call.objects.ringing_for(dr_rao)) == [ringing]
    assert not Call.objects.ringing_for(asha).exists()


def test_a_doctor_may_call_a_patient_they_share_a_conversation_with(
    conversation: Conversation, dr_rao: User, asha: User
) -> None:
    call = Call.objects.start(conversation, by=dr_rao, kind="audio")
    assert list(Call.objects.ringing_for(asha)) == [call]


def test_calling_again_returns_the_call_that_rings(ringing: Call, asha: User) -> None:
    assert Call.objects.start(ringing.conversation, by=asha, kind="audio") == ringing
    assert Call.objects.count() == 1


def test_calling_in_a_live_call_returns_it(active: Call, asha: User, dr_rao: User) -> None:
    for person in (asha, dr_rao):
        assert Call.objects.start(active.conversation, by=person, kind="video") == active


def test_glare_is_an_accept(ringing: Call, dr_rao: User) -> None:
    same = Call.objects.start(ringing.conversation, by=dr_rao, kind="audio")
    assert same == ringing
    assert same.status == "active"
    assert same.kind == "video"


def test_who_is_in_a_call_cannot_make_another(
    ringing: Call, with_meera: Conversation, asha: User
) -> None:
    with pytest.raises(Refusal) as refused:
        Call.objects.start(with_meera, by=asha, kind="video")
    assert refused.value.code == "already_in_call"
    assert Call.objects.count() == 1


def test_who_is_only_being_rung_may_call_someone_else(
    ringing: Call, of_stranger: Conversation, dr_rao: User
) -> None:
    assert Call.objects.start(of_stranger, by=dr_rao, kind="audio").status == "ringing"


def test_a_call_to_someone_in_a_call_waits(
    active: Call, of_stranger: Conversation, stranger: User, ringing: Call
) -> None:
    assert not ringing.waiting
    assert Call.objects.start(of_stranger, by=stranger, kind="audio").waiting


def test_accepting_a_waiting_call_ends_the_other(
    talking: Call, of_stranger: Conversation, stranger: User, dr_rao: User, asha: User
) -> None:
    second = Call.objects.start(of_stranger, by=stranger, kind="audio")
    second.accept(dr_rao)
    talking.refresh_from_db()
    assert (talking.status, talking.end_reason) == ("ended", "completed")
    assert list(Call.objects.holding(dr_rao)) == [second]
    assert not Call.objects.holding(asha).exists()


def test_accepting_cancels_what_one_was_ringing_oneself(
    ringing: Call, with_meera: Conversation, meera: User, asha: User
) -> None:
    second = Call.objects.start(with_meera, by=meera, kind="audio")
    second.accept(asha)
    ringing.refresh_from_db()
    assert (ringing.status, ringing.end_reason) == ("ended", "cancelled")


def test_accepting_leaves_a_call_that_is_answered_at_this_moment(
    ringing: Call,
    with_meera: Conversation,
    meera: User,
    asha: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    second = Call.objects.start(with_meera, by=meera, kind="audio")
    stop = Call._stop

    def stop_late(call: Call, *args: object) -> None:
        now = timezone.now()
        Call.objects.filter(pk=call.pk).update(status="active", accepted_at=now)
        stop(call, *args)

    monkeypatch.setattr(Call, "_stop", stop_late)
    second.accept(asha)
    ringing.refresh_from_db()
    assert (ringing.status, ringing.end_reason) == ("ended", "failed")
    assert list(Call.objects.holding(asha)) == [second]


def test_a_waiting_call_that_is_gone_ends_nothing(
    active: Call, of_stranger: Conversation, stranger: User, dr_rao: User
) -> None:
    second = Call.objects.start(of_stranger, by=stranger, kind="audio")
    stale = Call.objects.get(pk=second.pk)
    second.cancel(stranger)
    with pytest.raises(Refusal):
        stale.accept(dr_rao)
    assert list(Call.objects.holding(dr_rao)) == [active]


def test_after_a_call_both_are_free(active: Call, asha: User, with_meera: Conversation) -> None:
    active.leave(asha)
    assert not Participant.objects.here().exists()
    assert Call.objects.start(with_meera, by=asha, kind="video").status == "ringing"


def test_a_stranger_cannot_call_in_a_conversation(
    conversation: Conversation, stranger: User
) -> None:
    with pytest.raises(Conversation.DoesNotExist):
        calling.call(stranger, conversation=conversation.pk, kind="audio")


def test_nobody_rings_faster_than_a_person_does(
    conversation: Conversation, asha: User, api: Callable
) -> None:
    for _ in range(10):
        calling.call(asha, conversation=conversation.pk, kind="audio").cancel(asha)
    with pytest.raises(Refusal) as refused:
        calling.call(asha, conversation=conversation.pk, kind="audio")
    assert (refused.value.code, refused.value.status) == ("too_fast", 429)
    asked = {"conversation": str(conversation.pk), "kind": "audio"}
    assert api(as_=asha).post("/api/v1/calls/", asked).status_code == 429
    assert not Call.objects.live().exists()


def test_calling_a_doctor_begins_the_conversation(asha: User, meera: User) -> None:
    call = calling.call(asha, doctor=meera.doctor.slug, kind="audio")
    assert call.conversation == Conversation.objects.direct(asha, meera)


def test_calling_a_doctor_who_takes_no_patients_is_refused(asha: User, meera: User) -> None:
    meera.doctor.accepts_patients = False
    meera.doctor.save()
    with pytest.raises(Refusal) as refused:
        calling.call(asha, doctor=meera.doctor.slug, kind="audio")
    assert refused.value.code == "not_accepting_patients"


@pytest.fixture
def relay(settings: Any) -> None:
    """The site has a TURN server."""
    settings.TURN_URLS, settings.TURN_SECRET = ["turn:t.example"], "secret"


def hide(person: User) -> None:
    person.hides_network_address = True
    person.edit(["hides_network_address"], by=person)


@pytest.mark.parametrize("who", ["asha", "dr_rao"])
def test_a_call_hides_addresses_when_either_side_asks_for_it(
    who: str,
    conversation: Conversation,
    asha: User,
    relay: None,
    request: pytest.FixtureRequest,
) -> None:
    open_call = Call.objects.start(conversation, by=asha, kind="audio")
    assert open_call.ice_transport_policy == "all"
    open_call.cancel(asha)
    hide(request.getfixturevalue(who))
    hidden = Call.objects.start(conversation, by=asha, kind="audio")
    assert hidden.ice_transport_policy == "relay"


def test_what_one_changes_during_a_call_holds_from_the_next(
    active: Call, asha: User, relay: None
) -> None:
    hide(asha)
    assert Call.objects.get(pk=active.pk).relay_only is False
    active.leave(asha)
    assert Call.objects.start(active.conversation, by=asha, kind="audio").relay_only


def test_who_hides_may_show_their_address_and_call_again(
    active: Call, asha: User, dr_rao: User, relay: None, browser_client: Callable[..., Client]
) -> None:
    hide(asha)
    active.leave(asha)
    stuck = Call.objects.start(active.conversation, by=dr_rao, kind="video")
    stuck.accept(asha)
    offer = "Show my address and call again"
    pages = [
        browser_client(each).get(f"/calls/{stuck.pk}/").content.decode() for each in (asha, dr_rao)
    ]
    assert [offer in page for page in pages] == [True, False]
    answer = browser_client(asha).post(f"/calls/{stuck.pk}/open-call/")
    again = Call.objects.get(status="ringing")
    assert answer["Location"] == again.get_absolute_url()
    assert (again.started_by, again.kind, again.ice_transport_policy) == (asha, "video", "all")
    stuck.refresh_from_db()
    assert (stuck.status, User.objects.get(pk=asha.pk).hides_network_address) == ("ended", False)


def test_where_both_hide_showing_ones_own_is_not_offered(
    conversation: Conversation,
    asha: User,
    dr_rao: User,
    relay: None,
    browser_client: Callable[..., Client],
) -> None:
    hide(asha)
    hide(dr_rao)
    call = Call.objects.start(conversation, by=asha, kind="audio")
    page = browser_client(asha).get(f"/calls/{call.pk}/").content.decode()
    assert "Show my address" not in page


def test_without_a_relay_a_call_that_must_hide_is_refused_in_words(
    conversation: Conversation, asha: User, dr_rao: User, settings: Any
) -> None:
    settings.TURN_URLS = []
    hide(dr_rao)
    with pytest.raises(Refusal, match="Dr Rao can be called through a relay server only") as told:
        Call.objects.start(conversation, by=asha, kind="audio")
    assert (told.value.code, told.value.status) == ("no_relay", 409)
    with pytest.raises(Refusal, match=r"^You hide .* Write a message"):
        Call.objects.start(conversation, by=dr_rao, kind="audio")
    assert not Call.objects.exists()
