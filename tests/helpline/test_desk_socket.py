"""The socket of the desk: who may open it, what it hears, and the leases that it keeps."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from helpline import sitting
from helpline.events import TicketMoved, TicketViewed
from helpline.models import Agent, Category, Ticket, Viewing
from telemed import beats, wire
from tests.sockets import in_thread, open_socket

pytestmark = pytest.mark.django_db(transaction=True)


def lease_of(person: User) -> timedelta:
    expiry = Agent.objects.get(person=person).lease_expires_at
    return expiry - timezone.now() if expiry else timedelta(0)


@pytest.mark.parametrize("path", ["/ws/desk/", "/ws/desk/{}/"])
async def test_only_who_works_the_helpline_has_a_desk(
    path: str, ticket: Ticket, asha: User, dr_rao: User, stranger: User, ravi: User
) -> None:
    path = path.format(ticket.number)
    async with open_socket(path, as_=ravi) as socket:
        await in_thread(ticket.claim, ravi)
        await socket.receives(TicketMoved)
    for person in (asha, dr_rao, stranger):
        async with open_socket(path, as_=person) as socket:
            await socket.closes(4004)
    async with open_socket(path) as socket:
        await socket.closes(4001)


async def test_without_the_second_factor_that_is_demanded_it_closes(
    ravi: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.second_factor.is_missing", lambda user: True)
    async with open_socket("/ws/desk/", as_=ravi) as socket:
        await socket.closes(4003)


async def test_a_ticket_of_other_queues_has_no_socket(
    ticket: Ticket, ravi: User, at_desk: Callable[..., Agent], calls_category: Category
) -> None:
    await in_thread(at_desk, ravi, calls_category)
    async with open_socket(f"/ws/desk/{ticket.number}/", as_=ravi) as socket:
        await socket.closes(4004)


async def test_an_open_desk_holds_the_lease_of_its_agent(ravi: User) -> None:
    async with open_socket("/ws/desk/", as_=ravi):
        assert await in_thread(lease_of, ravi) > sitting.STANDS_UP_AFTER


async def test_the_last_desk_to_close_lets_it_run_out_soon(ravi: User) -> None:
    async with open_socket("/ws/desk/", as_=ravi):
        async with open_socket("/ws/desk/", as_=ravi):
            pass
        assert await in_thread(lease_of, ravi) > sitting.STANDS_UP_AFTER
    left = await in_thread(lease_of, ravi)
    assert timedelta(0) < left <= sitting.STANDS_UP_AFTER


async def test_a_page_that_is_loaded_again_ends_nothing(
    ticket: Ticket, ravi: User, at_desk: Callable[..., Agent]
) -> None:
    await in_thread(at_desk, ravi)
    await in_thread(ticket.claim, ravi)
    for _load in range(2):
        async with open_socket(f"/ws/desk/{ticket.number}/", as_=ravi):
            assert await in_thread(lambda: Agent.objects.get(person=ravi).is_present())
        assert await in_thread(lambda: Agent.objects.get(person=ravi).is_present())
    assert await in_thread(lambda: Ticket.objects.get().assignee_id) == ravi.pk


async def test_colleagues_see_who_looks_and_that_they_have_gone(
    ticket: Ticket, ravi: User, devika: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitting, "LOOKS_AWAY_AFTER", timedelta(0))

    def lookers() -> list[int]:
        return list(Viewing.objects.now().values_list("person", flat=True))

    async with open_socket("/ws/desk/", as_=devika) as hers:
        async with open_socket(f"/ws/desk/{ticket.number}/", as_=ravi):
            assert (await hers.receives(TicketViewed)).number == ticket.number
            assert await in_thread(lookers) == [ravi.pk]
        assert (await hers.receives(TicketViewed)).number == ticket.number
        assert await in_thread(lookers) == []


async def test_another_tab_of_the_same_person_is_no_news(
    ticket: Ticket, ravi: User, devika: User
) -> None:
    path = f"/ws/desk/{ticket.number}/"
    async with open_socket("/ws/desk/", as_=devika) as hers, open_socket(path, as_=ravi):
        await hers.receives(TicketViewed)
        async with open_socket(path, as_=ravi):
            await hers.receives_nothing(TicketViewed)


async def test_who_is_moved_to_another_queue_is_out_at_the_next_look(
    ticket: Ticket,
    ravi: User,
    at_desk: Callable[..., Agent],
    calls_category: Category,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(beats, "BEAT_SECONDS", 0.01)
    monkeypatch.setattr(beats, "RECHECK_SECONDS", 0)
    async with open_socket(f"/ws/desk/{ticket.number}/", as_=ravi) as socket:
        await socket.receives(wire.Beat)
        await in_thread(at_desk, ravi, calls_category)
        await socket.closes(4004)
