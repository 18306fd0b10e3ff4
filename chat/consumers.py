"""The socket of one conversation."""

from collections.abc import Sequence
from typing import Self
from uuid import UUID

from chat import events, posting
from chat.models import Conversation, Group, Member
from telemed.consumers import Socket, handles
from telemed.hub import hub


class ConversationSocket(Socket):
    """Hears what happens in a conversation, and carries what its member does there."""

    kind = "conversations"

    async def open(self) -> None:
        """Opening it is reading it, and is put on record before anything is told.

        Only keys are kept: with the rows an idle socket would be twice as large.
        """
        self.member_key, self.conversation_key = await self.load(self._open)
        self.join(self.conversation)
        self.join(self.member)

    def _open(self) -> tuple[int, UUID]:
        mine = Conversation.objects.for_user(self.user)
        conversation = mine.get(pk=self.path["conversation_id"])
        conversation.note_opening(self.user)
        return conversation.member(self.user).pk, conversation.pk

    @property
    def conversation(self) -> Group:
        """Where it is heard."""
        return Group(self.conversation_key)

    @property
    def member(self) -> Member:
        """Oneself in it, as far as the verbs need."""
        conversation = Conversation(pk=self.conversation_key)
        return Member(pk=self.member_key, conversation=conversation, person=self.user)

    @classmethod
    def heads_of(cls, sockets: Sequence[Self]) -> list[dict[str, int]]:
        """The number of the last change of each conversation."""
        ids = {socket.conversation_key for socket in sockets}
        numbers = dict(Conversation.objects.filter(pk__in=ids).values_list("pk", "last_seq"))
        return [{"seq": numbers.get(socket.conversation_key, 0)} for socket in sockets]

    async def still_allowed(self) -> bool:
        """Whether the person is still in it."""
        conversations = Conversation.objects.for_user(self.user)
        return await self.run(conversations.filter(pk=self.conversation_key).exists)

    @handles(events.PostMessage)
    async def post_message(self, command: events.PostMessage) -> events.MessagePosted:
        """The ack leaves when the message is on disk."""
        return await posting.apost(
            author=self.user,
            conversation_id=self.conversation_key,
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
            conversation=self.conversation_key,
            member=self.user.public_id,
            name=self.user.short_name,
        )
        hub.send(typed, to=self.conversation)
