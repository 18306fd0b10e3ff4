"""The desk's pages: what an agent sees of the queue and of a ticket, and what forms do there."""

import html
import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from audit.models import AccessRecord
from chat import posting
from helpline.models import (
    Agent,
    CannedReply,
    Category,
    Channel,
    Duty,
    Emergency,
    Priority,
    Reason,
    Status,
    Ticket,
    Viewing,
)
from notifications.models import Notification
from tests.conftest import Person
from tests.helpline.people import say

pytestmark = [pytest.mark.alike, pytest.mark.django_db(transaction=True)]

Browser = Callable[..., Client]
TOLD = (Channel.TICKET, Channel.CHAT, Channel.TICKET)


@pytest.fixture
def desk(browser_client: Browser, ravi: User) -> Client:
    """Ravi's browser."""
    return browser_client(ravi)


def page(client: Client, address: str = "") -> str:
    answer = client.get(f"/admin/desk/{address}")
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def act(client: Client, ticket: Ticket, noun: str, **said: object) -> str:
    """What the page says after a form was sent."""
    answer = client.post(f"/admin/desk/{ticket.number}/{noun}/", said, follow=True)
    assert answer.status_code == 200
    ticket.refresh_from_db()
    return html.unescape(answer.content.decode())


def ask(asha: User, category: Category, subject: str, **fields: object) -> Ticket:
    return Ticket.objects.open(
        requester=asha, category=category, subject=subject, body=f"{subject}?", **fields
    )


def test_the_queue_shows_emergencies_first_then_what_has_waited_longest(
    desk: Client, asha: User, ticket: Ticket, payments: Category
) -> None:
    ask(asha, payments, "Newer")
    ask(asha, payments, "Chest pain", channel=Channel.EMERGENCY)
    shown = page(desk)
    places = [shown.index(words) for words in ("Chest pain", "Receipt", "Newer")]
    assert places == sorted(places)
    assert "1 emergency" in shown


def test_each_row_says_who_waits_how_long_and_by_when(desk: Client, ticket: Ticket) -> None:
    Ticket.objects.update(queued_at=timezone.now() - timezone.timedelta(minutes=12, seconds=5))
    shown = page(desk)
    for words in (str(ticket.number), "Receipt", "Asha Verma", "Payments", "12 min", "due in 3 h"):
        assert words in shown
    Ticket.objects.update(response_due_at=timezone.now() - timezone.timedelta(minutes=5, seconds=5))
    assert "overdue by 5 min" in page(desk)


def test_the_lists_part_the_queue_from_what_is_mine(
    desk: Client, ravi: User, ticket: Ticket
) -> None:
    ticket.claim(ravi)
    assert "Receipt" not in page(desk)
    assert "Receipt" in page(desk, "?show=mine")
    ticket.wait(by=ravi)
    assert "Receipt" not in page(desk, "?show=mine")
    assert "Receipt" in page(desk, "?show=waiting")


def test_only_a_supervisor_sees_what_all_have(
    desk: Client, devika: User, ravi: User, ticket: Ticket, browser_client: Browser
) -> None:
    ticket.claim(ravi)
    assert desk.get("/admin/desk/?show=all").status_code == 404
    assert desk.get("/admin/desk/?show=nonsense").status_code == 404
    assert "Receipt" in page(browser_client(devika), "?show=all")


def test_claim_and_next_takes_the_best_one(
    desk: Client, ravi: User, asha: User, ticket: Ticket, payments: Category
) -> None:
    urgent = ask(asha, payments, "Urgent")
    urgent.set_priority(Priority.URGENT, by=ravi)
    answer = desk.post("/admin/desk/next/")
    assert answer["Location"] == f"/admin/desk/{urgent.number}/?show=mine"
    desk.post("/admin/desk/next/")
    assert Ticket.objects.filter(assignee=ravi).count() == 2
    assert "Nobody waits." in desk.post("/admin/desk/next/", follow=True).content.decode()


def test_claim_and_next_opens_first_what_was_given_to_them(
    desk: Client, ravi: User, asha: User, ticket: Ticket, payments: Category
) -> None:
    ticket.assign(ravi, by=None, reason=Reason.GIVEN)
    other = ask(asha, payments, "Refund")
    answer = desk.post("/admin/desk/next/", follow=True)
    assert answer.redirect_chain[0][0] == f"/admin/desk/{ticket.number}/?show=mine"
    assert Ticket.objects.get(pk=ticket.pk).joined_at
    assert Ticket.objects.get(pk=other.pk).assignee is None, "one at a time"
    assert str(other.number) in desk.post("/admin/desk/next/")["Location"]


