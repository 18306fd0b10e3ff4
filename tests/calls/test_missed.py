"""A missed call waits until its person gives a sign; lists and the badge say the same of it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)

from calls.missed import heed
from calls.models import Call, Participant
from chat.models import Conversation
from dashboard.inbox import Inbox
from dashboard.sections import missed
from notifications.badges import badges
from notifications.models import Notification
from tests.machines import run_machine

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


def test_looking_at_it_is_no_sign(browser_client, conversation, asha, dr_rao):
    call = miss(conversation, asha)
    browser_client(dr_rao).get(call.get_absolute_url())
    assert not Notification.objects.for_user(dr_rao).unread().exists()
    assert waiting(dr_rao) == 1


def test_nobody_is_reminded_for_ever(conversation, asha, dr_rao):
    miss(conversation, asha)
    Call.objects.update(created_at=timezone.now() - timedelta(days=31))
    assert waiting(dr_rao) == 0


def test_an_answer_in_writing_clears_the_bell(conversation, asha, dr_rao):
    call = miss(conversation, asha)
    conversation.append(asha, uuid4(), body="Please call me.")
    heed({conversation.pk})
    told = Notification.objects.for_user(dr_rao).unread()
    assert told.filter(kind="missed_call").get().key == f"call:{call.pk}"
    write(conversation, dr_rao, asha)
    heed({conversation.pk})
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

    @rule()
    def all_is_marked_as_read(self):
        Notification.objects.mark_read()

    @invariant()
    def the_badge_is_the_sum_of_the_rows(self):
        for person in self.people if hasattr(self, "talks") else ():
            gathered = Inbox(person).missed
            assert waiting(person) == sum(call.number for call in gathered)
            assert waiting(person) == Call.objects.unreturned_by(person).count()
            assert len(missed(Inbox(person))) == len({each.started_by_id for each in gathered})


@pytest.mark.parametrize(
    ("runs", "steps"), [(5, 15), pytest.param(200, 40, marks=pytest.mark.long)]
)
def test_list_and_badge_never_differ(asha, dr_rao, stranger, runs, steps):
    Ringing.people = (asha, dr_rao, stranger)
    run_machine(Ringing, runs, steps)
