"""The key pair by which push services know this server (RFC 8292)."""

import base64
import logging
import os
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from py_vapid import Vapid02

logger = logging.getLogger(__name__)

DEMO_FILE = "vapid.key"


def make_key() -> str:
    """A new private key as it stands in the environment; the public one follows from it."""
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return encoded(number.to_bytes(32, "big"))


def encoded(content: bytes) -> str:
    """Base64 as URLs and browsers like it."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def private_key() -> str:
    """This server's key; empty where push is not set up."""
    if settings.VAPID_PRIVATE_KEY or not settings.DEBUG:
        return str(settings.VAPID_PRIVATE_KEY)
    return _demo_key(Path(settings.DATA_DIR) / DEMO_FILE)


def public_key() -> str:
    """What browsers subscribe with; empty where push is not set up."""
    return public_of(private_key())


def is_set_up() -> bool:
    """Whether this server can push at all."""
    return bool(public_key())


@cache
def public_of(private: str) -> str:
    """The public half of a key; empty, and said loudly, when it is none."""
    if not private:
        return ""
    try:
        point = Vapid02.from_string(private).public_key
    except ValueError:
        logger.critical("push: VAPID_PRIVATE_KEY is no key; make one with manage.py vapid")
        return ""
    form = serialization.PublicFormat.UncompressedPoint
    return encoded(point.public_bytes(serialization.Encoding.X962, form))


def authorization(origin: str) -> dict[str, str]:
    """The header by which a push service at this origin knows us, for a day."""
    claims = {"aud": origin, "sub": settings.VAPID_SUBJECT}
    header: dict[str, str] = Vapid02.from_string(private_key()).sign(claims)
    return header


def _demo_key(path: Path) -> str:
    """Made once beside the data; of processes that start together the first one's stays."""
    if not path.exists():
        own = path.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(make_key())
        try:
            os.link(own, path)
        except FileExistsError:
            pass
        own.unlink()
    return path.read_text()
