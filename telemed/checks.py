"""System checks: production mode refuses to start when something needed is missing, naming it."""

from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

# With TLS, or on this machine.
SMS_URLS = ("https://", "http://127.0.0.1", "http://localhost")


def missing_in_production() -> list[str]:
    """One sentence for each setting without which production would be unsafe (SECURITY 27)."""
    sqlite = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    wrong = {
        "SECRET_KEY is not set: give it 50 random characters.": (
            settings.SECRET_KEY == settings.DEMO_KEY or len(settings.SECRET_KEY) < 50
        ),
        "SITE_URL must be the public https:// address.": not settings.HTTPS,
        "ALLOWED_HOSTS must name hosts, without *.": "*" in settings.ALLOWED_HOSTS,
        "EMAIL_URL is not set: codes and notices could not be sent.": (
            settings.EMAIL_BACKEND.endswith("dummy.EmailBackend")
        ),
        "EMAIL_URL has no TLS: use smtp+tls:// or smtp+ssl://.": (
            settings.EMAIL_BACKEND.endswith("smtp.EmailBackend")
            and settings.EMAIL_HOST not in ("localhost", "127.0.0.1", "::1")
            and not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL)
        ),
        "SMS_URL must be an https:// address.": (
            bool(settings.SMS_URL) and not settings.SMS_URL.startswith(SMS_URLS)
        ),
        "REDIS_URL is not set, and PROCESSES is more than 1.": (
            settings.PROCESSES > 1 and not settings.REDIS_URL
        ),
        "DATABASE_URL is SQLite, and PROCESSES is more than 1.": settings.PROCESSES > 1 and sqlite,
        "TURN_SECRET is not set, though TURN_URLS is.": (
            bool(settings.TURN_URLS) and not settings.TURN_SECRET
        ),
        "METRICS_TOKEN is short: give it 32 random characters, or leave it out.": (
            0 < len(settings.METRICS_TOKEN) < 32
        ),
        "HELPLINE_TIME_ZONE is no time zone: write it like Asia/Kolkata.": (
            settings.HELPLINE_TIME_ZONE not in available_timezones()
        ),
        "CORS_ORIGINS must name full origins, without *.": "*" in settings.CORS_ALLOWED_ORIGINS,
    }
    return [sentence for sentence, is_wrong in wrong.items() if is_wrong]


@register(Tags.security)
def production(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The same sentences as errors of `manage.py check`."""
    if settings.DEBUG:
        return []
    return [
        Error(sentence, id=f"telemed.E{number:03}")
        for number, sentence in enumerate(missing_in_production(), start=1)
    ]


def refuse_unsafe_start() -> None:
    """Called by the server before it accepts anything; raises `ImproperlyConfigured`."""
    if not settings.DEBUG and (sentences := missing_in_production()):
        raise ImproperlyConfigured("Telemed does not start: " + " ".join(sentences))
