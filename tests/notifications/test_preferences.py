"""What a person has chosen: the matrix, and when there is to be quiet."""

from datetime import UTC, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import example, given
from hypothesis import strategies as st

from accounts.models import Role, User
from calls.kinds import INCOMING_CALL, MISSED_CALL
from chat.kinds import MESSAGE
from notifications.kinds import SECURITY, Transport, kinds
from notifications.models import FOREVER, Delivery, Notification, Preferences, Reason, State
from notifications.models.preferences import AlwaysOn, NoSpan
from notifications.models.silence import NotAhead, TooLong
from tests.chat.test_posting import in_threads
from tests.notifications.test_notify import tell

PUSH, EMAIL, SMS = Transport.PUSH, Transport.EMAIL, Transport.SMS
HOUR = timedelta(hours=1)
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def of(person: User) -> Preferences:
    return Preferences.of([person])[person.pk]


# The matrix.


@pytest.mark.django_db
class TestMatrix:
    """Which transport tells of which kind."""

    def test_a_person_without_a_row_has_defaults_and_looking_writes_none(self, asha):
        preferences = of(asha)
        assert preferences.allows(MESSAGE, PUSH)
        assert not preferences.allows(MESSAGE, SMS)
        assert preferences.quiet_until(MESSAGE, timezone.now()) is None
        assert not Preferences.objects.exists()

    def test_what_was_chosen_holds_for_that_field_alone(self, asha, dr_rao):
        with Preferences.changing(asha) as own:
            own.choose(MESSAGE, SMS, is_on=True)
            own.choose(MESSAGE, EMAIL, is_on=False)
        preferences = of(asha)
        assert [preferences.allows(MESSAGE, each) for each in (PUSH, EMAIL, SMS)] == [1, 0, 1]
        assert preferences.allows(MISSED_CALL, EMAIL)
        assert of(dr_rao).allows(MESSAGE, EMAIL)

    def test_only_what_differs_is_kept(self, asha):
        with Preferences.changing(asha) as own:
            own.choose(MESSAGE, PUSH, is_on=True)
            own.choose(MESSAGE, SMS, is_on=True)
            own.choose(MESSAGE, EMAIL, is_on=False)
            own.choose(MESSAGE, EMAIL, is_on=True)
        assert of(asha).choices == {"message": {"sms": True}}

    def test_what_is_fixed_stays_on(self, asha):
        with Preferences.changing(asha) as own:
            own.choose(SECURITY, EMAIL, is_on=True)
            with pytest.raises(AlwaysOn):
                own.choose(SECURITY, EMAIL, is_on=False)
        assert of(asha).allows(SECURITY, EMAIL)

    def test_even_a_row_that_says_otherwise_turns_nothing_off_that_is_fixed(self, asha):
        Preferences.objects.create(person=asha, choices={"security": {"email": False}})
        assert of(asha).allows(SECURITY, EMAIL)

    def test_a_refusal_undoes_what_was_chosen_before_it(self, asha):
        def change() -> None:
            with Preferences.changing(asha) as own:
                own.choose(MESSAGE, SMS, is_on=True)
                own.keep_quiet(time(22), time(22))

        with pytest.raises(NoSpan):
            change()
        assert not Preferences.objects.exists()

    def test_of_several_people_it_costs_one_query(
        self, asha, dr_rao, meera, django_assert_num_queries
    ):
        Preferences.objects.create(person=asha)
        with django_assert_num_queries(1):
            found = Preferences.of([asha, dr_rao, meera])
            assert all(each.allows(MESSAGE, PUSH) for each in found.values())

    @pytest.mark.parametrize("role", Role.values)
    def test_everyone_is_told_of_everything_by_some_transport(self, role):
        person = User(role=role)
        for kind in kinds.values():
            own = Preferences(person=person)
            assert any(own.allows(kind, each) for each in Transport.values), (kind.name, role)

    def test_whoever_works_at_the_desk_gets_no_mail_for_each_message(self):
        agent, doctor = (Preferences(person=User(role=role)) for role in ("agent", "doctor"))
        assert [agent.allows(MESSAGE, each) for each in (PUSH, EMAIL, SMS)] == [1, 0, 0]
        assert [doctor.allows(MESSAGE, each) for each in (PUSH, EMAIL, SMS)] == [1, 1, 0]

    def test_whoever_sees_patients_hears_at_once_of_a_sign_in(self):
        patient, doctor = (Preferences(person=User(role=role)) for role in ("patient", "doctor"))
        assert [each.allows(SECURITY, PUSH) for each in (patient, doctor)] == [0, 1]


# Quiet hours.


def person_in(zone: str) -> User:
    return User(time_zone=zone)


def quiet_until(zone: str, start: time, end: time, now: datetime) -> datetime | None:
    preferences = Preferences(person=person_in(zone), quiet_from=start, quiet_to=end)
    return preferences.quiet_until(MESSAGE, now)


