"""Whatever happens and is read in whatever order, an open page ends with what the database has."""

import json
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

from accounts.models import PresenceLease
from calls.models import Call
from chat.models import Conversation
from helpline.models import Category, Ticket
from helpline.own import own
from notifications.events import BadgeChanged, NotificationPosted, NotificationsRead
from notifications.models import Notification, clear
from telemed.hub import hub
from tests.long import only_in_long
from tests.machines import run_machine
from tests.notifications.test_notify import tell

KEYS = st.sampled_from(["thing:1", "thing:2", "thing:3"])


class OpenPage:
    """What a page of one person shows, from what it hears alone."""

    def __init__(self, person):
        self.person = person
        self.toasts, self.read = set(), set()
        self.badges = {
            "unread_notifications": 0,
            "unread_messages": 0,
            "unread_answers": 0,
            "missed_calls": 0,
        }

    def hear(self, frames):
        for groups, frame in frames:
            if self.person.group in groups:
                self._take(**json.loads(frame))

    def _take(self, type, data, ref=None):
        if type == NotificationPosted.wire_name:
            self.toasts |= {data["id"]} - self.read
        elif type == NotificationsRead.wire_name:
            self.read |= set(data["ids"])
            self.toasts -= self.read
        elif type == BadgeChanged.wire_name:
            self.badges = data


class Telling(RuleBasedStateMachine):
    """Asha is told and reads; Dr Rao writes and calls; Ravi answers in a ticket of hers."""

    people: tuple = ()
    committed = None
    page = None

    @initialize()
    def begin(self):
        Notification.objects.all().delete()
        Ticket.objects.all().delete()
        Conversation.objects.all().delete()
        self.asha, self.rao, self.ravi = self.people
        self.talk = Conversation.objects.direct(self.asha, self.rao)
        category = Category.objects.get_or_create(slug="other", defaults={"name": "Other"})[0]
        words = {"category": category, "subject": "A bill", "body": "Is it paid?"}
        ticket = Ticket.objects.open(requester=self.asha, **words)
        ticket.claim(self.ravi)
        self.asked = ticket.conversation
        Telling.page = self.page = OpenPage(self.asha)

    def do(self, *verbs):
        with self.committed(execute=True):
            for verb in verbs:
                verb()

    @rule(key=KEYS, twice=st.booleans())
    def happens(self, key, twice):
        self.do(*[lambda: tell(self.asha, key=key)] * (1 + twice))

    @rule(key=KEYS)
    def is_seen(self, key):
        self.do(lambda: clear(self.asha, key))

    @rule(seen=KEYS, new=KEYS)
    def is_seen_while_something_happens(self, seen, new):
        self.do(lambda: clear(self.asha, seen), lambda: tell(self.asha, key=new))

    @rule()
    def all_is_marked(self):
        self.do(Notification.objects.for_user(self.asha).mark_read)

    @rule(answer=st.booleans(), reads=st.booleans())
    def a_message_or_an_answer_comes(self, answer, reads):
        talk, author = (self.asked, self.ravi) if answer else (self.talk, self.rao)
        self.do(lambda: talk.append(author, uuid4(), body="Hello"))
        if reads:
            seq = Conversation.objects.get(pk=talk.pk).last_seq
            self.do(lambda: talk.member(self.asha).mark_read(seq))

    @rule(returns=st.booleans())
    def a_call_is_missed(self, returns):
        call = Call.objects.start(self.talk, by=self.rao, kind="audio")
        self.do(lambda: call.cancel(self.rao))
        if returns:
            self.do(lambda: call.note_opened(self.asha))

    @invariant()
    def the_page_shows_what_the_database_has(self):
        if self.page is None:
            return
        unread = Notification.objects.for_user(self.asha).unread()
        assert self.page.badges["unread_notifications"] == unread.count()
        assert self.page.badges["missed_calls"] == unread.filter(kind="missed_call").count()
        messages = Conversation.objects.in_messages_of(self.asha)
        assert self.page.badges["unread_messages"] == sum(each.unread for each in messages)
        answers = sum(each.unread for each in own(self.asha))
        assert self.page.badges["unread_answers"] == answers
        assert self.page.toasts == {str(each.pk) for each in unread}


@pytest.mark.parametrize(("runs", "steps"), [(5, 15), *only_in_long((300, 50))])
def test_badge_and_toasts_hold_under_any_order(
    asha, dr_rao, ravi, runs, steps, monkeypatch, django_capture_on_commit_callbacks
):
    PresenceLease.objects.create(user=asha, expires_at=timezone.now() + timedelta(days=1))
    monkeypatch.setattr(hub, "emit", lambda frames: Telling.page and Telling.page.hear(frames))
    Telling.people = (asha, dr_rao, ravi)
    Telling.committed = staticmethod(django_capture_on_commit_callbacks)
    run_machine(Telling, runs, steps)
