"""Frames reach the sockets of a group, in this process and in the others."""

import asyncio
import threading

import pytest
from channels.layers import InMemoryChannelLayer

from telemed import hub as hub_module
from telemed.hub import Hub


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
        await hub.join("room.1", ear)
        await hub.join("room.2", outsider)
        hub.emit(["room.1"], "hello")
        assert await ear.hears() == ["hello"]
        assert outsider.heard == []
        await hub.stop()

    in_a_loop(scene)


def test_frames_from_a_thread_arrive_in_order():
    async def scene():
        hub, ear = Hub(), Ear()
        await hub.start()
        await hub.join("room.1", ear)
        thread = threading.Thread(
            target=lambda: [hub.emit(["room.1"], str(number)) for number in range(500)]
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
        await hub.join("room.1", gone)
        await hub.join("room.1", ear)
        await hub.leave(gone, ["room.1"])
        hub.emit(["room.1"], "hello")
        await ear.hears()
        assert gone.heard == []
        await hub.stop()

    in_a_loop(scene)


@pytest.fixture
def layer(monkeypatch):
    """One layer that links the hubs of several processes."""
    layer = InMemoryChannelLayer()
    monkeypatch.setattr(hub_module, "get_channel_layer", lambda: layer)
    return layer


def test_another_process_hears_once_and_the_sender_does_not_hear_twice(layer):
    async def scene():
        here, there = Hub(), Hub()
        ear_here, ear_there = Ear(), Ear()
        await here.start()
        await there.start()
        await here.join("room.1", ear_here)
        await there.join("room.1", ear_there)
        here.emit(["room.1"], "one")
        assert await ear_there.hears() == ["one"]
        there.emit(["room.1"], "two")
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
        monkeypatch.setattr(layer, "group_add", refuse)
        await hub.join("room.1", ear)
        hub.emit(["room.1"], "hello")
        assert await ear.hears() == ["hello"]
        await hub.stop()

    in_a_loop(scene)


def test_disconnecting_closes_the_sockets_of_all_processes(layer):
    async def scene():
        here, there, ear = Hub(), Hub(), Ear()
        await here.start()
        await there.start()
        await there.join("room.1", ear)
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
        await hub.join("room.1", ear)
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

        monkeypatch.setattr(layer, "group_add", add)
        monkeypatch.setattr(hub_module, "RETRY_SECONDS", 0.01)
        monkeypatch.setattr(layer, "new_channel", refuse)
        here, there, ear = Hub(), Hub(), Ear()
        await here.start()
        await here.join("room.1", ear)
        monkeypatch.setattr(layer, "new_channel", opens)
        await there.start()
        await linked.wait()
        there.emit(["room.1"], "hello")
        assert await ear.hears() == ["hello"]
        await here.stop()
        await there.stop()

    in_a_loop(scene)


def test_a_layer_that_hangs_keeps_nobody_waiting(layer, monkeypatch):
    async def hang(*args):
        await asyncio.Event().wait()

    async def scene():
        monkeypatch.setattr(hub_module, "LINK_PATIENCE", 0.01)
        monkeypatch.setattr(layer, "group_add", hang)
        hub, ear = Hub(), Ear()
        await hub.start()
        await hub.join("room.1", ear)
        hub.emit(["room.1"], "hello")
        assert await ear.hears() == ["hello"]
        await hub.stop()

    in_a_loop(scene)


def test_who_joins_second_waits_for_the_same_link(layer, monkeypatch):
    async def scene():
        adds, may_go = layer.group_add, asyncio.Event()

        async def slow(*args):
            await may_go.wait()
            await adds(*args)

        monkeypatch.setattr(layer, "group_add", slow)
        hub = Hub()
        await hub.start()
        joins = [asyncio.create_task(hub.join("room.1", Ear())) for _ in range(2)]
        done, waiting = await asyncio.wait(joins, timeout=0.05)
        assert (len(done), len(waiting)) == (0, 2)
        may_go.set()
        await asyncio.gather(*joins)
        assert layer.groups["room.1"]
        await hub.stop()

    in_a_loop(scene)
