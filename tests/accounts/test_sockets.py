"""Sockets end with the session they were opened by, and only with that one."""

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from telemed.wire import Refused
from tests.sockets import TestSocket, in_thread, open_socket, session_cookie

pytestmark = pytest.mark.django_db(transaction=True)

ME = "/ws/me/"


def sign_out(cookie: str) -> None:
    client = Client()
    name, _equals, value = cookie.partition("=")
    client.cookies[name] = value
    assert client.get("/me/").status_code == 200
    client.post("/accounts/logout/")


async def is_alive(socket: TestSocket) -> None:
    """Whoever is let in is answered, if only that there is no such command."""
    await socket.sends({"type": "no.such_command"})
    await socket.receives(Refused)


async def test_signing_out_leaves_other_devices_signed_in(asha: User) -> None:
    phone, laptop = [await in_thread(session_cookie, asha) for _ in range(2)]
    async with open_socket(ME, cookie=phone) as socket:
        await in_thread(sign_out, phone)
        await socket.closes(4012)
    async with open_socket(ME, cookie=phone) as socket:
        await socket.closes(4001)
    async with open_socket(ME, cookie=laptop) as socket:
        await is_alive(socket)


async def test_a_new_password_ends_every_session(asha: User) -> None:
    cookie = await in_thread(session_cookie, asha)
    async with open_socket(ME, cookie=cookie) as socket:
        await in_thread(lambda: asha.change_password("quite another sentence", by=asha))
        await socket.closes(4012)
    async with open_socket(ME, cookie=cookie) as socket:
        await socket.closes(4001)


async def test_who_is_deactivated_is_out_at_once(asha: User, ravi: User) -> None:
    async with open_socket(ME, as_=asha) as socket:
        await in_thread(lambda: asha.deactivate(by=ravi))
        await socket.closes(4001)


async def test_without_the_required_second_factor_a_doctor_hears_nothing(
    dr_rao: User, asha: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "REQUIRE_SECOND_FACTOR", True)
    async with open_socket(ME, as_=dr_rao) as socket:
        await socket.closes(4003)
    async with open_socket(ME, as_=asha) as socket:
        await is_alive(socket)
