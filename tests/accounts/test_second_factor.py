"""Doctors and staff see patient data only with a second factor, where one is required."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from accounts import second_factor
from accounts.models import User
from tests.conftest import CAST_PASSWORD

Browser = Callable[..., Client]


@pytest.fixture(autouse=True)
def _required(settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = True


@pytest.mark.parametrize("path", ["/me/", "/doctors/", "/me/access/"])
def test_a_doctor_without_one_is_led_to_set_it_up(
    path: str, dr_rao: User, browser_client: Browser
) -> None:
    answer = browser_client(dr_rao).get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/2fa/totp/activate/?next=%2F")


def test_account_pages_stay_open(dr_rao: User, browser_client: Browser) -> None:
    client = browser_client(dr_rao)
    assert client.get("/accounts/logout/").status_code == 200
    assert "/doctors/" not in client.get("/accounts/2fa/totp/activate/").get("Location", "")


def test_the_api_refuses_in_its_own_words(dr_rao: User, browser_client: Browser) -> None:
    answer = browser_client(dr_rao).get("/api/v1/me/")
    assert answer.status_code == 403
    assert "second step" in answer.json()["errors"][0]["detail"]


def test_with_one_everything_opens(dr_rao: User, browser_client: Browser) -> None:
    TOTP.activate(dr_rao, generate_totp_secret())
    assert not dr_rao.lacks_second_factor
    assert browser_client(dr_rao).get("/me/").status_code == 200
    RecoveryCodes.activate(dr_rao)
    assert browser_client(dr_rao).get("/api/v1/me/").status_code == 200


def test_patients_and_visitors_are_not_asked(asha: User, browser_client: Browser) -> None:
    assert not second_factor.is_missing(asha)
    assert browser_client(asha).get("/me/").status_code == 200
    assert browser_client().get("/doctors/").status_code == 200


def test_the_demo_skips_it(dr_rao: User, ravi: User, settings: Any) -> None:
    assert dr_rao.lacks_second_factor
    assert ravi.lacks_second_factor
    settings.REQUIRE_SECOND_FACTOR = False
    assert not dr_rao.lacks_second_factor


def test_recovery_codes_are_shown_made_anew_and_void_when_it_is_turned_off(
    asha: User, browser_client: Browser
) -> None:
    TOTP.activate(asha, generate_totp_secret())
    codes = RecoveryCodes.activate(asha).get_unused_codes()
    client = browser_client(asha)
    client.post("/accounts/reauthenticate/", {"password": CAST_PASSWORD})
    shown = client.get("/accounts/2fa/recovery-codes/").content.decode()
    assert [code for code in codes if f"<code>{code}</code>" not in shown] == []
    assert "10 of 10 are left." in shown
    asked = client.get("/accounts/2fa/recovery-codes/generate/").content.decode()
    assert "The codes that you have now are void from then on." in asked
    client.post("/accounts/2fa/recovery-codes/generate/")
    anew = client.get("/accounts/2fa/recovery-codes/").content.decode()
    assert [code for code in codes if code in anew] == []
    asked = client.get("/accounts/2fa/totp/deactivate/").content.decode()
    assert "Turn off the second step?" in asked
    client.post("/accounts/2fa/totp/deactivate/")
    assert client.get("/accounts/2fa/recovery-codes/").status_code == 404
