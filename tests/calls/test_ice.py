"""The servers a party may use, and its passing credentials."""

import pytest

from accounts.models import User
from calls import ice
from calls.events import IceServer
from calls.refusals import NoRelay


def test_a_known_credential() -> None:
    """Worked out by `openssl dgst -sha1 -hmac north -binary | base64`."""
    assert ice.credential("north", "1433065916:user1") == "Jhff5TaJDsRlgyk56Bv1RXouDpo="


@pytest.mark.django_db
def test_without_servers_the_list_is_empty(asha: User, settings: object) -> None:
    settings.STUN_URLS = settings.TURN_URLS = []
    assert ice.servers(asha) == []


@pytest.mark.django_db
def test_turn_without_a_secret_is_not_offered(asha: User, settings: object) -> None:
    settings.STUN_URLS, settings.TURN_URLS, settings.TURN_SECRET = [], ["turn:t.example"], ""
    assert ice.servers(asha) == []


@pytest.mark.django_db
def test_credentials_last_two_hours_and_name_nobody(asha: User, settings: object) -> None:
    settings.STUN_URLS = ["stun:s.example"]
    settings.TURN_URLS, settings.TURN_SECRET = ["turn:t.example"], "secret"
    stun, turn = ice.servers(asha, now=1_000_000.5)
    assert stun == IceServer(urls=["stun:s.example"])
    assert turn.username == f"1007200:{asha.public_id}"
    assert turn.credential == ice.credential("secret", turn.username)
    assert asha.email not in turn.username


@pytest.mark.django_db
def test_a_call_through_relays_alone_needs_no_stun(asha: User, settings: object) -> None:
    settings.STUN_URLS = ["stun:s.example"]
    settings.TURN_URLS, settings.TURN_SECRET = ["turn:t.example"], "secret"
    (turn,) = ice.servers(asha, relay_only=True)
    assert turn.urls == ["turn:t.example"]


@pytest.mark.django_db
@pytest.mark.parametrize("missing", ["TURN_URLS", "TURN_SECRET"])
def test_without_a_relay_nothing_is_given_that_would_show_addresses(
    missing: str, asha: User, settings: object
) -> None:
    settings.STUN_URLS = ["stun:s.example"]
    settings.TURN_URLS, settings.TURN_SECRET = ["turn:t.example"], "secret"
    setattr(settings, missing, "")
    with pytest.raises(NoRelay):
        ice.servers(asha, relay_only=True)
