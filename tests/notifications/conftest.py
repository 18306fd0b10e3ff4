"""A push service that can be reached, and Asha's phone, which is registered with it."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from notifications import endpoints, vapid
from notifications.models import PushSubscription
from tests.notifications.push_service import HOST, PushedBrowser, PushService


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PushService]:
    """The only one that is allowed, at an address of this machine that counts as the internet's."""
    with PushService(tmp_path) as running:
        monkeypatch.setattr(settings, "PUSH_HOSTS", [HOST])
        monkeypatch.setattr(settings, "VAPID_PRIVATE_KEY", vapid.make_key())
        monkeypatch.setattr(endpoints, "PORT", running.port)
        monkeypatch.setattr(endpoints, "addresses_of", lambda host: ["127.0.0.1"])
        monkeypatch.setattr(endpoints, "is_public", lambda address: address == "127.0.0.1")
        context = ssl.create_default_context(cafile=running.certificate)
        monkeypatch.setattr(endpoints, "trusted", lambda: context)
        yield running


def registered(person, path, device="Phone"):
    """A browser of this person that lets itself be pushed to."""
    browser = PushedBrowser(path)
    PushSubscription.objects.register(
        person, endpoint=browser.endpoint, device=device, **browser.keys
    )
    return browser


@pytest.fixture
def phone(asha, service):
    """Asha's."""
    return registered(asha, "/phone")
