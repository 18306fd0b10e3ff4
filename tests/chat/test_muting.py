"""A muted conversation: everything arrives and is counted, and nothing makes a sound."""

from datetime import timedelta

import pytest
from django.utils import timezone

from calls.models import Call
from chat.counting import count_unread
from chat.events import MutingChanged
from chat.models import Conversation, Member
from notifications.badges import badges
from notifications.events import BadgeChanged, NotificationPosted
from notifications.kinds import Transport
from notifications.models import FOREVER, Delivery, Notification, Reason, State
from notifications.models.silence import NotAhead, TooLong
from tests.sockets import in_thread, open_socket

HOUR = timedelta(hours=1)


def door(conversation) -> str:
    return f"/api/v1/conversations/{conversation.pk}/mute/"


def page_door(conversation) -> str:
    return f"/messages/{conversation.pk}/muting/"


def in_hours(hours: float):
    return timezone.now() + hours * HOUR


# The verb.


def test_what_is_written_while_it_is_muted_is_silent(conversation, asha, dr_rao, say):
    conversation.member(dr_rao).mute(in_hours(1))
    say(asha, "Hello")
    assert Notification.objects.get().silent
    assert dict(count_unread([dr_rao])) == {dr_rao.pk: 1}
    assert badges(dr_rao)["unread_notifications"] == 1


def test_only_who_has_muted_it_is_left_alone(conversation, asha, dr_rao, say):
    conversation.member(dr_rao).mute()
    say(dr_rao, "Hello")
    assert not Notification.objects.get(recipient=asha).silent


def test_when_its_time_is_over_it_sounds_again(conversation, asha, dr_rao, say):
    member = conversation.member(dr_rao)
    member.mute(in_hours(1))
    assert member.is_muted
    Member.objects.update(muted_until=timezone.now())
    say(asha, "Hello")
    assert not Notification.objects.get().silent
    assert not conversation.member(dr_rao).is_muted


def test_unmuted_it_sounds_again(conversation, asha, dr_rao, say):
    member = conversation.member(dr_rao)
    member.mute()
    say(asha, "One")
    member.unmute()
    say(asha, "Two")
    assert not Notification.objects.get().silent


def test_muting_it_stops_what_was_still_to_go_out(conversation, asha, dr_rao, say):
    say(asha, "Hello")
    notification = Notification.objects.get()
    soon = {"notification": notification, "due_at": in_hours(1)}
    waiting = Delivery.objects.create(transport=Transport.PUSH, key="1", **soon)
    sent = Delivery.objects.create(transport=Transport.SMS, key="2", state=State.SENT, **soon)
    conversation.member(dr_rao).mute()
    notification.refresh_from_db()
    waiting.refresh_from_db()
    sent.refresh_from_db()
    assert (notification.silent, notification.read_at) == (True, None)
    assert (waiting.state, waiting.reason, sent.state) == (State.SKIPPED, Reason.MUTED, State.SENT)


def test_other_conversations_are_not_muted_with_it(conversation, asha, dr_rao, meera, say):
    other = Conversation.objects.direct(asha, meera)
    say(dr_rao, "Hello")
    other.member(asha).mute()
    assert not Notification.objects.get(recipient=asha).silent
    assert not conversation.member(asha).is_muted


@pytest.mark.parametrize(
    ("until", "refusal"), [(timedelta(0), NotAhead), (timedelta(days=367), TooLong)]
)
def test_an_end_that_makes_no_sense_is_refused(conversation, asha, until, refusal):
    member = conversation.member(asha)
    with pytest.raises(refusal):
        member.mute(timezone.now() + until)
    assert conversation.member(asha).muted_until is None


def test_a_call_still_rings(conversation, asha, dr_rao):
    conversation.member(dr_rao).mute()
    call = Call.objects.start(conversation, by=asha, kind="audio")
    assert Call.objects.ringing_counts([dr_rao]) == {dr_rao.pk: 1}
    assert call.called == [dr_rao]


@pytest.mark.django_db(transaction=True)
async def test_every_page_of_the_person_learns_of_it_and_nobody_else(conversation, asha, dr_rao):
    async with (
        open_socket("/ws/me/", as_=dr_rao) as one,
        open_socket("/ws/me/", as_=dr_rao) as another,
        open_socket("/ws/me/", as_=asha) as hers,
    ):
        member = await in_thread(conversation.member, dr_rao)
        end = in_hours(8)
        await in_thread(member.mute, end)
        for page in (one, another):
            heard = await page.receives(MutingChanged)
            assert (heard.conversation, heard.is_muted) == (conversation.pk, True)
            assert heard.until == end
        await in_thread(member.mute)
        assert (await one.receives(MutingChanged)).until is None
        await in_thread(member.unmute)
        assert not (await one.receives(MutingChanged)).is_muted
        await hers.receives_nothing(MutingChanged)


