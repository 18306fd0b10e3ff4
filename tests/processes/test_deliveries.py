"""Killed between the commit and the delivery, nothing is lost and nothing comes twice."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest

from tests.long import IS_LONG
from tests.outside import Gateway, MailServer
from tests.processes.browser import Browser, until
from tests.processes.cluster import Cluster, together
from tests.processes.room import NAMES, Room

KILLS = 200 if IS_LONG else 10
WITHIN = 30.0
TOLD = len(NAMES) - 1


@dataclass
class World:
    """What is outside of the two processes."""

    mail: MailServer
    gateway: Gateway


@pytest.fixture(scope="module")
def world(shared_cluster: Cluster) -> Iterator[World]:
    """Both processes, started anew with a mail server and a gateway that take their time."""
    outside = World(MailServer(seconds=0.05), Gateway(seconds=0.05))
    before = [dict(server.environment) for server in shared_cluster.servers]
    with outside.mail.running() as mail, outside.gateway.running() as gateway:
        for server in shared_cluster.servers:
            server.environment["DJANGO_SETTINGS_MODULE"] = "tests.processes.hasty_settings"
            server.environment |= {"EMAIL_URL": mail, "SMS_URL": gateway, "SMS_REPEATABLE": "1"}
        together(*(server.stop for server in shared_cluster.servers))
        yield outside
        together(*(server.stop for server in shared_cluster.servers))
    for server, environment in zip(shared_cluster.servers, before, strict=True):
        server.environment = environment


async def test_a_kill_between_commit_and_delivery_loses_and_doubles_nothing(
    world: World, cluster: Cluster, room: Room
) -> None:
    people = [room.people[name]["pk"] for name in NAMES]
    cluster.ask("UPDATE accounts_user SET phone = '+4917012' || lpad(id::text, 5, '0')")
    async with room:
        browsers = [room.browser("asha", at) for at in range(2)]
        for kill in range(KILLS):
            await write(browsers[kill % 2], room.ward)
            await asyncio.sleep(random.uniform(0, 3))
            for victim in victims(cluster, kill):
                victim.kill()
            await asyncio.to_thread(cluster.mend)
            await until(lambda: all_delivered(cluster, people), "all are told", WITHIN)
            read_everything(cluster, people)
    stored = cluster.ask(
        "SELECT id FROM notifications_notification WHERE recipient_id = ANY(%s)", people
    )
    assert len(stored) == TOLD * KILLS
    letters = Counter(str(each["Message-ID"]) for each in world.mail.taken)
    assert [key for key, times in letters.items() if times > 1] == []
    reached = {key.strip("<").split(".")[0] for key in letters}
    reached |= {key.split(":")[0] for key in world.gateway.sent}
    assert {str(key) for (key,) in stored} <= reached


async def write(browser: Browser, conversation: str) -> None:
    """Five people are told of it; it is on disk when this returns."""
    letter = {"client_id": str(uuid4()), "body": "Hello"}
    await browser.post(f"/api/v1/conversations/{conversation}/messages/", letter)


def victims(cluster: Cluster, kill: int) -> list:
    """The one that was written to, the other, or both as in a power cut."""
    return [[cluster.first], [cluster.second], cluster.servers][kill % 3]


def all_delivered(cluster: Cluster, people: list[int]) -> bool:
    """Each unread notification has left by some transport, and nothing is under way."""
    [(waiting,)] = cluster.ask(
        """SELECT count(*) FROM notifications_notification n
        WHERE recipient_id = ANY(%s) AND read_at IS NULL AND (
          NOT EXISTS (SELECT FROM notifications_delivery d
            WHERE d.notification_id = n.id AND d.state = 'sent')
          OR EXISTS (SELECT FROM notifications_delivery d
            WHERE d.notification_id = n.id AND d.state IN ('waiting', 'sending')))""",
        people,
    )
    return waiting == 0


def read_everything(cluster: Cluster, people: list[int]) -> None:
    """So that the next message makes notifications of its own."""
    cluster.ask(
        """UPDATE notifications_notification SET read_at = now(), open_key = NULL, due_at = NULL
        WHERE recipient_id = ANY(%s) AND read_at IS NULL""",
        people,
    )
