"""Production refuses to start when something needed is missing, and names it."""

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from telemed.checks import missing_in_production, refuse_unsafe_start

SAFE = {
    "DEBUG": False,
    "SECRET_KEY": "k" * 50,
    "HTTPS": True,
    "ALLOWED_HOSTS": ["telemed.example"],
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "PROCESSES": 1,
    "REDIS_URL": "",
    "TURN_URLS": [],
    "TURN_SECRET": "",
    "CORS_ALLOWED_ORIGINS": [],
    "SMS_URL": "",
    "METRICS_TOKEN": "",
}

UNSAFE = [
    ("SECRET_KEY", settings.DEMO_KEY),
    ("SITE_URL", {"HTTPS": False}),
    ("ALLOWED_HOSTS", ["*"]),
    ("EMAIL_URL", {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}),
    ("SMS_URL", "http://gateway.example/sms"),
    ("SMS_URL", "console:"),
    ("REDIS_URL", {"PROCESSES": 2}),
    ("TURN_SECRET", {"TURN_URLS": ["turn:turn.telemed.example"]}),
    ("METRICS_TOKEN", "short"),
    ("CORS_ORIGINS", {"CORS_ALLOWED_ORIGINS": ["*"]}),
]


@pytest.fixture
def production(monkeypatch):
    """Settings as an operator would have them; a dict changes some."""

    def set_all(**changes):
        for name, value in (SAFE | changes).items():
            monkeypatch.setattr(settings, name, value)

    set_all()
    return set_all


def test_a_complete_configuration_starts(production):
    assert missing_in_production() == []
    refuse_unsafe_start()


@pytest.mark.parametrize(("name", "wrong"), UNSAFE)
def test_what_is_missing_is_named(production, name, wrong):
    production(**(wrong if isinstance(wrong, dict) else {name: wrong}))
    with pytest.raises(ImproperlyConfigured, match=name):
        refuse_unsafe_start()


def test_the_demo_may_start_with_nothing_set(production):
    production(DEBUG=True, SECRET_KEY=settings.DEMO_KEY)
    refuse_unsafe_start()
