"""Watermarks: forward only, never ahead of the conversation, and what they settle."""

import pytest
from django.db import transaction

from chat.counting import count_unread
from chat.models import AheadOfConversation, Member
from notifications.models import Notification
from tests.chat.test_posting import in_threads


def test_marks_rise_and_do_not_fall(conversation, asha, dr_rao, say):
    say(asha, "One", "Two", "Three")
    member = conversation.member(dr_rao)
    assert member.mark_read(2)
    assert not member.mark_read(1)
    assert not member.mark_read(2)
    member.refresh_from_db()
    assert (member.read_seq, member.delivered_seq) == (2, 2)
    assert member.mark_delivered(3)
    member.refresh_from_db()
    assert (member.read_seq, member.delivered_seq) == (2, 3)


@pytest.mark.parametrize("seq", [3, 2**63 - 1])
def test_nobody_reads_what_is_not_written(conversation, asha, dr_rao, say, seq):
    say(asha, "One", "Two")
    for mark in (Member.mark_read, Member.mark_delivered):
        with pytest.raises(AheadOfConversation):
            mark(conversation.member(dr_rao), seq)
    assert conversation.member(dr_rao).read_seq == 0


def test_what_was_written_meanwhile_reaches_who_opens_a_page(conversation, asha, dr_rao, say):
    say(asha, "One", "Two")
    assert conversation.member(dr_rao).delivered_seq == 0
    Member.objects.reach(dr_rao)
    assert conversation.member(dr_rao).delivered_seq == 2
    assert conversation.member(dr_rao).read_seq == 0


def test_a_removed_member_marks_nothing(conversation, asha, dr_rao, say):
    say(asha, "One")
    member = conversation.member(dr_rao)
    member.leave(by=asha)
    with pytest.raises(Member.DoesNotExist):
        member.mark_read(1)


def test_unread_counts_texts_of_others_only(conversation, asha, dr_rao, say):
    say(asha, "One", "Two")
    say(dr_rao, "Three")
    assert dict(count_unread([asha, dr_rao])) == {asha.pk: 1, dr_rao.pk: 2}
    conversation.member(dr_rao).mark_read(1)
    assert dict(count_unread([dr_rao])) == {dr_rao.pk: 1}


def test_reading_clears_the_notification(conversation, asha, dr_rao, say):
    say(asha, "One")
    assert Notification.objects.for_user(dr_rao).unread().exists()
    conversation.member(dr_rao).mark_read(1)
    assert not Notification.objects.for_user(dr_rao).unread().exists()


def test_a_mark_is_told_once(conversation, asha, dr_rao, say, django_capture_on_commit_callbacks):
    say(asha, "One")
    with django_capture_on_commit_callbacks() as told:
        conversation.member(dr_rao).mark_delivered(1)
    assert len(told) == 1
    with django_capture_on_commit_callbacks() as told:
        conversation.member(dr_rao).mark_delivered(1)
    assert told == []


@pytest.mark.django_db(transaction=True)
def test_devices_that_report_at_once_never_lower_a_mark(conversation, asha, dr_rao, say):
    say(asha, *[f"{number}" for number in range(12)])
    member = conversation.member(dr_rao)
    jobs = [lambda seq=seq: conversation.member(dr_rao).mark_read(seq) for seq in range(1, 13)]
    assert in_threads(*jobs) == []
    member.refresh_from_db()
    assert (member.read_seq, member.delivered_seq) == (12, 12)


def test_who_leaves_is_told_of_in_the_same_transaction(conversation, asha, dr_rao, monkeypatch):
    told = []

    def listener(member, by):
        told.append((member.person, by))
        raise RuntimeError

    monkeypatch.setattr("chat.models.member.departures", [listener])
    with pytest.raises(RuntimeError), transaction.atomic():
        conversation.member(asha).leave(by=dr_rao)
    assert told == [(asha, dr_rao)]
    assert conversation.member(asha)
