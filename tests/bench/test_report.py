"""What bench/chat says about its runs."""

from dataclasses import replace

import pytest

from bench.report import NAMES, ROWS, Outcomes, ratios, table
from bench.runs import PACED, SATURATED, Outcome
from bench.verdict import Verdict

USUAL = {row.number: 4.0 for row in ROWS} | {"refused": 0, "messages": 5000, "generator_share": 0.5}


@pytest.fixture
def outcomes() -> Outcomes:
    """Three runs of each side and phase, all alike."""
    return {
        (name, phase): [Outcome(dict(USUAL), Verdict())] * 3
        for name in NAMES
        for phase in (SATURATED, PACED)
    }


def changed(outcome: Outcome, **numbers: float) -> Outcome:
    return replace(outcome, numbers=outcome.numbers | numbers)


def test_sides_that_are_alike_have_ratios_of_one(outcomes):
    told = ratios(outcomes)
    assert (told.pop("lost"), told.pop("doubled")) == (0, 0)
    assert set(told.values()) == {1.0}


def test_a_ratio_is_ours_to_the_peers_and_of_medians(outcomes):
    runs = outcomes["ours", SATURATED]
    values = (2.0, 3.0, 400.0)
    outcomes["ours", SATURATED] = [
        changed(run, cpu_server=value) for run, value in zip(runs, values, strict=True)
    ]
    assert ratios(outcomes)["cpu_saturated"] == 0.75
    assert ratios(outcomes)["cpu_200"] == 1.0


def test_what_we_lose_in_one_process_or_two_is_counted(outcomes):
    for name, verdict in (("ours", Verdict(1, 2, 3)), ("ours, two processes", Verdict(4, 5, 6))):
        outcomes[name, PACED][:1] = [replace(outcomes[name, PACED][0], verdict=verdict)]
    assert (ratios(outcomes)["lost"], ratios(outcomes)["doubled"]) == (5, 7)


def test_what_the_peer_loses_is_not_ours(outcomes):
    outcomes["peer", PACED] = [replace(run, verdict=Verdict(9)) for run in outcomes["peer", PACED]]
    assert ratios(outcomes)["lost"] == 0
    assert any("lost" in line and "27" in line for line in table(outcomes))


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ({"generator_share": 0.95}, "load generator was busy for 0.95 cores beside “ours”"),
        ({"refused": 2}, "2 messages were refused"),
        ({"messages": 10}, "the shortest with 10 messages"),
    ],
)
def test_what_makes_the_figures_worth_less_is_said(outcomes, numbers, words):
    assert not any("Careful" in line for line in table(outcomes))
    outcomes["ours", SATURATED][0] = changed(outcomes["ours", SATURATED][0], **numbers)
    assert any(words in line for line in table(outcomes))


def test_deliveries_that_never_came_leave_the_table_whole(outcomes):
    for name in NAMES:
        outcomes[name, PACED] = [changed(run, delivery_p50=None) for run in outcomes[name, PACED]]
    assert ratios(outcomes)["delivery_p50_200"] is None
    assert len(table(outcomes)) == len(ROWS) + 4
