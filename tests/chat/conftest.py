"""A conversation of Asha and Dr Rao, and a short way to say something in it."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from accounts.models import User
from chat import posting
from chat.events import MessagePosted
from chat.models import Conversation

Say = Callable[..., MessagePosted]


@pytest.fixture
def conversation(asha: User, dr_rao: User) -> Conversation:
    """Begun by the patient, nothing written yet."""
    return Conversation.objects.direct(asha, dr_rao)


@pytest.fixture
def say(conversation: Conversation) -> Say:
    """`say(asha, "Hello")`, or several at once."""

    def say(author: User, *bodies: str) -> MessagePosted:
        posted = [
            posting.post(
                author=author, conversation_id=conversation.pk, client_id=uuid4(), body=body
            )
            for body in bodies
        ]
        return posted[-1]

    return say
