"""Notifications by e-mail: what the letter says and what not, and what servers answer."""

import re

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.utils import timezone

from accounts import debug_mail
from notifications import ladder
from notifications.models import Delivery, Notification
from notifications.transports import Later, Never, Sent, Unsure, email
from tests.outside import MailServer

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailed(asha, tell):
    """A delivery by e-mail of a message from Dr Rao."""
    tell(asha)
    return planned()


def planned():
    notification = Notification.objects.select_related("recipient").get()
    return Delivery(
        notification=notification,
        transport="email",
        key=f"{notification.pk}:{notification.kind}:email",
    )


@pytest.fixture
def server(settings):
    """A mail server, as EMAIL_URL would name it."""
    outside = MailServer()
    with outside.running() as url:
        settings.EMAIL_BACKEND = email.SMTP
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(url.rsplit(":", 1)[1])
        yield outside


def test_a_letter_says_that_something_waits_and_leads_to_it(asha, mailed):
    assert email.send(mailed) == Sent()
    [letter] = mail.outbox
    [page] = [content for content, kind in letter.alternatives if kind == "text/html"]
    assert (letter.subject, letter.to) == ("You have a new message", [asha.email])
    for words in (letter.body, page):
        assert f"{django_settings.SITE_URL}/messages/1/" in words
        assert f"{django_settings.SITE_URL}/notifications/preferences/" in words
        assert "Rao" not in words + letter.subject
        assert "Asha" not in words + letter.subject


def test_a_letter_that_is_sent_again_is_known_by_its_id(mailed):
    for _ in range(2):
        email.send(mailed)
    first, second = [each.message()["Message-ID"] for each in mail.outbox]
    assert first == second == f"<{mailed.notification_id}.message.email@127.0.0.1>"


def test_a_letter_says_how_to_get_no_more_of_them_unless_that_cannot_be(asha, mailed, tell):
    email.send(mailed)
    Notification.objects.update(kind="security", context={"what": "password"})
    email.send(planned())
    usual, fixed = (each.message() for each in mail.outbox)
    assert usual["List-Unsubscribe"] == f"<{django_settings.SITE_URL}/notifications/preferences/>"
    assert "List-Unsubscribe" not in fixed
    assert usual["Auto-Submitted"] == fixed["Auto-Submitted"] == "auto-generated"
    assert fixed["Subject"] == "Your Telemed password was changed"
    assert "/accounts/password/reset/" in mail.outbox[1].body
    assert "preferences" not in mail.outbox[1].body


def test_an_address_that_was_not_confirmed_gets_nothing(asha, mailed):
    asha.emailaddress_set.update(verified=False)
    assert email.send(mailed) == Never("no_address")
    assert mail.outbox == []


def test_in_the_demo_letters_are_on_the_page_of_mails(settings, mailed, client):
    settings.EMAIL_BACKEND, settings.DEBUG = "accounts.debug_mail.Mailbox", True
    debug_mail.delivered.clear()
    email.send(mailed)
    assert "You have a new message" in client.get("/debug/mail/").content.decode()


def test_without_a_mail_server_there_is_no_such_transport(settings, mailed, caplog):
    settings.EMAIL_BACKEND = email.DUMMY
    assert email.send(mailed) == Never("no_transport")
    assert caplog.records == []


def test_a_server_takes_the_letter(asha, server, mailed):
    assert email.send(mailed) == Sent()
    [letter] = server.taken
    assert letter["Subject"] == "You have a new message"
    assert re.fullmatch(r"<.+\.message\.email@127\.0\.0\.1>", letter["Message-ID"])
    assert {part.get_content_type() for part in letter.iter_parts()} == {"text/plain", "text/html"}


@pytest.mark.parametrize(
    ("says", "outcome"),
    [
        ({"RCPT": ["550 no such person"]}, Never("refused", "SMTP 550")),
        ({"RCPT": ["450 try later"]}, Later("SMTP 450")),
        ({".": ["554 we do not like it"]}, Never("refused", "SMTP 554")),
        ({".": ["452 the disk is full"]}, Later("SMTP 452")),
        ({"MAIL": ["451 not now"]}, Later("SMTPSenderRefused 451")),
        ({"EHLO": ["421 busy"], "HELO": ["421 busy"]}, Later("SMTPHeloError 421")),
    ],
)
def test_what_a_server_says_is_heeded(server, mailed, says, outcome):
    server.says = says
    assert email.send(mailed) == outcome
    assert server.taken == []


def test_a_server_that_is_away_is_asked_later(server, settings, mailed):
    settings.EMAIL_PORT = 1
    assert email.send(mailed) == Later("ConnectionRefusedError")


def test_when_no_answer_comes_to_a_whole_letter_nobody_knows(server, mailed):
    server.hangs_up_after_data = True
    assert email.send(mailed) == Unsure("no answer")
    assert len(server.taken) == 1


def test_by_the_ladder_it_is_one_letter(asha, tell, day, monkeypatch):
    monkeypatch.undo()
    tell(asha)
    for _ in range(3):
        day.passes(minutes=15)
    assert [letter.to for letter in mail.outbox] == [[asha.email]]
    assert Delivery.objects.get(transport="email").ended_at < timezone.now()
    assert ladder.climb(timezone.now()) == 0
