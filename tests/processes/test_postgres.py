"""PostgreSQL is restarted or killed: errors or truth, never both, and nothing is left behind."""

import asyncio
import signal

import pytest

from launcher.postgres_and_redis import wait_for_answer
from tests.long import IS_LONG
from tests.processes.browser import Failed, until
from tests.processes.cluster import Cluster
from tests.processes.room import FIRST, SECOND, Room
from tests.processes.writing import Member

OUTAGE = 45.0 if IS_LONG else 3.0
RECOVERED_WITHIN = 10.0
POOL = 16


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGQUIT], ids=["in order", "at once"])
async def test_messages_are_refused_or_kept_while_the_database_is_restarted(
    ending: signal.Signals, room: Room, cluster: Cluster
) -> None:
    async with room:
        members = await room.everyone()
        phone = await room.phone("asha", FIRST)
        enough = asyncio.Event()
        work = [asyncio.create_task(member.keep_writing(enough)) for member in members]
        await room.all_have_written()
        await restart(cluster, ending)
        back = asyncio.get_running_loop().time()
        for member in members:
            await until(
                lambda member=member: last_answer(member) > back,  # type: ignore[misc]
                f"{member.name} writes again",
                RECOVERED_WITHIN,
            )
        enough.set()
        await asyncio.gather(*work)
        await room.all_is_told(within=RECOVERED_WITHIN)
        await phone.line.ready()
        await every_connection_can_be_used(room, cluster)


async def restart(cluster: Cluster, ending: signal.Signals) -> None:
    postgres = cluster.services.postgres
    postgres.send(ending)
    await asyncio.to_thread(postgres.wait, 10)
    await asyncio.sleep(OUTAGE)
    await asyncio.to_thread(postgres.start)
    await asyncio.to_thread(wait_for_answer, postgres.port)


def last_answer(member: Member) -> float:
    """When this person's last message was acknowledged."""
    acked = member.history.acked.items()
    return max((at for token, (_, at) in acked if token.startswith(member.name)), default=0.0)


async def every_connection_can_be_used(room: Room, cluster: Cluster) -> None:
    """No transaction was left open, and none of the pools has a hole: all places work at once."""
    query = "SELECT count(*), count(*) FILTER (WHERE state LIKE 'idle in transaction%%' AND now() - state_change > interval '2 s') FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"  # noqa: E501
    [(total, open_)] = cluster.ask(query, "telemed")
    assert open_ == 0
    assert total <= 2 * (POOL + 1)  # and the one of the express lane
    browsers = [room.browser("asha", at) for at in (FIRST, SECOND) for _ in range(POOL)]
    answers = await asyncio.gather(
        *(browser.get("/api/v1/calls/") for browser in browsers), return_exceptions=True
    )
    assert [answer for answer in answers if isinstance(answer, Failed)] == []
