"""The short way for frames gives what the long way gives, however the network cuts them up."""

import asyncio
import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from uvicorn.config import Config
from uvicorn.server import ServerState
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.uri import parse_uri

from telemed.websocket import AHEAD, WRITE, WebSocket, framed

LIMIT = 70_000


class Wire:
    """The transport of one connection: keeps what is written, and whether reading is paused."""

    def __init__(self):
        self.written, self.is_paused, self.is_closed = b"", False, False

    def write(self, data):
        if self.is_closed:  # as uvloop has it
            raise RuntimeError
        self.written += data

    def close(self):
        self.is_closed = True

    def is_closing(self):
        return self.is_closed

    def pause_reading(self):
        self.is_paused = True

    def resume_reading(self):
        self.is_paused = False

    def get_extra_info(self, name, default=None):
        return default


class Connection:
    """A client that speaks to our protocol through a wire, and an application that listens."""

    def __init__(self):
        self.scope, self.heard = None, []
        config = Config(
            self.application,
            interface="asgi3",
            proxy_headers=False,
            log_config=None,
            ws_max_size=LIMIT,
            ws_per_message_deflate=False,
        )
        config.load()
        self.wire, self.client = Wire(), ClientProtocol(parse_uri("ws://telemed.example/"))
        self.server = WebSocket(config, ServerState(), {}, asyncio.get_running_loop())
        self.server.connection_made(self.wire)

    async def application(self, scope, receive, send):
        self.scope = scope
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            self.heard.append(message.get("text") or message.get("bytes"))
        self.heard.append(message["code"])

    async def open(self):
        self.client.send_request(self.client.connect())
        self.server.data_received(b"".join(self.client.data_to_send()))
        await self.settle()
        self.take()

    async def settle(self):
        for _ in range(20):
            await asyncio.sleep(0)

    def take(self):
        """What the client makes of what was written since."""
        data, self.wire.written = self.wire.written, b""
        self.client.receive_data(data)
        return self.client.events_received()

    def send(self, data):
        self.server.data_received(data)


def sent(client, *texts):
    for text in texts:
        client.send_text(text.encode())
    return b"".join(client.data_to_send())


def scene(play):
    async def run():
        connection = Connection()
        await connection.open()
        await play(connection)
        connection.server.connection_lost(None)
        await connection.settle()

    asyncio.run(run())


TEXTS = st.lists(
    st.one_of(
        st.text(max_size=40),
        st.sampled_from([124, 125, 126, 127, 65535, 65536]).map(lambda length: "x" * length),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(texts=TEXTS, cuts=st.lists(st.integers(1, 3000), max_size=30))
def test_texts_arrive_whole_and_in_order_wherever_they_are_cut(texts, cuts):
    async def play(connection):
        data = sent(connection.client, *texts)
        for cut in cuts:
            connection.send(data[:cut])
            data = data[cut:]
        if data:
            connection.send(data)
        await connection.settle()
        assert [each or "" for each in connection.heard] == [each or "" for each in texts]

    scene(play)


@pytest.mark.parametrize("length", [0, 125, 126, 65535, 65536])
def test_a_frame_of_ours_is_what_the_library_writes(length):
    text = "ü" * (length // 2) + "x" * (length % 2)
    assert framed(text) == Frame(Opcode.TEXT, text.encode()).serialize(mask=False)


def test_control_frames_and_fragments_in_between_are_taken_by_the_library():
    async def play(connection):
        client = connection.client
        client.send_text(b"frag", fin=False)
        client.send_ping(b"here")
        client.send_continuation(b"ments", fin=True)
        client.send_binary(b"\x00\xff")
        connection.send(b"".join(client.data_to_send()) + sent(client, "after"))
        await connection.settle()
        assert connection.heard == ["fragments", b"\x00\xff", "after"]
        assert [(each.opcode, bytes(each.data)) for each in connection.take()] == [
            (Opcode.PONG, b"here")
        ]

    scene(play)


def test_a_text_that_is_none_closes_with_1007_and_no_word_in_the_log(caplog):
    async def play(connection):
        connection.send(Frame(Opcode.TEXT, b"\xff\xfe").serialize(mask=True))
        await connection.settle()
        assert connection.heard == [1007]
        assert connection.take()[-1].opcode is Opcode.CLOSE

    with caplog.at_level(logging.WARNING):
        scene(play)
    assert caplog.records == []


def test_a_frame_over_the_limit_is_refused_before_it_is_there():
    async def play(connection):
        whole = sent(connection.client, "x" * (LIMIT + 1))
        connection.send(whole[:20])
        await connection.settle()
        assert connection.heard == [1009]

    scene(play)


def test_an_unmasked_frame_is_refused():
    async def play(connection):
        connection.send(framed("not from a browser"))
        await connection.settle()
        assert connection.heard == [1002]

    scene(play)


def test_who_sends_faster_than_we_read_is_not_read_until_we_have():
    async def play(connection):
        connection.send(sent(connection.client, *["x"] * (AHEAD + 1)))
        assert connection.wire.is_paused
        await connection.settle()
        assert len(connection.heard) == AHEAD + 1
        assert not connection.wire.is_paused

    scene(play)


def test_what_is_written_the_short_way_arrives():
    async def play(connection):
        write = connection.scope["extensions"][WRITE]
        assert write("one")
        assert [bytes(each.data) for each in connection.take()] == [b"one"]
        connection.server.pause_writing()
        assert not write("two")
        connection.server.resume_writing()
        connection.send(Frame(Opcode.CLOSE, b"\x03\xe8").serialize(mask=True))
        assert not write("three")

    scene(play)


def test_what_is_written_to_a_line_that_broke_is_no_error_and_was_not_handed_over():
    async def play(connection):
        write = connection.scope["extensions"][WRITE]
        connection.wire.close()
        assert not write("one")
        assert not connection.wire.written

    scene(play)
