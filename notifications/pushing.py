"""Encrypts a message for each of a person's devices, and hands it to their push services."""

import enum
import json
import logging
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from http.client import HTTPException
from typing import Any
from uuid import UUID

from django.utils import timezone

from notifications import endpoints, vapid
from notifications.models import PushSubscription

logger = logging.getLogger(__name__)

GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
NOT_US = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
BUSY = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}


class Result(enum.Enum):
    """What became of a push to one device."""

    TAKEN = enum.auto()
    GONE = enum.auto()
    LATER = enum.auto()
    REFUSED = enum.auto()


@dataclass(frozen=True, slots=True)
class Message:
    """What the service worker reads, and what the push service is told about it.

    Of several messages with the same topic that wait for a device, the last one counts.
    """

    content: dict[str, Any]
    seconds: int
    urgency: str
    topic: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """RFC 8030, and the encoding of RFC 8291."""
        told = {"TTL": str(self.seconds), "Urgency": self.urgency}
        told |= {"Content-Encoding": "aes128gcm", "Content-Type": "application/octet-stream"}
        return told | ({"Topic": self.topic} if self.topic else {})


@dataclass(frozen=True, slots=True)
class Attempt:
    """A push to one device; `after` seconds when the service says how long to wait."""

    result: Result
    detail: str
    after: float | None = None


def push(message: Message, devices: Sequence[PushSubscription]) -> list[Attempt]:
    """To all at once, for a call rings on all of them; those that are gone are forgotten."""
    with ThreadPoolExecutor(len(devices)) as pool:
        attempts = list(pool.map(partial(attempt, message), devices))
    by_result: dict[Result, list[UUID]] = defaultdict(list)
    for device, each in zip(devices, attempts, strict=True):
        by_result[each.result].append(device.pk)
    if gone := by_result[Result.GONE]:
        PushSubscription.objects.filter(pk__in=gone).delete()
    if taken := by_result[Result.TAKEN]:
        PushSubscription.objects.filter(pk__in=taken).update(used_at=timezone.now())
    return attempts


def attempt(message: Message, device: PushSubscription) -> Attempt:
    """To one device. Neither its address nor its keys may stand in a log: they let anyone push."""
    try:
        host, _path = endpoints.parts_of(device.endpoint)
        signed = vapid.authorization(f"https://{host}")
        body = encrypted(message.content, device)
        answer = endpoints.post(device.endpoint, body, {**message.headers, **signed})
    except endpoints.EndpointRefused:
        logger.error("push: device %s has an address that is not allowed", device.pk)
        return Attempt(Result.REFUSED, "the address is not allowed")
    except (OSError, HTTPException) as trouble:
        return Attempt(Result.LATER, type(trouble).__name__)
    return understood(answer, host, device)


def understood(answer: endpoints.Answer, host: str, device: PushSubscription) -> Attempt:
    """What an answer means."""
    said = f"{host} answered {answer.status}"
    if answer.status in range(200, 300):
        return Attempt(Result.TAKEN, said)
    if answer.status in GONE:
        return Attempt(Result.GONE, said)
    if answer.status in BUSY or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Attempt(Result.LATER, said, answer.retry_after)
    if answer.status in NOT_US:
        logger.critical("push: %s to device %s: it does not take our VAPID key", said, device.pk)
    else:
        logger.error("push: %s to device %s", said, device.pk)
    return Attempt(Result.REFUSED, said)


def encrypted(content: dict[str, Any], device: PushSubscription) -> bytes:
    """For this device's eyes alone (RFC 8291)."""
    # Brings an HTTP client and an event loop along, which only who sends has to load.
    from pywebpush import WebPusher

    keys = {"p256dh": device.p256dh, "auth": device.auth}
    pusher = WebPusher({"endpoint": device.endpoint, "keys": keys})
    body: bytes = pusher.encode(json.dumps(content).encode())["body"]
    return body
