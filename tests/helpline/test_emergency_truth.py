"""What the pages of an emergency say is so: who rings, who has it, how it ended."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from calls.models import Call
from helpline.models import Duty, Emergency, Stage
from helpline.review import figures
from helpline.sight import Sight
from tests.helpline.people import Show, again

pytestmark = [pytest.mark.alike, pytest.mark.django_db(transaction=True)]

Browser = Callable[..., Client]


@pytest.fixture
def pressed(asha: User, ravi: User, dr_rao: User, devika: User) -> Emergency:
    """Asha presses while Ravi and Dr Rao are on duty, and Devika is there for all."""
    now, hour = timezone.now(), timedelta(hours=1)
    for person, kind in ((ravi, "agent"), (dr_rao, "doctor")):
        Duty.objects.create(person=person, kind=kind, starts_at=now - hour, ends_at=now + hour)
    return Emergency.objects.press(by=asha, place="14 Lake View Road")


def states(emergency: Emergency, person: User) -> dict[str, tuple[str, str]]:
    told = Sight(again(emergency), person).responders
    return {each.person.short_name: (each.state, str(each.words)) for each in told}


def test_when_all_of_a_group_have_declined_the_next_is_rung_at_once(
    pressed: Emergency, asha: User, ravi: User, dr_rao: User, devika: User, show: Show
) -> None:
    again(pressed).call.decline(ravi)
    assert (again(pressed).stage, again(pressed).call.called[-1]) == (Stage.DOCTORS, dr_rao)
    again(pressed).call.decline(dr_rao)
    now = again(pressed)
    assert (now.stage, Call.objects.ringing_for(devika).exists()) == (Stage.EVERYONE, True)
    assert "Nobody who was rung can come" not in show(asha, pressed.get_absolute_url())
    for each in now.alerts.filter(declined_at=None):
        again(pressed).decline(by=each.person)
    now = again(pressed)
    assert now.next_at <= timezone.now() + timedelta(seconds=15)
    assert "Nobody who was rung can come" in show(asha, pressed.get_absolute_url())
    Emergency.objects.settle(now.next_at)
    assert Call.objects.ringing_for(ravi).exists()


def test_a_colleague_whom_nothing_reaches_is_no_reason_to_say_that_it_rings(
    pressed: Emergency, asha: User, ravi: User, dr_rao: User, devika: User, show: Show
) -> None:
    page = pressed.get_absolute_url()
    pressed.call.alert(ravi)
    assert "We are ringing everyone on duty" in show(asha, page)
    for each in (ravi, dr_rao):
        again(pressed).decline(by=each)
    said = show(asha, page)
    assert "We are alerting everyone on duty" in said
    assert "Call 112 now" not in said.replace("Call 112 now</", "")
    earlier = timezone.now() - timedelta(seconds=16)
    pressed.alerts.filter(declined_at=None).update(at=earlier)
    said = show(asha, page)
    assert "Nobody has answered yet. Call 112 now" in said
    assert "Nobody who was rung can come. We ring everyone again in a moment" in said


def test_one_who_has_declined_hurries_nobody_while_another_rings_or_somebody_has_it(
    pressed: Emergency, ravi: User, dr_rao: User
) -> None:
    Emergency.objects.settle(again(pressed).next_at)
    again(pressed).call.decline(ravi)
    assert again(pressed).stage == Stage.DOCTORS
    again(pressed).call.accept(dr_rao)
    again(pressed).note_refusal(ravi)
    assert again(pressed).stage == Stage.DOCTORS


def test_after_half_a_minute_the_person_is_told_not_to_wait(
    pressed: Emergency, asha: User, ravi: User, show: Show
) -> None:
    page = pressed.get_absolute_url()
    assert "Nobody has answered yet" not in show(asha, page)
    assert "data-again" in show(asha, page)
    earlier = timezone.now() - timedelta(seconds=30)
    Emergency.objects.filter(pk=pressed.pk).update(pressed_at=earlier)
    assert "Nobody has answered yet. Call 112 now" in show(asha, page)
    again(pressed).call.accept(ravi)
    assert "Nobody has answered yet" not in show(asha, page)


def test_the_person_reads_whether_the_call_waits_goes_on_or_is_over(
    pressed: Emergency, asha: User, ravi: User, show: Show
) -> None:
    page = pressed.get_absolute_url()
    again(pressed).call.accept(ravi)
    assert "Ravi Menon has answered: join the call" in show(asha, page)
    again(pressed).call.join(asha, "tab-of-asha")
    again(pressed).call.join(ravi, "tab-of-ravi")
    assert "Ravi Menon is with you" in show(asha, page)
    Call.objects.get(pk=pressed.call.pk).leave(ravi)
    said = show(asha, page)
    assert "The call is over. Ravi Menon still has your emergency" in said
    assert "is with you" not in said
    assert "Ring everyone again" in said


def test_taken_in_writing_there_is_no_call_to_be_over(
    pressed: Emergency, asha: User, ravi: User, show: Show
) -> None:
    again(pressed).take(ravi)
    assert "Ravi Menon is with you" in show(asha, pressed.get_absolute_url())


def test_nobody_rings_once_somebody_has_it_and_whoever_had_it_has_had_it(
    pressed: Emergency, asha: User, ravi: User, dr_rao: User, devika: User
) -> None:
    Emergency.objects.settle(again(pressed).next_at)
    for person in (ravi, dr_rao):
        again(pressed).call.alert(person)
    assert states(pressed, asha)["Dr Rao"] == ("ringing", "Ringing")
    again(pressed).call.accept(ravi)
    assert states(pressed, asha)["Dr Rao"] == ("alerted", "Was alerted")
    again(pressed).call.leave(ravi)
    again(pressed).ring_again(by=asha)
    assert states(pressed, asha)["Ravi"] == ("alerted", "Alerted")
    again(pressed).call.accept(devika)
    assert states(pressed, asha)["Ravi"] == ("had_it", "Had it before")
    again(pressed).end(by=asha)
    assert states(pressed, asha)["Ravi"] == ("had_it", "Had it")
    assert states(pressed, asha)["Devika"] == ("answered", "Had it at the end")


def test_board_admin_and_review_name_the_same_first_answer(
    pressed: Emergency, asha: User, ravi: User, devika: User, show: Show
) -> None:
    again(pressed).call.accept(ravi)
    again(pressed).call.leave(ravi)
    again(pressed).ring_again(by=asha)
    for shown in (show(devika, "/admin/desk/board/"), show(devika, "/admin/helpline/emergency/")):
        assert "Ravi Menon" in shown
        assert "not answered" not in shown
    assert re.search(r"Ravi Menon after \d+ s", show(devika, "/admin/desk/board/"))
    again(pressed).call.accept(devika)
    assert re.search(r"Ravi Menon after \d+ s", show(devika, "/admin/desk/board/"))
    assert figures(again(pressed))["by"] == ravi


def test_whoever_presses_that_they_are_safe_is_quoted(
    pressed: Emergency, asha: User, ravi: User, devika: User, show: Show
) -> None:
    call = pressed.call.get_absolute_url()
    again(pressed).call.accept(ravi)
    for person in (asha, ravi):
        again(pressed).call.join(person, f"tab-of-{person.pk}")
    again(pressed).call.report_connected(ravi, f"tab-of-{ravi.pk}")
    again(pressed).end(by=asha)
    assert "Asha Verma says: “I am safe”" in show(ravi, pressed.get_absolute_url())
    assert "Asha says: “I am safe”, at" in show(ravi, call)
    assert "Said: I am safe" in show(devika, f"{pressed.get_absolute_url()}review/")


def test_who_hangs_up_and_is_safe_later_has_only_hung_up(
    pressed: Emergency, asha: User, ravi: User, show: Show
) -> None:
    again(pressed).call.accept(ravi)
    for person in (asha, ravi):
        again(pressed).call.join(person, f"tab-of-{person.pk}")
    again(pressed).call.report_connected(ravi, f"tab-of-{ravi.pk}")
    again(pressed).call.leave(asha)
    earlier = timezone.now() - timedelta(minutes=1)
    Call.objects.filter(pk=pressed.call.pk).update(ended_at=earlier)
    again(pressed).end(by=asha)
    assert "Asha ended it at" in show(ravi, pressed.call.get_absolute_url())


def test_the_person_reads_who_ended_it_and_when(
    pressed: Emergency, asha: User, ravi: User, show: Show
) -> None:
    again(pressed).call.accept(ravi)
    again(pressed).end(by=asha)
    at = f'datetime="{again(pressed).ended_at:%Y-%m-%dT%H:%M:%S}'
    shown = show(asha, pressed.get_absolute_url())
    assert at in shown[shown.index("You ended it") :]
    other = Emergency.objects.press(by=asha)
    other.call.accept(ravi)
    again(other).end(by=ravi)
    at = f'datetime="{again(other).ended_at:%Y-%m-%dT%H:%M:%S}'
    shown = show(asha, other.get_absolute_url())
    assert at in shown[shown.index("Ravi Menon ended it") :]


def test_whoever_ended_it_for_the_person_is_named(
    pressed: Emergency, ravi: User, devika: User, show: Show
) -> None:
    again(pressed).take(ravi)
    again(pressed).end(by=ravi)
    said = show(devika, pressed.get_absolute_url())
    assert "Ravi Menon ended it" in said
    assert "I am safe" not in said


def test_reading_one_that_is_over_makes_nobody_a_helper(
    pressed: Emergency, asha: User, ravi: User, show: Show
) -> None:
    again(pressed).end(by=asha)
    show(ravi, pressed.get_absolute_url())
    assert states(pressed, asha)["Ravi"] == ("alerted", "Was alerted")
    assert not pressed.steps.filter(kind="opened").exists()


def test_home_says_in_whose_hands_it_is(
    pressed: Emergency, asha: User, ravi: User, devika: User, show: Show
) -> None:
    words = "Ravi Menon has the emergency of Asha Verma."
    assert words not in show(devika, "/")
    again(pressed).call.accept(ravi)
    assert words in show(devika, "/")
    assert words not in show(ravi, "/")
    again(pressed).end(by=asha)
    assert words not in show(devika, "/")


def test_a_press_by_script_learns_where_its_page_is_and_pressing_again_raises_no_second(
    asha: User, browser_client: Browser
) -> None:
    def press() -> str:
        answer = browser_client(asha).post(
            "/help/emergency/", headers={"Accept": "application/json"}
        )
        assert answer.status_code == 201
        return str(answer.json()["page"])

    assert press() == press() == Emergency.objects.get().get_absolute_url()


def test_until_the_person_joins_the_call_says_so(
    pressed: Emergency, asha: User, ravi: User, show: Show
) -> None:
    again(pressed).call.accept(ravi)
    assert "Asha has not joined yet" in show(ravi, pressed.call.get_absolute_url())
    again(pressed).call.join(asha, "tab-of-asha")
    assert "Asha has not joined yet" not in show(ravi, pressed.call.get_absolute_url())


def test_nobody_is_said_to_be_with_a_person_who_has_not_joined(
    pressed: Emergency, asha: User, ravi: User, devika: User, show: Show
) -> None:
    again(pressed).call.accept(ravi)
    again(pressed).call.join(ravi, "tab-of-ravi")
    page = pressed.get_absolute_url()
    assert "Ravi Menon has answered, Asha Verma has not joined yet" in show(devika, page)
    pages = (page, "/", "/admin/desk/", f"/admin/desk/{pressed.ticket.number}/", "/inbox/")
    assert [each for each in pages if "is with Asha" in show(devika, each)] == []
    again(pressed).call.join(asha, "tab-of-asha")
    assert "Ravi Menon is with Asha Verma" in show(devika, page)
    Call.objects.get(pk=pressed.call.pk).leave(asha)
    assert "Ravi Menon has the emergency of Asha Verma" in show(devika, page)