def test_claim_and_next_takes_an_emergency_before_what_was_given(
    desk: Client, ravi: User, asha: User, ticket: Ticket, payments: Category
) -> None:
    ticket.assign(ravi, by=None, reason=Reason.GIVEN)
    alarm = ask(asha, payments, "Chest pain", channel=Channel.EMERGENCY)
    assert str(alarm.number) in desk.post("/admin/desk/next/")["Location"]
    assert str(ticket.number) in desk.post("/admin/desk/next/")["Location"]


def test_an_agent_of_some_queues_is_told_of_what_queue_nobody_waits(
    desk: Client,
    ravi: User,
    at_desk: Callable[..., Agent],
    ticket: Ticket,
    calls_category: Category,
) -> None:
    assert "Nobody waits" not in page(desk)
    at_desk(ravi, calls_category)
    shown = page(desk)
    assert f"Nobody waits in your queues ({calls_category})." in shown
    assert "1 ticket waits in other queues." in shown
    said = desk.post("/admin/desk/next/", follow=True).content.decode()
    assert "Nobody waits in your queues." in said


def test_the_lists_say_how_much_is_in_them(desk: Client, ravi: User, ticket: Ticket) -> None:
    def counts() -> list[str]:
        return re.findall(r'show=(\w+)"[^>]*>\w+ <span class="chip__count">(\d+)', page(desk))

    assert counts() == [("queue", "1")]
    ticket.claim(ravi)
    assert counts() == [("mine", "1")]


def test_whoever_is_given_something_is_told_what_it_is(
    asha: User, ravi: User, devika: User, payments: Category
) -> None:
    new, chat, handed = (ask(asha, payments, "One", channel=each) for each in TOLD)
    new.assign(ravi, by=None, reason=Reason.GIVEN)
    chat.assign(ravi, by=None, reason=Reason.GIVEN)
    handed.claim(devika)
    handed.transfer(ravi, by=devika)
    told = {
        each.title: each.text
        for each in Notification.objects.for_user(ravi).filter(kind="ticket_given")
    }
    assert told == {
        f"Ticket {new.number}": "The queue has given you a new ticket",
        f"Live chat {chat.number}": "Somebody waits for you in the chat now",
        f"Ticket {handed.number}": "Devika Rajan has handed it to you",
    }


def test_opening_a_ticket_reads_what_was_told_of_it(
    desk: Client, asha: User, ravi: User, payments: Category
) -> None:
    first, second = (ask(asha, payments, "One") for _ in range(2))
    for each in (first, second):
        each.assign(ravi, by=None, reason=Reason.GIVEN)
    unread = Notification.objects.for_user(ravi).unread()
    desk.get(f"/admin/desk/{first.number}/", headers={"sec-fetch-mode": "cors"})
    assert unread.count() == 2, "a page that asks anew may be one that nobody sees"
    desk.get(f"/admin/desk/{first.number}/", headers={"sec-fetch-mode": "navigate"})
    assert [each.url for each in unread] == [f"/admin/desk/{second.number}/"]


def test_an_agent_says_whether_they_take_tickets(desk: Client, ravi: User) -> None:
    for available, said in ((True, {"available": "on"}), (False, {})):
        assert desk.post("/admin/desk/availability/", said).status_code == 302
        assert Agent.objects.of(ravi).is_available is available


def test_a_new_agent_is_told_that_they_take_no_tickets_yet_with_the_button_to_begin(
    desk: Client, ravi: User, devika: User, browser_client: Callable[..., Client], ticket: Ticket
) -> None:
    words, button = "You take no tickets yet", 'name="available" value="on"'
    assert words in page(desk)
    assert button in page(desk).split("desk__top")[0], "above all else"
    assert "You are on duty" not in page(desk)
    now, hour = timezone.now(), timedelta(hours=1)
    Duty.objects.create(person=ravi, kind="agent", starts_at=now - hour, ends_at=now + hour)
    assert "You are on duty until" in page(desk)
    assert words not in page(browser_client(devika)), "supervisors need take none"
    desk.post("/admin/desk/availability/", {"available": "on"})
    assert words not in page(desk)
    ticket.claim(ravi)
    desk.post("/admin/desk/availability/", {})
    assert words not in page(desk), "who has worked tickets knows the switch"


