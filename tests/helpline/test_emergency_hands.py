"""In whose hands an emergency is: offered, taken over, given back, led back to from everywhere."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone

from accounts.models import User
from calls.models import Call
from helpline.models import Emergency, Stage, Status
from helpline.models.states import Reason
from helpline.refusals import NotAnAgent, NotYourTicket
from helpline.sight import Sight
from notifications.models import Notification
from tests.helpline.people import Show, again

pytestmark = pytest.mark.django_db(transaction=True)

Browser = Callable[..., Client]


@pytest.fixture
def held(asha: User, ravi: User, devika: User) -> Emergency:
    """Ravi has answered the call of Asha."""
    pressed = Emergency.objects.press(by=asha, happening="Chest pain", place="14 Lake View Road")
    pressed.call.accept(ravi)
    return again(pressed)


def states(emergency: Emergency, person: User) -> dict[str, tuple[str, str, str]]:
    """What the list says: of each the state, in words, and what stands under the name."""
    told = Sight(again(emergency), person).responders
    return {each.person.short_name: (each.state, str(each.words), each.note) for each in told}


def said_last(emergency: Emergency) -> str:
    return str(emergency.ticket.conversation.messages.order_by("seq").last().body)


def test_an_offer_stands_first_on_the_doctors_home_with_the_summary(
    held: Emergency, ravi: User, dr_rao: User, meera: User, show: Show
) -> None:
    held.offer(dr_rao, "65 years, pain since ten", by=ravi)
    home = show(dr_rao, "/")
    main = home[home.index("<main") :]
    assert main.index("65 years, pain since ten") < main.index("<h1")
    assert f"{held.get_absolute_url()}answer/" in main
    assert "65 years" not in show(meera, "/")


def test_an_offer_from_before_an_update_is_shown_as_any_other(
    held: Emergency, ravi: User, dr_rao: User, show: Show
) -> None:
    """Its step names the doctor as who did it: there was no column for whom it concerned."""
    held.offer(dr_rao, "Pain since ten", by=ravi)
    held.steps.filter(kind="offered").update(person=dr_rao, other=None)
    assert "Dr Vikram Rao was asked." in show(ravi, held.get_absolute_url())


def test_an_offer_that_was_declined_is_no_hand_over_and_its_summary_is_kept(
    held: Emergency, ravi: User, dr_rao: User, meera: User, show: Show
) -> None:
    held.offer(dr_rao, "Pain since ten", by=ravi)
    assert "Dr Vikram Rao was asked." in show(ravi, held.get_absolute_url())
    held.refuse_offer(by=dr_rao)
    shown = show(ravi, held.get_absolute_url())
    assert "was asked." not in shown
    assert "Handed over with" not in shown
    assert "Pain since ten</textarea>" in shown
    held.offer(meera, "Pain since eleven", by=ravi)
    held.accept_offer(by=meera)
    assert "Handed over with" in show(meera, held.get_absolute_url())
    again(held).offer(dr_rao, "Pain since twelve", by=meera)
    again(held).refuse_offer(by=dr_rao)
    assert again(held).handed_over_with == "Pain since eleven"
    assert 'as-told">Pain since eleven' in show(meera, held.get_absolute_url())


def test_an_offer_rings_on_every_page_until_it_is_answered(
    held: Emergency, ravi: User, dr_rao: User, meera: User, show: Show
) -> None:
    held.offer(dr_rao, "65 years", by=ravi)
    for path in ("/messages/", "/calls/", "/doctors/", "/help/", "/inbox/"):
        assert "asks you to take over the emergency of Asha" in show(dr_rao, path)
        assert "data-rings" in show(dr_rao, path)
        assert "data-rings" not in show(meera, path)
    assert "data-rings" not in show(dr_rao, held.get_absolute_url())
    again(held).refuse_offer(by=dr_rao)
    assert "data-rings" not in show(dr_rao, "/messages/")
    assert states(held, ravi)["Dr Rao"][:2] == ("declined", "Cannot come")


def test_it_is_on_record_when_an_offer_rang_and_anew_when_it_is_made_again(
    held: Emergency, ravi: User, asha: User, dr_rao: User, meera: User, api: Callable, show: Show
) -> None:
    heard = f"/api/v1/emergencies/{held.pk}/alert/"
    held.offer(dr_rao, "65 years", by=ravi)
    assert f'data-rings="{heard}"' in show(dr_rao, "/messages/")
    assert f'data-rings="{heard}"' in show(dr_rao, "/")
    assert states(held, ravi)["Dr Rao"][:2] == ("offered", "Asked to take over")
    for _ in range(2):
        assert api(as_=dr_rao).post(heard).status_code == 204
    alert = held.alerts.get(person=dr_rao)
    assert alert.rang_at
    assert not alert.opened_at, "it sounded, and nobody has looked"
    assert held.steps.filter(kind="rang", person=dr_rao).count() == 1
    assert api(as_=meera).post(heard).status_code == 404
    again(held).refuse_offer(by=dr_rao)
    again(held).offer(dr_rao, "Worse now", by=ravi)
    alert.refresh_from_db()
    assert alert.rang_at is None
    api(as_=dr_rao).post(heard)
    assert held.steps.filter(kind="rang", person=dr_rao).count() == 2


def test_whoever_has_it_is_led_back_from_home_the_desk_and_every_page(
    held: Emergency, ravi: User, devika: User, dr_rao: User, show: Show
) -> None:
    way = f'href="{held.get_absolute_url()}"'
    for path in ("/", "/admin/desk/", "/admin/", "/inbox/"):
        assert way in show(ravi, path)
        assert way not in show(dr_rao, "/")
    held.offer(dr_rao, "65 years", by=ravi)
    again(held).accept_offer(by=dr_rao)
    assert way in show(dr_rao, "/")
    assert "You have the emergency" not in show(ravi, "/")
    again(held).end(by=dr_rao)
    assert way not in show(dr_rao, "/")


def test_the_list_says_who_has_it_and_from_whom(
    held: Emergency, asha: User, ravi: User, dr_rao: User
) -> None:
    assert states(held, asha)["Ravi"][:2] == ("answered", "Has it")
    held.offer(dr_rao, "65 years", by=ravi)
    assert states(held, asha)["Dr Rao"][:2] == ("offered", "Asked to take over")
    again(held).accept_offer(by=dr_rao)
    told = states(held, asha)
    assert next(iter(told)) == "Dr Rao"
    assert told["Dr Rao"][:2] == ("answered", "Has it")
    assert told["Dr Rao"][2].endswith("handed over by Ravi Menon")
    assert told["Ravi"][:2] == ("handed_over", "Handed it over")


def test_one_who_takes_it_from_the_queue_stands_in_the_list(
    asha: User, devika: User, ravi: User
) -> None:
    pressed = Emergency.objects.press(by=asha)
    pressed.alerts.filter(person=ravi).delete()
    again(pressed).take(ravi)
    assert states(pressed, asha)["Ravi"][0] == "answered"


def test_when_it_has_ended_nobody_rings_and_one_press_raises_a_new_one(
    asha: User, ravi: User, devika: User, show: Show, browser_client: Browser
) -> None:
    pressed = Emergency.objects.press(by=asha, place="14 Lake View Road")
    pressed.call.alert(ravi)
    assert states(pressed, asha)["Ravi"][0] == "ringing"
    again(pressed).end(by=asha)
    told = states(pressed, asha)
    assert told["Ravi"][:2] == ("alerted", "Was alerted")
    page = show(asha, pressed.get_absolute_url())
    assert ("Ringing" in page, "Write instead" in page, "Get help again" in page) == (
        False,
        False,
        True,
    )
    form = re.search(r'action="/help/emergency/">.*?</form>', page, re.DOTALL)
    assert form
    fields = dict(re.findall(r'name="(place|call_back)" value="([^"]*)"', form[0]))
    browser_client(asha).post("/help/emergency/", fields)
    new = Emergency.objects.live_of(asha)
    assert new
    assert (new.pk != pressed.pk, new.place) == (True, "14 Lake View Road")
    assert "Get help again" not in show(ravi, pressed.get_absolute_url())


def test_whoever_gives_it_back_has_everyone_rung_again(
    held: Emergency, asha: User, ravi: User, devika: User, at_desk
) -> None:
    at_desk(ravi)
    call = held.call
    held.ticket.release(by=ravi)
    now = again(held)
    assert (now.owner, now.ticket.status, now.stage) == (None, Status.OPEN, Stage.EVERYONE)
    assert (now.call.pk != call.pk, now.call.status) == (True, "ringing")
    assert said_last(now) == "Ravi Menon cannot go on. Everyone is rung again."
    assert Sight(now, asha).gone == ravi
    Call.objects.get(pk=now.call.pk).accept(devika)
    assert Sight(again(held), asha).gone is None


def test_the_last_word_about_one_who_was_lost_is_that_everyone_is_rung_again(
    held: Emergency, asha: User, ravi: User, show: Show
) -> None:
    later = timezone.now() + timedelta(seconds=60)
    Call.objects.settle(later)
    Emergency.objects.settle(later)
    assert again(held).owner is None
    assert said_last(held) == "Ravi Menon cannot go on. Everyone is rung again."
    page = show(asha, held.get_absolute_url())
    assert "We are alerting everyone again" in page
    assert "Ravi Menon was cut off" in page


def test_from_a_call_that_broke_off_the_person_is_led_to_the_page_that_goes_on(
    held: Emergency, asha: User, ravi: User, browser_client: Browser
) -> None:
    Call.objects.get(pk=held.call.pk).leave(ravi)
    ended = held.call.get_absolute_url()
    assert browser_client(asha).get(ended)["Location"] == held.get_absolute_url()
    assert browser_client(ravi).get(ended).status_code == 200
    again(held).end(by=asha)
    assert browser_client(asha).get(ended).status_code == 200


def test_what_is_written_stands_beside_the_call_for_both_and_for_nobody_else(
    held: Emergency, asha: User, ravi: User, devika: User, show: Show
) -> None:
    held.ticket.conversation.append(asha, held.pk, body="I cannot speak")
    page = held.call.get_absolute_url()
    for person in (asha, ravi):
        shown = show(person, page)
        assert "I cannot speak" in shown
        assert "<telemed-conversation" in shown
    assert "I cannot speak" not in show(devika, page)


def test_who_is_helped_writes_to_us_on_pages_that_outlive_a_hand_over(
    held: Emergency, asha: User, ravi: User, show: Show
) -> None:
    for page in (held.call.get_absolute_url(), held.get_absolute_url()):
        shown = show(asha, page)
        assert "Write to us" in shown
        assert 'placeholder="Message us"' in shown
        assert "Message Ravi" not in shown
        assert 'placeholder="Message Asha"' in show(ravi, page)


def test_without_a_microphone_the_first_thing_is_to_write_with_the_number_beside(
    held: Emergency, asha: User, ravi: User, show: Show
) -> None:
    page = held.call.get_absolute_url()
    trouble = show(asha, page).split('data-ref="trouble"')[1].split("</dialog>")[0]
    first = re.search(r"<button[^>]*>", trouble)
    assert first
    assert "write_instead" in first[0]
    assert "autofocus" in first[0]
    assert (
        trouble.index("write_instead") < trouble.index("tel:112") < trouble.index("leave_instead")
    )
    assert "has no microphone on" in show(ravi, page)
    assert "has no microphone on" not in show(asha, page)


def test_an_answered_call_is_the_first_answer_and_taking_it_in_writing_is_not(
    held: Emergency, asha: User, ravi: User, meera: User, show: Show
) -> None:
    assert held.ticket.first_responded_at
    other = Emergency.objects.press(by=meera)
    again(other).take(ravi)
    assert again(other).ticket.first_responded_at is None


def test_only_those_who_ask_read_that_messages_are_not_for_emergencies(
    held: Emergency, ravi: User, asha: User, show: Show
) -> None:
    desk = f"/admin/desk/{held.ticket.number}/"
    pages = ((ravi, desk), (ravi, held.call.get_absolute_url()), (asha, held.get_absolute_url()))
    for person, path in pages:
        shown = show(person, path)
        assert "composer" in shown
        assert "Not for emergencies" not in shown


def test_who_asked_a_doctor_is_told_on_every_page_that_they_cannot(
    held: Emergency, ravi: User, dr_rao: User, meera: User, asha: User, show: Show
) -> None:
    refused = "Dr Vikram Rao cannot take"
    pages = ("/", "/messages/", "/admin/desk/", held.call.get_absolute_url())
    held.offer(dr_rao, "Chest pain", by=ravi)
    assert [page for page in pages if refused in show(ravi, page)] == []
    again(held).refuse_offer(by=dr_rao)
    for page in (*pages, held.get_absolute_url()):
        assert refused in show(ravi, page), page
        assert "You still have it: ask somebody else." in show(ravi, page), page
    held.steps.update(at=F("at") - timedelta(seconds=21))
    seen = [refused in show(ravi, page) for page in pages]
    assert seen == [True, True, True, False], "in the call it would lie over the place for good"
    for person in (asha, dr_rao):
        assert refused not in show(person, "/")
    assert refused not in show(asha, held.get_absolute_url())
    again(held).offer(meera, "Chest pain", by=ravi)
    for page in (*pages, held.get_absolute_url()):
        assert refused not in show(ravi, page), page
    again(held).refuse_offer(by=meera)
    assert "Dr Meera Nair cannot take" in show(ravi, "/")
    again(held).end(by=asha)
    assert "cannot take" not in show(ravi, "/")


def test_while_it_lives_its_ticket_leads_to_its_page(
    held: Emergency, asha: User, browser_client: Browser
) -> None:
    ticket = held.ticket.get_absolute_url()
    assert browser_client(asha).get(ticket)["Location"] == held.get_absolute_url()
    again(held).end(by=asha)
    assert browser_client(asha).get(ticket).status_code == 200


def test_without_scripts_a_page_that_is_written_on_does_not_load_itself_again(
    held: Emergency, asha: User, show: Show
) -> None:
    page = show(asha, held.get_absolute_url())
    assert "http-equiv" not in page
    joins = re.search(r'<form[^>]*class="needs-script">.*?</form>', page, re.DOTALL)
    assert joins
    assert "Join the call" in joins[0]
    assert 'class="without-script"' in page


def test_where_the_call_ended_the_person_reads_that_the_alert_is_over_and_whom_to_call(
    held: Emergency, asha: User, ravi: User, show: Show
) -> None:
    page = held.call.get_absolute_url()
    over = "The alert is over"
    assert over not in show(asha, page)
    again(held).end(by=ravi)
    shown = show(asha, page)
    assert over in shown
    assert "If it gets worse, call 112 at once." in shown
    assert 'href="tel:112"' in shown[shown.index(over) :]
    assert over not in show(ravi, page)


def test_the_doctor_reads_beside_the_call_what_it_was_handed_over_with(
    held: Emergency, asha: User, ravi: User, dr_rao: User, show: Show
) -> None:
    page = held.call.get_absolute_url()
    held.offer(dr_rao, "65 years, <b>aspirin</b> at ten", by=ravi)
    assert "aspirin" not in show(ravi, page)
    again(held).accept_offer(by=dr_rao)
    beside = show(dr_rao, page).split('class="call__chat"')[1]
    assert "Handed over with" in beside
    assert "aspirin" in beside
    assert "aspirin" not in show(asha, page)


def test_who_asked_sees_on_every_page_of_it_that_they_wait_and_may_take_it_back(
    held: Emergency, asha: User, ravi: User, dr_rao: User, show: Show
) -> None:
    pages = (held.get_absolute_url(), held.call.get_absolute_url())
    way, words = f"{held.get_absolute_url()}withdrawal/", "Dr Vikram Rao was asked."
    for page in pages:
        assert way not in show(ravi, page)
    held.offer(dr_rao, "65 years", by=ravi)
    asked_at = held.steps.get(kind="offered").at.isoformat()
    for page in pages:
        shown = show(ravi, page)
        assert (way in shown, words in shown, asked_at in shown) == (True, True, True)
        assert words not in show(asha, page)
    assert way not in show(dr_rao, pages[0])
    again(held).withdraw_offer(by=ravi)
    for page in pages:
        assert words not in show(ravi, page)
    assert "cannot take it over" not in show(ravi, pages[0])


def test_the_list_of_helpers_says_who_was_asked_and_who_has_declined(
    held: Emergency, ravi: User, dr_rao: User, meera: User, show: Show
) -> None:
    page = held.get_absolute_url()
    held.offer(dr_rao, "65 years", by=ravi)
    assert "(away, asked, no answer yet)" in show(ravi, page)
    assert "has declined" not in show(ravi, page)
    again(held).refuse_offer(by=dr_rao)
    assert re.search(r"Dr Vikram Rao, [^(]*\(away, has declined\)", show(ravi, page))
    assert re.search(r"Dr Meera Nair, [^(]*\(away\)", show(ravi, page))


def test_after_a_question_was_taken_back_both_read_so_and_that_one_has_declined_stays_known(
    held: Emergency, ravi: User, dr_rao: User, browser_client: Browser, show: Show
) -> None:
    held.offer(dr_rao, "65 years", by=ravi)
    again(held).refuse_offer(by=dr_rao)
    again(held).offer(dr_rao, "Worse now", by=ravi)
    assert "was taken back" not in show(ravi, held.get_absolute_url())
    again(held).withdraw_offer(by=ravi)
    shown = show(ravi, held.get_absolute_url())
    assert "The question to Dr Vikram Rao was taken back. You still have it." in shown
    assert "has declined" in shown
    told = browser_client(dr_rao).get(held.get_absolute_url())
    assert told.status_code == 404
    assert "The question whether you take it over was taken back" in told.content.decode()
    again(held).offer(dr_rao, "Worse now", by=ravi)
    assert "was taken back" not in show(ravi, held.get_absolute_url())


def test_who_answers_anew_has_neither_the_summary_of_before_nor_was_handed_anything(
    held: Emergency, ravi: User, dr_rao: User, devika: User, show: Show
) -> None:
    held.offer(dr_rao, "Pain since ten", by=ravi)
    again(held).accept_offer(by=dr_rao)
    assert "<dt>Handed over with</dt>" in show(dr_rao, held.get_absolute_url())
    again(held).offer(devika, "Nobody took this", by=dr_rao)
    again(held).ticket.release(by=dr_rao)
    again(held).call.accept(ravi)
    shown = show(ravi, held.get_absolute_url())
    assert "Nobody took this" not in shown
    assert "<dt>Handed over with</dt>" not in shown
    assert "<dt>From an earlier hand-over</dt>" in shown
    assert "Pain since ten" not in show(ravi, again(held).call.get_absolute_url())


def test_a_doctor_who_was_gone_reads_nothing_of_a_desk(
    held: Emergency, ravi: User, dr_rao: User, devika: User, show: Show
) -> None:
    held.offer(dr_rao, "65 years", by=ravi)
    again(held).accept_offer(by=dr_rao)
    again(held).ticket.take_back(Reason.AGENT_GONE, timezone.now())
    told = Notification.objects.for_user(dr_rao).get(kind="ticket_taken")
    assert told.text == "Everyone is rung again: no page of yours was open"
    assert told.url == held.get_absolute_url()
    said = show(devika, f"/admin/desk/{held.ticket.number}/")
    assert "Whoever had it was gone" in said
    assert "desk was closed" not in said


def test_a_doctor_who_must_leave_hands_it_back_to_an_agent_and_has_it_until_then(
    held: Emergency, ravi: User, dr_rao: User, at_desk, show: Show, browser_client: Browser
) -> None:
    at_desk(ravi)
    held.offer(dr_rao, "65 years", by=ravi)
    again(held).accept_offer(by=dr_rao)
    page = held.get_absolute_url()
    assert "Ravi Menon, " in show(dr_rao, page).split('id="emergency-helpers"')[1]
    back = {"helper": str(ravi.public_id), "summary": "Stable; I am called to the ward"}
    browser_client(dr_rao).post(f"{page}offer/", back)
    assert (again(held).owner, again(held).offered_to) == (dr_rao, ravi)
    assert "Dr Vikram Rao asks you to take over" in show(ravi, "/messages/")
    assert "data-rings" in show(ravi, "/admin/desk/")
    browser_client(ravi).post(f"{page}answer/", {"answer": "yes"})
    assert again(held).owner == ravi
    assert "Dr Rao" in {each.person.short_name for each in held.call.participants.here()}


def test_nobody_is_asked_to_take_over_from_themselves_or_for_themselves(
    held: Emergency, asha: User, ravi: User, devika: User, dr_rao: User
) -> None:
    for whom, by in ((ravi, ravi), (asha, ravi), (ravi, devika)):
        with pytest.raises(NotAnAgent):
            again(held).offer(whom, "65 years", by=by)


def test_the_title_of_each_page_says_how_it_stands(
    asha: User, ravi: User, devika: User, dr_rao: User, show: Show
) -> None:
    def titles(emergency: Emergency, person: User) -> list[str]:
        pages = (emergency.get_absolute_url(), emergency.call.get_absolute_url())
        return [show(person, page).split("<title>")[1].split(" · ")[0] for page in pages]

    pressed = Emergency.objects.press(by=asha)
    assert titles(pressed, asha) == ["Ringing everyone"] * 2
    assert titles(pressed, ravi)[0] == "Help is needed now"
    pressed.call.accept(ravi)
    assert titles(again(pressed), asha) == ["Ravi answered"] * 2
    assert titles(again(pressed), ravi) == ["You have it", "Emergency call with Asha"]
    assert titles(again(pressed), devika)[0] == "Ravi has it"
    again(pressed).end(by=asha)
    assert [titles(again(pressed), each)[0] for each in (asha, ravi)] == ["Over", "Over"]


def test_a_stranger_to_it_gives_nothing_back(held: Emergency, dr_rao: User) -> None:
    with pytest.raises(NotYourTicket):
        held.ticket.release(by=dr_rao)
    assert again(held).answered_by != dr_rao
