"""The review of an emergency tells in plain sentences who came, was heard, asked and left."""

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from calls.models import Call
from helpline.models import Duty, Emergency
from helpline.review import timeline
from tests.helpline.people import again, enter, in_call

pytestmark = [pytest.mark.alike, pytest.mark.django_db(transaction=True)]

Browser = Callable[..., Client]


@pytest.fixture
def held(asha: User, ravi: User, dr_rao: User, devika: User) -> Emergency:
    """Asha's, which Ravi has; both are in the call."""
    now, hour = timezone.now(), timedelta(hours=1)
    Duty.objects.create(person=ravi, kind="agent", starts_at=now - hour, ends_at=now + hour)
    return in_call(asha, ravi, come=connect)


def connect(emergency: Emergency, person: User) -> None:
    enter(emergency, person).report_connected(person, f"tab-of-{person.pk}")


def hand_over(emergency: Emergency, to: User, *, by: User) -> None:
    again(emergency).offer(to, "Chest pain", by=by)
    again(emergency).accept_offer(by=to)


def told(emergency: Emergency) -> list[tuple[str, str]]:
    """What and who, as the page has it."""
    return [
        (f"{line.what}: {line.more}" if line.more else str(line.what), line.who.short_name)
        for line in timeline(again(emergency))
        if line.who
    ]


def review(emergency: Emergency, devika: User, browser_client: Browser) -> str:
    page = browser_client(devika).get(f"{emergency.get_absolute_url()}review/")
    return html.unescape(page.content.decode())


def test_a_hand_over_is_told_from_the_question_to_the_parting(
    held: Emergency, ravi: User, dr_rao: User
) -> None:
    hand_over(held, dr_rao, by=ravi)
    connect(held, dr_rao)
    lines = told(held)
    way = [
        ("Answered, and had the emergency", "Ravi"),
        ("Joined the call", "Asha"),
        ("Joined the call", "Ravi"),
        ("Was connected with Asha Verma", "Ravi"),
        ("Asked Dr Vikram Rao to take over", "Ravi"),
        ("Took it over from Ravi Menon", "Dr Rao"),
        ("Joined the call", "Dr Rao"),
        ("Was connected with Asha Verma", "Dr Rao"),
        ("Left the call, having handed over", "Ravi"),
    ]
    assert [line for line in lines if line in way] == way
    assert ("Alerted: Doctors on duty", "Dr Rao") not in lines, "he was asked, and not rung"
    assert ("Alerted: Agents on duty", "Ravi") in lines


def test_a_connection_that_is_reported_again_is_told_once_for_each_joining(
    held: Emergency, ravi: User
) -> None:
    Call.objects.get(pk=held.call.pk).report_connected(ravi, f"tab-of-{ravi.pk}")
    Call.objects.get(pk=held.call.pk).join(ravi, "another", move=True)
    Call.objects.get(pk=held.call.pk).report_connected(ravi, "another")
    assert told(held).count(("Was connected with Asha Verma", "Ravi")) == 1
    assert told(held).count(("Joined the call", "Ravi")) == 1


def test_who_was_asked_and_declined_or_did_not_answer_is_named(
    held: Emergency, ravi: User, dr_rao: User, meera: User
) -> None:
    held.offer(dr_rao, "Chest pain", by=ravi)
    assert told(held)[-1] == ("Asked Dr Vikram Rao to take over", "Ravi")
    again(held).offer(meera, "Chest pain", by=ravi)
    again(held).refuse_offer(by=meera)
    assert ("Asked Dr Vikram Rao to take over, who did not answer", "Ravi") in told(held)
    assert ("Asked Dr Meera Nair to take over, who declined", "Ravi") in told(held)
    assert ("Declined to take it over", "Dr Nair") in told(held)


def test_who_is_cut_off_while_the_person_stays_is_told(
    held: Emergency, ravi: User, dr_rao: User
) -> None:
    held.call.participants.filter(person=ravi).update(lease_expires_at=timezone.now())
    Call.objects.settle(timezone.now() + timedelta(seconds=1))
    assert ("Was cut off from the call", "Ravi") in told(held)


def test_a_question_that_was_taken_back_is_not_said_to_have_had_no_answer(
    held: Emergency, ravi: User, dr_rao: User
) -> None:
    again(held).offer(dr_rao, "Chest pain", by=ravi)
    again(held).withdraw_offer(by=ravi)
    asked = "Asked Dr Vikram Rao to take over, and took the question back"
    assert (asked, "Ravi") in told(held)
    assert ("Took the question back", "Ravi") in told(held)


