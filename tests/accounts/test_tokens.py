"""Tokens of the API: who gets one, and what they are worth."""

import json
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import settings
from rest_framework.test import APIClient

from accounts.models import User
from accounts.models.sign_in_attempts import LIMIT
from tests.conftest import CAST_PASSWORD

Api = Callable[..., APIClient]


def ask(client: APIClient, user: User, **more: str) -> Any:
    body = {"email": user.email, "password": CAST_PASSWORD, **more}
    return client.post("/api/v1/token/", body)


def me(client: APIClient, token: str) -> int:
    return int(client.get("/api/v1/me/", headers={"authorization": f"Bearer {token}"}).status_code)


def claims(token: str) -> dict[str, Any]:
    read: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return read


def test_a_token_opens_the_api_for_five_minutes(asha: User, api: Api) -> None:
    pair = ask(api(), asha).json()
    assert me(api(), pair["access"]) == 200
    read = claims(pair["access"])
    assert (read["aud"], read["iss"]) == ("telemed-api", settings.SITE_URL)
    assert read["sub"] == str(asha.public_id)
    assert read["exp"] - read["iat"] == 300


@pytest.mark.parametrize(
    "changed",
    [
        {"password": "wrong"},
        {"email": "nobody@example.com"},
    ],
)
def test_wrong_credentials_get_the_same_refusal(
    changed: dict[str, str], asha: User, api: Api
) -> None:
    answer = ask(api(), asha, **changed)
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["code"] == "sign_in_refused"


def test_an_unconfirmed_address_gets_none(asha: User, api: Api) -> None:
    asha.emailaddress_set.update(verified=False)  # type: ignore[attr-defined]
    assert ask(api(), asha).status_code == 401


def test_where_an_authenticator_exists_its_code_is_demanded(dr_rao: User, api: Api) -> None:
    secret = generate_totp_secret()
    TOTP.activate(dr_rao, secret)
    assert ask(api(), dr_rao).json()["errors"][0]["code"] == "code_needed"
    assert ask(api(), dr_rao, code="000000").status_code == 401
    now = next(iter(yield_hotp_counters_from_time()))
    assert ask(api(), dr_rao, code=format_hotp_value(hotp_value(secret, now))).status_code == 200


def forged(token: str, key: str, algorithm: str, **changes: Any) -> str:
    return jwt.encode(claims(token) | changes, key, algorithm=algorithm)


@pytest.mark.parametrize(
    ("key", "algorithm", "changes"),
    [
        ("", "none", {}),
        ("x" * 64, "HS256", {}),
        (settings.SECRET_KEY, "HS512", {}),
        (settings.SECRET_KEY, "HS256", {"aud": "elsewhere"}),
        (settings.SECRET_KEY, "HS256", {"iss": "https://evil.example"}),
        (settings.SECRET_KEY, "HS256", {"token_type": "refresh"}),
        (settings.SECRET_KEY, "HS256", {"exp": 1}),
        (settings.SECRET_KEY, "HS256", {"sub": "00000000-0000-0000-0000-000000000000"}),
    ],
)
def test_a_forged_token_opens_nothing(
    key: str, algorithm: str, changes: dict[str, Any], asha: User, api: Api
) -> None:
    token = ask(api(), asha).json()["access"]
    assert me(api(), forged(token, settings.SECRET_KEY, "HS256")) == 200
    assert me(api(), forged(token, key, algorithm, **changes)) == 401


def test_a_refresh_token_is_no_access_token(asha: User, api: Api) -> None:
    pair = ask(api(), asha).json()
    assert me(api(), pair["refresh"]) == 401
    assert refresh(api(), pair["access"]).status_code == 401


def test_a_disabled_persons_tokens_die_at_once(asha: User, ravi: User, api: Api) -> None:
    pair = ask(api(), asha).json()
    asha.deactivate(by=ravi)
    assert me(api(), pair["access"]) == 401
    assert refresh(api(), pair["refresh"]).status_code == 401
    assert ask(api(), asha).status_code == 401


def test_a_new_password_ends_all_tokens(asha: User, api: Api) -> None:
    pair = ask(api(), asha).json()
    asha.change_password("quite another sentence", by=asha)
    assert me(api(), pair["access"]) == 401
    assert refresh(api(), pair["refresh"]).status_code == 401


def refresh(client: APIClient, token: str) -> Any:
    return client.post("/api/v1/token/refresh/", {"refresh": token})


def test_a_refresh_token_works_once_and_using_it_again_revokes_the_rest(
    asha: User, api: Api
) -> None:
    first = ask(api(), asha).json()["refresh"]
    second = refresh(api(), first).json()
    assert me(api(), second["access"]) == 200
    assert refresh(api(), first).status_code == 401
    assert refresh(api(), second["refresh"]).status_code == 401


def test_guessing_over_the_api_meets_the_same_brake(
    asha: User, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.api.Token.throttle_classes", [])
    for _ in range(LIMIT):
        ask(api(), asha, password="wrong")
    answer = ask(api(), asha)
    assert answer.status_code == 429
    assert answer.json()["errors"][0]["code"] == "too_many_attempts"


def test_asking_too_often_is_throttled(asha: User, api: Api) -> None:
    codes = [ask(api(), asha, password="").status_code for _ in range(11)]
    assert (codes[0], codes[-1]) == (400, 429)


def test_people_behind_one_server_do_not_share_the_limit_of_renewals(
    asha: User, dr_rao: User, api: Api
) -> None:
    hers, his = (ask(api(), person).json()["refresh"] for person in (asha, dr_rao))
    codes = [refresh(api(), f"made up {number}").status_code for number in range(21)]
    assert (codes[0], codes[-1]) == (401, 429)
    for _ in range(20):
        hers = refresh(api(), hers).json()["refresh"]
    assert refresh(api(), hers).status_code == 429
    assert refresh(api(), his).status_code == 200


@pytest.mark.parametrize("body", [[], {}, {"refresh": None}, {"refresh": 5}, {"refresh": "\ud800"}])
def test_what_is_no_refresh_token_is_refused(body: Any, db: None, api: Api) -> None:
    raw = json.dumps(body)
    answer = api().post("/api/v1/token/refresh/", raw, content_type="application/json")
    assert answer.status_code in (400, 401)


@pytest.mark.parametrize("body", [{}, {"email": "x"}, {"email": "a@b.example"}, []])
def test_half_a_request_is_refused(body: Any, db: None, api: Api) -> None:
    assert api().post("/api/v1/token/", body).status_code == 400
