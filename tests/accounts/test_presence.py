"""Who is here: leases, and who is told."""

import datetime
import threading
from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from accounts import presence
from accounts.models import PresenceLease, User

NOW = datetime.datetime(2026, 5, 4, 9, 0, tzinfo=datetime.UTC)
Heard = list[tuple[str, bool]]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    said: Heard = []
    listener = lambda user, online: said.append((user.short_name, online))  # noqa: E731
    monkeypatch.setattr(presence, "listeners", [listener])
    return said


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def pass_time(clock: time_machine.Traveller, seconds: int) -> None:
    clock.shift(seconds)
    presence.settle(timezone.now())


def test_coming_is_told_once_whatever_the_number_of_pages(
    asha: User, heard: Heard, clock: time_machine.Traveller
) -> None:
    assert not User.objects.online().filter(pk=asha.pk).exists()
    first, _second = presence.take(asha), presence.take(asha)
    assert heard == [("Asha", True)]
    presence.leave(first)
    pass_time(clock, 30)
    assert heard == [("Asha", True)]
    assert User.objects.annotate_online().get(pk=asha.pk).online


def test_leaving_is_told_after_the_grace(
    asha: User, heard: Heard, clock: time_machine.Traveller
) -> None:
    lease = presence.take(asha)
    presence.leave(lease)
    pass_time(clock, 14)
    assert heard == [("Asha", True)]
    pass_time(clock, 1)
    assert heard == [("Asha", True), ("Asha", False)]
    presence.settle(timezone.now())
    assert len(heard) == 2


def test_who_walks_on_to_the_next_page_never_left(
    asha: User, heard: Heard, clock: time_machine.Traveller
) -> None:
    presence.leave(presence.take(asha))
    clock.shift(5)
    presence.take(asha)
    pass_time(clock, 20)
    assert heard == [("Asha", True)]


def test_a_page_that_falls_silent_runs_out(
    asha: User, heard: Heard, clock: time_machine.Traveller
) -> None:
    lease = presence.take(asha)
    for _ in range(5):
        pass_time(clock, 20)
        assert presence.renew(lease)
    pass_time(clock, 60)
    assert heard[-1] == ("Asha", False)
    assert not presence.renew(lease)


def test_leaving_never_lengthens_a_lease(asha: User, clock: time_machine.Traveller) -> None:
    lease = presence.take(asha)
    clock.shift(55)
    presence.leave(lease)
    assert PresenceLease.objects.get().expires_at == NOW + presence.LEASE


@pytest.mark.django_db(transaction=True)
def test_coming_and_settling_at_once_end_in_the_truth(asha: User, heard: Heard) -> None:
    """Whatever wins, the last word that was said is what is so."""
    for _ in range(15):
        PresenceLease.objects.all().delete()
        past = timezone.now() - datetime.timedelta(seconds=1)
        PresenceLease.objects.create(user=asha, expires_at=past)
        in_parallel(lambda: presence.take(asha), presence.settle, presence.settle)
        assert heard[-1] == ("Asha", True)
        assert heard.count(("Asha", False)) <= heard.count(("Asha", True))


@pytest.mark.django_db(transaction=True)
def test_many_who_settle_say_it_once(asha: User, heard: Heard) -> None:
    past = timezone.now() - datetime.timedelta(seconds=1)
    PresenceLease.objects.create(user=asha, expires_at=past)
    in_parallel(*[presence.settle] * 4)
    assert heard == [("Asha", False)]


def in_parallel(*jobs: object) -> None:
    """Runs the jobs at once, each on a connection of its own; none may fail."""
    start = threading.Barrier(len(jobs))
    failures: list[BaseException] = []

    def run(job: object) -> None:
        try:
            start.wait()
            job()  # type: ignore[operator]
        except BaseException as failure:  # noqa: BLE001 - shown by the test
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