@pytest.mark.django_db(transaction=True)
async def test_pages_are_told_that_it_is_silent_and_count_it(conversation, asha, dr_rao, say):
    async with open_socket("/ws/me/", as_=dr_rao) as socket:
        member = await in_thread(conversation.member, dr_rao)
        await in_thread(member.mute)
        await in_thread(say, asha, "Hello")
        assert (await socket.receives(NotificationPosted)).silent
        counted = await socket.receives(BadgeChanged)
        assert (counted.unread_notifications, counted.unread_messages) == (1, 1)


# The API.


@pytest.mark.parametrize("sent", [{"seconds": 3600}, {"until": "soon"}])
def test_a_program_mutes_for_a_time(conversation, asha, api, sent):
    if "until" in sent:
        sent = {"until": in_hours(1).isoformat()}
    answer = api(as_=asha).post(door(conversation), sent)
    assert answer.status_code == 200
    muted_until = conversation.member(asha).muted_until
    assert answer.json()["is_muted"]
    assert timedelta(0) <= in_hours(1) - muted_until < timedelta(minutes=1)


def test_a_program_mutes_until_further_notice_and_unmutes(conversation, asha, say, api):
    client, address = api(as_=asha), f"/api/v1/conversations/{conversation.pk}/"
    muted = client.post(door(conversation), {}).json()
    assert muted == {"is_muted": True, "muted_until": None}
    assert conversation.member(asha).muted_until == FOREVER
    assert muted.items() <= client.get(address).json().items()
    unmuted = client.delete(door(conversation)).json()
    assert unmuted == {"is_muted": False, "muted_until": None}
    assert unmuted.items() <= client.get(address).json().items()


@pytest.mark.parametrize(
    ("sent", "status", "attr"),
    [
        ({"seconds": 0}, 400, "seconds"),
        ({"seconds": -1}, 400, "seconds"),
        ({"seconds": 400 * 24 * 3600}, 400, "seconds"),
        ({"seconds": "an hour"}, 400, "seconds"),
        ({"until": "tomorrow"}, 400, "until"),
        ({"until": "2020-01-01T00:00:00Z"}, 422, None),
        ({"until": "8999-01-01T00:00:00Z"}, 422, None),
        ({"until": "2999-01-01T00:00:00Z", "seconds": 60}, 400, "non_field_errors"),
    ],
)
def test_a_time_that_makes_no_sense_gets_a_problem(conversation, asha, api, sent, status, attr):
    answer = api(as_=asha).post(door(conversation), sent)
    assert answer.status_code == status
    [problem] = answer.json()["errors"]
    assert (problem["attr"], bool(problem["detail"])) == (attr, True)
    assert conversation.member(asha).muted_until is None


def test_nobody_mutes_the_conversation_of_others(
    conversation, asha, stranger, meera, ravi, api, browser_client
):
    assert api(as_=asha).post(door(conversation), {}).status_code == 200
    for outsider in (stranger, meera, ravi):
        client = api(as_=outsider)
        assert client.post(door(conversation), {}).status_code == 404
        assert client.delete(door(conversation)).status_code == 404
        answer = browser_client(outsider).post(page_door(conversation), {"lasts": "ever"})
        assert answer.status_code == 404
    assert api().post(door(conversation), {}).status_code == 401
    assert browser_client().post(page_door(conversation), {"lasts": "off"}).status_code == 302
    assert conversation.member(asha).is_muted


# The page.


@pytest.mark.parametrize(("lasts", "hours"), [("hour", 1), ("8-hours", 8), ("week", 168)])
def test_the_form_mutes_for_a_time(conversation, asha, browser_client, lasts, hours):
    client = browser_client(asha)
    answer = client.post(page_door(conversation), {"lasts": lasts})
    assert answer["Location"] == conversation.get_absolute_url()
    muted_until = conversation.member(asha).muted_until
    assert timedelta(0) <= in_hours(hours) - muted_until < timedelta(minutes=1)
    assert "Muted until" in client.get(conversation.get_absolute_url()).text


def test_the_form_mutes_until_it_is_ended(conversation, asha, dr_rao, say, browser_client):
    client = browser_client(asha)
    client.post(page_door(conversation), {"lasts": "ever"})
    say(dr_rao, "Hello")
    page = client.get(conversation.get_absolute_url()).text
    assert "Muted until you turn it off" in page
    row = client.get("/messages/").text.split(f'data-conversation="{conversation.pk}"')[1]
    assert "Muted" in row.split("</a>")[0]
    client.post(page_door(conversation), {"lasts": "off"})
    assert not conversation.member(asha).is_muted


@pytest.mark.parametrize("sent", [{}, {"lasts": ""}, {"lasts": "9999"}, {"lasts": "a\0b"}])
def test_a_form_without_a_time_is_refused_in_words(conversation, asha, browser_client, sent):
    answer = browser_client(asha).post(page_door(conversation), sent, follow=True)
    assert "Choose for how long it is to be muted." in answer.text
    assert not conversation.member(asha).is_muted


def test_muting_is_not_done_by_looking(conversation, asha, browser_client):
    assert browser_client(asha).get(page_door(conversation)).status_code == 405
