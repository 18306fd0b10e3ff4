"""Whatever people do in whatever order, the numbers and the marks of a conversation hold."""

from uuid import uuid4

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)

from chat import posting
from chat.counting import count_unread
from chat.models import AheadOfConversation, Conversation, Message
from tests.long import only_in_long
from tests.machines import run_machine

WHO = st.sampled_from([0, 1])


class Talking(RuleBasedStateMachine):
    """Two people post, retry, receive and read."""

    people: list = []

    @initialize()
    def begin(self):
        patient, doctor = self.people
        Conversation.objects.all().delete()
        self.conversation = Conversation.objects.direct(patient, doctor)
        self.sent = []
        self.read = [0, 0]
        self.delivered = [0, 0]

    @rule(who=WHO)
    def post(self, who):
        client_id, seq = uuid4(), len(self.sent) + 1
        posted = self._post(who, client_id)
        assert posted.seq == posted.changed_seq == seq
        self.sent.append((who, client_id))
        for marks in (self.read, self.delivered):
            if marks[who] == seq - 1:
                marks[who] = seq

    @rule(data=st.data())
    def retry(self, data):
        if self.sent:
            number = data.draw(st.integers(1, len(self.sent)))
            assert self._post(*self.sent[number - 1]).seq == number

    def _post(self, who, client_id):
        return posting.post(
            author=self.people[who],
            conversation_id=self.conversation.pk,
            client_id=client_id,
            body="Hello",
        )

    @rule(who=WHO, seq=st.integers(0, 12), reads=st.booleans())
    def mark(self, who, seq, reads):
        member = self.conversation.member(self.people[who])
        try:
            (member.mark_read if reads else member.mark_delivered)(seq)
        except AheadOfConversation:
            assert seq > len(self.sent)
            return
        assert seq <= len(self.sent)
        self.delivered[who] = max(self.delivered[who], seq)
        if reads:
            self.read[who] = max(self.read[who], seq)

    @invariant()
    def numbers_and_marks_hold(self):
        if not hasattr(self, "conversation"):
            return
        numbers = list(Message.objects.order_by("seq").values_list("seq", flat=True))
        assert numbers == list(range(1, len(self.sent) + 1))
        unread = dict(count_unread(self.people))
        for who, person in enumerate(self.people):
            member = self.conversation.member(person)
            assert (member.read_seq, member.delivered_seq) == (self.read[who], self.delivered[who])
            news = [author for author, _ in self.sent[self.read[who] :] if author != who]
            assert unread.get(person.pk, 0) == len(news)


@pytest.mark.parametrize(("runs", "steps"), [(8, 20), *only_in_long((300, 50))])
def test_a_conversation_holds_under_any_order(asha, dr_rao, runs, steps):
    Talking.people = [asha, dr_rao]
    run_machine(Talking, runs, steps)