def test_the_desk_says_who_else_is_there_and_who_looks(
    desk: Client, devika: User, at_desk: Callable[..., Agent], ticket: Ticket
) -> None:
    assert "Nobody else is here" in page(desk)
    at_desk(devika)
    Viewing.objects.look(ticket, devika)
    assert "Also here: Devika" in " ".join(page(desk).split())
    assert "Devika" in page(desk, f"{ticket.number}/").split("looking too")[0][-200:]


def test_a_ticket_of_other_queues_is_not_there(
    desk: Client,
    ravi: User,
    at_desk: Callable[..., Agent],
    ticket: Ticket,
    calls_category: Category,
) -> None:
    at_desk(ravi, calls_category)
    assert "Receipt" not in page(desk)
    assert desk.get(f"/admin/desk/{ticket.number}/").status_code == 404
    for noun in ("assignment", "transfer", "release", "resolution", "notes", "report", "priority"):
        answer = desk.post(f"/admin/desk/{ticket.number}/{noun}/", {"note": "x", "code": "ABCDEF"})
        assert answer.status_code == 404, noun
    assert not ticket.notes.exists()


def test_nobody_works_their_own_ticket(ravi: User, desk: Client, payments: Category) -> None:
    own = ask(ravi, payments, "My own")
    assert desk.get(f"/admin/desk/{own.number}/").status_code == 404


def test_staff_without_a_desk_find_none(browser_client: Browser, dr_rao: User) -> None:
    dr_rao.is_staff = True
    dr_rao.save()
    assert browser_client(dr_rao).get("/admin/desk/").status_code == 404


def test_before_claiming_one_reads_and_that_is_on_record(
    desk: Client, ravi: User, ticket: Ticket
) -> None:
    shown = page(desk, f"{ticket.number}/")
    assert "Where is my receipt?" in shown
    assert "Claim this ticket to answer" in shown
    assert 'name="body" rows="1"' not in shown
    opened = AccessRecord.objects.filter(actor=ravi.public_id, act="opened")
    assert opened.filter(object_type="helpline.ticket", object_id=str(ticket.pk)).exists()


def test_who_has_claimed_it_may_answer_without_script(
    desk: Client, ravi: User, ticket: Ticket
) -> None:
    said = {"body": "On its way."}
    assert (
        "Claim this ticket first"
        in desk.post(f"/admin/desk/{ticket.number}/", said).content.decode()
    )
    act(desk, ticket, "assignment")
    assert ticket.assignee == ravi
    assert desk.post(f"/admin/desk/{ticket.number}/", said).status_code == 302
    assert ticket.conversation.messages.last().body == "On its way."


def test_what_was_not_sent_is_in_the_field_of_whoever_has_it_again(
    desk: Client, ticket: Ticket, ravi: User
) -> None:
    act(desk, ticket, "assignment")
    mine = ticket.conversation.members.get(person=ravi)
    mine.save_draft("As I was")
    assert desk.post(f"/admin/desk/{ticket.number}/unsent/", {"body": "No"}).status_code == 204
    mine.refresh_from_db()
    assert mine.draft == "As I was", "who has it keeps it otherwise"
    act(desk, ticket, "release")
    assert (
        desk.post(f"/admin/desk/{ticket.number}/unsent/", {"body": "So:\r\nyes"}).status_code == 204
    )
    assert "\nSo:\nyes</textarea>" in act(desk, ticket, "assignment")


def test_what_cannot_be_kept_is_refused_in_words(
    desk: Client, ticket: Ticket, browser_client: Browser, devika: User
) -> None:
    act(desk, ticket, "assignment")
    act(desk, ticket, "release")
    answer = desk.post(f"/admin/desk/{ticket.number}/unsent/", {"body": "x" * 5000})
    assert answer.status_code == 400
    assert "4,000" in answer.content.decode()
    never_in_it = browser_client(devika).post(f"/admin/desk/{ticket.number}/unsent/", {"body": "x"})
    assert never_in_it.status_code == 404


def test_the_slower_of_two_agents_is_told_who_was_faster(
    desk: Client, devika: User, ticket: Ticket
) -> None:
    ticket.claim(devika)
    assert "Devika Rajan has taken this ticket" in act(desk, ticket, "assignment")
    assert ticket.assignee == devika


