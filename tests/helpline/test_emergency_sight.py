"""Who may read an emergency, and for how long: place, number and contact of whoever needs help."""

import html
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from calls.models import Call
from helpline.models import Emergency
from helpline.refusals import NobodyOffered, NotYourTicket
from notifications.models import Notification
from tests.helpline.people import again

pytestmark = pytest.mark.django_db(transaction=True)

Browser = Callable[..., Client]
Api = Callable[..., Client]
SECRETS = ("14 Lake View Road", "98470", "Suresh")
ENDPOINT = "/api/v1/emergencies/"


@pytest.fixture
def held(asha: User, ravi: User, devika: User) -> Emergency:
    """Ravi has answered the call of Asha, whose profile has an address and a contact."""
    asha.patient.address = "14 Lake View Road"
    asha.patient.emergency_contact_name = "Suresh Verma"
    asha.patient.save()
    pressed = Emergency.objects.press(by=asha, place="14 Lake View Road", call_back="+91 98470")
    pressed.call.accept(ravi)
    return again(pressed)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[list[object]]:
    """To whom each of the live events about the emergency went."""
    sent: list[list[object]] = []
    monkeypatch.setattr("helpline.alarms.publish", lambda _event, to: sent.append(list(to)))
    return sent


def is_kept_from(emergency: Emergency, person: User, browser: Browser, api: Api) -> bool:
    """By no page, in no list and by no way of the API."""
    own = emergency.get_absolute_url()
    pages = [own, f"{own}review/", "/", "/inbox/", "/notifications/", "/calls/"]
    if emergency.call:
        pages.append(emergency.call.get_absolute_url())
    answers = [browser(person).get(path, follow=True) for path in pages]
    said = html.unescape("".join(each.content.decode() for each in answers))
    listed = api(as_=person).get(ENDPOINT).json()["results"]
    one = api(as_=person).get(f"{ENDPOINT}{emergency.pk}/").status_code
    is_refused = (answers[0].status_code, one, listed) == (404, 404, [])
    return is_refused and not any(secret in said for secret in SECRETS)


def reads(emergency: Emergency, person: User, browser: Browser) -> bool:
    page = browser(person).get(emergency.get_absolute_url())
    return page.status_code == 200 and all(secret in page.content.decode() for secret in SECRETS)


def test_a_doctor_who_is_asked_reads_it_until_they_decline_and_is_told_so(
    held: Emergency, ravi: User, dr_rao: User, meera: User, browser_client: Browser, api: Api
) -> None:
    assert is_kept_from(held, dr_rao, browser_client, api)
    held.offer(dr_rao, "65 years", by=ravi)
    assert reads(held, dr_rao, browser_client)
    answer = f"{held.get_absolute_url()}answer/"
    page = browser_client(dr_rao).post(answer, {"answer": "no"}, follow=True)
    assert page.redirect_chain[-1][0] == "/"
    assert "You declined. Ravi has been told and stays with Asha." in page.content.decode()
    assert is_kept_from(held, dr_rao, browser_client, api)
    assert reads(held, ravi, browser_client)


def test_whoever_was_told_of_it_learns_that_there_is_nothing_to_do_and_a_stranger_nothing(
    held: Emergency, ravi: User, dr_rao: User, meera: User, browser_client: Browser
) -> None:
    held.offer(dr_rao, "65 years", by=ravi)
    again(held).refuse_offer(by=dr_rao)
    for way, expected in (("", "There is nothing for you to do"), ("review/", "Page not found")):
        page = browser_client(dr_rao).get(f"{held.get_absolute_url()}{way}")
        assert (page.status_code, expected in page.content.decode()) == (404, True)
        assert "Asha" not in page.content.decode()
    late = browser_client(dr_rao).post(f"{held.get_absolute_url()}answer/", {"answer": "yes"})
    assert (late.status_code, again(held).owner) == (404, ravi)
    stranger = browser_client(meera).get(held.get_absolute_url()).content.decode()
    assert "nothing for you to do" not in stranger


