"""Who gets which answer at which address: every role at every address that the resolver knows."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.templatetags.admin_urls import admin_urlname
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import User
from telemed.limits import allowances
from tests.conftest import Person
from tests.sweeping import Pair, Route, meet, routes

Browser = Callable[..., Client]

# Visitor, patient, doctor, agent, supervisor; one number where it is the same for all. The
# patient and the doctor are those whose conversation, call and photo it is; the notification
# is the patient's.
TABLE = """
dashboard:home                      | 200                 | 405
dashboard:inbox                     | 302 200 200 200 200 | 405
accounts:directory                  | 200                 | 405
accounts:doctor                     | 200                 | 405
accounts:profile                    | 302 200 200 200 200 | 302 200 200 200 200
accounts:own-photo                  | 302 405 405 405 405 | 302
accounts:photo-removal              | 302 405 405 405 405 | 302
accounts:sign-ins                   | 302 200 200 200 200 | 405
accounts:sign-ins-ending            | 405                 | 302
accounts:sign-in-ending             | 405                 | 302 302 404 404 404
accounts:photo                      | 404 200 200 404 404 | 405
audit:own                           | 302 200 200 200 200 | 302 405 405 405 405
worker                              | 200                 | 405
manifest                            | 200                 | 405
offline                             | 200                 | 405
install                             | 200                 | 405
chat:list                           | 302 200 200 200 200 | 405
chat:conversation                   | 302 200 200 404 404 | 302 302 302 404 404
chat:with                           | 302 302 200 200 200 | 302 302 200 200 200
calls:list                          | 302 200 200 200 200 | 302 302 302 404 404
calls:with                          | 302 200 200 200 200 | 405
calls:call                          | 302 200 200 404 404 | 405
calls:acceptance                    | 405                 | 302 302 302 404 404
calls:refusal                       | 405                 | 302 302 302 404 404
calls:cancellation                  | 405                 | 302 302 302 404 404
calls:open-call                     | 405                 | 302 302 302 404 404
calls:ending                        | 405                 | 302 302 302 404 404
helpline:emergency-start            | 200                 | 200 302 302 302 302
helpline:emergency                  | 302 200 404 200 200 | 302 200 404 404 404
helpline:emergency-details          | 405                 | 302 302 404 302 302
helpline:emergency-taking           | 405                 | 302 302 404 302 302
helpline:emergency-refusal          | 405                 | 302 302 404 302 302
helpline:emergency-ringing          | 405                 | 302 302 404 302 302
helpline:emergency-ending           | 405                 | 302 302 404 302 302
helpline:emergency-outcome          | 405                 | 302 302 404 302 302
helpline:emergency-offer            | 405                 | 302 302 404 302 302
helpline:emergency-withdrawal       | 405                 | 302 302 404 302 302
helpline:emergency-answer           | 405                 | 302 302 404 302 302
helpline:emergency-review           | 302 404 404 404 200 | 405
chat:muting                         | 405                 | 302 302 302 404 404
notifications:preferences           | 302 200 200 200 200 | 302
notifications:do-not-disturb        | 405                 | 302
notifications:list                  | 302 200 200 200 200 | 405
notifications:push                  | 302 200 200 200 200 | 405
notifications:reading               | 405                 | 302
notifications:read                  | 405                 | 302 302 404 404 404
helpline:home                       | 200                 | 405
helpline:articles                   | 200                 | 405
helpline:article                    | 404                 | 405
helpline:helpfulness                | 405                 | 404
helpline:suggestions                | 200                 | 405
helpline:chat                       | 302 200 200 200 200 | 302
helpline:tickets                    | 302 200 200 200 200 | 405
helpline:new                        | 302 200 200 200 200 | 302
helpline:ticket                     | 302 200 404 302 302 | 302 302 404 302 302
helpline:resolution                 | 302 302 404 404 404 | 302 302 404 404 404
helpline:reopening                  | 302 302 404 404 404 | 302 302 404 404 404
helpline:rating                     | 302 302 404 404 404 | 302 302 404 404 404
helpline:check                      | 302 200 200 200 200 | 405
helpline:check-report               | 405                 | 302 400 400 400 400
helpline:check-relay                | 405                 | 302 200 200 200 200
desk:home                           | 302 302 302 200 200 | 302 302 302 405 405
desk:availability                   | 302 302 302 405 405 | 302
desk:next                           | 302 302 302 405 405 | 302
desk:board                          | 302 302 302 404 200 | 302 302 302 405 405
desk:ticket                         | 302 302 302 200 200 | 302 302 302 200 200
desk:assignment                     | 302 302 302 405 405 | 302
desk:transfer                       | 302 302 302 405 405 | 302
desk:release                        | 302 302 302 405 405 | 302
desk:waiting                        | 302 302 302 405 405 | 302
desk:resolution                     | 302 302 302 405 405 | 302
desk:reopening                      | 302 302 302 405 405 | 302
desk:priority                       | 302 302 302 405 405 | 302
desk:notes                          | 302 302 302 405 405 | 302
desk:report                         | 302 302 302 405 405 | 302
desk:unsent                         | 302 302 302 405 405 | 302 302 302 404 404
account_login                       | 200 302 302 302 302 | 200 302 302 302 302
account_logout                      | 302 200 200 200 200 | 302
account_inactive                    | 200                 | 405
account_signup                      | 200 302 302 302 302 | 200 302 302 302 302
account_reauthenticate              | 302 200 200 200 200 | 302 200 200 200 200
account_email                       | 302 200 200 200 200 | 302
account_email_verification_sent     | 302                 | 302
account_change_password             | 302 200 200 200 200 | 302 200 200 200 200
account_set_password                | 302                 | 302
account_reset_password              | 200                 | 200
account_confirm_login_code          | 302                 | 302
account_confirm_password_reset_code | 302                 | 302
account_complete_password_reset     | 302                 | 302
account_password_reset_completed    | 200                 | 405
account_request_login_code          | 200 302 302 302 302 | 200 302 302 302 302
mfa_index                           | 302 200 200 200 200 | 302 405 405 405 405
mfa_authenticate                    | 302                 | 302
mfa_reauthenticate                  | 302                 | 302
mfa_activate_totp                   | 302                 | 302
mfa_deactivate_totp                 | 302 404 404 404 404 | 302 404 404 404 404
mfa_view_recovery_codes             | 302 404 404 404 404 | 302 405 405 405 405
mfa_generate_recovery_codes         | 302                 | 302
mfa_download_recovery_codes         | 302 404 404 404 404 | 302 404 404 404 404
admin:index                         | 302 302 302 200 200 | 302 302 302 200 200
admin:login                         | 302 403 403 302 302 | 405
admin:logout                        | 302 302 302 405 405 | 302 302 302 200 200
admin:password_change               | 302                 | 302
admin:password_change_done          | 302 302 302 200 200 | 302 302 302 405 405
admin:jsi18n                        | 302 302 302 200 200 | 302 302 302 405 405
api-me                              | 401 200 200 200 200 | 401 405 405 405 405
api-token                           | 405                 | 400
api-token-refresh                   | 405                 | 400
doctor-list                         | 200                 | 405
doctor-detail                       | 200                 | 405
conversation-list                   | 401 200 200 200 200 | 401 200 409 403 403
conversation-detail                 | 401 200 200 404 404 | 401 405 405 405 405
conversation-messages               | 401 200 200 404 404 | 401 201 201 404 404
conversation-reading                | 401 405 405 405 405 | 401 204 204 404 404
conversation-receipt                | 401 405 405 405 405 | 401 204 204 404 404
conversation-mute                   | 401 405 405 405 405 | 401 200 200 404 404
call-list                           | 401 200 200 200 200 | 401 201 201 404 404
call-ringing                        | 401 200 200 200 200 | 401 405 405 405 405
call-detail                         | 401 200 200 404 404 | 401 405 405 405 405
call-acceptance                     | 401 405 405 405 405 | 401 403 200 404 404
call-alert                          | 401 405 405 405 405 | 401 403 200 404 404
call-cancellation                   | 401 405 405 405 405 | 401 200 403 404 404
call-ending                         | 401 405 405 405 405 | 401 200 409 404 404
call-refusal                        | 401 405 405 405 405 | 401 403 200 404 404
emergency-list                      | 401 200 200 200 200 | 401 201 201 201 201
emergency-detail                    | 401 200 404 200 200 | 401 405 405 405 405
emergency-details                   | 401 405 405 405 405 | 401 200 404 200 200
emergency-taking                    | 401 405 405 405 405 | 401 422 404 200 200
emergency-alert                     | 401 405 405 405 405 | 401 204 404 204 204
emergency-refusal                   | 401 405 405 405 405 | 401 200 404 200 200
emergency-ringing                   | 401 405 405 405 405 | 401 200 404 409 409
emergency-ending                    | 401 405 405 405 405 | 401 200 404 409 409
emergency-outcome                   | 401 405 405 405 405 | 401 400 404 400 400
notification-preferences            | 401 200 200 200 200 | 401 405 405 405 405
notification-list                   | 401 200 200 200 200 | 401 405 405 405 405
notification-badges                 | 401 200 200 200 200 | 401 405 405 405 405
notification-reading-all            | 401 405 405 405 405 | 401 200 200 200 200
notification-detail                 | 401 200 404 404 404 | 401 405 405 405 405
notification-deliveries             | 401 200 404 404 404 | 401 405 405 405 405
notification-reading                | 401 405 405 405 405 | 401 200 404 404 404
push-subscription-list              | 401 200 200 200 200 | 401 201 201 201 201
push-subscription-detail            | 401 405 405 405 405 | 401 405 405 405 405
ticket-list                         | 401 200 200 200 200 | 401 201 201 201 201
ticket-detail                       | 401 200 404 200 200 | 401 405 405 405 405
ticket-replies                      | 401 405 405 405 405 | 401 201 404 409 409
ticket-assignment                   | 401 405 405 405 405 | 401 422 404 200 200
ticket-resolution                   | 401 405 405 405 405 | 401 200 404 409 409
ticket-reopening                    | 401 405 405 405 405 | 401 200 404 409 200
ticket-rating                       | 401 405 405 405 405 | 401 200 404 409 409
category-list                       | 200                 | 405
article-list                        | 200                 | 405
article-detail                      | 404                 | 405
schema                              | 200                 | 405
api-docs                            | 200                 | 405
/^api/                              | 404                 | 404
/healthz                            | 200                 | 405
/readyz                             | 200                 | 405
/metrics                            | 404                 | 405
debug-mail                          | 404                 | 405
"""
METHODS = ("GET", "POST")
ROLES = ("visitor", "patient", "doctor", "agent", "supervisor")


def cells() -> Iterator[tuple[str, str, str, int]]:
    """Name, method, role and status of each cell of the table."""
    for line in TABLE.strip().splitlines():
        name, *columns = [column.strip() for column in line.split("|")]
        for method, column in zip(METHODS, columns, strict=True):
            statuses = column.split() * (1 if " " in column else len(ROLES))
            for role, status in zip(ROLES, statuses, strict=True):
                yield name, method, role, int(status)


LISTED = {name for name, *_ in cells()}

# What is not in the table is the admin of some model: closed to everyone without its rights.
MODEL_ADMIN = [route for route in routes() if route.is_admin and route.name not in LISTED]
ROUTES = [route for route in routes() if route not in MODEL_ADMIN]


@pytest.fixture
def cast(person: Person) -> dict[str, User | None]:
    names = {"patient": "asha", "doctor": "rao", "agent": "ravi", "supervisor": "devika"}
    return {"visitor": None} | {role: person(name) for role, name in names.items()}


@pytest.fixture
def pair(cast: dict[str, Any]) -> Pair:
    return meet(cast["patient"], cast["doctor"])


@contextmanager
def taken_back() -> Iterator[None]:
    """What is done inside is undone, so that the next cell finds the same world."""
    before = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(before)
        cache.clear()
        allowances._of.clear()


def ask(client: Client, route: Route, method: str, pair: Pair) -> HttpResponse:
    values = pair.values(route) | {"object_id": 1, "content_type_id": 1, "app_label": "accounts"}
    values |= {"url": "nothing"}
    said = pair.bodies().get(route.name, {}) if method == "POST" else None
    kind = {"content_type": "application/json"} if route.is_api and said is not None else {}
    return (
        client.generic(method, route.path(values))
        if said is None
        else client.post(route.path(values), said, **kind)
    )


def test_every_address_has_a_row() -> None:
    assert {route.name for route in ROUTES} == LISTED


@pytest.mark.alike
@pytest.mark.parametrize("role", ROLES)
def test_every_role_gets_the_answer_of_the_table(
    role: str, cast: dict[str, User | None], pair: Pair, browser_client: Browser
) -> None:
    got = {}
    for route in ROUTES:
        for method in METHODS:
            with taken_back():
                answer = ask(browser_client(cast[role]), route, method, pair)
                got[route.name, method] = answer.status_code
    due = {(name, method): status for name, method, who, status in cells() if who == role}
    assert got == {key: due[key] for key in got}


def everything() -> dict[str, list[str]]:
    """Every row of every table, but for sessions and the record of who looked."""
    return {
        model._meta.label: sorted(map(repr, model._base_manager.values_list()))
        for model in apps.get_models()
        if model._meta.label not in ("sessions.Session", "audit.AccessRecord")
    }


# What staff look at in the admin without the rights of an administrator.
LOOKS_AT = {
    "agent": re.compile(r"admin/accounts/doctor/|admin/helpline/ticket/|admin/\^"),
    "supervisor": re.compile(r"admin/(accounts|audit|calls|chat|helpline|notifications)/|admin/\^"),
}
# How the helpline works is the supervisors' to arrange; tests/helpline/test_agents_admin.py.
ARRANGED = re.compile(
    r"admin/helpline/(agent|article|cannedreply|category|closedday|duty|openinghours)/"
)


@pytest.mark.alike
@pytest.mark.parametrize("role", ROLES)
def test_the_admin_of_every_model_is_closed_without_its_rights(
    role: str, cast: dict[str, User | None], pair: Pair, browser_client: Browser
) -> None:
    client = browser_client(cast[role])
    before = everything()
    for route, method in product(MODEL_ADMIN, METHODS):
        answer = ask(client, route, method, pair)
        if role not in LOOKS_AT:
            assert answer["Location"].startswith(f"{reverse('admin:login')}?"), route
        elif answer.status_code == 200:
            assert LOOKS_AT[role].match(route.pattern), route
            arranges = role == "supervisor" and ARRANGED.match(route.pattern)
            assert arranges or not route.name.endswith(("_add", "_delete")), route
        else:
            assert answer.status_code in (302, 403, 404, 405), route
    assert everything() == before


def act_on_everything(client: Client, but: str = "none") -> None:
    """Every action of every list, on every row there is, but on what may be changed."""
    for model, model_admin in admin.site._registry.items():
        if re.match(but, f"admin/{model._meta.app_label}/{model._meta.model_name}/"):
            continue
        keys = [str(key) for key in model._base_manager.values_list("pk", flat=True)]
        for action in [*model_admin.actions, "delete_selected"]:
            name = getattr(action, "__name__", action)
            chosen = {"action": name, "_selected_action": keys, "post": "yes"}
            client.post(reverse(admin_urlname(model._meta, "changelist")), chosen)


@pytest.mark.alike
@pytest.mark.parametrize("role", ["doctor", "agent", "supervisor"])
def test_looking_at_a_list_gives_none_of_its_actions(
    role: str, cast: dict[str, User | None], pair: Pair, person: Person, browser_client: Browser
) -> None:
    administrator = browser_client(person("admin"))
    client = browser_client(cast[role])
    before = everything()
    act_on_everything(client, ARRANGED.pattern if role == "supervisor" else "none")
    assert everything() == before
    act_on_everything(administrator)
    assert everything() != before


@pytest.mark.alike
def test_the_admin_of_every_model_is_open_to_an_administrator(
    pair: Pair, person: Person, browser_client: Browser
) -> None:
    """Or the closed doors would prove nothing."""
    client = browser_client(person("admin"))
    lists = [route for route in MODEL_ADMIN if route.name.endswith("_changelist")]
    assert len(lists) > 10
    assert {ask(client, route, "GET", pair).status_code for route in lists} == {200}


# Who was alerted to an emergency and has it open is shown so to the person who needs help.
SEEN_BY_OTHERS = {"helpline:emergency", "emergency-detail"}


@pytest.mark.alike
@pytest.mark.parametrize("role", ROLES)
def test_looking_changes_nothing(
    role: str, cast: dict[str, User | None], pair: Pair, browser_client: Browser
) -> None:
    client = browser_client(cast[role])
    before = everything()
    for route in ROUTES + MODEL_ADMIN:
        if route.name not in SEEN_BY_OTHERS:
            ask(client, route, "GET", pair)
    assert everything() == before
    assert sum(map(len, before.values())) > 20


OPEN_TO_ALL = {
    "category-list",
    "article-list",
    "article-detail",
    "doctor-list",
    "doctor-detail",
    "schema",
    "api-docs",
    "/^api/",
    "/healthz",
    "/readyz",
    "worker",
    "manifest",
    "offline",
}


@pytest.mark.alike
@pytest.mark.parametrize("role", ["doctor", "agent", "supervisor"])
def test_without_a_second_factor_staff_see_no_patients(
    role: str,
    cast: dict[str, User | None],
    pair: Pair,
    browser_client: Browser,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settings, "REQUIRE_SECOND_FACTOR", True)
    client = browser_client(cast[role])
    for route in ROUTES + MODEL_ADMIN:
        if route.pattern.startswith("accounts/") or route.name in OPEN_TO_ALL | {"debug-mail"}:
            continue
        answer = ask(client, route, "GET", pair)
        if route.is_api:
            assert answer.status_code in (403, 405), route
        else:
            assert answer["Location"].startswith(reverse("mfa_activate_totp")), route


ODD = ["a\0b", "x" * 5000, "9" * 400, "//evil.example", "-1%FF'\"<٣"]
QUESTIONS = ["q", "page", "before", "show", "media", "specialty", "language", "available", "next"]
ANSWERS = [
    *("client_id", "body", "conversation", "doctor", "kind", "media", "name", "phone", "language"),
    *("time_zone", "email", "login", "password", "password1", "code", "date_of_birth", "next"),
    *("lasts", "from_preferences", "matrix", "has_quiet_hours", "quiet_from", "quiet_to"),
    *("lets_urgent_through", "sound_message"),
    *("category", "subject", "call", "helped", "score", "comment"),
]


@pytest.mark.parametrize("role", ["visitor", "patient"])
def test_no_page_is_upset_by_odd_input(
    role: str, cast: dict[str, User | None], pair: Pair, browser_client: Browser
) -> None:
    client = browser_client(cast[role])
    client.raise_request_exception = False
    values = {"content_type_id": 1, "object_id": 1, "url": "x"}
    for route, odd in product(ROUTES, ODD):
        if not route.is_api and "logout" not in route.name:
            path = route.path(pair.values(route) | values)
            with taken_back():
                asked = client.get(path, dict.fromkeys(QUESTIONS, odd))
                told = client.post(path, dict.fromkeys(ANSWERS, odd))
            for answer in (asked, told):
                assert answer.status_code < 500, (route, odd)
                assert "//evil" not in answer.headers.get("Location", ""), (route, odd)
