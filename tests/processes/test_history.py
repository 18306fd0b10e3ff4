"""The checker finds what is wrong, and nothing in what is right."""

from copy import deepcopy

import pytest

from tests.processes.history import History

GOOD = History(
    sent={"a": 0.0, "b": 0.5, "c": 3.0},
    acked={"a": (1, 1.0), "b": (2, 2.0), "c": (3, 4.0)},
    stored=[(1, "a"), (2, "b"), (3, "c")],
    read={
        "asha": [(1, "a"), (2, "b"), (3, "c")],
        "rao": [(1, "a"), (2, "b"), (3, "c")],
    },
    read_at={("rao", "a"): 1.2, ("rao", "b"): 2.1, ("rao", "c"): 9.5},
)


def kinds(history: History) -> set[str]:
    return {fault.split(":")[0] for fault in history.faults()}


def test_nothing_is_wrong_with_a_good_history() -> None:
    assert GOOD.faults() == []


def test_what_was_sent_and_never_acknowledged_may_be_stored_or_not() -> None:
    history = deepcopy(GOOD)
    history.sent |= {"d": 5.0, "e": 5.0}
    history.stored.append((4, "d"))
    for entries in history.read.values():
        entries.append((4, "d"))
    assert history.faults() == []


def test_messages_at_the_same_time_may_come_in_either_order() -> None:
    history = deepcopy(GOOD)
    history.acked |= {"a": (2, 1.0), "b": (1, 2.0)}
    history.stored[:2] = [(1, "b"), (2, "a")]
    for entries in history.read.values():
        entries[:2] = [(1, "b"), (2, "a")]
    assert history.faults() == []


def lose_from_the_database(history: History) -> None:
    history.stored.remove((2, "b"))
    for entries in history.read.values():
        entries.remove((2, "b"))


def lose_on_the_way(history: History) -> None:
    history.read["rao"].remove((3, "c"))


def acknowledge_another_number(history: History) -> None:
    history.acked["c"] = (4, 4.0)


def store_twice(history: History) -> None:
    history.stored.append((4, "b"))
    for entries in history.read.values():
        entries.append((4, "b"))


def show_twice(history: History) -> None:
    history.read["asha"].append((3, "c"))


def show_what_nobody_wrote(history: History) -> None:
    history.read["rao"].append((4, "x"))


def store_what_nobody_wrote(history: History) -> None:
    history.stored.append((4, "x"))
    for entries in history.read.values():
        entries.append((4, "x"))


def show_in_another_order(history: History) -> None:
    history.read["rao"] = [(2, "b"), (1, "a"), (3, "c")]


def number_against_time(history: History) -> None:
    history.acked |= {"b": (3, 2.0), "c": (2, 4.0)}
    history.stored[1:] = [(2, "c"), (3, "b")]
    for entries in history.read.values():
        entries[1:] = [(2, "c"), (3, "b")]


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (lose_from_the_database, "lost"),
        (lose_on_the_way, "lost"),
        (acknowledge_another_number, "lost"),
        (store_twice, "doubled"),
        (show_twice, "doubled"),
        (show_what_nobody_wrote, "invented"),
        (store_what_nobody_wrote, "invented"),
        (show_in_another_order, "misordered"),
        (number_against_time, "misordered"),
    ],
)
def test_what_is_wrong_is_found(spoil: object, kind: str) -> None:
    history = deepcopy(GOOD)
    spoil(history)  # type: ignore[operator]
    assert kind in kinds(history)


def test_who_read_late_is_named() -> None:
    assert GOOD.slow(5) == ["rao read c after 5.5 s"]
    assert GOOD.slow(6) == []
    assert GOOD.slowest() == 5.5
