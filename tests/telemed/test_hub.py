"""Frames reach the sockets of a group, in this process and in the others."""

import asyncio
import threading

import pytest
from channels.layers import InMemoryChannelLayer

from telemed import beats
from telemed import link as link_module
from telemed.hub import Hub
from telemed.wire import Beat


class Ear:
    """A socket that remembers what it heard."""

    def __init__(self):
        self.heard, self.code = [], None
        self.something = asyncio.Event()

    def push(self, frame):
        self.heard.append(frame)
        self.something.set()

    def drop(self, code):
        self.code = code
        self.something.set()

    async def hears(self):
        await asyncio.wait_for(self.something.wait(), 5)
        self.something.clear()
        return self.heard


class Room:
    group = "room.1"


def in_a_loop(scene):
    asyncio.run(scene())


def test_a_member_hears_and_an_outsider_does_not():
    async def scene():
        hub, ear, outsider = Hub(), Ear(), Ear()
        await hub.start()
        hub.join("room.1", ear)
        hub.join("room.2", outsider)
        hub.emit([(["room.1"], "hello")])
        assert await ear.hears() == ["hello"]
        assert outsider.heard == []
        await hub.stop()

    in_a_loop(scene)


def test_frames_from_a_thread_arrive_in_order():
    async def scene():
        hub, ear = Hub(), Ear()
        await hub.start()
        hub.join("room.1", ear)
        thread = threading.Thread(
            target=lambda: [hub.emit([(["room.1"], str(number))]) for number in range(500)]
        )
        thread.start()
        while len(ear.heard) < 500:
            await ear.hears()
        assert ear.heard == [str(number) for number in range(500)]
        await hub.stop()

    in_a_loop(scene)


def test_who_has_left_hears_nothing_more():
    async def scene():
        hub, gone, ear = Hub(), Ear(), Ear()
        await hub.start()
        hub.join("room.1", gone)
        hub.join("room.1", ear)
        hub.leave(gone, ["room.1"])
        hub.emit([(["room.1"], "hello")])
        await ear.hears()
        assert gone.heard == []
        await hub.stop()

    in_a_loop(scene)


@pytest.fixture
def layer(monkeypatch):
    """One layer that links the hubs of several processes."""
    layer = InMemoryChannelLayer()
    monkeypatch.setattr(link_module, "get_channel_layer", lambda: layer)
    return layer


def test_another_process_hears_once_and_the_sender_does_not_hear_twice(layer):
    async def scene():
        here, there = Hub(), Hub()
        ear_here, ear_there = Ear(), Ear()
        await here.start()
        await there.start()
        here.join("room.1", ear_here)
        there.join("room.1", ear_there)
        here.emit([(["room.1"], "one")])
        assert await ear_there.hears() == ["one"]
        there.emit([(["room.1"], "two")])
        while len(ear_here.heard) < 2:
            await ear_here.hears()
        assert ear_here.heard == ["one", "two"]
        assert ear_there.heard == ["one", "two"]
        await here.stop()
        await there.stop()

    in_a_loop(scene)


def test_a_layer_that_fails_costs_hints_and_nothing_else(layer, monkeypatch):
    async def refuse(*args):
        raise ConnectionError

    async def scene():
        hub, ear = Hub(), Ear()
        await hub.start()
        monkeypatch.setattr(layer, "group_send", refuse)
        hub.join("room.1", ear)
        hub.emit([(["room.1"], "hello")])
        assert await ear.hears() == ["hello"]
        await hub.stop()

    in_a_loop(scene)


def test_what_was_told_at_the_last_moment_still_reaches_the_others(layer):
    async def scene():
        here, there, ear = Hub(), Hub(), Ear()
        await here.start()
        await there.start()
        there.join("room.1", ear)
        here.send(Beat(heads={}), to=Room())
        await here.stop()
        assert len(await ear.hears()) == 1
        await there.stop()

    in_a_loop(scene)


def test_disconnecting_closes_the_sockets_of_all_processes(layer):
    async def scene():
        here, there, ear = Hub(), Hub(), Ear()
        await here.start()
        await there.start()
        there.join("room.1", ear)
        here.disconnect(Room(), 4001)
        await ear.hears()
        assert ear.code == 4001
        await here.stop()
        await there.stop()

    in_a_loop(scene)


