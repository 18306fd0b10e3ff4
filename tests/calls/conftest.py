"""The scene of every call: Asha and Dr Rao share a conversation."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from calls.models import Call
from chat.models import Conversation


@pytest.fixture
def conversation(asha: User, dr_rao: User) -> Conversation:
    return Conversation.objects.direct(asha, dr_rao)


@pytest.fixture
def ringing(conversation: Conversation, asha: User) -> Call:
    """Asha rings Dr Rao."""
    return Call.objects.start(conversation, by=asha, kind="video")


@pytest.fixture
def active(ringing: Call, dr_rao: User) -> Call:
    """Dr Rao has answered."""
    ringing.accept(dr_rao)
    return ringing


@pytest.fixture
def joined(active: Call, asha: User, dr_rao: User) -> Call:
    """Both tabs hold the call."""
    active.join(asha, "tab-of-asha")
    active.join(dr_rao, "tab-of-rao")
    return active


@pytest.fixture
def talking(joined: Call, asha: User) -> Call:
    """Their media flow."""
    joined.report_connected(asha, "tab-of-asha")
    return joined


@pytest.fixture
def elsewhere(stranger: User) -> Callable[[User], Call]:
    """`elsewhere(dr_rao)`: he is in a call with Sam Stranger."""

    def occupy(person: User) -> Call:
        theirs = Conversation.objects.direct(stranger, person)
        call = Call.objects.start(theirs, by=stranger, kind="audio")
        call.accept(person)
        return call

    return occupy


@pytest.fixture
def later() -> Callable[[float], datetime]:
    """`later(31)`: a moment so many seconds from now."""
    return lambda seconds: timezone.now() + timedelta(seconds=seconds)
