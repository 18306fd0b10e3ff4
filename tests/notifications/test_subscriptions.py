"""A browser registers to be pushed to; it belongs to whoever signed in there last."""

import pytest

from accounts.user_agents import name_of
from notifications import endpoints
from notifications.models import PushSubscription
from tests.sweeping import KEYS, endpoint

pytestmark = pytest.mark.django_db

DOOR = "/api/v1/push-subscriptions/"
CHROME = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0.0.0 Mobile Safari/537.36"


def asked(of="phone", **changes):
    """What a browser sends; it also says when the subscription expires."""
    return {"endpoint": endpoint(of), "expirationTime": None, "keys": KEYS} | changes


def register(client, **changes):
    return client.post(DOOR, asked(**changes), content_type="application/json")


def test_a_browser_registers_and_is_listed(api, asha):
    door = api(as_=asha)
    answer = door.post(DOOR, asked(), headers={"user-agent": CHROME})
    assert answer.status_code == 201
    [listed] = door.get(DOOR).json()["results"]
    assert listed == answer.json()
    assert listed["device"] == "Chrome on Android"
    assert set(listed) == {"id", "device", "created_at", "used_at"}


def test_address_and_keys_are_told_to_nobody(api, asha):
    door = api(as_=asha)
    told = door.post(DOOR, asked()).content + door.get(DOOR).content
    assert not any(each.encode() in told for each in (endpoint("phone"), *KEYS.values()))


def test_the_same_browser_again_replaces_itself(api, asha):
    first = api(as_=asha).post(DOOR, asked()).json()
    second = api(as_=asha).post(DOOR, asked(keys={**KEYS, "auth": "Dw4NDAsKCQgHBgUEAwIBAA"}))
    assert second.json()["id"] == first["id"]
    assert PushSubscription.objects.get().auth == "Dw4NDAsKCQgHBgUEAwIBAA"


def test_a_browser_moves_to_who_is_signed_in(api, asha, stranger):
    api(as_=asha).post(DOOR, asked())
    api(as_=stranger).post(DOOR, asked())
    assert PushSubscription.objects.get().person == stranger
    assert api(as_=asha).get(DOOR).json()["results"] == []


def test_a_device_can_be_removed(api, asha):
    door = api(as_=asha)
    known = door.post(DOOR, asked()).json()["id"]
    assert door.delete(f"{DOOR}{known}/").status_code == 204
    assert door.delete(f"{DOOR}{known}/").status_code == 404
    assert not PushSubscription.objects.exists()


def test_a_device_of_others_is_not_there(api, asha, stranger):
    known = api(as_=asha).post(DOOR, asked()).json()["id"]
    assert api(as_=stranger).delete(f"{DOOR}{known}/").status_code == 404
    assert PushSubscription.objects.exists()


def test_a_visitor_is_asked_to_sign_in(api):
    assert api().post(DOOR, asked()).status_code == 401
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize(
    ("changes", "attr", "words"),
    [
        ({"endpoint": "http://fcm.googleapis.com/x"}, None, "begins with https"),
        ({"endpoint": "https://evil.example/x"}, None, "not the address of a push service"),
        ({"endpoint": "https://127.0.0.1/x"}, None, "not the address of a push service"),
        ({"endpoint": endpoint("x" * 1000)}, "endpoint", "no more than 1000"),
        ({"endpoint": None}, "endpoint", "may not be null"),
        ({"endpoint": 7}, None, "begins with https"),
        ({"keys": {}}, "keys.p256dh", "required"),
        ({"keys": "x"}, "keys.non_field_errors", "Expected a dictionary"),
        ({"keys": KEYS | {"p256dh": "BBBB"}}, "keys.p256dh", "not a public key"),
        ({"keys": KEYS | {"p256dh": "A" * 87}}, "keys.p256dh", "not a public key"),
        ({"keys": KEYS | {"p256dh": "ü"}}, "keys.p256dh", "not a public key"),
        ({"keys": KEYS | {"auth": "AAAA"}}, "keys.auth", "secret of 16 bytes"),
    ],
)
def test_what_is_wrong_is_said_in_words(api, asha, changes, attr, words):
    answer = api(as_=asha).post(DOOR, asked(**changes))
    assert answer.status_code == 400
    errors = {error["attr"]: error["detail"] for error in answer.json()["errors"]}
    assert words in errors[attr]
    assert not PushSubscription.objects.exists()


def test_a_name_that_points_into_our_network_is_refused(api, asha, monkeypatch):
    monkeypatch.setattr(endpoints, "addresses_of", lambda host: ["10.0.0.5"])
    answer = api(as_=asha).post(DOOR, asked())
    assert answer.json()["errors"][0]["code"] == "endpoint_refused"
    assert not PushSubscription.objects.exists()


def test_nobody_registers_without_end(api, asha, stranger):
    door = api(as_=asha)
    answers = [door.post(DOOR, asked(of=number)).status_code for number in range(25)]
    assert answers.count(201) in (20, 21)
    assert answers[-1] == 429
    assert api(as_=stranger).post(DOOR, asked(of="own")).status_code == 201


def test_of_too_many_devices_the_oldest_goes(asha, stranger):
    others = PushSubscription.objects.register(stranger, endpoint=endpoint("other"), **KEYS)
    made = [
        PushSubscription.objects.register(asha, endpoint=endpoint(number), **KEYS)
        for number in range(22)
    ]
    assert set(PushSubscription.objects.for_user(asha)) == set(made[2:])
    assert PushSubscription.objects.for_user(stranger).get() == others


def test_signing_out_ends_push_in_this_browser_alone(browser_client, asha):
    here, elsewhere = browser_client(asha), browser_client(asha)
    register(here, of="here")
    register(elsewhere, of="elsewhere")
    here.post("/accounts/logout/")
    assert PushSubscription.objects.get().endpoint == endpoint("elsewhere")


def test_a_browser_whose_address_changed_is_pushed_to_once(browser_client, asha):
    here = browser_client(asha)
    register(here, of="before")
    register(here, of="after")
    assert PushSubscription.objects.get().endpoint == endpoint("after")


def test_a_page_says_which_subscription_the_server_knows(browser_client, asha):
    here = browser_client(asha)
    assert 'data-push=""' in here.get("/").content.decode()
    register(here)
    page = here.get("/").content.decode()
    assert endpoint("phone") not in page
    assert 'data-push="681730c13ecb1cad"' in page  # as tests/js/push.test.js has it


def test_signing_in_as_another_makes_the_page_register_anew(browser_client, asha, stranger):
    here = browser_client(asha)
    register(here)
    here.force_login(stranger)
    assert 'data-push=""' in here.get("/").content.decode()


def test_a_program_that_registers_has_no_browser_to_sign_out_of(api, asha):
    from rest_framework_simplejwt.tokens import AccessToken

    door = api()
    door.force_authenticate(asha, token=AccessToken())
    assert door.post(DOOR, asked()).status_code == 201
    assert "push" not in door.session


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (CHROME, "Chrome on Android"),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
            "Firefox on Linux",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge on Windows"),
        ("curl/8.0", "A browser"),
        ("", "A browser"),
    ],
)
def test_a_device_has_a_name_that_people_know(user_agent, name):
    assert name_of(user_agent) == name
