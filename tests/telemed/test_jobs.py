"""The threads that work: they wake, rest, survive trouble and stop in time."""

import threading

import pytest

from telemed import jobs
from telemed.jobs import Worker

PATIENCE = 5


class Bench:
    """Work that is put there by the test, and done by a worker."""

    def __init__(self, *, period=None):
        self.todo = threading.Semaphore(0)
        self.done = threading.Semaphore(0)
        self.looked = threading.Semaphore(0)
        self.trouble = []
        self.worker = Worker("bench", self.work, period)

    def work(self, now):
        self.looked.release()
        if self.trouble:
            raise self.trouble.pop()
        if not self.todo.acquire(blocking=False):
            return 0
        self.done.release()
        return 1


@pytest.fixture
def bench():
    made = Bench()
    made.worker.start()
    yield made
    made.worker.ask_to_stop()
    made.worker.wait(PATIENCE)


def test_it_looks_once_at_the_start(bench):
    assert bench.looked.acquire(timeout=PATIENCE)
    assert not bench.looked.acquire(timeout=0.1)


def test_woken_it_goes_on_until_nothing_is_left(bench):
    bench.todo.release(3)
    bench.worker.wake()
    for _ in range(3):
        assert bench.done.acquire(timeout=PATIENCE)


def test_no_wake_is_lost_however_it_falls(bench):
    for _ in range(500):
        bench.todo.release()
        bench.worker.wake()
        assert bench.done.acquire(timeout=PATIENCE)


def test_with_a_period_it_looks_by_itself():
    bench = Bench(period=0.01)
    bench.worker.start()
    for _ in range(5):
        assert bench.looked.acquire(timeout=PATIENCE)
    bench.worker.ask_to_stop()
    bench.worker.wait(PATIENCE)


def test_trouble_does_not_end_it(bench, caplog):
    bench.trouble.append(ValueError("no"))
    bench.worker.wake()
    bench.todo.release()
    while not bench.done.acquire(timeout=0.05):
        bench.worker.wake()
    assert "jobs: trouble" in caplog.text


def test_asked_to_stop_it_finishes_what_it_has_and_takes_no_more():
    began, may_end = threading.Event(), threading.Event()
    finished = []

    def work(now):
        began.set()
        may_end.wait(PATIENCE)
        finished.append(now)
        return 1

    worker = Worker("slow", work)
    worker.start()
    assert began.wait(PATIENCE)
    worker.ask_to_stop()
    may_end.set()
    worker.wait(PATIENCE)
    assert len(finished) == 1


def test_all_of_them_together_are_waited_for_no_longer_than_one(monkeypatch):
    stuck = threading.Event()
    monkeypatch.setattr(jobs, "workers", {})
    monkeypatch.setattr(jobs, "PATIENCE_SECONDS", 0.2)
    waited = []
    monkeypatch.setattr(Worker, "wait", lambda self, seconds: waited.append(seconds))
    jobs.workers["stuck"] = [Worker("stuck", lambda now: stuck.wait(PATIENCE)) for _ in range(3)]
    jobs.start_all()
    jobs.stop_all()
    stuck.set()
    assert len(waited) == 3
    assert max(waited) <= 0.2


def test_waking_what_is_not_there_does_nothing():
    jobs.wake("nobody")
    assert "nobody" not in jobs.workers
