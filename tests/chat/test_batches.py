"""Posts that are committed together: each is answered as if it had been alone."""

import asyncio
from uuid import uuid4

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from chat import posting
from chat.events import ConversationTouched, MessagePosted
from chat.models import ClientIdReused, Conversation, Member, Post
from notifications.events import BadgeChanged, NotificationPosted
from notifications.models import Notification
from tests.sockets import open_socket, running_hub

pytestmark = pytest.mark.django_db(transaction=True)

ON_POSTGRES = connection.vendor == "postgresql"


def on_the_loop(posts):
    """As sockets post: by one statement where that is possible."""

    async def run():
        async with running_hub():
            return await posting.commit(posts)

    return asyncio.run(run())


@pytest.fixture(params=["ordinary", "express"] if ON_POSTGRES else ["ordinary"])
def commit(request):
    """Both ways of committing a batch, which must do the same."""
    return {"ordinary": posting.commit_in_thread, "express": on_the_loop}[request.param]


def by(author, conversation, body="Hello", client_id=None):
    return Post(author, conversation.pk, client_id or uuid4(), body)


@pytest.fixture
def other(asha, meera):
    """Another conversation of Asha's."""
    return Conversation.objects.direct(asha, meera)


def bodies(conversation):
    return list(conversation.messages.order_by("seq").values_list("body", flat=True))


def test_a_batch_keeps_the_order_of_each_conversation(
    conversation, other, asha, dr_rao, meera, commit
):
    posts = [
        by(asha, conversation, "1"),
        by(meera, other, "a"),
        by(dr_rao, conversation, "2"),
        by(asha, conversation, "3"),
        by(asha, other, "b"),
    ]
    answers = commit(posts)
    assert [answer.body for answer in answers] == ["1", "a", "2", "3", "b"]
    assert [answer.client_id for answer in answers] == [post.client_id for post in posts]
    assert [answer.seq for answer in answers] == [1, 1, 2, 3, 2]
    assert (bodies(conversation), bodies(other)) == (["1", "2", "3"], ["a", "b"])
    for each, head in ((conversation, 3), (other, 2)):
        each.refresh_from_db()
        assert each.last_seq == head


def test_marks_rise_as_if_each_had_been_posted_alone(conversation, asha, dr_rao, commit):
    commit([by(asha, conversation), by(asha, conversation), by(dr_rao, conversation)])
    assert conversation.member(asha).read_seq == 2
    assert conversation.member(dr_rao).read_seq == 0
    conversation.member(dr_rao).mark_read(3)
    commit([by(dr_rao, conversation), by(asha, conversation), by(dr_rao, conversation)])
    assert conversation.member(dr_rao).read_seq == 4
    assert conversation.member(asha).read_seq == 2


def test_everyone_else_has_one_notification_for_each_conversation(
    conversation, other, asha, dr_rao, meera, commit
):
    commit([by(asha, conversation), by(asha, conversation), by(asha, other)])
    assert {each.recipient for each in Notification.objects.all()} == {dr_rao, meera}


def test_a_stranger_in_the_batch_fails_alone(conversation, asha, dr_rao, stranger, commit):
    first, foreign, last = commit(
        [by(asha, conversation, "1"), by(stranger, conversation), by(dr_rao, conversation, "2")]
    )
    assert isinstance(foreign, Conversation.DoesNotExist)
    assert (first.seq, last.seq) == (1, 2)
    assert bodies(conversation) == ["1", "2"]


def test_who_was_taken_out_fails_alone(conversation, asha, dr_rao, commit):
    conversation.member(dr_rao).leave(by=asha)
    Member.objects.filter(person=dr_rao).update(left_at=None)
    conversation.member(asha).leave(by=dr_rao)
    gone, stays = commit([by(asha, conversation), by(dr_rao, conversation)])
    assert isinstance(gone, Conversation.DoesNotExist)
    assert stays.code == "not_reachable"
    assert bodies(conversation) == []


def test_a_retry_in_the_batch_is_answered_with_the_first_result(conversation, asha, dr_rao, commit):
    sent = by(asha, conversation, "Once")
    [before] = commit([sent])
    again, new, twice, doubled = commit(
        [sent, by(dr_rao, conversation, "New"), *[by(asha, conversation, "Two", uuid4())] * 2]
    )
    assert again == before
    assert twice == doubled
    assert bodies(conversation) == ["Once", "New", "Two"]
    assert isinstance(new, MessagePosted)


def test_another_text_under_the_same_id_fails_alone(conversation, asha, dr_rao, commit):
    first, second, third = commit(
        [
            by(asha, conversation, "One", client_id=(shared := uuid4())),
            by(asha, conversation, "Another", client_id=shared),
            by(dr_rao, conversation, "Three"),
        ]
    )
    assert (first.body, third.body) == ("One", "Three")
    assert isinstance(second, ClientIdReused)
    assert bodies(conversation) == ["One", "Three"]


def test_a_retry_is_answered_though_nobody_can_be_reached_any_more(
    conversation, asha, dr_rao, commit
):
    sent = by(asha, conversation)
    [before] = commit([sent])
    User.objects.filter(pk=dr_rao.pk).update(is_active=False)
    [again] = commit([sent])
    assert again == before


