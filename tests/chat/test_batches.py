"""Posts that are committed together: each is answered as if it had been alone."""

from uuid import uuid4

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from chat import posting
from chat.events import MessagePosted
from chat.models import ClientIdReused, Conversation, Member, Message, Post
from notifications.models import Notification


def by(author, conversation, body="Hello", client_id=None):
    return Post(author, conversation.pk, client_id or uuid4(), body)


@pytest.fixture
def other(asha, meera):
    """Another conversation of Asha's."""
    return Conversation.objects.direct(asha, meera)


def bodies(conversation):
    return list(conversation.messages.order_by("seq").values_list("body", flat=True))


def test_a_batch_keeps_the_order_of_each_conversation(conversation, other, asha, dr_rao, meera):
    posts = [
        by(asha, conversation, "1"),
        by(meera, other, "a"),
        by(dr_rao, conversation, "2"),
        by(asha, conversation, "3"),
        by(asha, other, "b"),
    ]
    answers = posting.commit(posts)
    assert [answer.body for answer in answers] == ["1", "a", "2", "3", "b"]
    assert [answer.client_id for answer in answers] == [post.client_id for post in posts]
    assert [answer.seq for answer in answers] == [1, 1, 2, 3, 2]
    assert (bodies(conversation), bodies(other)) == (["1", "2", "3"], ["a", "b"])
    for each, head in ((conversation, 3), (other, 2)):
        each.refresh_from_db()
        assert each.last_seq == head


def test_marks_rise_as_if_each_had_been_posted_alone(conversation, asha, dr_rao):
    posting.commit([by(asha, conversation), by(asha, conversation), by(dr_rao, conversation)])
    assert conversation.member(asha).read_seq == 2
    assert conversation.member(dr_rao).read_seq == 0
    conversation.member(dr_rao).mark_read(3)
    posting.commit([by(dr_rao, conversation), by(asha, conversation), by(dr_rao, conversation)])
    assert conversation.member(dr_rao).read_seq == 4
    assert conversation.member(asha).read_seq == 2


def test_everyone_else_has_one_notification_for_each_conversation(
    conversation, other, asha, dr_rao, meera
):
    posting.commit([by(asha, conversation), by(asha, conversation), by(asha, other)])
    assert {each.recipient for each in Notification.objects.all()} == {dr_rao, meera}


def test_a_stranger_in_the_batch_fails_alone(conversation, asha, dr_rao, stranger):
    first, foreign, last = posting.commit(
        [by(asha, conversation, "1"), by(stranger, conversation), by(dr_rao, conversation, "2")]
    )
    assert isinstance(foreign, Conversation.DoesNotExist)
    assert (first.seq, last.seq) == (1, 2)
    assert bodies(conversation) == ["1", "2"]


def test_who_was_taken_out_fails_alone(conversation, asha, dr_rao):
    conversation.member(dr_rao).leave(by=asha)
    Member.objects.filter(person=dr_rao).update(left_at=None)
    conversation.member(asha).leave(by=dr_rao)
    gone, stays = posting.commit([by(asha, conversation), by(dr_rao, conversation)])
    assert isinstance(gone, Conversation.DoesNotExist)
    assert stays.code == "not_reachable"
    assert bodies(conversation) == []


def test_a_retry_in_the_batch_is_answered_with_the_first_result(conversation, asha, dr_rao):
    sent = by(asha, conversation, "Once")
    [before] = posting.commit([sent])
    again, new, twice, doubled = posting.commit(
        [sent, by(dr_rao, conversation, "New"), *[by(asha, conversation, "Two", uuid4())] * 2]
    )
    assert again == before
    assert twice == doubled
    assert bodies(conversation) == ["Once", "New", "Two"]
    assert isinstance(new, MessagePosted)


def test_another_text_under_the_same_id_fails_alone(conversation, asha, dr_rao):
    first, second, third = posting.commit(
        [
            by(asha, conversation, "One", client_id=(shared := uuid4())),
            by(asha, conversation, "Another", client_id=shared),
            by(dr_rao, conversation, "Three"),
        ]
    )
    assert (first.body, third.body) == ("One", "Three")
    assert isinstance(second, ClientIdReused)
    assert bodies(conversation) == ["One", "Three"]


def test_a_retry_is_answered_though_nobody_can_be_reached_any_more(conversation, asha, dr_rao):
    sent = by(asha, conversation)
    [before] = posting.commit([sent])
    User.objects.filter(pk=dr_rao.pk).update(is_active=False)
    [again] = posting.commit([sent])
    assert again == before


@pytest.mark.parametrize("number", [1, 60])
def test_a_batch_costs_five_statements_however_many_are_in_it(number, conversation, other, asha):
    posts = [by(asha, conversation) for _ in range(number)]
    with CaptureQueriesContext(connection) as queries:
        posting.commit(posts)
    statements = [each["sql"] for each in queries if "SAVEPOINT" not in each["sql"]]
    statements = [each for each in statements if each.split()[0] not in ("BEGIN", "COMMIT")]
    assert len(statements) == 5
    assert conversation.messages.count() == number


def test_a_deadlock_costs_a_batch_nothing_but_time(conversation, asha, monkeypatch):
    together, failures = posting._together, [1, 1]

    def deadlocked(posts):
        if failures:
            failures.pop()
            raise OperationalError from type("Deadlock", (Exception,), {"sqlstate": "40P01"})()
        return together(posts)

    monkeypatch.setattr(posting, "_together", deadlocked)
    posting.commit([by(asha, conversation, "1"), by(asha, conversation, "2")])
    assert bodies(conversation) == ["1", "2"]


def test_a_message_that_rolls_back_is_told_to_nobody(
    conversation, asha, dr_rao, stranger, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as told:
        posting.commit([by(stranger, conversation)])
    assert told == []
    assert Message.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_what_is_wrong_with_a_batch_is_found_out_by_the_real_commit_too(
    conversation, asha, dr_rao, stranger
):
    sent = by(asha, conversation, "Once")
    [before] = posting.commit([sent])
    again, foreign, new = posting.commit(
        [sent, by(stranger, conversation), by(dr_rao, conversation, "New")]
    )
    assert again == before
    assert isinstance(foreign, Conversation.DoesNotExist)
    assert bodies(conversation) == ["Once", "New"]
    assert new.seq == 2
    assert Notification.objects.count() == 2