@pytest.mark.parametrize(
    ("zone", "start", "end", "now", "until"),
    [
        # One day.
        ("UTC", "13:00", "15:00", "2026-11-26T12:59:59Z", None),
        ("UTC", "13:00", "15:00", "2026-11-26T13:00:00Z", "2026-11-26T15:00:00Z"),
        ("UTC", "13:00", "15:00", "2026-11-26T14:59:59Z", "2026-11-26T15:00:00Z"),
        ("UTC", "13:00", "15:00", "2026-11-26T15:00:00Z", None),
        # Over midnight, from both sides of it.
        ("UTC", "22:00", "07:00", "2026-11-26T23:30:00Z", "2026-11-27T07:00:00Z"),
        ("UTC", "22:00", "07:00", "2026-11-27T06:30:00Z", "2026-11-27T07:00:00Z"),
        ("UTC", "22:00", "07:00", "2026-11-27T12:00:00Z", None),
        ("UTC", "22:00", "00:00", "2026-11-26T23:59:00Z", "2026-11-27T00:00:00Z"),
        ("UTC", "00:00", "07:00", "2026-11-26T00:00:00Z", "2026-11-26T07:00:00Z"),
        # In the person's own zone, where it is another day.
        ("Asia/Kolkata", "22:00", "07:00", "2026-11-26T17:00:00Z", "2026-11-27T01:30:00Z"),
        ("Asia/Kolkata", "22:00", "07:00", "2026-11-26T22:00:00Z", "2026-11-27T01:30:00Z"),
        ("Asia/Kolkata", "22:00", "07:00", "2026-11-26T01:31:00Z", None),
        ("America/Los_Angeles", "22:00", "07:00", "2026-11-27T06:30:00Z", "2026-11-27T15:00:00Z"),
        # The clock is put on within them: an hour less; at their end: not before the gap is over.
        ("Europe/Berlin", "22:00", "07:00", "2026-03-28T22:00:00Z", "2026-03-29T05:00:00Z"),
        ("Europe/Berlin", "22:00", "02:30", "2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z"),
        # It is put back within them: an hour more; at their end: not before the second 02:30.
        ("Europe/Berlin", "22:00", "07:00", "2026-10-24T21:00:00Z", "2026-10-25T06:00:00Z"),
        ("Europe/Berlin", "22:00", "02:30", "2026-10-25T00:40:00Z", "2026-10-25T01:30:00Z"),
        ("Europe/Berlin", "02:30", "06:00", "2026-10-25T01:10:00Z", "2026-10-25T05:00:00Z"),
    ],
)
def test_quiet_hours(zone, start, end, now, until):
    found = quiet_until(
        zone, time.fromisoformat(start), time.fromisoformat(end), datetime.fromisoformat(now)
    )
    assert found == (until and datetime.fromisoformat(until))


ZONES = [
    *("UTC", "Asia/Kolkata", "Asia/Kathmandu", "Europe/Berlin", "Europe/Lisbon"),
    *("America/New_York", "America/Havana", "America/Asuncion", "Africa/Cairo", "Asia/Beirut"),
    *("Australia/Lord_Howe", "Pacific/Chatham", "Pacific/Kiritimati", "Pacific/Pago_Pago"),
]
CLOCK = st.times().map(lambda each: each.replace(microsecond=0))
NOW = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)).map(
    lambda each: each.replace(tzinfo=UTC, microsecond=0)
)


def says(clock: time, start: time, end: time) -> bool:
    """Whether the clock on the wall lies in the span."""
    return start <= clock < end if start < end else clock >= start or clock < end


def is_put(zone: str, now: datetime) -> bool:
    """Whether the clock is put on or back about this time."""
    about = [now + hours * HOUR for hours in range(-26, 27)]
    return len({each.astimezone(ZoneInfo(zone)).utcoffset() for each in about}) > 1


@given(zone=st.sampled_from(ZONES), start=CLOCK, end=CLOCK, now=NOW)
@example("Europe/Berlin", time(22), time(2, 30), datetime(2026, 10, 25, 0, 40, tzinfo=UTC))
@example("America/Havana", time(0, 30), time(6), datetime(2026, 3, 8, 4, 45, tzinfo=UTC))
@example("Asia/Beirut", time(23, 30), time(6), datetime(2026, 10, 24, 20, 40, tzinfo=UTC))
def test_quiet_hours_are_what_the_clock_on_the_wall_says(zone, start, end, now):
    until = quiet_until(zone, start, end, now)
    wall = now.astimezone(ZoneInfo(zone)).time()
    if start == end:
        assert until is None
    elif says(wall, start, end):
        assert until is not None
    elif not is_put(zone, now):
        assert until is None


@given(zone=st.sampled_from(ZONES), start=CLOCK, end=CLOCK, now=NOW)
def test_quiet_hours_end_when_they_are_said_to(zone, start, end, now):
    until = quiet_until(zone, start, end, now)
    if until is None:
        return
    assert now < until <= now + 26 * HOUR
    # A minute before it is still quiet, with the same end.
    assert quiet_until(zone, start, end, max(now, until - timedelta(minutes=1))) == until
    if not is_put(zone, until):
        assert until.astimezone(ZoneInfo(zone)).time() == end
        assert quiet_until(zone, start, end, until) is None