@pytest.mark.parametrize("number", [1, 60])
def test_a_batch_costs_five_statements_and_four_for_hints_however_many_are_in_it(
    number, conversation, asha
):
    posts = [by(asha, conversation) for _ in range(number)]
    with CaptureQueriesContext(connection) as queries:
        posting.commit_in_thread(posts)
    statements = [each["sql"] for each in queries if "SAVEPOINT" not in each["sql"]]
    statements = [each for each in statements if each.split()[0] not in ("BEGIN", "COMMIT")]
    assert len(statements) == 5 + 4
    assert conversation.messages.count() == number


def test_a_deadlock_costs_a_batch_nothing_but_time(conversation, asha, monkeypatch):
    together, failures = posting._together, [1, 1]

    def deadlocked(posts):
        if failures:
            failures.pop()
            raise OperationalError from type("Deadlock", (Exception,), {"sqlstate": "40P01"})()
        return together(posts)

    monkeypatch.setattr(posting, "_together", deadlocked)
    posting.commit_in_thread([by(asha, conversation, "1"), by(asha, conversation, "2")])
    assert bodies(conversation) == ["1", "2"]


def test_an_express_lane_that_breaks_down_costs_nothing_but_time(
    conversation, asha, dr_rao, monkeypatch, commit
):
    async def broken(*args):
        raise psycopg.OperationalError

    monkeypatch.setattr(posting.express, "ask", broken)
    posts = [by(asha, conversation, "1"), by(dr_rao, conversation, "2")]
    assert [answer.seq for answer in commit(posts)] == [1, 2]


def test_a_lane_that_breaks_down_after_the_commit_doubles_nothing(
    conversation, asha, dr_rao, monkeypatch, commit
):
    ask = posting.express.ask

    async def cut(*args):
        await ask(*args)
        raise psycopg.OperationalError

    monkeypatch.setattr(posting.express, "ask", cut)
    posts = [by(asha, conversation, "1"), by(dr_rao, conversation, "2")]
    assert [answer.seq for answer in commit(posts)] == [1, 2]
    assert bodies(conversation) == ["1", "2"]


async def test_pages_hear_what_was_committed(conversation, asha, dr_rao):
    async with (
        open_socket(f"/ws/conversations/{conversation.pk}/", as_=dr_rao) as his,
        open_socket("/ws/me/", as_=dr_rao) as everywhere,
    ):
        await posting.commit([by(asha, conversation, "One"), by(asha, conversation, "Two")])
        assert [(await his.receives(MessagePosted)).body for _ in range(2)] == ["One", "Two"]
        told = await everywhere.receives(NotificationPosted)
        assert (told.title, told.text) == ("Asha Verma", "2 new messages")
        assert (await everywhere.receives(ConversationTouched)).unread == 2
        assert (await everywhere.receives(BadgeChanged)).unread_messages == 2


async def test_who_wrote_hears_of_the_list_and_of_no_badge(conversation, asha, dr_rao):
    async with open_socket("/ws/me/", as_=asha) as hers:
        await posting.commit([by(asha, conversation)])
        await hers.receives(ConversationTouched)
        await hers.receives_nothing(BadgeChanged)


def test_sending_clears_the_draft_and_only_ones_own(conversation, asha, dr_rao, commit):
    for person in (asha, dr_rao):
        conversation.member(person).save_draft("Hel")
    commit([by(asha, conversation), by(asha, conversation)])
    assert (conversation.member(asha).draft, conversation.member(dr_rao).draft) == ("", "Hel")


def test_a_renewed_notification_names_the_last_who_wrote(conversation, other, asha, dr_rao, commit):
    commit([by(asha, conversation)])
    before = Notification.objects.get(recipient=dr_rao)
    commit([by(dr_rao, conversation), by(asha, conversation), by(asha, other)])
    after = Notification.objects.get(recipient=dr_rao)
    assert (after.pk, after.title) == (before.pk, "Asha Verma")
    assert after.updated_at > before.updated_at
    hers = Notification.objects.get(recipient=asha)
    assert (hers.title, hers.url) == ("Dr Vikram Rao", conversation.get_absolute_url())
    assert (hers.kind, hers.urgent, hers.read_at) == ("message", False, None)


def test_a_notification_says_how_many_messages_others_have_written(
    conversation, other, asha, dr_rao, commit
):
    def told():
        unread = Notification.objects.for_user(dr_rao).unread().get()
        return unread.text, unread.outside

    commit([by(asha, conversation)])
    assert told() == ("sent you a message", "You have a new message")
    commit(
        [by(asha, conversation), by(dr_rao, conversation), by(asha, conversation), by(asha, other)]
    )
    assert told() == ("3 new messages", "You have 3 new messages")
    Notification.objects.mark_read()
    commit([by(asha, conversation)])
    assert told() == ("sent you a message", "You have a new message")


def test_what_is_written_in_a_ticket_is_told_as_that(conversation, asha, dr_rao, commit):
    ticket = Conversation.objects.begin([asha, dr_rao], by=asha, kind="ticket", title="A bill")
    commit([by(dr_rao, ticket), by(dr_rao, conversation)])
    told = Notification.objects.filter(recipient=asha).values_list("key", "kind")
    assert dict(told) == {
        ticket.notification_key: "ticket_message",
        conversation.notification_key: "message",
    }
