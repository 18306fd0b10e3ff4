"""What people are told about their account: who signed in anew, and what was changed."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.utils import timezone

from notifications import courier, ladder
from notifications.models import Delivery, Notification
from tests.accounts.test_signing_in import LOGIN, NEW, SIGNUP, code_of_last_mail, sign_in
from tests.conftest import CAST_PASSWORD

pytestmark = pytest.mark.django_db


def told(person):
    """What, oldest first."""
    rows = Notification.objects.for_user(person).filter(kind="security").order_by("created_at")
    return [each.context["what"] for each in rows]


@pytest.fixture
def at_home(asha, browser_client):
    """A browser in which Asha has signed in before."""
    client = browser_client()
    sign_in(client, asha.email, CAST_PASSWORD)
    return client


def test_the_first_sign_in_of_all_is_not_strange(asha, at_home):
    assert told(asha) == []


def test_a_sign_in_from_a_new_browser_is_told(asha, at_home, browser_client):
    phone = browser_client()
    phone.defaults["HTTP_USER_AGENT"] = "Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile"
    sign_in(phone, asha.email, CAST_PASSWORD)
    [notification] = Notification.objects.for_user(asha)
    assert (notification.title, notification.url) == ("New sign-in", "/me/sign-ins/")
    assert notification.text.startswith("Chrome on Android, where you have not signed in before.")


def test_where_one_has_just_signed_in_the_notice_says_so_and_counts_all_the_same(
    asha, at_home, browser_client
):
    phone = browser_client()
    sign_in(phone, asha.email, CAST_PASSWORD)
    for path in ("/notifications/", "/inbox/"):
        here, there = (client.get(path).content.decode() for client in (phone, at_home))
        assert "You signed in here" in here
        assert "If it was not you" not in here
        assert "New sign-in" in there
        assert "You signed in here" not in there
        for page in (here, there):
            assert "Notifications, 1 new" in page


def test_a_thief_who_signs_in_reads_nothing_away_from_the_owner(asha, at_home, browser_client):
    at_home.post("/accounts/logout/")  # so that no other session is live
    thief = browser_client()
    sign_in(thief, asha.email, CAST_PASSWORD)
    thief.get("/")
    thief.get("/notifications/")
    assert Notification.objects.for_user(asha).unread().count() == 1
    sign_in(at_home, asha.email, CAST_PASSWORD)
    page = at_home.get("/notifications/").content.decode()
    assert "Notifications, 1 new" in page
    assert "If it was not you, sign it out and change your password." in page


@pytest.mark.parametrize("is_planned", [False, True])
def test_what_is_read_in_the_moment_of_signing_in_is_mailed_all_the_same(
    asha, at_home, browser_client, is_planned
):
    mail.outbox.clear()
    thief = browser_client()
    sign_in(thief, asha.email, CAST_PASSWORD)
    if is_planned:
        ladder.climb(timezone.now())
    thief.post("/notifications/reading/")
    assert not Notification.objects.for_user(asha).unread().exists()
    for _ in range(2):
        deliver()
    assert [letter.subject for letter in mail.outbox] == ["New sign-in to your Telemed account"]
    assert not Notification.objects.filter(due_at__lte=timezone.now()).exists()


def test_from_the_same_browser_it_is_told_once(asha, at_home):
    for _ in range(2):
        at_home.post("/accounts/logout/")
        sign_in(at_home, asha.email, CAST_PASSWORD)
    assert told(asha) == []


def test_each_new_browser_is_told_also_while_the_last_is_unread(asha, at_home, browser_client):
    for _ in range(2):
        sign_in(browser_client(), asha.email, CAST_PASSWORD)
    assert told(asha) == ["sign_in", "sign_in"]


def test_another_person_at_the_same_browser_is_new_to_it(asha, dr_rao, at_home, browser_client):
    sign_in(browser_client(), dr_rao.email, CAST_PASSWORD)
    at_home.post("/accounts/logout/")
    sign_in(at_home, dr_rao.email, CAST_PASSWORD)
    at_home.post("/accounts/logout/")
    sign_in(at_home, asha.email, CAST_PASSWORD)
    assert (told(dr_rao), told(asha)) == (["sign_in"], [])


def test_the_browser_does_not_say_who_has_signed_in_there(asha, at_home):
    cookie = at_home.cookies["known"]
    assert str(asha.public_id) not in cookie.value
    assert asha.email not in cookie.value
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_a_forged_cookie_makes_no_browser_known(asha, at_home):
    at_home.post("/accounts/logout/")
    at_home.cookies["known"] = at_home.cookies["known"].value[:-1] + "x"
    sign_in(at_home, asha.email, CAST_PASSWORD)
    assert told(asha) == ["sign_in"]


def test_a_wrong_password_tells_nobody_and_makes_nothing_known(asha, browser_client):
    client = browser_client()
    client.post(LOGIN, {"login": asha.email, "password": "a wrong one"})
    assert told(asha) == []
    assert "known" not in client.cookies


def test_who_has_just_signed_up_is_not_told_that_they_are_new(db, browser_client):
    client = browser_client()
    answer = client.post(SIGNUP, NEW)
    client.post(answer["Location"], {"code": code_of_last_mail()})
    assert client.get("/me/").status_code == 200
    assert not Notification.objects.exists()
    client.post("/accounts/logout/")
    sign_in(client, "nila@example.com", NEW["password1"])
    assert not Notification.objects.exists()


def test_programs_are_told_once_while_nobody_has_looked(asha, api):
    letter = {"email": asha.email, "password": CAST_PASSWORD}
    for _ in range(3):
        assert api().post("/api/v1/token/", letter).status_code == 200
    assert told(asha) == ["program"]


def test_a_new_password_is_told_whoever_set_it(asha, ravi, at_home):
    change_password(at_home)
    asha.change_password("and another sentence", by=ravi)
    assert told(asha) == ["password", "password"]


def test_a_new_address_is_told_to_both(asha, at_home):
    sent = {"email": "asha@elsewhere.example", "action_add": ""}
    answer = at_home.post("/accounts/email/", sent, follow=True)
    assert answer.status_code == 200
    at_home.post("/accounts/confirm-email/", {"code": code_of_last_mail()})
    asha.refresh_from_db()
    assert asha.email == "asha@elsewhere.example"
    assert told(asha) == ["email"]
    assert mail.outbox[-1].to == ["asha@example.com"]
    deliver()
    assert mail.outbox[-1].to == ["asha@elsewhere.example"]
    assert mail.outbox[-1].subject == "Your Telemed e-mail address was changed"


def test_a_second_factor_is_told_once_when_it_comes_and_when_it_goes(
    asha, at_home, django_capture_on_commit_callbacks
):
    at_home.post("/accounts/reauthenticate/", {"password": CAST_PASSWORD})
    page = at_home.get("/accounts/2fa/totp/activate/")
    code = {"code": code_for(page.context["form"].secret)}
    with django_capture_on_commit_callbacks(execute=True):
        assert at_home.post("/accounts/2fa/totp/activate/", code).status_code == 302
    assert told(asha) == ["factor_added"]
    with django_capture_on_commit_callbacks(execute=True):
        assert at_home.post("/accounts/2fa/totp/deactivate/").status_code == 302
    assert told(asha) == ["factor_added", "factor_removed"]


def code_for(secret):
    """What an authenticator app shows now."""
    return totp.format_hotp_value(
        totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time()))
    )


def change_password(client):
    new = dict.fromkeys(["password1", "password2"], "another long sentence")
    new["oldpassword"] = CAST_PASSWORD
    assert client.post("/accounts/password/change/", new).status_code == 302


def deliver():
    """As the threads of a process would."""
    now = timezone.now()
    while ladder.climb(now) + courier.work("email", now):
        pass


def test_it_is_one_mail_that_nobody_can_turn_off(asha, at_home, choose):
    choose(asha, choices={"security": {"email": False}})
    mail.outbox.clear()
    change_password(at_home)
    deliver()
    assert [letter.subject for letter in mail.outbox] == ["Your Telemed password was changed"]
    states = Delivery.objects.values_list("transport", "state")
    assert ("email", "sent") in states
    assert ("push", "skipped") in states
    assert EmailAddress.objects.filter(user=asha, verified=True).exists()
