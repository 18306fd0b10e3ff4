"""What became of the person: written once by whoever had it, for colleagues and nobody else."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from audit.models import AccessRecord
from helpline.models import Emergency
from helpline.refusals import NotSettled, NotYourTicket, OutcomeKnown
from helpline.review import timeline
from tests.helpline.people import Show, again

pytestmark = pytest.mark.django_db(transaction=True)

Browser = Callable[..., Client]
Api = Callable[..., APIClient]

ASKED = "What became of Asha Verma?"
WORDS = "Chest pain, 108 was called"
TOLD = {"outcome": "ambulance", "words": WORDS}
CHOSEN = "Ambulance or emergency services called"


@pytest.fixture
def held(asha: User, ravi: User, devika: User, stranger: User) -> Emergency:
    """Asha's, which Ravi has."""
    pressed = Emergency.objects.press(by=asha)
    pressed.call.accept(ravi)
    return again(pressed)


def desk(emergency: Emergency) -> str:
    return f"/admin/desk/{emergency.ticket.number}/"


def test_who_ends_it_says_in_the_same_step_what_became_of_the_person(
    held: Emergency, ravi: User, devika: User, asha: User, browser_client: Browser, show: Show
) -> None:
    page, review = held.get_absolute_url(), f"{held.get_absolute_url()}review/"
    assert ASKED in show(ravi, page)
    browser_client(ravi).post(f"{page}ending/", TOLD)
    told = again(held).outcome
    assert (told.kind, told.words, told.by) == ("ambulance", WORDS, ravi)
    assert told.at <= timezone.now()
    for person, path in ((ravi, page), (ravi, review), (devika, review), (ravi, desk(held))):
        shown = show(person, path)
        assert CHOSEN in shown, path
        assert WORDS in shown, path
        assert ASKED not in shown, path
    assert "Written by Ravi Menon" in show(devika, review)
    last = timeline(again(held))[-1]
    assert (last.what, last.who, last.more) == (
        "Wrote what became of Asha Verma",
        ravi,
        CHOSEN,
    )
    record = AccessRecord.objects.filter(actor=ravi.public_id, result="ambulance")
    assert record.get().subject_person == asha.public_id


def test_nothing_of_it_keeps_an_emergency_from_being_ended(
    held: Emergency, ravi: User, browser_client: Browser, show: Show
) -> None:
    said = {"outcome": "no such", "words": ""}
    browser_client(ravi).post(f"{held.get_absolute_url()}ending/", said)
    ended = again(held)
    assert ended.ended_at
    assert ended.became is None
    assert ASKED in show(ravi, held.get_absolute_url()), "it is asked for afterwards"
    assert "Nobody has written it yet." in show(ravi, f"{held.get_absolute_url()}review/")


def test_when_the_person_ends_it_who_had_it_is_asked_afterwards(
    held: Emergency, asha: User, ravi: User, browser_client: Browser, show: Show
) -> None:
    browser_client(asha).post(f"{held.get_absolute_url()}ending/", TOLD)
    assert again(held).became is None, "nobody writes the record of their own emergency"
    for path in (held.get_absolute_url(), desk(held)):
        assert "hat became of Asha Verma" in show(ravi, path)
    browser_client(ravi).post(f"{held.get_absolute_url()}outcome/", {"words": "Seizure passed"})
    told = again(held).outcome
    assert (told.kind, told.words) == ("other", "Seizure passed")
    assert "Write what became of" not in show(ravi, desk(held))


def test_desk_board_and_home_ask_whoever_helped_until_it_is_written(
    held: Emergency, asha: User, ravi: User, dr_rao: User, devika: User, show: Show
) -> None:
    write = f'href="{held.get_absolute_url()}#became"'
    pages = [(ravi, "/admin/desk/"), (ravi, "/"), (devika, "/admin/desk/board/")]
    assert [page for person, page in pages if write in show(person, page)] == [], "it goes on"
    held.end(by=asha)
    assert [page for person, page in pages if write not in show(person, page)] == []
    for person, page in ((devika, "/admin/desk/"), (dr_rao, "/"), (asha, "/")):
        assert write not in show(person, page), "they did not have it"
    again(held).tell_outcome("advised", by=ravi)
    assert [page for person, page in pages if write in show(person, page)] == []


def test_a_doctor_who_took_over_is_asked_on_their_home(
    held: Emergency, asha: User, ravi: User, dr_rao: User, show: Show
) -> None:
    held.offer(dr_rao, "Chest pain", by=ravi)
    again(held).accept_offer(by=dr_rao)
    again(held).end(by=asha)
    assert f'href="{held.get_absolute_url()}#became"' in show(dr_rao, "/")
    assert "#became" not in show(ravi, "/")


def test_what_was_written_while_the_person_ended_it_is_kept(
    held: Emergency, asha: User, ravi: User, browser_client: Browser
) -> None:
    held.end(by=asha)
    browser_client(ravi).post(f"{held.get_absolute_url()}ending/", TOLD)
    assert again(held).outcome.words == WORDS
    assert again(held).ended_by == asha