def test_in_short_it_counts_who_was_cut_off_and_how_long_nobody_had_it(
    held: Emergency, ravi: User, devika: User, browser_client: Browser
) -> None:
    assert "Nobody was there any more" not in review(held, devika, browser_client)
    at = held.pressed_at
    passed = (("cut_off", 2), ("joined", 3), ("cut_off", 4), ("lost", 5), ("rung_again", 5))
    for kind, minutes in (*passed, ("answered", 7), ("rung_again", 9)):
        held.note(kind, ravi, at=at + timedelta(minutes=minutes))
    held.note("cut_off", held.person, at=at + timedelta(minutes=8))
    held.note("cut_off", ravi, "handed_over", at=at + timedelta(minutes=8))
    Emergency.objects.filter(pk=held.pk).update(ended_at=at + timedelta(minutes=10))
    shown = " ".join(review(held, devika, browser_client).split())
    assert "<dt>Nobody was there any more</dt><dd>for 5 min</dd>" in shown
    assert "<dt>Cut off from the call</dt><dd>4 times</dd>" in shown


def test_in_short_it_names_to_whom_it_was_handed_and_who_ended_it(
    held: Emergency, ravi: User, dr_rao: User, devika: User, browser_client: Browser
) -> None:
    assert "Handed over to" not in review(held, devika, browser_client)
    hand_over(held, dr_rao, by=ravi)
    again(held).end(by=dr_rao)
    head = review(held, devika, browser_client).split("</dl>")[0]
    assert re.search(r"Handed over to</dt><dd>Dr Vikram Rao, \d+ s after the press", head)
    assert "Ended by</dt><dd>Dr Vikram Rao" in head


def test_each_hand_over_keeps_its_own_summary(
    held: Emergency, ravi: User, dr_rao: User, devika: User, browser_client: Browser
) -> None:
    for left, helper, summary in ((ravi, dr_rao, "Chest pain"), (dr_rao, ravi, "<b>Aspirin</b>")):
        again(held).offer(helper, summary, by=left)
        again(held).accept_offer(by=helper)
    page = browser_client(devika).get(f"{held.get_absolute_url()}review/")
    head = page.content.decode().split("</dl>")[0]
    assert head.index("Chest pain") < head.index("&lt;b&gt;Aspirin&lt;/b&gt;")
    assert head.count("Chest pain") == 1


def test_the_first_group_is_not_the_next_one(
    held: Emergency, asha: User, ravi: User, dr_rao: User, devika: User, meera: User
) -> None:
    words = [str(line.what) for line in timeline(held)]
    assert "Rung first: Agents on duty" in words
    assert not any("Rung next" in each for each in words)
    now, hour = timezone.now(), timedelta(hours=1)
    Duty.objects.create(person=dr_rao, kind="doctor", starts_at=now - hour, ends_at=now + hour)
    Emergency.objects.settle(now)
    other = Emergency.objects.press(by=meera)
    Emergency.objects.settle(other.next_at)
    words = [str(line.what) for line in timeline(again(other))]
    assert words.index("Rung first: Agents on duty") < words.index("Rung next: Doctors on duty")
    Duty.objects.all().delete()
    again(held).end(by=asha)
    alone = Emergency.objects.press(by=asha)
    words = [str(line.what) for line in timeline(again(alone))]
    assert "Nobody was on duty: everyone was rung at once" in words


def test_no_word_of_a_machine_stands_in_it(
    held: Emergency, asha: User, ravi: User, devika: User, browser_client: Browser
) -> None:
    held.tell(by=asha, call_back="+91 98470", happening="Chest pain")
    again(held).call.leave(asha)
    Call.objects.start(held.ticket.conversation, by=ravi, kind="audio").accept(asha)
    again(held).end(by=ravi)
    page = review(held, devika, browser_client)
    for raw in ("Call: ", "Live", "Completed", "call_back", "Ended: ", "Failed"):
        assert raw not in page, raw
    assert "Told us the number to call back, what is happening" in page
    assert "The call began to ring" in page
    assert "Ended the call" in page


def test_taken_in_writing_it_says_so(asha: User, ravi: User, devika: User) -> None:
    pressed = Emergency.objects.press(by=asha)
    pressed.take(ravi)
    assert ("Answered in writing, and had the emergency", "Ravi") in told(pressed)


def test_a_step_of_before_that_names_the_doctor_alone_is_still_told(
    held: Emergency, dr_rao: User
) -> None:
    for kind in ("offered", "handed_over"):
        held.note(kind, dr_rao)
    assert told(held)[-2:] == [("Was asked to take over", "Dr Rao"), ("Took it over", "Dr Rao")]
