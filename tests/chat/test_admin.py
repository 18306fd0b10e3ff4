"""Staff see that something was written, and never what."""

import pytest
from django.urls import reverse

from accounts.models import User
from chat.models import Member, Message


@pytest.fixture
def administrator(db):
    return User.objects.create_superuser("root@example.com", "unguessable", name="Root")


def test_no_page_of_the_admin_shows_a_text_or_a_draft(
    conversation, asha, say, administrator, browser_client
):
    say(asha, "a private matter")
    conversation.member(asha).save_draft("another private matter")
    client = browser_client(administrator)
    for model, row in [
        ("conversation", conversation),
        ("member", Member.objects.first()),
        ("message", Message.objects.get()),
    ]:
        pages = [
            client.get(reverse(f"admin:chat_{model}_changelist"), {"q": "asha"}),
            client.get(reverse(f"admin:chat_{model}_change", args=[row.pk])),
        ]
        for page in pages:
            assert page.status_code == 200
            assert "private matter" not in page.content.decode()


def test_nothing_is_made_changed_or_deleted_by_hand(
    conversation, asha, administrator, browser_client
):
    client = browser_client(administrator)
    for action in ("add", "delete"):
        args = [conversation.pk] if action == "delete" else []
        assert (
            client.get(reverse(f"admin:chat_conversation_{action}", args=args)).status_code == 403
        )


def test_a_member_is_taken_out_by_an_action(conversation, asha, administrator, browser_client):
    member = conversation.member(asha)
    browser_client(administrator).post(
        reverse("admin:chat_member_changelist"),
        {"action": "take_out", "_selected_action": [member.pk]},
    )
    assert not conversation.members.present().filter(person=asha).exists()
