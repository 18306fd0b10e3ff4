"""Reading a conversation is on record, and whose record it is, by whatever door."""

import pytest
from django.urls import reverse

from accounts.models import User
from audit.models import AccessRecord
from calls.models import Call
from chat.models import Conversation, Member, Message
from notifications.models import Notification


def opened(actor):
    """What somebody opened, and whose it was."""
    rows = AccessRecord.objects.filter(actor=actor.public_id, act="opened")
    return sorted(rows.values_list("object_type", "subject_person"))


@pytest.mark.parametrize("what", ["", "messages/"])
def test_the_api_records_it(conversation, asha, dr_rao, api, what):
    answer = api(as_=dr_rao).get(f"/api/v1/conversations/{conversation.pk}/{what}")
    assert answer.status_code == 200
    assert opened(dr_rao) == [("chat.conversation", asha.public_id)]


def test_it_is_the_patients_even_after_she_has_left(conversation, asha, dr_rao):
    conversation.member(asha).leave(by=dr_rao)
    Conversation.objects.for_user(dr_rao).with_members().get().note_opening(dr_rao)
    assert opened(dr_rao) == [("chat.conversation", asha.public_id)]


def test_the_admin_records_whose_it_is(conversation, asha, dr_rao, say, browser_client):
    say(dr_rao, "Good morning")
    administrator = User.objects.create_superuser("root@example.com", "unguessable")
    client = browser_client(administrator)
    call = Call.objects.start(conversation, by=dr_rao, kind="audio")
    told = Notification.objects.get(recipient=asha, kind="message")
    things = [conversation, Member.objects.last(), Message.objects.get(), call, told]
    for thing in things:
        name = thing._meta.label_lower.replace(".", "_")
        answer = client.get(reverse(f"admin:{name}_change", args=[thing.pk]))
        assert answer.status_code == 200
    expected = [(thing._meta.label_lower, asha.public_id) for thing in things]
    assert opened(administrator) == sorted(expected)
