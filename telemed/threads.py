"""The threads in which sockets run what may block: queries and rendering, never the event loop."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from channels.db import database_sync_to_async

POOL = ThreadPoolExecutor(max_workers=12, thread_name_prefix="socket")

Result = TypeVar("Result")


async def in_pool(verb: Callable[..., Result], *args: Any, **kwargs: Any) -> Result:
    """Runs synchronous domain code in a thread of the pool, with a connection of its own."""
    call = database_sync_to_async(verb, thread_sensitive=False, executor=POOL)
    return await call(*args, **kwargs)
