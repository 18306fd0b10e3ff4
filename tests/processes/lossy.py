"""A layer worse than any Redis: it loses 30 %, doubles 10 %, and lets later hints overtake."""

import asyncio
import random
from typing import Any

from channels_redis.pubsub import RedisPubSubChannelLayer

LOST, DOUBLED = 0.3, 0.1
LATE_SECONDS = 0.3


class LossyLayer(RedisPubSubChannelLayer):
    """What every layer may do, done often."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._late: set[asyncio.Task[None]] = set()

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Returns at once, whatever becomes of it."""
        if random.random() < LOST:
            return
        for _ in range(2 if random.random() < DOUBLED else 1):
            task = asyncio.create_task(self._send_late(group, message))
            self._late.add(task)
            task.add_done_callback(self._late.discard)

    async def _send_late(self, group: str, message: dict[str, Any]) -> None:
        await asyncio.sleep(random.uniform(0, LATE_SECONDS))
        await self._get_layer().group_send(group, message)
