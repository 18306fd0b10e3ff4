"""Who shares a conversation sees who comes and goes; nobody else does."""

import pytest
from django.utils import timezone

from accounts import presence
from accounts.events import PresenceChanged
from accounts.models import PresenceLease, User
from chat.models import Conversation
from tests.sockets import in_thread, open_socket


def test_people_who_share_a_conversation_may_see_each_other(conversation, asha, dr_rao, stranger):
    assert User.objects.for_user(dr_rao).filter(pk=asha.pk).exists()
    assert not User.objects.for_user(dr_rao).filter(pk=stranger.pk).exists()
    assert not User.objects.for_user(stranger).filter(pk=asha.pk).exists()


def test_who_has_left_is_seen_no_more(conversation, asha, dr_rao):
    conversation.member(asha).leave(by=dr_rao)
    assert not User.objects.for_user(dr_rao).filter(pk=asha.pk).exists()


@pytest.mark.django_db(transaction=True)
async def test_coming_and_going_is_told_to_the_conversation(conversation, asha, dr_rao):
    async with open_socket(f"/ws/conversations/{conversation.pk}/", as_=asha) as hers:
        lease = await in_thread(presence.take, dr_rao)
        came = await hers.receives(PresenceChanged)
        assert (came.person, came.online) == (dr_rao.public_id, True)
        await in_thread(PresenceLease.objects.filter(pk=lease).update, expires_at=came_long_ago())
        await in_thread(presence.settle)
        assert (await hers.receives(PresenceChanged)).online is False


@pytest.mark.django_db(transaction=True)
async def test_it_is_not_told_to_others(conversation, asha, dr_rao, stranger, meera):
    theirs = await in_thread(Conversation.objects.direct, stranger, meera)
    async with open_socket(f"/ws/conversations/{theirs.pk}/", as_=stranger) as socket:
        await in_thread(presence.take, meera)
        assert await socket.receives(PresenceChanged)
        await in_thread(presence.take, dr_rao)
        await socket.receives_nothing(PresenceChanged)


def came_long_ago():
    return timezone.now() - presence.LEASE
