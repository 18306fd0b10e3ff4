"""Where a person is signed in, and how they sign out elsewhere."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts.models import SignIn, User
from accounts.models import sign_in as module
from audit.models import AccessRecord
from notifications.models import PushSubscription

pytestmark = pytest.mark.django_db

PAGE = "/me/sign-ins/"
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36"

Browser = Callable[..., Client]


@pytest.fixture
def phone(asha: User, browser_client: Browser) -> Client:
    """Another browser of Asha's."""
    return browser_client(asha)


def is_signed_in(client: Client) -> bool:
    return client.get("/me/").status_code == 200


def of(client: Client) -> SignIn:
    return SignIn.objects.get(session=client.session.session_key)


def test_one_sees_this_browser_first_and_the_others(
    asha: User, phone: Client, browser_client: Browser
) -> None:
    phone.post("/accounts/logout/")
    phone.defaults["HTTP_USER_AGENT"] = PHONE
    phone.force_login(asha)
    SignIn.objects.update(browser="Chrome on Android")
    here = browser_client(asha)
    page = here.get(PAGE)
    assert [each.session_id for each in page.context["sign_ins"]] == [
        here.session.session_key,
        phone.session.session_key,
    ]
    assert page.text.count("This browser") == 1
    assert "Chrome on Android" in page.text


def test_the_name_of_the_browser_is_kept(asha: User, client: Client) -> None:
    client.defaults["HTTP_USER_AGENT"] = PHONE
    client.force_login(asha)
    SignIn.objects.all().delete()
    module._noted.clear()
    client.get("/")
    assert of(client).browser == "Chrome on Android"


def test_one_other_is_signed_out_at_once(
    asha: User, phone: Client, browser_client: Browser
) -> None:
    here, third = browser_client(asha), browser_client(asha)
    assert is_signed_in(phone)
    answer = here.post(f"{PAGE}{of(phone).pk}/ending/", follow=True)
    assert "You are signed out there." in answer.text
    assert [is_signed_in(each) for each in (phone, here, third)] == [False, True, True]
    assert AccessRecord.objects.filter(actor=asha.public_id, act="signed_out").count() == 1


def test_all_others_are_signed_out_and_nobody_else(
    asha: User, dr_rao: User, phone: Client, browser_client: Browser
) -> None:
    here, third, his = browser_client(asha), browser_client(asha), browser_client(dr_rao)
    here.post(f"{PAGE}ending/")
    signed_in = [is_signed_in(each) for each in (phone, third, here, his)]
    assert signed_in == [False, False, True, True]


def test_a_browser_that_is_signed_out_is_pushed_to_no_more(
    asha: User, phone: Client, browser_client: Browser
) -> None:
    kept = PushSubscription.objects.create(person=asha, endpoint="https://push.example/1")
    other = PushSubscription.objects.create(person=asha, endpoint="https://push.example/2")
    session = phone.session
    session["push"] = {"id": str(kept.pk), "digest": "x"}
    session.save()
    browser_client(asha).post(f"{PAGE}ending/")
    assert list(PushSubscription.objects.all()) == [other]


def test_that_of_others_is_nothing_of_mine(
    asha: User, stranger: User, phone: Client, browser_client: Browser
) -> None:
    assert browser_client(stranger).post(f"{PAGE}{of(phone).pk}/ending/").status_code == 404
    assert is_signed_in(phone)
    assert str(of(phone).pk) not in browser_client(stranger).get(PAGE).text


def test_this_browser_is_not_signed_out_from_here(phone: Client) -> None:
    assert phone.post(f"{PAGE}{of(phone).pk}/ending/").status_code == 404


def test_it_goes_with_the_session(phone: Client, client: Client) -> None:
    phone.post("/accounts/logout/")
    assert not SignIn.objects.exists()
    assert client.get(PAGE)["Location"].startswith("/accounts/login/")


def test_what_has_run_out_is_not_shown(asha: User, phone: Client, browser_client: Browser) -> None:
    past = timezone.now() - timedelta(minutes=1)
    Session.objects.filter(pk=phone.session.session_key).update(expire_date=past)
    assert len(browser_client(asha).get(PAGE).context["sign_ins"]) == 1


def test_when_it_was_last_seen_is_noted_every_few_minutes(
    phone: Client,
) -> None:
    before = of(phone).seen_at
    phone.get("/")
    assert of(phone).seen_at == before
    module._noted[phone.session.session_key] -= module.EVERY_SECONDS
    phone.get("/")
    assert of(phone).seen_at > before