def test_what_is_empty_is_asked_for_again(
    held: Emergency, ravi: User, browser_client: Browser
) -> None:
    held.end(by=ravi)
    path = f"{held.get_absolute_url()}outcome/"
    answer = browser_client(ravi).post(path, {"words": " "}, follow=True)
    assert "Choose what became of them, or write it." in answer.content.decode()
    assert again(held).became is None


def test_the_person_and_strangers_read_nothing_of_it(
    held: Emergency,
    asha: User,
    stranger: User,
    dr_rao: User,
    ravi: User,
    browser_client: Browser,
    api: Api,
) -> None:
    page = held.get_absolute_url()
    assert ASKED not in browser_client(asha).get(page).text
    held.end(by=ravi, outcome="ambulance", words=WORDS)
    pages = (page, f"{page}review/", held.ticket.get_absolute_url(), "/", "/inbox/", "/help/")
    for person in (asha, stranger, dr_rao):
        for path in (*pages, desk(held)):
            shown = browser_client(person).get(path, follow=True).text
            assert WORDS not in shown, (person, path)
            assert CHOSEN not in shown, (person, path)
    address = f"/api/v1/emergencies/{held.pk}/"
    assert api(as_=asha).get(address).json()["outcome"] is None
    assert api(as_=stranger).get(address).status_code == 404
    assert api(as_=ravi).get(address).json()["outcome"]["words"] == WORDS


def test_it_is_written_once_and_by_nobody_else(
    held: Emergency, asha: User, ravi: User, devika: User, dr_rao: User, browser_client: Browser
) -> None:
    with pytest.raises(NotSettled):
        held.tell_outcome("advised", by=ravi)
    held.end(by=asha)
    for person in (asha, dr_rao):
        with pytest.raises(NotYourTicket):
            again(held).tell_outcome("advised", by=person)
    assert (
        browser_client(dr_rao).post(f"{held.get_absolute_url()}outcome/", TOLD).status_code == 404
    )
    again(held).tell_outcome("advised", by=devika)
    with pytest.raises(OutcomeKnown):
        again(held).tell_outcome("unreached", by=ravi)
    assert again(held).outcome.kind == "advised"


def test_a_doctor_who_took_over_writes_it_and_not_who_handed_over(
    held: Emergency, ravi: User, dr_rao: User, show: Show
) -> None:
    held.offer(dr_rao, "Chest pain", by=ravi)
    again(held).accept_offer(by=dr_rao)
    again(held).end(by=dr_rao)
    with pytest.raises(NotYourTicket):
        again(held).tell_outcome("advised", by=ravi)
    assert ASKED in show(dr_rao, held.get_absolute_url())
    assert ASKED not in show(ravi, held.get_absolute_url())
    again(held).tell_outcome("in_person", by=dr_rao)
    assert "With a doctor or at a hospital in person" in show(ravi, desk(held))


def test_at_the_desk_it_stands_after_the_step_that_it_followed(
    held: Emergency, ravi: User, show: Show
) -> None:
    held.end(by=ravi, outcome="false_alarm")
    steps = show(ravi, desk(held)).split('id="desk-steps"')[1]
    assert steps.index("Resolved") < steps.index("Pressed by mistake, no help needed")


def test_the_api_ends_with_it_or_without_and_takes_it_afterwards(
    held: Emergency, ravi: User, asha: User, api: Api
) -> None:
    address = f"/api/v1/emergencies/{held.pk}/"
    assert api(as_=ravi).post(f"{address}outcome/", TOLD).status_code == 409, "it goes on"
    ended = api(as_=ravi).post(f"{address}ending/").json()
    assert ended["ended_at"]
    assert ended["outcome"] is None
    for wrong in ({}, {"outcome": "no such"}):
        assert api(as_=ravi).post(f"{address}outcome/", wrong).status_code == 400
    assert api(as_=asha).post(f"{address}outcome/", TOLD).status_code == 409
    told = api(as_=ravi).post(f"{address}outcome/", TOLD).json()["outcome"]
    assert (told["outcome"], told["words"]) == ("ambulance", WORDS)
    assert told["by"]["name"] == "Ravi Menon"


def test_a_program_ends_it_and_says_what_became_of_the_person(
    held: Emergency, ravi: User, api: Api
) -> None:
    ended = api(as_=ravi).post(f"/api/v1/emergencies/{held.pk}/ending/", TOLD).json()
    assert ended["outcome"]["outcome"] == "ambulance"


def test_supervisors_find_it_on_the_board_and_in_the_admin(
    held: Emergency, ravi: User, devika: User, show: Show
) -> None:
    missing = "What became of them? Nobody has written it"
    assert missing not in show(devika, "/admin/desk/board/"), "it goes on"
    held.end(by=ravi)
    assert missing in show(devika, "/admin/desk/board/")
    again(held).tell_outcome("ambulance", WORDS, by=ravi)
    listed, row = "/admin/helpline/emergency/", f"/admin/helpline/emergency/{held.pk}/change/"
    for path in ("/admin/desk/board/", listed, row):
        assert CHOSEN in show(devika, path)
    assert WORDS in show(devika, row)
    assert str(held.ticket.number) in show(devika, f"{listed}?outcome__kind__exact=ambulance")
    assert str(held.pk) not in show(devika, f"{listed}?outcome__kind__exact=advised")
