"""Who was cut off from the call of an emergency comes back by one press; what is said is so."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from calls.models import Call
from calls.telling import ring
from helpline.models import Emergency
from helpline.sight import Sight
from tests.helpline.people import Show, again, enter, in_call

pytestmark = pytest.mark.django_db(transaction=True)

Browser = Callable[..., Client]


@pytest.fixture
def held(asha: User, ravi: User, dr_rao: User, devika: User) -> Emergency:
    """Asha's, which Ravi has; both are in the call."""
    return in_call(asha, ravi)


def cut_off(emergency: Emergency, person: User) -> None:
    """Their tab was closed, and their lease has run out."""
    call = again(emergency).call
    call.participants.filter(person=person).update(lease_expires_at=timezone.now())
    Call.objects.settle(timezone.now() + timedelta(seconds=1))


def test_who_was_cut_off_goes_back_to_the_call_from_the_page_and_the_desk(
    held: Emergency, ravi: User, asha: User, show: Show
) -> None:
    pages = held.get_absolute_url(), f"/admin/desk/{held.ticket.number}/"
    call = f'action="{held.call.get_absolute_url()}"'
    for page in pages:
        assert call in show(ravi, page)
        assert "Go to the call" in show(ravi, page)
    cut_off(held, ravi)
    for page in pages:
        assert call in show(ravi, page)
        assert "Go back to the call" in show(ravi, page)
    assert "You were cut off from the call, and Asha is in it alone" in show(ravi, pages[0])
    enter(held, ravi)
    assert "Go back to the call" not in show(ravi, pages[0])
    assert "You were cut off" not in show(ravi, pages[0])


def test_the_lists_of_the_desk_say_who_is_alone_in_a_call(
    held: Emergency, ravi: User, devika: User, show: Show
) -> None:
    alone, lists = "alone in the call", {ravi: "mine", devika: "all"}
    for agent, name in lists.items():
        assert alone not in show(agent, f"/admin/desk/?show={name}")
    cut_off(held, ravi)
    for agent, name in lists.items():
        assert alone in show(agent, f"/admin/desk/?show={name}")
    enter(held, ravi)
    assert alone not in show(devika, "/admin/desk/?show=all")


def test_a_supervisor_sees_on_top_of_the_desk_with_whom_nobody_speaks(
    held: Emergency, ravi: User, devika: User, show: Show
) -> None:
    said = show(devika, "/admin/desk/")
    assert ", in the call" in said
    assert "data-alarm" not in said, "somebody has it: nothing rings"
    held.call.leave(ravi)
    assert "in no call" in show(devika, "/admin/desk/")
    assert "in no call" not in show(ravi, "/admin/desk/"), "his own stands under Mine"
    assert "in no call" in show(ravi, "/admin/desk/?show=mine")
    assert "You are in no call with Asha: call, or write." in show(ravi, held.get_absolute_url())
    assert "Nobody is in a call with Asha." in show(devika, held.get_absolute_url())
    assert show(devika, "/admin/desk/?show=all").count("in no call") == 1


def test_nothing_is_said_to_ring_before_a_device_does(
    asha: User, ravi: User, devika: User, show: Show
) -> None:
    pressed = Emergency.objects.press(by=asha)
    page = pressed.get_absolute_url()
    assert "We are alerting everyone" in show(asha, page)
    pressed.call.alert(devika)
    assert "We are ringing everyone" in show(asha, page)


def test_nobody_is_said_to_be_with_the_person_whom_the_call_has_lost(
    held: Emergency, asha: User, ravi: User, show: Show
) -> None:
    page = held.get_absolute_url()
    assert "Ravi Menon is with you" in show(asha, page)
    cut_off(held, ravi)
    said = show(asha, page)
    assert "is with you" not in said
    assert "Ravi Menon was cut off from the call" in said
    assert "If Ravi is not back in a moment, everyone is rung again by itself" in said
    enter(held, ravi)
    assert "Ravi Menon is with you" in show(asha, page)


