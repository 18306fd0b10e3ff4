"""A missed call waits until its person gives a sign; the badge counts it until they look."""

import re
from uuid import uuid4

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)

from calls.missed import heed
from calls.models import Call, Participant
from calls.telling import see_missed
from chat.models import Conversation
from dashboard.inbox import Inbox
from dashboard.sections import missed
from notifications.badges import badges
from notifications.events import BadgeChanged, NotificationsRead
from notifications.models import Notification
from tests.long import only_in_long
from tests.machines import run_machine
from tests.sockets import in_thread, open_socket

pytestmark = pytest.mark.django_db


def miss(conversation, by):
    call = Call.objects.start(conversation, by=by, kind="audio")
    call.cancel(by)
    return call


def waiting(person):
    return badges(person)["missed_calls"]


def call_back(conversation, dr_rao, asha):
    Call.objects.start(conversation, by=dr_rao, kind="audio").cancel(dr_rao)


def answer(conversation, dr_rao, asha):
    Call.objects.start(conversation, by=asha, kind="audio").accept(dr_rao)


def decline(conversation, dr_rao, asha):
    Call.objects.start(conversation, by=asha, kind="audio").decline(dr_rao)


def write(conversation, dr_rao, asha):
    conversation.append(dr_rao, uuid4(), body="I will call you at five.")
    heed({conversation.pk})


@pytest.mark.parametrize("sign", [call_back, answer, decline, write])
def test_a_sign_of_the_one_who_was_called_settles_all_of_them(sign, conversation, asha, dr_rao):
    miss(conversation, asha)
    miss(conversation, asha)
    assert waiting(dr_rao) == 2
    sign(conversation, dr_rao, asha)
    assert waiting(dr_rao) == 0
    assert not Call.objects.unreturned_by(dr_rao).exists()


def test_what_the_caller_does_settles_nothing(conversation, asha, dr_rao):
    miss(conversation, asha)
    conversation.append(asha, uuid4(), body="Please call me.")
    Call.objects.start(conversation, by=asha, kind="audio")
    assert waiting(dr_rao) == 1
    assert waiting(asha) == 0


def test_a_word_before_the_call_or_elsewhere_settles_nothing(conversation, asha, stranger, dr_rao):
    write(conversation, dr_rao, asha)
    miss(conversation, asha)
    write(Conversation.objects.direct(stranger, dr_rao), dr_rao, stranger)
    assert waiting(dr_rao) == 1


def test_opening_the_list_takes_the_number_away_and_is_no_sign(
    browser_client, conversation, asha, stranger, dr_rao
):
    for talk, by in (
        (conversation, asha),
        (Conversation.objects.direct(stranger, dr_rao), stranger),
    ):
        miss(talk, by)
    browser_client(asha).get("/calls/")
    assert waiting(dr_rao) == 2
    shown = browser_client(dr_rao).get("/calls/").content.decode()
    assert ", 2 missed" not in shown
    assert waiting(dr_rao) == 0
    assert not Notification.objects.for_user(dr_rao).unread().exists()
    assert Call.objects.unreturned_by(dr_rao).count() == 2


def test_also_of_calls_that_stand_on_a_later_page(
    browser_client, conversation, asha, dr_rao, monkeypatch
):
    monkeypatch.setattr("calls.views.ROWS", 1)
    miss(conversation, asha)
    miss(conversation, asha)
    browser_client(dr_rao).get("/calls/?show=missed")
    assert waiting(dr_rao) == 0


def test_opening_one_call_takes_that_one_away(browser_client, conversation, asha, dr_rao):
    call = miss(conversation, asha)
    miss(conversation, asha)
    browser_client(dr_rao).get(call.get_absolute_url())
    assert waiting(dr_rao) == 1
    assert Call.objects.unreturned_by(dr_rao).count() == 2


def test_what_is_marked_as_read_is_counted_nowhere(conversation, asha, dr_rao):
    miss(conversation, asha)
    Notification.objects.for_user(dr_rao).mark_read()
    assert waiting(dr_rao) == 0


