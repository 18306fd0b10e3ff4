"""SMS, by the gateway at `SMS_URL`: an HTTP interface that any provider is easily put behind.

    POST <SMS_URL>
    Authorization: Bearer <SMS_TOKEN, or what stands before the @ in SMS_URL>
    Idempotency-Key: <the key of the delivery>
    Content-Type: application/json

    {"to": "+491701234567", "text": "You missed a call https://telemed.example"}

2xx: taken. 408, 425, 429, 5xx: later (`Retry-After` in seconds is heeded); so are 401 and 403,
for a wrong token is ours to mend. Other answers: never. A gateway that sends one SMS for a key
however often it is asked may be asked again after a connection broke: SMS_REPEATABLE.
"""

import json
import logging
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import SplitResult, unquote, urlsplit

from django.conf import settings

from accounts.phones import e164
from notifications.kinds import Transport
from notifications.models import Delivery, Reason
from notifications.transports import Later, Never, Outcome, Sent, Unsure, sends

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 10
GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_TWICE = set("^{}\\[~]|€")
PLAIN = str.maketrans("‘’“”–—…", "''\"\"--.")
PASSING = {401, 403, 408, 425, 429}
# From something in front of the gateway, which does not know whether it was sent.
UNKNOWING = {502, 504}


def is_set_up() -> bool:
    """Whether this server has a gateway."""
    return bool(settings.SMS_URL)


@sends(Transport.SMS)
def send(delivery: Delivery) -> Outcome:
    """One SMS, if the person has told us a full number."""
    if not is_set_up():
        return Never(Reason.NO_TRANSPORT)
    number = e164(delivery.notification.recipient.phone)
    if number is None:
        return Never(Reason.NO_ADDRESS)
    letter = {"to": number, "text": fitting(delivery.notification.outside, settings.SITE_URL)}
    if settings.SMS_URL == "console:":
        logger.info("SMS to %s: %s", letter["to"], letter["text"])
        return Sent("console")
    return ask(urlsplit(settings.SMS_URL), letter, delivery.key)


def ask(gateway: SplitResult, letter: dict[str, str], key: str) -> Outcome:
    """Whatever goes wrong before the question has left may be tried again by anyone."""
    secure = gateway.scheme == "https"
    connect = HTTPSConnection if secure else HTTPConnection
    connection = connect(gateway.hostname or "", gateway.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.connect()
    except OSError as trouble:
        return Later(type(trouble).__name__)
    path = f"{gateway.path or '/'}?{gateway.query}".rstrip("?")
    try:
        connection.request("POST", path, json.dumps(letter), headers(gateway, key))
        return verdict(connection.getresponse())
    except (OSError, HTTPException) as trouble:
        return unknown(type(trouble).__name__)
    finally:
        connection.close()


def headers(gateway: SplitResult, key: str) -> dict[str, str]:
    token = settings.SMS_TOKEN or unquote(gateway.password or gateway.username or "")
    found = {"Content-Type": "application/json", "Idempotency-Key": key}
    return found | ({"Authorization": f"Bearer {token}"} if token else {})


def verdict(answer: HTTPResponse) -> Outcome:
    """What a gateway means by its status."""
    status, said = answer.status, f"HTTP {answer.status}"
    if status < 300:
        return Sent(said)
    if status in UNKNOWING:
        return unknown(said)
    if status in PASSING or status >= 500:
        wish = answer.headers.get("Retry-After", "")
        return Later(said, float(wish) if wish.isdecimal() else None)
    return Never(Reason.REFUSED, said)


def unknown(detail: str) -> Outcome:
    """It may have been sent; only a gateway that knows our keys may be asked again."""
    return Later(detail) if settings.SMS_REPEATABLE else Unsure(detail)


def fitting(words: str, address: str) -> str:
    """The words and the address in one SMS; when that is too long, the words are cut."""
    words = " ".join(words.translate(PLAIN).split())
    room = 160 if set(words) <= GSM | GSM_TWICE else 70
    room -= length(address) + 1
    while length(words) > room:
        words = words[:-1]
    return f"{words.rstrip()} {address}"


def length(text: str) -> int:
    """As the GSM alphabet counts."""
    return sum(2 if each in GSM_TWICE else 1 for each in text)
