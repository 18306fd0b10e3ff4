"""The pages of messages, as a browser without JavaScript uses them."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Doctor
from audit.models import AccessRecord
from chat import posting
from chat.models import Conversation, Member, Message
from chat.models.message import CALL_TITLES

pytestmark = pytest.mark.alike


def text_of(answer) -> str:
    return answer.content.decode()


def log_of(answer) -> str:
    """What stands in the history itself."""
    return text_of(answer).split('role="log"')[1].split('data-ref="empty"')[0]


def row(conversation) -> str:
    return f'data-conversation="{conversation.pk}"'


def test_an_empty_list_leads_a_patient_to_the_doctors(asha, browser_client):
    page = text_of(browser_client(asha).get(reverse("chat:list")))
    assert "No messages yet" in page
    assert reverse("accounts:directory") in page


def test_the_list_shows_the_last_message_and_what_is_unread(
    conversation, asha, dr_rao, say, browser_client
):
    say(asha, "One", "The last one")
    page = text_of(browser_client(dr_rao).get(reverse("chat:list")))
    assert "The last one" in page
    assert f'data-conversation="{conversation.pk}" data-seq="2" data-unread' in page
    assert asha.name in page


def test_a_conversation_in_which_nothing_was_written_is_not_listed(
    conversation, dr_rao, browser_client
):
    page = text_of(browser_client(dr_rao).get(reverse("chat:list")))
    assert str(conversation.pk) not in page


def test_a_draft_stands_in_the_list_and_in_the_composer(conversation, asha, browser_client):
    conversation.member(asha).save_draft("I was <thinking>")
    client = browser_client(asha)
    assert "I was &lt;thinking&gt;" in text_of(client.get(reverse("chat:list")))
    assert "I was &lt;thinking&gt;</textarea>" in text_of(
        client.get(conversation.get_absolute_url())
    )


def test_the_list_is_searched_by_name(conversation, asha, say, browser_client):
    say(asha, "Hello")
    client = browser_client(asha)
    found = text_of(client.get(reverse("chat:list"), {"q": "rao"}))
    assert str(conversation.pk) in found
    for words in ("asha", "%", "nobody"):
        missed = text_of(client.get(reverse("chat:list"), {"q": words}))
        assert str(conversation.pk) not in missed
        assert "Nobody by that name." in missed


def test_older_conversations_follow_on_another_page(
    conversation, asha, dr_rao, meera, say, browser_client, monkeypatch
):
    monkeypatch.setattr("chat.views.ROWS", 1)
    say(asha, "Older")
    newer = Conversation.objects.direct(asha, meera)
    newer.append(asha, uuid4(), body="Newer")
    client, pages = browser_client(asha), []
    address = reverse("chat:list")
    while address:
        pages.append(text_of(client.get(address)))
        more = re.search(r'rel="next" href="([^"]+)"', pages[-1])
        address = more and more[1]
    assert [row(newer) in page for page in pages] == [True, False]
    assert [row(conversation) in page for page in pages] == [False, True]


def test_a_made_up_place_in_the_list_begins_at_the_top(conversation, asha, say, browser_client):
    say(asha, "Hello")
    for before in ("x", str(uuid4())):
        page = browser_client(asha).get(reverse("chat:list"), {"before": before})
        assert str(conversation.pk) in text_of(page)


def test_the_conversation_shows_its_history_oldest_first(
    conversation, asha, dr_rao, say, browser_client
):
    say(asha, "First of all")
    say(dr_rao, "Second of all")
    answer = browser_client(asha).get(conversation.get_absolute_url())
    page, log = text_of(answer), log_of(answer)
    assert log.index("First of all") < log.index("Second of all")
    assert 'data-last="2"' in page
    assert 'data-has-more="false"' in page


def test_only_the_newest_messages_are_on_the_page(conversation, asha, say, browser_client):
    say(asha, *[f"No. {number}." for number in range(1, 53)])
    answer = browser_client(asha).get(conversation.get_absolute_url())
    page, log = text_of(answer), log_of(answer)
    assert re.findall(r"No\. (\d+)\.", log) == [str(number) for number in range(3, 53)]
    assert 'data-has-more="true"' in page


def test_what_was_written_comes_out_as_text(conversation, asha, dr_rao, say, browser_client):
    attack = (
        "<script>alert(1)</script><img src=x onerror=alert(1)>{{ 7|add:7 }}</template></textarea>"
    )
    asha.name = f"A {attack}"[:120]
    asha.save()
    say(asha, attack)
    for client in (browser_client(asha), browser_client(dr_rao)):
        for address in (reverse("chat:list"), conversation.get_absolute_url()):
            page = text_of(client.get(address))
            assert "&lt;script&gt;alert(1)" in page
            assert "<script>alert" not in page
            assert "<img src=x" not in page


def test_there_is_a_blank_of_every_look_of_a_message(conversation, asha, browser_client):
    page = text_of(browser_client(asha).get(conversation.get_absolute_url()))
    for reason in CALL_TITLES:
        for kind in ("audio", "video"):
            assert f'<template data-message="call {reason} {kind}">' in page
    blank = page.split('<template data-message="text">')[1].split("</template>")[0]
    for empty in ("data-seq", "data-author", "data-at", "data-client-id", "datetime"):
        assert f'{empty}=""' in blank
    assert '<span data-field="body"></span></div>' in blank
    assert "None" not in blank


def test_a_call_stands_in_the_history(conversation, asha, browser_client):
    note = {
        "id": str(uuid4()),
        "kind": "audio",
        "end_reason": "missed",
        "duration": None,
        "started_by": str(asha.public_id),
    }
    conversation.append(asha, uuid4(), Message.Kind.CALL, call=note)
    answer = browser_client(asha).get(conversation.get_absolute_url())
    log = log_of(answer)
    assert "Missed audio call" in log
    assert 'form="call-start" name="kind" value="audio"' in log


def test_a_call_has_the_time_at_which_it_began_also_where_only_its_length_is_known(
    conversation, asha, browser_client
):
    began = timezone.now().replace(hour=9, minute=20, second=0, microsecond=0)
    note = {
        "id": str(uuid4()),
        "kind": "emergency",
        "end_reason": "completed",
        "duration": 240,
        "started_by": str(asha.public_id),
    }
    for known in ({"began_at": began.isoformat()}, {}):
        row = conversation.append(asha, uuid4(), Message.Kind.CALL, call=note | known)
        conversation.messages.filter(pk=row.pk).update(created_at=began + timedelta(minutes=4))
    log = log_of(browser_client(asha).get(conversation.get_absolute_url()))
    said = re.findall(r'<time datetime="([^"]+)" data-local="time" data-field="began_at"', log)
    assert [datetime.fromisoformat(each) for each in said] == [began, began]
    assert all(each.as_event().call.began_at == began for each in conversation.messages.all())


def test_only_the_doctor_sees_whose_birthday_it_is(conversation, asha, dr_rao, browser_client):
    asha.patient.refresh_from_db()
    page = text_of(browser_client(dr_rao).get(conversation.get_absolute_url()))
    assert f'<time datetime="{asha.patient.date_of_birth:%Y-%m-%d}">' in page
    page = text_of(browser_client(asha).get(conversation.get_absolute_url()))
    assert "chat__identity" not in page


def test_the_form_posts_without_script_and_reads_what_is_above(
    conversation, asha, dr_rao, say, browser_client
):
    say(dr_rao, "How are you?")
    client = browser_client(asha)
    sent = {"client_id": str(uuid4()), "body": "Well,\r\nthank you"}
    for _ in range(2):
        answer = client.post(conversation.get_absolute_url(), sent)
        assert answer.status_code == 302
        assert answer["Location"] == conversation.get_absolute_url()
    assert conversation.messages.filter(author=asha).get().body == "Well,\nthank you"
    assert conversation.member(asha).read_seq == 2


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "Write something first."),
        ("a" * 4001, "too long"),
        ("a\0", "Null characters are not allowed"),
    ],
)
def test_a_refused_message_stays_in_its_form(conversation, asha, browser_client, body, words):
    answer = browser_client(asha).post(conversation.get_absolute_url(), {"body": body})
    assert answer.status_code == 200
    assert words in text_of(answer)
    assert not conversation.messages.exists()


def test_the_same_form_with_another_text_is_refused_in_words(conversation, asha, browser_client):
    client, sent = browser_client(asha), {"client_id": str(uuid4()), "body": "Hello"}
    client.post(conversation.get_absolute_url(), sent)
    answer = client.post(conversation.get_absolute_url(), sent | {"body": "Bye"})
    assert "already sent" in text_of(answer)


def test_the_first_message_to_a_doctor_begins_the_conversation(asha, dr_rao, browser_client):
    client = browser_client(asha)
    address = reverse("chat:with", args=[dr_rao.doctor.slug])
    assert "Your first message to Dr Vikram Rao" in text_of(client.get(address))
    assert not Conversation.objects.exists()
    answer = client.post(address, {"client_id": str(uuid4()), "body": "Good morning"})
    begun = Conversation.objects.get()
    assert answer["Location"] == begun.get_absolute_url()
    assert begun.messages.get().body == "Good morning"
    assert client.get(address)["Location"] == begun.get_absolute_url()


def test_a_refused_first_message_begins_nothing(asha, dr_rao, browser_client):
    address = reverse("chat:with", args=[dr_rao.doctor.slug])
    answer = browser_client(asha).post(address, {"body": " "})
    assert "Write something first." in text_of(answer)
    assert not Conversation.objects.exists()


def test_who_may_not_write_is_told_why(asha, dr_rao, meera, browser_client):
    address = reverse("chat:with", args=[dr_rao.doctor.slug])
    page = text_of(browser_client(meera).get(address))
    assert "after they have written to you" in page
    assert "<textarea" not in page
    Doctor.objects.filter(user=dr_rao).update(accepts_patients=False)
    assert "no new patients" in text_of(browser_client(asha).get(address))
    browser_client(asha).post(address, {"body": "Hello"})
    assert not Conversation.objects.exists()


def test_a_visitor_signs_in_and_lands_there(dr_rao, browser_client):
    for address in (reverse("chat:list"), reverse("chat:with", args=[dr_rao.doctor.slug])):
        answer = browser_client().get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_login"))
        assert answer["Location"].endswith(f"next={address}")


def test_a_stranger_gets_404(conversation, asha, stranger, meera, ravi, browser_client):
    address = conversation.get_absolute_url()
    assert browser_client(asha).get(address).status_code == 200
    for outsider in (stranger, meera, ravi):
        assert browser_client(outsider).get(address).status_code == 404
        assert browser_client(outsider).post(address, {"body": "x"}).status_code == 404
    assert browser_client().get(address).status_code == 302
    assert browser_client(asha).get(reverse("chat:with", args=["nobody"])).status_code == 404


def test_pages_cost_at_most_twelve_queries_whatever_their_length(
    conversation, asha, dr_rao, meera, say, browser_client
):
    def cost(person, address):
        client = browser_client(person)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries), "\n".join(query["sql"] for query in queries)

    say(asha, "One")
    addresses = [reverse("chat:list"), conversation.get_absolute_url()]
    before = [cost(person, address) for person in (asha, dr_rao) for address in addresses]
    say(dr_rao, *["More"] * 30)
    Conversation.objects.direct(asha, meera).append(asha, uuid4(), body="Two")
    after = [cost(person, address) for person in (asha, dr_rao) for address in addresses]
    assert [count for count, _ in before] == [count for count, _ in after]
    assert max(count for count, _ in after) <= 12, max(after)[1]


def test_opening_the_page_is_on_record(conversation, asha, dr_rao, browser_client):
    browser_client(dr_rao).get(conversation.get_absolute_url())
    record = AccessRecord.objects.get(act="opened", object_id=str(conversation.pk))
    assert (record.actor, record.subject_person) == (dr_rao.public_id, asha.public_id)


def test_who_is_taken_out_while_writing_finds_nothing_more(
    conversation, asha, dr_rao, browser_client, api, monkeypatch
):
    once = posting.post

    def post_after_removal(**message):
        Member.objects.filter(person=asha).update(left_at=timezone.now())
        return once(**message)

    monkeypatch.setattr(posting, "post", post_after_removal)
    sent = {"client_id": str(uuid4()), "body": "Hello"}
    assert browser_client(asha).post(conversation.get_absolute_url(), sent).status_code == 404
    Member.objects.update(left_at=None)
    address = f"/api/v1/conversations/{conversation.pk}/messages/"
    assert api(as_=asha).post(address, sent).status_code == 404
    assert not conversation.messages.exists()
