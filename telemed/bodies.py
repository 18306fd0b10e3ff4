"""A bound on what a request may bring, before anything reads or stores it."""

from collections.abc import Awaitable, Callable
from typing import Any

LIMIT = 8 * 1024 * 1024

Receive = Callable[[], Awaitable[dict[str, Any]]]


def limited(receive: Receive) -> Receive:
    """Receives at most `LIMIT` bytes: whoever sends more is treated as having gone away.

    Django's handler spools a body to disk before any of its limits is asked. A proxy in front
    answers 413 in words; this is the fence behind it.
    """
    taken = 0

    async def receive_some() -> dict[str, Any]:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        return message if taken <= LIMIT else {"type": "http.disconnect"}

    return receive_some
