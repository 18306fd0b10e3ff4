"""Whoever was not told asks: hints that are lost are noticed, whichever way they were lost."""

import asyncio

import pytest
from channels.layers import InMemoryChannelLayer

from telemed import beats as beats_module
from telemed import link as link_module
from telemed import voices as voices_module
from telemed.beats import Beats
from telemed.hub import Hub
from telemed.voices import Voices
from tests.sockets import until


class Pulse:
    """A socket that counts how often it was beaten for."""

    checked_at = float("inf")

    def __init__(self):
        self.outbox = self
        self.beats = 0

    @classmethod
    def heads_of(cls, sockets):
        return [{} for _ in sockets]

    def push(self, frame):
        self.beats += 1


@pytest.fixture
def layer(monkeypatch):
    """One layer that links two processes, whose patience is short."""
    layer = InMemoryChannelLayer()
    monkeypatch.setattr(link_module, "get_channel_layer", lambda: layer)
    monkeypatch.setattr(link_module, "KNOCK_SECONDS", 0.05)
    monkeypatch.setattr(beats_module, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(beats_module, "HASTE_SECONDS", 0.0)
    return layer


async def linked():
    """Two processes that know each other, and a socket at the second."""
    here, there, pulse = Hub(), Hub(), Pulse()
    await here.start()
    await there.start()
    tell(here, "the first that is heard of a process makes everyone ask")
    await until(lambda: there.link._voices._last)
    there.beats.add(pulse)
    return here, there, pulse


def tell(hub, words):
    hub.emit([(["room.1"], words)])


async def is_beaten_for(pulse):
    before = pulse.beats
    await until(lambda: pulse.beats > before)


async def test_one_lost_hint_makes_the_others_ask(layer, monkeypatch):
    here, there, pulse = await linked()
    sends, lost = layer.group_send, []

    async def lose_one(group, hint):
        if "nobody hears this" in hint["parcels"] and not lost:
            lost.append(hint)
            raise ConnectionError
        await sends(group, hint)

    monkeypatch.setattr(layer, "group_send", lose_one)
    tell(here, "nobody hears this")
    await is_beaten_for(pulse)
    assert lost
    assert there.link.is_up
    await here.stop()
    await there.stop()


async def test_while_every_hint_arrives_nobody_asks(layer):
    here, there, pulse = await linked()
    for number in range(20):
        tell(here, str(number))
        await asyncio.sleep(0.01)
    assert pulse.beats == 0
    await here.stop()
    await there.stop()


async def test_a_process_that_falls_silent_makes_the_others_ask(layer, monkeypatch):
    monkeypatch.setattr(voices_module, "SILENCE_SECONDS", 0.3)
    here, there, pulse = await linked()
    await here.stop()
    await is_beaten_for(pulse)
    await there.stop()


async def test_what_is_on_its_way_at_the_end_arrives(layer, monkeypatch):
    here, there, _ = await linked()
    sends, on_its_way = layer.group_send, asyncio.Event()

    async def take_time(group, hint):
        if "the last word" in hint["parcels"]:
            on_its_way.set()
        await asyncio.sleep(0.1)
        await sends(group, hint)

    heard = []
    monkeypatch.setattr(there.link, "_deliver", lambda groups, frame, code: heard.append(frame))
    monkeypatch.setattr(layer, "group_send", take_time)
    tell(here, "the last word")
    await on_its_way.wait()
    await here.stop()
    await until(lambda: "the last word" in heard)
    await there.stop()


@pytest.mark.parametrize(
    ("numbers", "misses"),
    [
        ([1], [True]),
        ([7, 8, 9], [True, False, False]),
        ([1, 3, 4], [True, True, False]),
        ([1, 2, 2, 3], [True, False, False, False]),
        ([1, 3, 2, 4], [True, True, False, False]),
    ],
)
def test_numbers_tell_what_is_missing(numbers, misses):
    voices = Voices()
    assert [voices.misses_some("one", number, 0.0) for number in numbers] == misses


def test_who_is_silent_is_noticed_once_and_who_speaks_is_not():
    voices = Voices()
    voices.misses_some("one", 1, 0.0)
    voices.misses_some("two", 1, 3.0)
    assert not voices.fell_silent(4.0)
    assert voices.fell_silent(5.0)
    assert not voices.fell_silent(6.0)
    assert not voices.misses_some("two", 2, 6.0)


async def test_a_link_that_loses_hint_after_hint_keeps_nobody_too_busy(monkeypatch):
    monkeypatch.setattr(beats_module, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(beats_module, "HASTE_SECONDS", 0.2)
    beats, pulse = Beats(), Pulse()
    beats.add(pulse)
    loop = asyncio.get_running_loop()
    began = loop.time()
    while loop.time() < began + 0.5:
        beats.follow(True)
        await asyncio.sleep(0.01)
    assert 2 <= pulse.beats <= 4
    beats.remove(pulse)


async def test_a_connection_that_says_nothing_is_closed_and_another_is_opened(layer, monkeypatch):
    monkeypatch.setattr(link_module, "DEAF_SECONDS", 0.2)
    monkeypatch.setattr(link_module, "RETRY_SECONDS", 0.01)
    receives, flushed, dead = layer.receive, [], []

    async def die(channel):
        dead.append(channel)
        if channel == dead[0]:
            await asyncio.Event().wait()
        return await receives(channel)

    async def flush():
        flushed.append(True)

    monkeypatch.setattr(layer, "receive", die)
    monkeypatch.setattr(layer, "flush", flush)
    here = Hub()
    await here.start()
    await until(lambda: len(set(dead)) > 1)
    assert flushed == [True]
    monkeypatch.setattr(link_module, "DEAF_SECONDS", 10)
    heard_at = here.link._heard_at
    await until(lambda: here.link._heard_at > heard_at)
    await here.stop()


async def test_a_channel_that_came_to_nothing_leaves_nothing_behind(layer, monkeypatch):
    monkeypatch.setattr(link_module, "RETRY_SECONDS", 0.01)
    adds, refused = layer.group_add, []

    async def refuse(*args):
        refused.append(args)
        raise ConnectionError

    monkeypatch.setattr(layer, "group_add", refuse)
    here = Hub()
    await here.start()
    await until(lambda: len(refused) > 5)
    monkeypatch.setattr(layer, "group_add", adds)
    await until(lambda: here.link._channel)
    assert list(layer.groups[link_module.GROUP]) == [here.link._channel]
    await here.stop()