@given(urgent_through=st.booleans(), now=NOW, hours=st.integers(-30, 30))
def test_urgent_things_come_through_if_the_person_lets_them(urgent_through, now, hours):
    preferences = Preferences(
        person=person_in("Asia/Kolkata"),
        quiet_from=time(0),
        quiet_to=time(23, 59),
        undisturbed_until=now + hours * HOUR,
        lets_urgent_through=urgent_through,
    )
    calm = preferences.quiet_until(MESSAGE, now)
    assert preferences.quiet_until(INCOMING_CALL, now) == (None if urgent_through else calm)
    assert calm is None or calm >= now + hours * HOUR


@pytest.mark.django_db
class TestQuiet:
    """How quiet is asked for."""

    @pytest.mark.parametrize(
        ("start", "end"), [(time(22), time(22)), (None, time(7)), (time(22), None), (None, None)]
    )
    def test_a_span_has_two_ends(self, asha, start, end):
        with pytest.raises(NoSpan), Preferences.changing(asha) as own:
            own.keep_quiet(start, end)

    def test_what_is_turned_off_is_not_quiet_and_keeps_its_times(self, asha):
        with Preferences.changing(asha) as own:
            own.keep_quiet(time(0), time(23, 59))
        assert of(asha).quiet_until(MESSAGE, NOON)
        with Preferences.changing(asha) as own:
            own.keep_quiet(time(0), None, is_on=False)
        assert of(asha).quiet_until(MESSAGE, NOON) is None
        assert (of(asha).quiet_from, of(asha).quiet_to) == (time(0), time(23, 59))

    def test_the_database_keeps_no_half_of_a_span(self, asha):
        with pytest.raises(IntegrityError), transaction.atomic():
            Preferences.objects.create(person=asha, quiet_from=time(22))

    def test_undisturbed_until_then_or_until_it_is_ended(self, asha):
        with Preferences.changing(asha) as own:
            own.do_not_disturb()
        assert of(asha).undisturbed_until == FOREVER
        assert of(asha).is_undisturbed
        assert of(asha).quiet_until(MESSAGE, timezone.now()) == FOREVER
        with Preferences.changing(asha) as own:
            own.disturb_again()
        assert not of(asha).is_undisturbed

    @pytest.mark.parametrize(("hours", "refusal"), [(0, NotAhead), (-1, NotAhead), (9000, TooLong)])
    def test_an_end_that_makes_no_sense_is_refused(self, asha, hours, refusal):
        with pytest.raises(refusal), Preferences.changing(asha) as own:
            own.do_not_disturb(timezone.now() + hours * HOUR)

    def test_what_is_later_ends_the_quiet(self):
        now = datetime(2026, 11, 26, 23, tzinfo=UTC)
        preferences = Preferences(
            person=person_in("UTC"), quiet_from=time(22), quiet_to=time(7),
            undisturbed_until=now + HOUR,
        )  # fmt: skip
        assert preferences.quiet_until(MESSAGE, now) == datetime(2026, 11, 27, 7, tzinfo=UTC)

    def test_what_waited_goes_out_when_the_quiet_is_ended(self, asha, dr_rao):
        with Preferences.changing(asha) as own:
            own.do_not_disturb()
        hers, his = held_back(asha), held_back(dr_rao)
        before = timezone.now()
        with Preferences.changing(asha) as own:
            own.disturb_again()
        for each in (hers, his):
            each.refresh_from_db()
        assert before <= hers.due_at <= timezone.now()
        assert his.due_at == FOREVER

    def test_what_waited_waits_longer_when_the_quiet_is_made_longer(self, asha):
        waiting = held_back(asha, until=timezone.now() + HOUR)
        end = timezone.now() + 3 * HOUR
        with Preferences.changing(asha) as own:
            own.do_not_disturb(end)
        waiting.refresh_from_db()
        assert waiting.due_at == end

    def test_what_waits_to_be_tried_again_is_left_alone(self, asha):
        soon = timezone.now() + HOUR
        waiting = held_back(asha, until=soon)
        Delivery.objects.update(reason=Reason.TROUBLE)
        with Preferences.changing(asha) as own:
            own.do_not_disturb()
        waiting.refresh_from_db()
        assert waiting.due_at == soon


def held_back(person: User, until: datetime = FOREVER) -> Delivery:
    """A push that waits for the end of the quiet."""
    tell(person)
    notification = Notification.objects.get(recipient=person)
    return Delivery.objects.create(
        notification=notification,
        transport=PUSH,
        key=str(notification.pk),
        state=State.WAITING,
        reason=Reason.QUIET,
        due_at=until,
    )


@pytest.mark.django_db(transaction=True)
def test_of_two_tabs_neither_undoes_what_the_other_has_chosen(asha):
    def choose(transport: Transport, is_on: bool) -> None:
        with Preferences.changing(asha) as own:
            own.choose(MESSAGE, transport, is_on=is_on)

    for is_on in (True, False):
        wrong = in_threads(*(partial(choose, each, is_on) for each in (PUSH, EMAIL, SMS)))
        assert wrong == []
        assert [of(asha).allows(MESSAGE, each) for each in (PUSH, EMAIL, SMS)] == [is_on] * 3
