"""Internal notes: colleagues read them, the requester never does, by no door."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from helpline.events import TicketMoved
from helpline.models import Note, Ticket
from notifications.models import Notification
from tests.sockets import in_thread, open_socket

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "He has asked this three times."


@pytest.fixture
def noted(ticket: Ticket, ravi: User, browser_client: Callable[..., Client]) -> Ticket:
    ticket.claim(ravi)
    said = {"note": f"{SECRET}\r\nTwice today."}
    answer = browser_client(ravi).post(f"/admin/desk/{ticket.number}/notes/", said)
    assert answer.status_code == 302
    return ticket


def test_a_note_is_kept_and_shown_to_colleagues(
    noted: Ticket, devika: User, browser_client: Callable[..., Client]
) -> None:
    assert noted.notes.get().body == f"{SECRET}\nTwice today."
    shown = browser_client(devika).get(f"/admin/desk/{noted.number}/").content.decode()
    assert SECRET in shown


def test_a_note_is_no_message(
    noted: Ticket, asha: User, browser_client: Callable[..., Client]
) -> None:
    assert not noted.conversation.messages.filter(body__contains=SECRET).exists()
    assert not Notification.objects.filter(recipient=asha, kind="ticket_message").exists()
    messages = f"/api/v1/conversations/{noted.conversation_id}/messages/"
    answer = browser_client(asha).get(messages)
    assert "Where is my receipt?" in answer.content.decode()
    assert SECRET not in answer.content.decode()


def test_a_note_leaves_the_list_as_it_is(
    ticket: Ticket, ravi: User, browser_client: Callable[..., Client]
) -> None:
    ticket.claim(ravi)
    client, page = browser_client(ravi), f"/admin/desk/{ticket.number}/"
    form = f'action="{page}notes/?show=mine"'
    assert form in client.get(f"{page}?show=mine").content.decode()
    answer = client.post(f"{page}notes/?show=mine", {"note": SECRET})
    assert answer["Location"] == f"{page}?show=mine"


def test_an_empty_note_is_not_kept(
    ticket: Ticket, ravi: User, browser_client: Callable[..., Client]
) -> None:
    browser_client(ravi).post(f"/admin/desk/{ticket.number}/notes/", {"note": "  "})
    assert not Note.objects.exists()


async def test_desks_hear_of_a_note_and_the_requester_hears_nothing(
    ticket: Ticket, asha: User, ravi: User
) -> None:
    async with (
        open_socket("/ws/desk/", as_=ravi) as desk,
        open_socket("/ws/me/", as_=asha) as hers,
    ):
        await in_thread(Note.objects.write, ticket, SECRET, by=ravi)
        assert (await desk.receives(TicketMoved)).number == ticket.number
        await hers.receives_nothing(TicketMoved)
        await in_thread(ticket.claim, ravi)
        await hers.receives(TicketMoved)