def test_an_offer_that_is_taken_back_or_made_to_another_is_open_to_the_first_no_more(
    held: Emergency, ravi: User, dr_rao: User, meera: User, browser_client: Browser, api: Api
) -> None:
    held.offer(dr_rao, "65 years", by=ravi)
    again(held).offer(meera, "65 years", by=ravi)
    assert is_kept_from(held, dr_rao, browser_client, api)
    assert not Notification.objects.for_user(dr_rao).unread().exists(), "it is pushed no more"
    assert reads(held, meera, browser_client)
    with pytest.raises(NobodyOffered):
        again(held).accept_offer(by=dr_rao)
    with pytest.raises(NotYourTicket):
        again(held).withdraw_offer(by=dr_rao)
    browser_client(ravi).post(f"{held.get_absolute_url()}withdrawal/")
    assert (again(held).offered_to, again(held).owner) == (None, ravi)
    assert is_kept_from(held, meera, browser_client, api)
    assert not Notification.objects.for_user(meera).unread().exists()
    again(held).withdraw_offer(by=ravi)
    assert held.steps.filter(kind="taken_back").count() == 1


def test_a_doctor_reads_while_it_rings_and_no_more_when_another_has_it_or_it_is_over(
    asha: User, ravi: User, dr_rao: User, held: Emergency, browser_client: Browser, api: Api
) -> None:
    again(held).offer(dr_rao, "65 years", by=ravi)
    again(held).refuse_offer(by=dr_rao)
    held.ticket.refresh_from_db()
    held.ticket.release(by=ravi)
    assert reads(held, dr_rao, browser_client), "everyone is rung again"
    again(held).call.decline(dr_rao)
    assert reads(held, dr_rao, browser_client), "who has declined may still take it"
    Call.objects.get(pk=again(held).call.pk).accept(ravi)
    assert is_kept_from(again(held), dr_rao, browser_client, api)
    again(held).end(by=asha)
    assert is_kept_from(again(held), dr_rao, browser_client, api)


def test_a_doctor_who_had_it_reads_on(
    held: Emergency, asha: User, ravi: User, dr_rao: User, browser_client: Browser
) -> None:
    held.offer(dr_rao, "65 years", by=ravi)
    again(held).accept_offer(by=dr_rao)
    assert reads(held, dr_rao, browser_client)
    again(held).end(by=asha)
    assert reads(held, dr_rao, browser_client)


def test_an_offer_that_nobody_answered_is_over_with_the_emergency(
    held: Emergency, asha: User, ravi: User, dr_rao: User, browser_client: Browser, api: Api
) -> None:
    held.offer(dr_rao, "65 years", by=ravi)
    again(held).end(by=asha)
    assert is_kept_from(held, dr_rao, browser_client, api)


def test_what_is_told_of_it_tells_nothing_of_place_number_and_contact(
    held: Emergency, ravi: User, dr_rao: User, browser_client: Browser
) -> None:
    held.offer(dr_rao, "65 years", by=ravi)
    notice = Notification.objects.for_user(dr_rao).get()
    again(held).refuse_offer(by=dr_rao)
    shown = browser_client(dr_rao).get("/notifications/").content.decode()
    words = f"{notice.context} {shown}"
    assert not any(secret in words for secret in (*SECRETS, "65 years"))
    assert browser_client(dr_rao).get(notice.url).status_code == 404


def test_live_events_go_to_a_doctor_once_more_when_it_is_theirs_no_more(
    held: Emergency, asha: User, ravi: User, dr_rao: User, told: list[list[object]]
) -> None:
    held.offer(dr_rao, "65 years", by=ravi)
    assert dr_rao in told[-1]
    again(held).tell(by=asha, place="The garden")
    assert dr_rao in told[-1]
    again(held).refuse_offer(by=dr_rao)
    assert dr_rao in told[-1], "their page must let go of it"
    again(held).tell(by=asha, place="The house")
    assert (dr_rao in told[-1], ravi in told[-1]) == (False, True)
    again(held).end(by=asha)
    assert dr_rao not in told[-1]