@pytest.mark.django_db(transaction=True)
async def test_every_page_hears_at_once_that_the_list_was_opened(
    browser_client, conversation, asha, dr_rao
):
    await in_thread(miss, conversation, asha)
    async with open_socket("/ws/me/", as_=dr_rao) as socket:
        await in_thread(lambda: browser_client(dr_rao).get("/calls/"))
        await socket.receives(NotificationsRead)
        assert (await socket.receives(BadgeChanged)).missed_calls == 0


def stop_words(client):
    """What stands in the colour of what went wrong."""
    return re.findall(r'row__text--stop">(\w[^<]*)\n<', client.get("/calls/").content.decode())


def test_a_missed_call_is_calm_in_the_list_once_it_is_answered(
    browser_client, conversation, asha, dr_rao
):
    client = browser_client(dr_rao)
    miss(conversation, asha)
    assert stop_words(client) == ["Missed"]
    call_back(conversation, dr_rao, asha)
    assert stop_words(client) == []
    assert "Missed, replied since" in client.get("/calls/").content.decode()
    miss(conversation, asha)
    assert stop_words(client) == ["Missed"]


def test_a_call_without_a_duration_shows_none(browser_client, conversation, asha, dr_rao):
    miss(conversation, asha)
    shown = browser_client(dr_rao).get("/calls/").content.decode()
    assert '<td data-label="Duration" class="table__number"></td>' in shown


def test_an_answer_in_writing_clears_the_bell(conversation, asha, dr_rao):
    call = miss(conversation, asha)
    conversation.append(asha, uuid4(), body="Please call me.")
    heed({conversation.pk})
    told = Notification.objects.for_user(dr_rao).unread()
    assert told.filter(kind="missed_call").get().key == f"call:{call.pk}"
    write(conversation, dr_rao, asha)
    assert not told.filter(kind="missed_call").exists()


class Ringing(RuleBasedStateMachine):
    """Asha and Dr Rao call and write in any order; another patient calls him too."""

    people: tuple = ()

    @initialize()
    def begin(self):
        for table in (Notification, Participant, Call, Conversation):
            table.objects.all().delete()
        self.rao = self.people[1]
        self.talks = [Conversation.objects.direct(each, self.rao) for each in self.people[::2]]

    @rule(where=st.integers(0, 1), outgoing=st.booleans(), how=st.sampled_from(["miss", "take"]))
    def somebody_calls(self, where, outgoing, how):
        patient = self.people[::2][where]
        by, other = (self.rao, patient) if outgoing else (patient, self.rao)
        call = Call.objects.start(self.talks[where], by=by, kind="audio")
        if how == "take":
            call.accept(other)
            call.leave(other)
        else:
            call.cancel(by)

    @rule(where=st.integers(0, 1), mine=st.booleans())
    def somebody_writes(self, where, mine):
        author = self.rao if mine else self.people[::2][where]
        self.talks[where].append(author, uuid4(), body="Hello")

    @rule(who=st.integers(0, 2))
    def somebody_opens_the_list(self, who):
        see_missed(self.people[who])

    @invariant()
    def the_badge_counts_what_nobody_has_looked_at_and_the_rows_all_that_wait(self):
        for person in self.people if hasattr(self, "talks") else ():
            told = Notification.objects.for_user(person).unread().filter(kind="missed_call")
            assert waiting(person) == told.count()
            waits = Call.objects.unreturned_by(person)
            heed({talk.pk for talk in self.talks})
            assert set(told.values_list("url", flat=True)) <= {
                each.get_absolute_url() for each in waits
            }
            gathered = Inbox(person).missed
            assert sum(call.number for call in gathered) == waits.count()
            assert len(missed(Inbox(person))) == len({each.started_by_id for each in gathered})


@pytest.mark.parametrize(("runs", "steps"), [(3, 12), *only_in_long((200, 40))])
def test_the_badge_counts_nothing_that_is_settled(asha, dr_rao, stranger, runs, steps):
    Ringing.people = (asha, dr_rao, stranger)
    run_machine(Ringing, runs, steps)