def test_it_is_handed_to_a_colleague_with_a_note(
    desk: Client, devika: User, at_desk: Callable[..., Agent], ticket: Ticket
) -> None:
    at_desk(devika, lease_expires_at=timezone.now())
    assert ">Devika Rajan (not at the desk)<" in act(desk, ticket, "assignment")
    at_desk(devika)
    assert ">Devika Rajan<" in page(desk, f"{ticket.number}/")
    act(desk, ticket, "transfer", to=f"agent:{devika.public_id}", note="She waits since Monday.")
    assert ticket.assignee == devika
    assert ticket.notes.get().body == "She waits since Monday."


def test_it_goes_to_another_queue(desk: Client, ticket: Ticket, calls_category: Category) -> None:
    act(desk, ticket, "assignment")
    act(desk, ticket, "transfer", to=f"category:{calls_category.slug}")
    assert (ticket.status, ticket.category) == (Status.OPEN, calls_category)


def test_a_refused_transfer_leaves_no_note(
    desk: Client, ravi: User, devika: User, at_desk: Callable[..., Agent], ticket: Ticket
) -> None:
    at_desk(ravi)
    ticket.claim(devika)
    said = act(desk, ticket, "transfer", to=f"agent:{ravi.public_id}", note="Mine")
    assert "Choose to whom" in said
    said = act(desk, ticket, "transfer", to="category:nothing", note="Mine")
    assert not ticket.notes.exists()
    assert ticket.assignee == devika


def test_nobody_hands_it_to_the_requester(desk: Client, asha: User, ticket: Ticket) -> None:
    act(desk, ticket, "assignment")
    assert "Choose to whom" in act(desk, ticket, "transfer", to=f"agent:{asha.public_id}")


def test_it_is_given_back_or_waits(desk: Client, ticket: Ticket) -> None:
    act(desk, ticket, "assignment")
    act(desk, ticket, "waiting")
    assert ticket.status == Status.WAITING
    act(desk, ticket, "release")
    assert (ticket.status, ticket.came_back) == (Status.OPEN, True)


def test_resolving_over_a_question_asks_first(desk: Client, ticket: Ticket) -> None:
    act(desk, ticket, "assignment")
    said = act(desk, ticket, "resolution")
    assert ticket.status == Status.ASSIGNED
    assert "has no answer yet" in said
    act(desk, ticket, "resolution", anyway="1")
    assert ticket.status == Status.RESOLVED


def test_an_answered_ticket_is_resolved_without_asking(
    desk: Client, ravi: User, ticket: Ticket
) -> None:
    act(desk, ticket, "assignment")
    posting.post(
        author=ravi, conversation_id=ticket.conversation_id, client_id=uuid.uuid4(), body="Here."
    )
    act(desk, ticket, "resolution")
    assert ticket.status == Status.RESOLVED


def test_only_a_supervisor_opens_it_again(
    desk: Client, devika: User, ravi: User, ticket: Ticket, browser_client: Browser
) -> None:
    ticket.claim(ravi)
    ticket.resolve(by=ravi, anyway=True)
    act(desk, ticket, "reopening", note="Mine")
    assert ticket.status == Status.RESOLVED
    assert not ticket.notes.exists()
    assert "what is still wrong" in act(browser_client(devika), ticket, "reopening")
    assert ticket.status == Status.RESOLVED
    act(browser_client(devika), ticket, "reopening", note="The receipt is of last year.")
    assert ticket.status == Status.OPEN
    assert ticket.notes.get().body == "The receipt is of last year."


def test_nothing_is_made_an_emergency_at_the_desk(desk: Client, ticket: Ticket) -> None:
    act(desk, ticket, "priority", priority=Priority.URGENT.value)
    assert ticket.priority == Priority.URGENT
    assert "cannot be chosen" in act(desk, ticket, "priority", priority=0)
    assert ticket.priority == Priority.URGENT


def test_ready_answers_are_filled_in_for_the_ticket(
    desk: Client, ticket: Ticket, payments: Category, calls_category: Category
) -> None:
    body = "Hello {name}, {agent} here, about {number}. {nothing} {name.password}"
    CannedReply.objects.create(title="Hello", shortcut="hello", body=body)
    other = CannedReply.objects.create(title="Sound", shortcut="sound", body="Other queue")
    other.categories.add(calls_category)
    act(desk, ticket, "assignment")
    shown = page(desk, f"{ticket.number}/")
    wanted = f"Hello Asha, Ravi here, about {ticket.number}. {{nothing}} {{name.password}}"
    assert wanted in shown
    assert "Other queue" not in shown


