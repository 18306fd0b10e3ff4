"""Signing up, in and out, by password and by code, and the brakes on guessing."""

import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.db import connection
from django.http import QueryDict
from django.test import Client, RequestFactory

from accounts import debug_mail
from accounts.models import SignInAttempts, TooManyAttempts, User
from accounts.models.sign_in_attempts import LIMIT
from audit.models import AccessRecord
from tests.conftest import CAST_PASSWORD

Browser = Callable[..., Client]

LOGIN = "/accounts/login/"
SIGNUP = "/accounts/signup/"
NEW = {"name": "Nila Sen", "email": "Nila@Example.com", "password1": "a long sentence here"}
WRONG = "a wrong password"


def sign_in(client: Client, email: str, password: str, **more: str) -> object:
    return client.post(LOGIN, {"login": email, "password": password, **more})


def code_of_last_mail() -> str:
    found = re.search(r"^ *([A-Z0-9]{3,4}-[A-Z0-9]{3,4})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found
    return found.group(1)


def is_signed_in(client: Client) -> bool:
    return client.get("/me/").status_code == 200


def test_signing_up_makes_a_patient_who_confirms_by_code(db: None, browser_client: Browser) -> None:
    client = browser_client()
    answer = client.post(SIGNUP, NEW | {"role": "doctor", "is_staff": "on"})
    assert answer.status_code == 302
    assert not is_signed_in(client)
    client.post(answer["Location"], {"code": code_of_last_mail()})
    assert is_signed_in(client)
    user = User.objects.get(email="nila@example.com")
    assert (user.name, user.role, user.is_staff) == ("Nila Sen", "patient", False)
    assert user.patient
    assert user.has_confirmed_email


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"password1": "short"}, {"password1": "1234567890"}, {"email": "x"}]
)
def test_a_poor_sign_up_is_refused(
    wrong: dict[str, str], db: None, browser_client: Browser
) -> None:
    answer = browser_client().post(SIGNUP, NEW | wrong)
    assert list(answer.context["form"].errors) == list(wrong)
    assert not User.objects.exists()


def test_signing_up_does_not_tell_who_has_an_account(asha: User, browser_client: Browser) -> None:
    known = browser_client().post(SIGNUP, NEW | {"email": asha.email})
    unknown = browser_client().post(SIGNUP, NEW)
    assert known.status_code == unknown.status_code == 302
    assert known["Location"] == unknown["Location"]
    assert User.objects.count() == 2