def test_draining_tells_every_socket_to_come_back():
    async def scene():
        hub, ear = Hub(), Ear()
        await hub.start()
        hub.join("room.1", ear)
        await hub.stop()
        assert ear.code == 4012
        assert hub.draining

    in_a_loop(scene)


def test_a_layer_that_is_away_at_the_start_is_linked_when_it_is_back(layer, monkeypatch):
    async def refuse():
        raise ConnectionError

    async def scene():
        opens, adds, linked = layer.new_channel, layer.group_add, asyncio.Event()

        async def add(*args):
            await adds(*args)
            linked.set()

        monkeypatch.setattr(link_module, "RETRY_SECONDS", 0.01)
        monkeypatch.setattr(layer, "new_channel", refuse)
        here, there, ear = Hub(), Hub(), Ear()
        await here.start()
        here.join("room.1", ear)
        monkeypatch.setattr(layer, "new_channel", opens)
        await there.start()
        monkeypatch.setattr(layer, "group_add", add)
        await linked.wait()
        there.emit([(["room.1"], "hello")])
        assert await ear.hears() == ["hello"]
        await here.stop()
        await there.stop()

    in_a_loop(scene)


def test_a_layer_that_hangs_keeps_nobody_waiting(layer, monkeypatch):
    async def hang(*args):
        await asyncio.Event().wait()

    async def scene():
        monkeypatch.setattr(link_module, "PATIENCE_SECONDS", 0.01)
        monkeypatch.setattr(layer, "group_add", hang)
        hub, ear = Hub(), Ear()
        await hub.start()
        hub.join("room.1", ear)
        hub.emit([(["room.1"], "hello")])
        assert await ear.hears() == ["hello"]
        await hub.stop()

    in_a_loop(scene)


class Pulse:
    """A socket that remembers that it was beaten for."""

    checked_at = float("inf")

    def __init__(self):
        self.outbox = self
        self.beaten = asyncio.Event()

    @classmethod
    def heads_of(cls, sockets):
        return [{} for _ in sockets]

    def push(self, frame):
        self.beaten.set()


def test_while_hints_stay_away_everyone_asks_the_database_more_often(layer, monkeypatch):
    for name in ("KNOCK_SECONDS", "SILENCE_SECONDS"):
        monkeypatch.setattr(link_module, name, 0.05)
    monkeypatch.setattr(beats, "UNLINKED_SECONDS", 0.05)
    sends = layer.group_send

    async def lose(*args):
        """Redis takes it, and nobody hears it."""

    async def scene():
        hub, pulse = Hub(), Pulse()
        await hub.start()
        hub.beats.add(pulse)
        monkeypatch.setattr(layer, "group_send", lose)
        for _ in range(3):
            await asyncio.wait_for(pulse.beaten.wait(), 5)
            pulse.beaten.clear()
        assert not hub.link.is_up
        monkeypatch.setattr(layer, "group_send", sends)
        while not hub.link.is_up:  # the last of these is for what was missed meanwhile
            pulse.beaten.clear()
            await asyncio.wait_for(pulse.beaten.wait(), 5)
        assert hub.beats._period == beats.BEAT_SECONDS
        await hub.stop()

    in_a_loop(scene)


def test_a_query_that_fails_costs_a_beat_and_not_the_beats(monkeypatch):
    monkeypatch.setattr(beats, "BEAT_SECONDS", 0.01)
    troubles = [ConnectionError]

    class Unlucky(Pulse):
        @classmethod
        def heads_of(cls, sockets):
            if troubles:
                raise troubles.pop()
            return super().heads_of(sockets)

    async def scene():
        hub, pulse = Hub(), Unlucky()
        hub.beats.add(pulse)
        await asyncio.wait_for(pulse.beaten.wait(), 5)
        assert troubles == []

    in_a_loop(scene)


def test_sockets_of_a_kind_that_are_due_together_cost_one_query(monkeypatch):
    monkeypatch.setattr(beats, "BEAT_SECONDS", 0.05)
    asked = []

    class Counted(Pulse):
        @classmethod
        def heads_of(cls, sockets):
            asked.append(len(sockets))
            return super().heads_of(sockets)

    async def scene():
        hub, pulses = Hub(), [Counted() for _ in range(20)]
        for pulse in pulses:
            hub.beats.add(pulse)
        await asyncio.gather(*(asyncio.wait_for(pulse.beaten.wait(), 5) for pulse in pulses))
        assert asked[0] == 20

    in_a_loop(scene)