def test_who_has_answered_and_is_on_the_way_is_not_there_yet(
    asha: User, ravi: User, show: Show
) -> None:
    pressed = Emergency.objects.press(by=asha)
    enter(pressed, asha)
    again(pressed).call.accept(ravi)
    assert "Ravi Menon has answered, and is joining the call" in show(
        asha, pressed.get_absolute_url()
    )


def test_who_has_handed_it_over_has_no_way_back_into_the_call(
    held: Emergency, ravi: User, dr_rao: User
) -> None:
    held.offer(dr_rao, "Chest pain", by=ravi)
    again(held).accept_offer(by=dr_rao)
    enter(held, dr_rao)
    Call.objects.get(pk=held.call.pk).report_connected(dr_rao, f"tab-of-{dr_rao.pk}")
    cut_off(held, dr_rao)
    assert not Sight(again(held), ravi).may_join
    assert Sight(again(held), dr_rao).was_cut_off


def test_an_emergency_that_was_given_back_is_due_at_once_and_with_nobody(
    held: Emergency, ravi: User, devika: User, show: Show
) -> None:
    held.ticket.note_answer(timezone.now())
    again(held).ticket.release(by=ravi)
    ticket = again(held).ticket
    for page in ("/admin/desk/", f"/admin/desk/{ticket.number}/"):
        said = show(devika, page)
        assert "Nobody has it any more" in said
        assert "overdue by" in said.replace("overdue by {time}", "")
        assert "due in" not in said.replace("due in {time}", "")
        assert "1 late" in said


def test_who_was_spoken_with_reads_that_nobody_has_it_at_this_moment(
    held: Emergency, asha: User, ravi: User, show: Show
) -> None:
    earlier = timezone.now() - timedelta(minutes=5)
    Emergency.objects.filter(pk=held.pk).update(pressed_at=earlier)
    again(held).ticket.release(by=ravi)
    said = show(asha, held.get_absolute_url())
    assert "Nobody is with you at this moment. Call 112 now" in said
    assert "We are alerting everyone again" in said
    assert "Ravi Menon cannot go on. Whoever answers next" in said
    assert "Nobody has answered yet" not in said
    assert "was cut off" not in said


def test_who_has_everyone_rung_again_was_spoken_with_all_the_same(
    held: Emergency, asha: User, show: Show
) -> None:
    held.call.leave(asha)
    again(held).ring_again(by=asha)
    assert "We are alerting everyone again" in show(asha, held.get_absolute_url())


def test_a_call_back_that_still_rings_ends_with_the_emergency(
    held: Emergency, asha: User, ravi: User
) -> None:
    held.call.leave(ravi)
    back = Call.objects.start(held.ticket.conversation, by=ravi, kind="audio")
    again(held).end(by=asha)
    back.refresh_from_db()
    assert (back.status, back.end_reason) == ("ended", "declined"), "she has not missed it"


@pytest.fixture
def back(held: Emergency, asha: User, ravi: User) -> Call:
    """Ravi has hung up, and calls Asha once more; only his tab is in it."""
    held.call.leave(ravi)
    call = Call.objects.start(held.ticket.conversation, by=ravi, kind="video")
    call.join(ravi, "calling-tab")
    return call


@pytest.fixture
def spoken(held: Emergency, back: Call, asha: User, ravi: User) -> Call:
    """She has answered it, and both are in it."""
    back.accept(asha)
    for person in (asha, ravi):
        enter(held, person)
    return back


def test_a_call_back_rings_as_one_about_the_emergency(
    held: Emergency, back: Call, asha: User, ravi: User
) -> None:
    assert ring(back, asha).caller.role == "Helpline agent, about the emergency"
    assert (ring(back, asha).about, ring(back, asha).page) == ("", "")
    Emergency.objects.filter(pk=held.pk).update(ended_at=timezone.now(), next_at=None)
    assert ring(back, asha).caller.role == "Helpline agent"