def test_asking_for_a_reset_does_not_tell_who_has_an_account(
    asha: User, browser_client: Browser
) -> None:
    known = browser_client().post("/accounts/password/reset/", {"email": asha.email})
    unknown = browser_client().post("/accounts/password/reset/", {"email": "no@example.com"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_a_wrong_password_reads_the_same_for_known_and_unknown(
    asha: User, browser_client: Browser
) -> None:
    known, unknown = (
        sign_in(browser_client(), email, WRONG).context["form"].errors  # type: ignore[attr-defined]
        for email in (asha.email, "nobody@example.com")
    )
    assert known == unknown


def test_signing_in_leads_home_or_where_one_was_going(asha: User, browser_client: Browser) -> None:
    assert sign_in(browser_client(), asha.email, CAST_PASSWORD)["Location"] == "/"  # type: ignore[index]
    onward = sign_in(
        browser_client(), asha.email.upper(), CAST_PASSWORD, next="/doctors/vikram-rao/"
    )
    assert onward["Location"] == "/doctors/vikram-rao/"  # type: ignore[index]
    away = sign_in(browser_client(), asha.email, CAST_PASSWORD, next="https://evil.example/")
    assert away["Location"] == "/"  # type: ignore[index]


@pytest.mark.parametrize(
    ("came_from", "leads_to"),
    [
        ("http://testserver/notifications/?topic=help", "/notifications/?topic=help"),
        ("https://evil.example/notifications/", "/"),
        ("", "/"),
    ],
)
def test_a_form_that_asks_for_signing_in_leads_back_to_its_page(
    came_from: str, leads_to: str, browser_client: Browser
) -> None:
    sent = browser_client().post("/notifications/reading/", headers={"Referer": came_from})
    asked = QueryDict(sent["Location"].partition("?")[2])
    assert sent["Location"].startswith("/accounts/login/?")
    assert asked["next"] == leads_to


def test_who_is_deactivated_stays_outside(asha: User, ravi: User, browser_client: Browser) -> None:
    client = browser_client(asha)
    assert is_signed_in(client)
    asha.deactivate(by=ravi)
    assert not is_signed_in(client)
    fresh = browser_client()
    sign_in(fresh, asha.email, CAST_PASSWORD)
    assert not is_signed_in(fresh)


def test_signing_in_and_out_is_on_record(asha: User, browser_client: Browser) -> None:
    client = browser_client()
    sign_in(client, asha.email, CAST_PASSWORD)
    client.post("/accounts/logout/")
    assert not is_signed_in(client)
    acts = AccessRecord.objects.filter(actor=asha.public_id).order_by("id")
    assert list(acts.values_list("act", "address")) == [
        ("signed_in", "127.0.0.1"),
        ("signed_out", "127.0.0.1"),
    ]


def test_signing_out_needs_a_post(asha: User, browser_client: Browser) -> None:
    client = browser_client(asha)
    client.get("/accounts/logout/")
    assert is_signed_in(client)


def test_a_new_password_ends_other_sessions_and_is_on_record(
    asha: User, browser_client: Browser
) -> None:
    here, elsewhere = browser_client(asha), browser_client(asha)
    new = "quite another sentence"
    answer = here.post(
        "/accounts/password/change/",
        {"oldpassword": CAST_PASSWORD, "password1": new, "password2": new},
    )
    assert answer["Location"] == "/me/"
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)
    assert AccessRecord.objects.filter(act="password_changed", actor=asha.public_id).count() == 1


def test_after_ten_wrong_passwords_the_right_one_must_wait(
    asha: User, browser_client: Browser
) -> None:
    with time_machine.travel("2026-05-04T09:00Z", tick=False) as clock:
        for _ in range(LIMIT):
            sign_in(browser_client(), asha.email, WRONG)
        late = browser_client()
        answer = sign_in(late, asha.email, CAST_PASSWORD)
        assert "Too many attempts" in answer.text  # type: ignore[attr-defined]
        clock.shift(301)
        sign_in(late, asha.email, CAST_PASSWORD)
        assert is_signed_in(late)


def test_the_owner_gets_in_by_code_while_others_guess(asha: User, browser_client: Browser) -> None:
    for _ in range(LIMIT + 1):
        sign_in(browser_client(), asha.email, WRONG)
    owner = browser_client()
    answer = owner.post("/accounts/login/code/", {"email": asha.email})
    owner.post(answer["Location"], {"code": code_of_last_mail()})
    assert is_signed_in(owner)


def test_no_five_minutes_hold_more_than_ten_attempts(db: None) -> None:
    evaluated: list[int] = []
    with time_machine.travel("2026-05-04T09:00Z", tick=False) as clock:
        for second in range(0, 1500, 20):
            try:
                SignInAttempts.count("asha@example.com")
                evaluated.append(second)
            except TooManyAttempts:
                pass
            clock.shift(20)
    assert len(evaluated) > LIMIT
    for start in evaluated:
        assert sum(start <= second < start + 300 for second in evaluated) <= LIMIT


@pytest.mark.django_db(transaction=True)
def test_parallel_attempts_are_counted_one_by_one() -> None:
    passed: list[bool] = []

    def attempt() -> None:
        for _ in range(10):
            try:
                SignInAttempts.count("Asha@example.com ")
                passed.append(True)
            except TooManyAttempts:
                pass
        connection.close()

    threads = [threading.Thread(target=attempt) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(passed) == LIMIT


def test_an_address_made_in_the_admin_counts_as_confirmed(db: None) -> None:
    user = User.objects.create_user("new@example.com", name="Dr New", role="doctor")
    assert not user.has_confirmed_email
    user.confirm_email()
    assert user.has_confirmed_email
    assert EmailAddress.objects.get().primary


def test_mails_of_the_demo_can_be_read(
    asha: User, browser_client: Browser, settings: Any, rf: RequestFactory
) -> None:
    settings.DEBUG, settings.EMAIL_BACKEND = True, "accounts.debug_mail.Mailbox"
    browser_client().post("/accounts/login/code/", {"email": asha.email})
    request = rf.get("/debug/mail/")
    request.user = AnonymousUser()
    assert asha.email in debug_mail.page(request).content.decode()


def test_without_debug_nobody_reads_them(db: None, browser_client: Browser) -> None:
    assert browser_client().get("/debug/mail/").status_code == 404