def test_the_card_tells_nothing_of_charts_or_other_conversations(
    desk: Client, asha: User, dr_rao: User, ticket: Ticket, person: Person
) -> None:
    from tests.sweeping import meet

    pair = meet(asha, dr_rao)
    pair.call.cancel(asha)
    shown = page(desk, f"{ticket.number}/")
    assert "Asia/Kolkata" in shown
    assert "Cancelled" in shown
    for secret in ("1987", "Jayanagar", "Nikhil", "Rao", f"{dr_rao.email} wrote"):
        assert secret not in shown


def test_an_emergency_shows_what_was_told(desk: Client, asha: User, payments: Category) -> None:
    ticket = ask(asha, payments, "Chest pain", channel=Channel.EMERGENCY)
    Emergency.objects.create(ticket=ticket, place="14 Lake View Road", call_back="+91 555")
    shown = page(desk, f"{ticket.number}/")
    assert "14 Lake View Road" in shown
    assert 'href="tel:+91 555"' in shown


def test_the_board_is_for_supervisors(
    desk: Client, devika: User, ravi: User, ticket: Ticket, browser_client: Browser
) -> None:
    assert desk.get("/admin/desk/board/").status_code == 404
    shown = page(browser_client(devika), "board/")
    assert "Payments" in shown
    assert "(today, UTC time)" in shown
    ticket.claim(ravi)
    ticket.resolve(by=ravi, anyway=True)
    ticket.rate(4, "Kind, but slow", by=ticket.requester)
    shown = page(browser_client(devika), "board/")
    assert "4.0" in shown
    assert "from 1 rating" in shown
    assert "Kind, but slow" in shown
    assert "without words" not in shown
    ticket.reopen(by=ticket.requester)
    ticket.claim(ravi)
    ticket.resolve(by=ravi, anyway=True)
    ticket.rate(5, by=ticket.requester)
    assert "1 rating without words" in page(browser_client(devika), "board/")


def test_the_board_tells_times_by_the_clock_that_it_names(
    asha: User, devika: User, payments: Category, browser_client: Browser
) -> None:
    User.objects.filter(pk=devika.pk).update(time_zone="Asia/Kolkata")
    ticket = ask(asha, payments, "Chest pain", channel=Channel.EMERGENCY)
    alarm = Emergency.objects.create(ticket=ticket, pressed_at=timezone.now())
    shown = page(browser_client(devika), "board/")
    assert f">{alarm.pressed_at:%H:%M}</time>, not answered" in shown


def test_the_board_shows_what_is_late_and_soon_late_and_how_fast_we_were(
    devika: User,
    ravi: User,
    ticket: Ticket,
    at_desk: Callable[..., Agent],
    browser_client: Browser,
) -> None:
    board, now = browser_client(devika), timezone.now()
    at_desk(ravi)
    assert "Nothing is about to be late." in page(board, "board/")
    Ticket.objects.update(warned_at=now)
    shown = page(board, "board/")
    assert f'data-row="soon-{ticket.number}"' in shown
    assert f'data-row="late-{ticket.number}"' not in shown
    Ticket.objects.update(breached_at=now)
    shown = page(board, "board/")
    assert f'data-row="soon-{ticket.number}"' not in shown
    assert f'data-row="late-{ticket.number}"' in shown
    ticket.refresh_from_db()
    ticket.claim(ravi)
    say(ticket, ravi)
    rung_again = Emergency.objects.create(ticket=ticket, pressed_at=now)
    rung_again.note("answered", ravi, at=now + timedelta(seconds=9))
    shown = page(board, "board/")
    assert re.search(r"\d+ s</time> ago", shown)
    assert f"{ravi.display_name} after 9 s" in shown


def test_the_way_to_the_desk_stands_first_in_the_admin(
    desk: Client, browser_client: Browser, person: Person
) -> None:
    for client in (desk, browser_client(person("admin"))):
        shown = client.get("/admin/").content.decode()
        assert shown.count('href="/admin/desk/"') == 2
        for live in ("telemed-ringing", "telemed-toasts", 'name="viewer"', "js/page.js"):
            assert live in shown
