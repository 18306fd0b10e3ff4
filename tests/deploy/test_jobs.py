"""The commands an operator runs now and then."""

from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from accounts.models import User
from chat import posting
from chat.models import Conversation
from tests.sweeping import meet

pytestmark = pytest.mark.django_db


def say(author: User, conversation: Conversation) -> None:
    posting.post(
        author=author, conversation_id=conversation.pk, client_id=uuid4(), body="Hello again"
    )


def test_after_a_restore_every_conversation_has_an_epoch_of_its_own(
    asha: User, dr_rao: User, stranger: User, meera: User, browser_client
) -> None:
    meet(asha, dr_rao)
    meet(stranger, meera)
    before = {row.pk: row.epoch for row in Conversation.objects.all()}
    told = StringIO()
    with CaptureQueriesContext(connection) as queries:
        call_command("renew_epochs", stdout=told)
    assert told.getvalue() == f"{len(before)} conversations renewed.\n"
    assert len([each for each in queries if each["sql"].startswith("UPDATE")]) == len(queries) == 1
    after = {row.pk: row.epoch for row in Conversation.objects.all()}
    assert len({*before.values(), *after.values()}) == 2 * len(before) >= 4
    assert set(after) == set(before)


def test_a_page_that_knew_later_changes_is_told_of_the_new_epoch(
    asha: User, dr_rao: User, browser_client
) -> None:
    conversation = meet(asha, dr_rao).conversation
    url = f"/api/v1/conversations/{conversation.pk}/messages/?since=99"
    client = browser_client(asha)
    known = client.get(url).json()["epoch"]
    call_command("renew_epochs", stdout=StringIO())
    page = client.get(url).json()
    assert page["epoch"] != known
    say(asha, conversation)
    assert client.get(url).json()["epoch"] == page["epoch"]


def test_cleaning_removes_only_what_has_expired(asha: User, browser_client) -> None:
    client = browser_client(asha)
    past, future = (timezone.now() + timedelta(days=days) for days in (-1, 1))
    Session.objects.create(session_key="old", session_data="", expire_date=past)
    for expires_at in (past, future):
        OutstandingToken.objects.create(
            user=asha, jti=expires_at.isoformat(), token="x", expires_at=expires_at
        )
    call_command("clean", stdout=StringIO())
    assert not Session.objects.filter(session_key="old").exists()
    assert client.get("/messages/").status_code == 200
    assert OutstandingToken.objects.get().expires_at == future
