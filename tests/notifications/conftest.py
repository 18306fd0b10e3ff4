"""A day at which time is moved by hand, transports that write down what would leave, and a push
service that can be reached, with Asha's phone registered at it."""

import ssl
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from accounts import presence
from accounts.models import User
from notifications import courier, endpoints, ladder, vapid
from notifications.kinds import Transport, Urgency, kinds
from notifications.models import Delivery, Preferences, PushSubscription, notify
from notifications.transports import Sent, finders, senders
from tests.notifications.push_service import HOST, PushedBrowser, PushService

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class Thing:
    """Anything that has a page."""

    def get_absolute_url(self) -> str:
        return "/messages/1/"


class Day:
    """Moves the time, lets ladder and couriers do what is due, and knows what left."""

    def __init__(self, time: time_machine.Traveller) -> None:
        self.time = time
        self.left: list[tuple[str, str]] = []
        self.outcomes: dict[str, list[Any]] = {}
        self.began = timezone.now()

    def passes(self, *, run: bool = True, **span: float) -> None:
        """So much time."""
        self.time.shift(timedelta(**span))
        if run:
            self.works()

    def works(self) -> None:
        """Until nothing is due."""
        now = timezone.now()
        while ladder.climb(now) + sum(courier.work(each, now) for each in Transport.values):
            pass

    def send(self, delivery: Delivery) -> Any:
        """What a transport does; by default it takes everything."""
        self.left.append((delivery.transport, delivery.notification.outside))
        planned = self.outcomes.get(delivery.transport)
        outcome = planned.pop(0) if planned else Sent()
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    @property
    def transports(self) -> list[str]:
        """By which transports something left since they were last asked for, in this order."""
        left, self.left = [transport for transport, _ in self.left], []
        return left


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> Iterator[Day]:
    """Noon in London, a Tuesday."""
    with time_machine.travel(NOON, tick=False) as time:
        moved = Day(time)
        for transport in Transport.values:
            monkeypatch.setitem(senders, transport, moved.send)
            monkeypatch.delitem(finders, transport, raising=False)
        yield moved


def has_device(person: User) -> None:
    """From now on, at a service that nobody calls."""
    PushSubscription.objects.get_or_create(person=person, defaults={"endpoint": f"x:{person.pk}"})


@pytest.fixture
def tell() -> Callable[..., None]:
    """`tell(asha)`: someone has written to her, who has a device unless a test says otherwise."""

    def write(
        person: User, key: str = "conversation:1", kind: str = "message", *, device: bool = True
    ) -> None:
        if device:
            has_device(person)
        notify(person, kind, about=Thing(), key=key, context={"sender": "Dr Rao"})

    return write


@pytest.fixture
def choose() -> Callable[..., Preferences]:
    """`choose(asha, quiet_from=...)`: her preferences, with every transport on for messages.

    She lives in London, unless a test moves her.
    """

    def save(person: User, **fields: Any) -> Preferences:
        person.time_zone = fields.pop("time_zone", "Europe/London")
        person.save()
        fields.setdefault("choices", {"message": dict.fromkeys(Transport.values, True)})
        preferences, _ = Preferences.objects.update_or_create(person=person, defaults=fields)
        return preferences

    return save


@pytest.fixture
def urgency(monkeypatch: pytest.MonkeyPatch) -> Callable[[Urgency], None]:
    """`urgency(Urgency.HIGH)`: messages are as urgent as that."""

    def make(urgency: Urgency) -> None:
        monkeypatch.setitem(kinds, "message", replace(kinds["message"], urgency=urgency))

    return make


@pytest.fixture
def open_page() -> Callable[[User], None]:
    """`open_page(asha)`: she is online from now on."""

    def take(person: User) -> None:
        presence.take(person)
        person.presence_leases.update(expires_at=timezone.now() + timedelta(days=1))

    return take


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
