"""Who may open a socket, and what a socket survives (SECURITY: Sockets)."""

import json

import pytest
from django.conf import settings
from django.contrib.auth import logout
from django.test import RequestFactory

from telemed import beats, consumers, outbox, wire
from telemed.handshake import person_of
from telemed.hub import hub
from telemed.limits import SOCKETS, allowances
from tests.sockets import HandshakeRefused, in_thread, open_socket, session_cookie

pytestmark = pytest.mark.django_db(transaction=True)

FOREIGN_ORIGINS = [
    "",
    "null",
    "https://evil.example",
    "http://sub.127.0.0.1:8000",
    "http://127.0.0.1:9999",
    "http://127.0.0.1",
    "https://127.0.0.1:8000",
    "ftp://127.0.0.1:8000",
    "http://127.0.0.1:8000.evil.example",
    "http://asha@127.0.0.1:8000",
    "http://127.0.0.1:8000/",
    "http://127.0.0.1.:8000",
    "http://xn--127-0-0-1:8000",
]


@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
async def test_a_foreign_page_cannot_open_a_socket(asha, origin):
    with pytest.raises(HandshakeRefused):
        async with open_socket("/ws/me/", as_=asha, origin=origin):
            pass


async def test_our_own_page_can(asha):
    async with open_socket("/ws/me/", as_=asha) as socket:
        await socket.sends({"type": "wire.unheard_of"})
        assert (await socket.receives(wire.Refused)).code == "bad_frame"


@pytest.mark.parametrize("cookie", ["", "session=nonsense", 'session="; a=', "\x00"])
async def test_a_visitor_is_told_nothing_and_closed_with_4001(cookie):
    async with open_socket("/ws/me/", cookie=cookie) as socket:
        await socket.closes(consumers.SIGN_IN)


async def test_a_deactivated_person_is_closed_with_4001(asha):
    cookie = await in_thread(session_cookie, asha)
    asha.is_active = False
    await in_thread(asha.save)
    async with open_socket("/ws/me/", cookie=cookie) as socket:
        await socket.closes(consumers.SIGN_IN)


@pytest.mark.parametrize("path", ["/ws/", "/ws/nothing/", "/ws/conversations/1/", "/"])
async def test_an_unknown_address_is_closed_with_4004(asha, path):
    async with open_socket(path, as_=asha) as socket:
        await socket.closes(consumers.NOT_FOUND)


async def test_a_socket_survives_four_bad_frames_and_is_closed_at_the_fifth(asha):
    bad = ["null", "[]", b"\xff\xfe", json.dumps({"type": "chat.post_message", "data": {}})]
    async with open_socket("/ws/me/", as_=asha) as socket:
        for frame in bad:
            await socket.sends(frame)
            assert (await socket.receives(wire.Refused)).code == "bad_frame"
        await socket.sends("{")
        await socket.closes(consumers.ABUSE)


async def test_a_frame_over_64_kb_closes_with_4009(asha):
    async with open_socket("/ws/me/", as_=asha) as socket:
        await socket.sends(json.dumps({"type": "x" * wire.FRAME_LIMIT}))
        await socket.closes(consumers.TOO_LARGE)


async def test_a_flood_of_handshakes_is_refused_for_that_person_alone(asha, dr_rao):
    allowances.of(asha.pk).sockets = SOCKETS
    with pytest.raises(HandshakeRefused):
        async with open_socket("/ws/me/", as_=asha):
            pass
    async with open_socket("/ws/me/", as_=dr_rao) as socket:
        await socket.sends("{")
        await socket.receives(wire.Refused)


async def test_signing_out_closes_the_sockets_and_that_session_opens_no_more(asha):
    def sign_out(cookie):
        request = RequestFactory().post("/")
        request.user = person_of({"headers": [(b"cookie", cookie.encode())]})
        from django.contrib.sessions.backends.db import SessionStore

        request.session = SessionStore(cookie.partition("=")[2])
        logout(request)

    cookie = await in_thread(session_cookie, asha)
    async with open_socket("/ws/me/", cookie=cookie) as socket:
        await in_thread(sign_out, cookie)
        await socket.closes(consumers.RESTART)
    async with open_socket("/ws/me/", cookie=cookie) as socket:
        await socket.closes(consumers.SIGN_IN)


async def test_the_recheck_finds_an_ended_session_without_any_push(asha, monkeypatch):
    monkeypatch.setattr(beats, "BEAT_SECONDS", 0.01)
    monkeypatch.setattr(beats, "RECHECK_SECONDS", 0)
    cookie = await in_thread(session_cookie, asha)
    async with open_socket("/ws/me/", cookie=cookie) as socket:
        await socket.receives(wire.Beat)
        from django.contrib.sessions.models import Session

        await in_thread(Session.objects.all().delete)
        await socket.closes(consumers.SIGN_IN)


async def test_a_beat_says_where_things_stand(asha, monkeypatch):
    monkeypatch.setattr(beats, "BEAT_SECONDS", 0.01)
    async with open_socket("/ws/me/", as_=asha) as socket:
        beat = await socket.receives(wire.Beat)
        assert beat.heads == {
            "unread_notifications": 0,
            "unread_messages": 0,
            "unread_answers": 0,
            "missed_calls": 0,
            "ringing": 0,
        }


async def test_a_reader_that_does_not_read_is_closed_with_4013(asha, monkeypatch):
    monkeypatch.setattr(outbox, "BUFFER", 3)
    async with open_socket("/ws/me/", as_=asha) as socket:
        for _ in range(10):
            hub.send(wire.Beat(heads={}), to=asha)
        await socket.closes(outbox.OVERLOADED)


async def test_a_doctor_without_a_second_factor_is_closed_with_4003(dr_rao, asha, monkeypatch):
    monkeypatch.setattr(settings, "REQUIRE_SECOND_FACTOR", True)
    async with open_socket("/ws/me/", as_=dr_rao) as socket:
        await socket.closes(consumers.FORBIDDEN)
    async with open_socket("/ws/me/", as_=asha) as socket:
        await socket.sends("{")
        await socket.receives(wire.Refused)
