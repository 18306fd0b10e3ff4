"""The socket of one conversation."""

from collections.abc import Sequence
from typing import Self

from chat import events, posting
from chat.models import Conversation, Member
from telemed.consumers import Socket, handles
from telemed.hub import hub


class ConversationSocket(Socket):
    """Hears what happens in a conversation, and carries what its member does there."""

    async def open(self) -> None:
        """Opening it is reading it, and is put on record before anything is told."""
        self.member = await self.load(self._open)
        self.conversation = self.member.conversation
        self.join(self.conversation)
        self.join(self.member)

    def _open(self) -> Member:
        """Only oneself is kept: with the cards of everyone a socket would be twice as large."""
        mine = Conversation.objects.for_user(self.user)
        conversation = mine.get(pk=self.path["conversation_id"])
        conversation.note_opening(self.user)
        member = conversation.member(self.user)
        member.person = self.user
        return member

    @classmethod
    def heads_of(cls, sockets: Sequence[Self]) -> list[dict[str, int]]:
        """The number of the last change of each conversation."""
        ids = {socket.conversation.pk for socket in sockets}
        numbers = dict(Conversation.objects.filter(pk__in=ids).values_list("pk", "last_seq"))
        return [{"seq": numbers.get(socket.conversation.pk, 0)} for socket in sockets]

    async def still_allowed(self) -> bool:
        """Whether the person is still in it."""
        conversations = Conversation.objects.for_user(self.user)
        return await self.run(conversations.filter(pk=self.conversation.pk).exists)

    @handles(events.PostMessage)
    async def post_message(self, command: events.PostMessage) -> events.MessagePosted:
        """The ack leaves when the message is on disk."""
        return await posting.apost(
            author=self.user,
            conversation_id=self.conversation.pk,
            client_id=command.client_id,
            body=command.body,
        )

    @handles(events.MarkDelivered)
    async def mark_delivered(self, command: events.MarkDelivered) -> None:
        await self.run(self.member.mark_delivered, command.seq)

    @handles(events.MarkRead)
    async def mark_read(self, command: events.MarkRead) -> None:
        await self.run(self.member.mark_read, command.seq)

    @handles(events.SaveDraft)
    async def save_draft(self, command: events.SaveDraft) -> None:
        await self.run(self.member.save_draft, command.body)

    @handles(events.StartTyping)
    async def start_typing(self, command: events.StartTyping) -> None:
        """Touches no table; who has been removed is out of the socket already."""
        typed = events.MemberTyped(
            conversation=self.conversation.pk,
            member=self.user.public_id,
            name=self.user.short_name,
        )
        hub.send(typed, to=self.conversation)
