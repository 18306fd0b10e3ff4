"""An emergency from the press of the button to its end: never refused, never left alone."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts import presence
from accounts.models import User
from calls.models import Call, Participant
from calls.refusals import AlreadyAnswered, NoRelay
from chat.models import Conversation
from helpline.models import Category, Duty, Emergency, Stage, Status, Ticket
from helpline.refusals import (
    AlreadyClaimed,
    NobodyOffered,
    NotAnAgent,
    NotYourTicket,
    StillInCall,
    TicketSettled,
)
from helpline.sight import Sight
from notifications.models import Notification
from tests.conftest import Person
from tests.helpline.people import again

pytestmark = pytest.mark.django_db(transaction=True)

Watch = Callable[[User, str], Duty]


@pytest.fixture
def on_duty() -> Watch:
    """`on_duty(ravi, "agent")`: from an hour ago to an hour from now."""

    def watch(person: User, kind: str) -> Duty:
        now, hour = timezone.now(), timedelta(hours=1)
        return Duty.objects.create(
            person=person, kind=kind, starts_at=now - hour, ends_at=now + hour
        )

    return watch


@pytest.fixture
def pressed(asha: User, dr_rao: User, ravi: User, devika: User, on_duty: Watch) -> Emergency:
    """Asha presses while Ravi and Dr Rao are on duty."""
    on_duty(ravi, "agent")
    on_duty(dr_rao, "doctor")
    return Emergency.objects.press(by=asha, happening="Chest pain", place="14 Lake View Road")


def soon(seconds: float) -> datetime:
    return timezone.now() + timedelta(seconds=seconds)


def alerted(emergency: Emergency) -> set[str]:
    return {each.person.short_name for each in emergency.alerts.select_related("person")}


def told(person: User) -> list[str]:
    own = Notification.objects.for_user(person).unread()
    return list(own.filter(key__startswith="emergency:").values_list("kind", flat=True))


def rung(person: User) -> bool:
    return Call.objects.ringing_for(person).exists()


def test_one_whose_step_fails_holds_up_neither_another_nor_a_press(
    pressed: Emergency, meera: User, stranger: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Emergency.objects.press(by=meera)
    Emergency.objects.update(next_at=timezone.now())
    climb = Emergency._climb

    def fail(self: Emergency, *args: object) -> None:
        if self.pk == pressed.pk:
            raise ZeroDivisionError
        climb(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(Emergency, "_climb", fail)
    assert Emergency.objects.press(by=stranger).next_at is not None
    assert again(other).stage == Stage.DOCTORS
    assert (again(pressed).stage, again(pressed).ended_at) == (Stage.AGENTS, None)
    monkeypatch.undo()
    Emergency.objects.settle()
    assert again(pressed).stage == Stage.DOCTORS


def test_a_press_makes_the_ticket_the_conversation_and_a_call_that_rings_the_agents_on_duty(
    pressed: Emergency, ravi: User, dr_rao: User
) -> None:
    assert (pressed.ticket.channel, pressed.ticket.priority) == ("emergency", 0)
    first = pressed.ticket.conversation.messages.order_by("seq").first()
    assert "Chest pain" in first.body
    assert "14 Lake View Road" in first.body
    assert (alerted(pressed), told(ravi), told(dr_rao)) == ({"Ravi"}, ["emergency"], [])
    assert (rung(ravi), rung(dr_rao)) == (True, False)


def test_the_category_is_not_offered_for_ordinary_tickets(pressed: Emergency) -> None:
    assert not Category.objects.offered().filter(slug="emergency").exists()


def test_pressing_again_is_the_same_emergency_with_what_is_new(
    pressed: Emergency, asha: User
) -> None:
    same = Emergency.objects.press(by=asha, call_back="+91 1")
    assert same.pk == pressed.pk
    assert (again(pressed).call_back, again(pressed).happening) == ("+91 1", "Chest pain")
    assert Ticket.objects.count() == 1


def test_a_repeated_press_leads_to_what_it_made_even_when_that_is_over(
    asha: User, ravi: User, stranger: User
) -> None:
    press = uuid4()
    made = Emergency.objects.press(by=asha, client_id=press)
    made.call.accept(ravi)
    again(made).end(by=ravi)
    assert Emergency.objects.press(by=asha, client_id=press) == made
    assert not Emergency.objects.live().exists()
    assert Emergency.objects.press(by=stranger, client_id=press).person == stranger


def test_another_press_after_the_end_rings_anew(asha: User, ravi: User) -> None:
    for press in (uuid4(), uuid4(), None, None):
        emergency = Emergency.objects.press(by=asha, client_id=press)
        assert rung(ravi)
        emergency.end(by=asha)
    assert Emergency.objects.count() == 4


def test_a_press_that_joined_a_living_one_is_known_as_well(asha: User) -> None:
    made, second = Emergency.objects.press(by=asha, client_id=uuid4()), uuid4()
    for _repetition in range(2):
        assert Emergency.objects.press(by=asha, client_id=second) == made
    assert made.steps.filter(kind="pressed").count() == 2
    made.end(by=asha)
    assert Emergency.objects.press(by=asha, client_id=second) == made


def test_the_ladder_goes_up_and_never_ends(
    pressed: Emergency, ravi: User, dr_rao: User, devika: User
) -> None:
    Emergency.objects.settle(soon(14))
    assert again(pressed).stage == Stage.AGENTS
    Emergency.objects.settle(soon(15.5))
    assert (again(pressed).stage, rung(dr_rao), told(devika)) == (Stage.DOCTORS, True, [])
    Emergency.objects.settle(soon(31))
    assert (again(pressed).stage, rung(devika)) == (Stage.EVERYONE, True)
    Notification.objects.for_user(ravi).mark_read()
    Emergency.objects.settle(soon(62))
    assert told(ravi) == ["emergency"]
    assert rung(ravi)
    assert again(pressed).next_at > soon(62)
    assert again(pressed).call.status == "ringing"


def test_a_step_is_taken_once_by_however_many_clocks(pressed: Emergency) -> None:
    now, same = soon(16), again(pressed)
    again(pressed).settle(now)
    same.settle(now)
    assert again(pressed).steps.filter(kind="stage").count() == 2


def test_an_empty_stage_is_skipped_at_once(asha: User, ravi: User, dr_rao: User, on_duty) -> None:
    on_duty(dr_rao, "doctor")
    emergency = Emergency.objects.press(by=asha)
    assert (emergency.stage, alerted(emergency)) == (Stage.DOCTORS, {"Dr Rao"})
    Emergency.objects.settle(soon(16))
    assert again(emergency).stage == Stage.EVERYONE


def test_with_nobody_on_duty_every_supervisor_is_told_at_once(
    asha: User, ravi: User, devika: User
) -> None:
    emergency = Emergency.objects.press(by=asha)
    assert emergency.stage == Stage.EVERYONE
    assert told(devika) == told(ravi) == ["emergency"]


def test_doctors_off_duty_are_rung_with_everyone_when_they_have_a_page_open(
    asha: User, ravi: User, dr_rao: User, meera: User
) -> None:
    presence.take(dr_rao)
    emergency = Emergency.objects.press(by=asha)
    assert (rung(dr_rao), alerted(emergency)) == (True, {"Ravi", "Dr Rao"})
    presence.take(meera)
    Emergency.objects.settle(soon(31))
    assert rung(meera)


def test_doctors_off_duty_are_left_alone_while_others_may_come(
    pressed: Emergency, dr_rao: User, meera: User
) -> None:
    presence.take(meera)
    Emergency.objects.settle(soon(15.5))
    assert (rung(dr_rao), rung(meera)) == (True, False)


def test_an_agent_at_an_open_desk_is_on_duty(asha: User, ravi: User, at_desk) -> None:
    at_desk(ravi)
    assert alerted(Emergency.objects.press(by=asha)) == {"Ravi"}


def test_the_call_never_rings_out_and_outlives_the_callers_lease(
    pressed: Emergency, ravi: User
) -> None:
    Participant.objects.update(lease_expires_at=timezone.now())
    Call.objects.settle(soon(3600))
    assert again(pressed).call.status == "ringing"
    again(pressed).call.accept(ravi)
    assert again(pressed).owner == ravi


def test_it_rings_aloud_for_someone_in_another_call(
    asha: User, dr_rao: User, stranger: User, on_duty: Watch
) -> None:
    on_duty(dr_rao, "doctor")
    of_stranger = Conversation.objects.direct(stranger, dr_rao)
    other = Call.objects.start(of_stranger, by=stranger, kind="audio")
    other.accept(dr_rao)
    emergency = Emergency.objects.press(by=asha)
    assert not emergency.call.waits_for(dr_rao)
    emergency.call.accept(dr_rao)
    other.refresh_from_db()
    assert other.status == "ended"


def test_who_presses_in_a_call_leaves_that_call(asha: User, dr_rao: User, ravi: User) -> None:
    talk = Call.objects.start(Conversation.objects.direct(asha, dr_rao), by=asha, kind="audio")
    talk.accept(dr_rao)
    assert Emergency.objects.press(by=asha).call.status == "ringing"
    talk.refresh_from_db()
    assert talk.status == "ended"


def test_one_who_declines_is_silent_alone(pressed: Emergency, ravi: User, dr_rao: User) -> None:
    presence.take(dr_rao)
    Emergency.objects.settle(soon(16))
    pressed.call.decline(ravi)
    assert (rung(ravi), rung(dr_rao)) == (False, True)
    assert told(ravi) == []
    Emergency.objects.settle(soon(32))
    Emergency.objects.settle(soon(63))
    assert (rung(ravi), told(ravi)) == (False, [])
    assert again(pressed).alerts.get(person=ravi).declined_at


def test_when_all_who_hear_it_have_declined_they_are_rung_again(
    pressed: Emergency, ravi: User, dr_rao: User
) -> None:
    for person in (ravi, dr_rao):
        presence.take(person)
    Emergency.objects.settle(soon(16))
    Emergency.objects.settle(soon(32))
    for person in (ravi, dr_rao):
        again(pressed).call.decline(person)
    assert (rung(ravi), rung(dr_rao)) == (False, False)
    Emergency.objects.settle(soon(63))
    assert (rung(ravi), rung(dr_rao)) == (True, True)
    assert (told(ravi), told(dr_rao)) == (["emergency"], ["emergency"])
    assert not again(pressed).alerts.exclude(declined_at=None).exists()


def test_the_first_who_accepts_has_it_and_the_others_are_told(
    pressed: Emergency, ravi: User, dr_rao: User
) -> None:
    Emergency.objects.settle(soon(16))
    call = Call.objects.get(pk=pressed.call.pk)
    call.accept(dr_rao)
    with pytest.raises(AlreadyAnswered):
        pressed.call.accept(ravi)
    now = again(pressed)
    assert (now.owner, now.answered_by, now.ticket.status) == (dr_rao, dr_rao, Status.ASSIGNED)
    assert now.ticket.conversation.member(dr_rao)
    assert (told(dr_rao), told(ravi)) == ([], ["emergency_taken"])
    assert not Call.objects.unanswered_by(ravi).exists()
    assert not Notification.objects.for_user(ravi).filter(kind="missed_call").exists()
    Emergency.objects.settle(soon(31))
    assert again(pressed).stage == Stage.DOCTORS


def test_nobody_is_a_third_in_the_call(pressed: Emergency, ravi: User, dr_rao: User) -> None:
    Emergency.objects.settle(soon(16))
    call = Call.objects.get(pk=pressed.call.pk)
    call.accept(dr_rao)
    with pytest.raises(AlreadyAnswered):
        call.join(ravi, "tab-of-ravi")


def test_who_has_no_devices_takes_it_by_button(
    pressed: Emergency, ravi: User, dr_rao: User
) -> None:
    again(pressed).ticket.claim(ravi)
    now = again(pressed)
    assert (now.owner, now.call.status) == (ravi, "ended")
    Emergency.objects.settle(soon(16))
    assert not rung(dr_rao)
    with pytest.raises(AlreadyClaimed):
        now.take(User.objects.get(pk=dr_rao.pk))


def test_who_was_not_alerted_and_is_no_agent_cannot_take_it(
    pressed: Emergency, meera: User, stranger: User, asha: User
) -> None:
    for person in (meera, stranger, asha):
        with pytest.raises(NotAnAgent):
            again(pressed).take(person)


def test_when_no_call_can_be_made_everything_else_is_done(
    asha: User, ravi: User, on_duty, monkeypatch
) -> None:
    def refuse(*_args: object, **_names: object) -> None:
        raise NoRelay

    on_duty(ravi, "agent")
    monkeypatch.setattr("calls.models.selection.CallQuerySet.start_emergency", refuse)
    emergency = Emergency.objects.press(by=asha)
    assert emergency.call is None
    assert (alerted(emergency), told(ravi)) == ({"Ravi"}, ["emergency"])
    assert emergency.ticket.conversation.messages.exists()
    monkeypatch.undo()
    Emergency.objects.settle(soon(31))
    assert again(emergency).call.status == "ringing"


def test_presses_are_never_refused_for_their_number(asha: User) -> None:
    for _number in range(40):
        Emergency.objects.press(by=asha).end(by=asha)
    assert Emergency.objects.press(by=asha).is_over is False


def test_the_person_ends_it_and_nothing_rings_any_more(
    pressed: Emergency, asha: User, ravi: User
) -> None:
    pressed.end(by=asha)
    assert (rung(ravi), told(ravi)) == (False, [])
    now = again(pressed)
    assert (now.ticket.status, now.next_at, now.is_over) == (Status.RESOLVED, None, True)
    assert Emergency.objects.press(by=asha).pk != pressed.pk


def test_a_cancelled_call_does_not_end_the_emergency(
    pressed: Emergency, asha: User, dr_rao: User
) -> None:
    pressed.call.cancel(asha)
    Emergency.objects.settle(soon(16))
    assert told(dr_rao) == ["emergency"]
    again(pressed).ring_again(by=asha)
    assert rung(dr_rao)


def test_everyone_is_rung_again_only_when_the_call_broke_off(
    pressed: Emergency, asha: User, ravi: User
) -> None:
    pressed.call.accept(ravi)
    with pytest.raises(StillInCall):
        again(pressed).ring_again(by=asha)
    with pytest.raises(NotYourTicket):
        again(pressed).ring_again(by=ravi)
    Call.objects.get(pk=pressed.call.pk).leave(asha)
    again(pressed).ring_again(by=asha)
    assert rung(ravi)
    assert again(pressed).owner is None


def test_it_is_over_when_its_ticket_is_settled(pressed: Emergency, ravi: User) -> None:
    pressed.call.accept(ravi)
    Ticket.objects.get(pk=pressed.ticket.pk).resolve(by=ravi, anyway=True)
    Emergency.objects.settle()
    now = again(pressed)
    assert (now.call.status, now.next_at) == ("ended", None)
    with pytest.raises(TicketSettled):
        now.take(ravi)


def test_an_owner_who_vanishes_leaves_nobody_alone(
    pressed: Emergency, ravi: User, dr_rao: User
) -> None:
    pressed.call.accept(ravi)
    Emergency.objects.settle(soon(40))
    assert again(pressed).owner == ravi
    Call.objects.settle(soon(60))
    Emergency.objects.settle(soon(60))
    now = again(pressed)
    assert (now.owner, now.ticket.status, now.stage) == (None, Status.OPEN, Stage.EVERYONE)
    assert (rung(ravi), rung(dr_rao)) == (True, True)


def test_an_owner_whose_page_is_open_is_there(pressed: Emergency, dr_rao: User, ravi: User) -> None:
    pressed.call.accept(ravi)
    Call.objects.get(pk=pressed.call.pk).leave(ravi)
    lease = presence.take(ravi)
    for seconds in (50, 100, 150):
        ravi.presence_leases.filter(pk=lease).update(expires_at=soon(seconds + 55))
        Emergency.objects.settle(soon(seconds))
    assert again(pressed).owner == ravi


def meet(pressed: Emergency, helper: User) -> Call:
    """The call of both, in which the person stays."""
    pressed.call.accept(helper)
    call = Call.objects.get(pk=pressed.call.pk)
    for person in (pressed.person, helper):
        call.join(person, f"tab-of-{person.pk}")
    call.participants.filter(person=pressed.person).update(lease_expires_at=soon(3600))
    return call


def test_who_is_cut_off_with_the_desk_open_leaves_nobody_alone_in_the_call(
    pressed: Emergency, asha: User, ravi: User, at_desk
) -> None:
    """Her page says that everyone is rung again: an open desk must not make that untrue."""
    at_desk(ravi)
    call = meet(pressed, ravi)
    call.participants.filter(person=ravi).update(lease_expires_at=timezone.now())
    Call.objects.settle(soon(1))
    gone_at = call.participants.get(person=ravi).left_at
    for seconds in (5, 10):
        Emergency.objects.update(next_at=gone_at)
        Emergency.objects.settle(gone_at + timedelta(seconds=seconds))
        assert again(pressed).owner == ravi, "he may be back in a moment"
    Emergency.objects.settle(gone_at + timedelta(seconds=20))
    now = again(pressed)
    assert (now.owner, rung(ravi)) == (None, True)
    assert now.call.pk != call.pk


def test_the_page_of_who_was_cut_off_puts_nothing_off_by_asking_anew(
    pressed: Emergency, asha: User, ravi: User, at_desk
) -> None:
    at_desk(ravi)
    call = meet(pressed, ravi)
    call.note_line_lost(asha, f"tab-of-{asha.pk}")
    call.note_line_lost(ravi, f"tab-of-{ravi.pk}")
    Call.objects.settle(soon(9))
    assert set(call.participants.here().values_list("person", flat=True)) == {asha.pk, ravi.pk}
    Call.objects.settle(soon(11))
    assert [each.person for each in call.participants.here()] == [asha], "hers lasts its time"
    call.participants.filter(person=ravi).update(left_at=timezone.now())
    due = again(pressed).next_at
    again(pressed).note_look(ravi)
    assert again(pressed).next_at == due
    Emergency.objects.settle(soon(16))
    assert (again(pressed).owner, rung(ravi)) == (None, True)


def test_alerts_know_who_looked_and_whose_device_rang(pressed: Emergency, ravi: User) -> None:
    pressed.call.alert(ravi)
    pressed.note_look(ravi)
    alert = pressed.alerts.get(person=ravi)
    assert alert.rang_at
    assert alert.opened_at


def test_who_sees_an_emergency(
    pressed: Emergency, person: Person, asha: User, ravi: User, devika: User, dr_rao: User, meera
) -> None:
    def sees(someone: User) -> bool:
        return Emergency.objects.for_user(someone).exists()

    seen = [sees(each) for each in (asha, ravi, devika, dr_rao, meera, person("stranger"))]
    assert seen == [True, True, True, False, False, False]


def test_a_doctor_takes_over_when_they_say_so_and_not_before(
    pressed: Emergency, asha: User, ravi: User, meera: User, dr_rao: User
) -> None:
    pressed.call.accept(ravi)
    call = Call.objects.get(pk=pressed.call.pk)
    call.join(asha, "tab-of-asha")
    call.join(ravi, "tab-of-ravi")
    again(pressed).offer(meera, "65 years, chest pain for an hour", by=ravi)
    assert (again(pressed).owner, told(meera)) == (ravi, ["emergency_offer"])
    with pytest.raises(NobodyOffered):
        again(pressed).accept_offer(by=dr_rao)
    again(pressed).accept_offer(by=meera)
    now = again(pressed)
    assert (now.owner, now.call.status) == (meera, "active")
    assert not now.ticket.conversation.members.present().filter(person=ravi).exists()


@pytest.fixture
def handed_over(pressed: Emergency, asha: User, ravi: User, meera: User) -> Call:
    """Meera has it, and has not joined the call of Asha and Ravi yet."""
    pressed.call.accept(ravi)
    call = Call.objects.get(pk=pressed.call.pk)
    call.join(asha, "tab-of-asha")
    call.join(ravi, "tab-of-ravi")
    again(pressed).offer(meera, "Chest pain", by=ravi)
    again(pressed).accept_offer(by=meera)
    return Call.objects.get(pk=call.pk)


def inside(call: Call) -> set[str]:
    return {each.person.short_name for each in call.participants.here()}


def test_whoever_hands_over_stays_in_the_call_until_the_doctor_is_heard(
    handed_over: Call, pressed: Emergency, asha: User, ravi: User, meera: User
) -> None:
    assert inside(handed_over) == {"Asha", "Ravi", "Dr Nair"}
    assert Sight(again(pressed), asha).stays == ravi
    handed_over.join(meera, "tab-of-meera")
    handed_over.report_connected(ravi, "tab-of-ravi")
    assert inside(handed_over) == {"Asha", "Ravi", "Dr Nair"}
    handed_over.report_connected(meera, "tab-of-meera")
    assert inside(handed_over) == {"Asha", "Dr Nair"}
    assert Sight(again(pressed), asha).stays is None
    with pytest.raises(AlreadyAnswered):
        handed_over.join(ravi, "tab-of-ravi-2")


def test_a_doctor_who_does_not_come_to_the_call_leaves_nobody_alone_and_may_still_come(
    handed_over: Call, ravi: User, meera: User
) -> None:
    handed_over.renew(ravi, "tab-of-ravi")
    handed_over.participants.exclude(person=meera).update(lease_expires_at=soon(90))
    Call.objects.settle(soon(60))
    assert inside(handed_over) == {"Asha", "Ravi"}
    handed_over.join(meera, "tab-of-meera")
    handed_over.report_connected(meera, "tab-of-meera")
    assert inside(handed_over) == {"Asha", "Dr Nair"}


def test_of_two_helpers_each_leaves_the_call_to_the_other(
    handed_over: Call, ravi: User, meera: User
) -> None:
    handed_over.leave(ravi, party_id="tab-of-ravi")
    assert inside(handed_over) == {"Asha", "Dr Nair"}
    handed_over.leave(meera)
    handed_over.refresh_from_db()
    assert handed_over.status == "ended"


def test_who_needs_help_ends_the_call_of_both(handed_over: Call, asha: User) -> None:
    handed_over.leave(asha)
    assert inside(handed_over) == set()


def test_a_doctor_who_cannot_leaves_it_where_it_is(
    pressed: Emergency, ravi: User, meera: User
) -> None:
    pressed.call.accept(ravi)
    again(pressed).offer(meera, "Chest pain", by=ravi)
    again(pressed).refuse_offer(by=meera)
    assert (again(pressed).owner, again(pressed).offered_to) == (ravi, None)
    with pytest.raises(NotYourTicket):
        again(pressed).offer(meera, "Chest pain", by=meera)
