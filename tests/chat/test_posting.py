"""What is promised of a message that was sent: once, in order, kept as it was typed."""

import threading
from uuid import uuid4

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.translation import get_language

from accounts import presence
from chat import posting
from chat.models import ClientIdReused, Conversation, Member, Message
from chat.wording import LIMIT, BlankMessage, MessageTooLong, UnreadableText
from notifications.models import Notification


def test_a_message_is_kept_as_it_was_typed(conversation, asha, say):
    body = "  Two\n\n  lines, <b>bold</b> & \U0001f642 नमस्ते  "
    posted = say(asha, body)
    assert conversation.messages.get().body == posted.body == body


def test_a_retry_returns_the_first_result(conversation, asha):
    sent = {"conversation_id": conversation.pk, "client_id": uuid4(), "body": "Hello"}
    first = posting.post(author=asha, **sent)
    again = posting.post(author=asha, **sent)
    assert again == first
    conversation.refresh_from_db()
    assert (conversation.messages.count(), conversation.last_seq) == (1, 1)


def test_a_retry_tells_nobody_twice(conversation, asha, django_capture_on_commit_callbacks):
    sent = {"conversation_id": conversation.pk, "client_id": uuid4(), "body": "Hello"}
    with django_capture_on_commit_callbacks() as told:
        posting.post(author=asha, **sent)
    assert told
    with django_capture_on_commit_callbacks() as told:
        posting.post(author=asha, **sent)
    assert not told


def test_another_body_under_the_same_id_is_refused(conversation, asha, say):
    posted = say(asha, "Hello")
    with pytest.raises(ClientIdReused):
        posting.post(
            author=asha, conversation_id=conversation.pk, client_id=posted.client_id, body="Bye"
        )
    assert conversation.messages.get().body == "Hello"


def test_the_same_id_in_another_conversation_is_refused(conversation, asha, meera, say):
    posted = say(asha, "Hello")
    other = Conversation.objects.direct(asha, meera)
    with pytest.raises(ClientIdReused):
        posting.post(
            author=asha, conversation_id=other.pk, client_id=posted.client_id, body="Hello"
        )
    assert not other.messages.exists()


def test_two_people_may_choose_the_same_id(conversation, asha, dr_rao):
    client_id = uuid4()
    for author in (asha, dr_rao):
        posting.post(
            author=author, conversation_id=conversation.pk, client_id=client_id, body="Hello"
        )
    assert conversation.messages.count() == 2


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ("", BlankMessage),
        (" \n\t\u00a0\u200b", BlankMessage),
        ("a" * (LIMIT + 1), MessageTooLong),
        ("a\0b", UnreadableText),
        ("a\ud800b", UnreadableText),
    ],
)
def test_what_is_no_message_is_refused_in_words(conversation, asha, say, body, refusal):
    with pytest.raises(refusal) as refused:
        say(asha, body)
    assert str(refused.value.detail)
    conversation.refresh_from_db()
    assert conversation.last_seq == 0


def test_the_longest_message_counts_characters_and_not_bytes(conversation, asha, say):
    say(asha, "\U0001f642" * LIMIT)
    assert len(conversation.messages.get().body) == LIMIT


def test_a_stranger_cannot_post(conversation, stranger, say):
    with pytest.raises(Conversation.DoesNotExist):
        say(stranger, "Hello")


def test_a_removed_member_cannot_post_nor_see(conversation, asha, dr_rao, say):
    say(asha, "Before")
    conversation.member(asha).leave(by=dr_rao)
    assert not Conversation.objects.for_user(asha).exists()
    with pytest.raises(Conversation.DoesNotExist):
        say(asha, "After")
    with pytest.raises(Member.DoesNotExist):
        conversation.append(asha, uuid4(), body="By another way")


def test_a_rolled_back_message_leaves_no_hole(conversation, asha, say):
    say(asha, "One")
    with transaction.atomic():
        conversation.append(asha, uuid4(), body="Never")
        transaction.set_rollback(True)
    say(asha, "Two")
    assert list(conversation.messages.values_list("seq", flat=True)) == [1, 2]


def test_the_author_stays_up_to_date_only_when_they_were(conversation, asha, dr_rao, say):
    say(asha, "One", "Two")
    assert conversation.member(asha).read_seq == 2
    say(dr_rao, "Three, without having read")
    assert conversation.member(dr_rao).read_seq == 0


def test_sending_clears_the_draft(conversation, asha, say):
    conversation.member(asha).save_draft("Hel")
    say(asha, "Hello")
    assert conversation.member(asha).draft == ""