def test_a_call_back_that_she_answers_is_the_call_of_the_emergency(
    held: Emergency, back: Call, asha: User, ravi: User, show: Show
) -> None:
    back.accept(asha)
    assert (back.kind, back.started_by) == ("emergency", asha)
    assert again(held).call == back
    assert not back.parties(), "Ravi's page is of before, and has to join anew"
    assert back.participants.here().count() == 2
    for person in (asha, ravi):
        enter(held, person)
    assert "14 Lake View Road" in show(ravi, back.get_absolute_url())
    assert "Call 112" in show(asha, back.get_absolute_url())
    again(held).end(by=ravi)
    back.refresh_from_db()
    assert back.status == "ended"


def test_a_tab_that_knows_the_call_from_before_is_told_what_it_has_become(
    held: Emergency, back: Call, asha: User, ravi: User
) -> None:
    """Its helper is cut off as a helper, whatever the tab had been told."""
    known = Call.objects.get(pk=back.pk)
    Call.objects.get(pk=back.pk).accept(asha)
    known.join(ravi, "tab-anew")
    assert known.is_emergency
    assert known.is_polite(ravi)
    assert not known.is_polite(asha)
    lease = known.participants.get(person=ravi).lease_expires_at
    known.note_line_lost(ravi, "tab-anew")
    assert known.participants.get(person=ravi).lease_expires_at < lease


def test_from_a_call_back_it_is_handed_over_without_a_moment_alone(
    held: Emergency, spoken: Call, asha: User, ravi: User, dr_rao: User
) -> None:
    again(held).offer(dr_rao, "Chest pain for an hour", by=ravi)
    again(held).accept_offer(by=dr_rao)
    spoken.refresh_from_db()
    assert spoken.status == "active"
    here = spoken.participants.here().values_list("person", flat=True)
    assert set(here) == {asha.pk, ravi.pk, dr_rao.pk}


def test_who_is_cut_off_from_a_call_back_leaves_nobody_alone(
    held: Emergency, spoken: Call, asha: User, ravi: User, show: Show
) -> None:
    cut_off(held, ravi)
    assert "everyone is rung again by itself" in show(asha, held.get_absolute_url())
    assert Sight(again(held), ravi).was_cut_off
    Emergency.objects.settle(timezone.now() + timedelta(seconds=20))
    assert again(held).call != spoken
    assert again(held).call.status == "ringing"


def test_whoever_waits_in_the_call_is_led_into_the_one_that_rings_everyone_again(
    held: Emergency, asha: User, ravi: User, browser_client: Browser
) -> None:
    lost = held.call
    cut_off(held, ravi)
    Emergency.objects.settle(timezone.now() + timedelta(seconds=20))
    answer = browser_client(asha).get(lost.get_absolute_url())
    assert answer.status_code == 302
    assert answer["Location"] == again(held).call.get_absolute_url()
    again(held).call.leave(asha)
    answer = browser_client(asha).get(lost.get_absolute_url())
    assert answer["Location"] == held.get_absolute_url()


def test_when_she_calls_who_has_it_that_is_its_call_too(
    held: Emergency, asha: User, ravi: User
) -> None:
    held.call.leave(ravi)
    hers = Call.objects.start(held.ticket.conversation, by=asha, kind="audio")
    hers.accept(ravi)
    assert again(held).call == hers
    assert (hers.kind, hers.started_by) == ("emergency", asha)
    assert again(held).owner == ravi
    assert again(held).steps.filter(kind="answered").count() == 1, "he had it before"


def test_a_call_after_the_end_is_as_any_other(held: Emergency, asha: User, ravi: User) -> None:
    held.call.leave(ravi)
    Emergency.objects.filter(pk=held.pk).update(ended_at=timezone.now(), next_at=None)
    later = Call.objects.start(held.ticket.conversation, by=ravi, kind="audio")
    later.accept(asha)
    assert (later.kind, later.started_by) == ("audio", ravi)
    assert again(held).call == held.call