def test_the_others_get_one_notification_however_many_messages(conversation, asha, dr_rao, say):
    say(asha, "One", "Two", "Three")
    notification = Notification.objects.get()
    assert notification.recipient == dr_rao
    assert "One" not in str(notification.context)


def test_a_call_becomes_a_message_but_rings_no_bell(conversation, asha):
    note = {
        "id": str(uuid4()),
        "kind": "video",
        "end_reason": "completed",
        "duration": 724,
        "started_by": str(asha.public_id),
    }
    message = conversation.append(asha, uuid4(), Message.Kind.CALL, call=note)
    assert message.as_event().call.duration == 724
    assert (message.preview(asha), message.call_duration) == ("Video call", ", 12:04")
    assert not Notification.objects.exists()


def test_a_post_costs_the_same_whatever_is_in_the_conversation(
    conversation, asha, meera, ravi, say
):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            say(asha, "Hello")
        return len(queries)

    say(asha, "The first makes the notification")
    before = cost()
    for person in (meera, ravi):
        Member.objects.create(conversation=conversation, person=person)
    say(asha, *["More"] * 5)
    assert cost() == before


def test_a_deadlock_is_tried_again(conversation, asha, say, monkeypatch):
    once, failures = posting._alone, [1, 1]

    def deadlocked(*args):
        if failures:
            failures.pop()
            raise OperationalError from type("Deadlock", (Exception,), {"sqlstate": "40P01"})()
        return once(*args)

    monkeypatch.setattr(posting, "_alone", deadlocked)
    assert say(asha, "Hello").seq == 1


def test_a_database_that_stays_busy_is_told_in_words(asha, say, monkeypatch):
    def deadlocked(*args):
        raise OperationalError from type("Deadlock", (Exception,), {"sqlstate": "40P01"})()

    monkeypatch.setattr(posting, "_alone", deadlocked)
    monkeypatch.setattr(posting, "PAUSE_SECONDS", 0)
    with pytest.raises(posting.Overloaded):
        say(asha, "Hello")


def test_a_database_that_is_broken_is_not_hidden(asha, say, monkeypatch):
    def broken(*args):
        raise OperationalError("disk full")

    monkeypatch.setattr(posting, "_alone", broken)
    with pytest.raises(OperationalError):
        say(asha, "Hello")


def in_threads(*jobs):
    """Runs the jobs at once, each with its own connection; returns what was raised."""
    raised, gate = [], threading.Barrier(len(jobs))

    def run(job):
        gate.wait()
        try:
            job()
        except Exception as error:  # noqa: BLE001 - handed to the test
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


@pytest.mark.django_db(transaction=True)
def test_posts_at_once_get_numbers_without_holes_or_doubles(conversation, asha, dr_rao, say):
    jobs = [
        lambda author=author, n=n: say(author, *[f"{n} {i}" for i in range(5)])
        for n, author in enumerate([asha, dr_rao] * 4)
    ]
    assert in_threads(*jobs) == []
    numbers = list(conversation.messages.order_by("changed_seq").values_list("seq", "changed_seq"))
    assert numbers == [(number, number) for number in range(1, 41)]
    conversation.refresh_from_db()
    assert conversation.last_seq == 40


@pytest.mark.django_db(transaction=True)
def test_retries_at_once_make_one_message(conversation, asha):
    sent = {"conversation_id": conversation.pk, "client_id": uuid4(), "body": "Hello"}
    answers = []
    raised = in_threads(*[lambda: answers.append(posting.post(author=asha, **sent))] * 8)
    assert raised == []
    assert {answer.id for answer in answers} == {conversation.messages.get().pk}
    conversation.refresh_from_db()
    assert conversation.last_seq == 1


def test_each_member_hears_of_it_in_their_own_language(
    conversation, asha, dr_rao, say, monkeypatch
):
    say(asha, "Hello")
    told = {}
    monkeypatch.setattr(Message, "preview", lambda message, reader: get_language())
    monkeypatch.setattr(
        "chat.models.member.publish_all",
        lambda facts: told.update({to: event.preview for event, to in facts}),
    )
    type(dr_rao).objects.filter(pk=dr_rao.pk).update(language="de")
    for person in (asha, dr_rao):
        presence.take(person)
    conversation.members.all().tell_lists()
    assert (told[asha], told[dr_rao]) == ("en-gb", "de")


def test_who_has_no_page_open_is_told_no_list(conversation, asha, dr_rao, say, monkeypatch):
    say(asha, "Hello")
    told = []
    monkeypatch.setattr(
        "chat.models.member.publish_all", lambda facts: told.extend(to for _, to in facts)
    )
    presence.take(dr_rao)
    conversation.members.all().tell_lists()
    assert told == [dr_rao]
