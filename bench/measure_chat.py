"""Chat beside a Socket.IO peer that does the same work: run by bench/chat."""

import argparse
import json
import sys
from collections import defaultdict

from bench import report
from bench.databases import fill_peer
from bench.ground import Ground, ground
from bench.runs import PACED, ROSTER, SATURATED, Plan, run
from bench.servers import OURS, PEER, TWO, Side
from bench.start import finish
from chat.events import PostMessage
from launcher.environment import Stopped, say

FULL = Plan(rounds=5, conversations=500, messages=5000, settling=3, seconds=30)
QUICK = Plan(rounds=1, conversations=100, messages=1000, settling=1, seconds=5)


def parse() -> Plan:
    parser = argparse.ArgumentParser(
        prog="bench/chat",
        description="Measure chat beside a Socket.IO peer that does the same work.",
    )
    parser.add_argument("--quick", action="store_true", help="one small round, in two minutes")
    for name, meaning in (
        ("rounds", "runs of each side and phase"),
        ("conversations", "between two people each; each person opens one socket"),
        ("messages", "measured in each run"),
    ):
        parser.add_argument(f"--{name}", type=positive, help=meaning)
    given = vars(parser.parse_args())
    plan = vars(QUICK if given.pop("quick") else FULL)
    return checked(Plan(**plan | {name: value for name, value in given.items() if value}))


def positive(words: str) -> int:
    if not words.isdecimal() or not int(words):
        raise argparse.ArgumentTypeError("give a number above zero")
    return int(words)


def checked(plan: Plan) -> Plan:
    """Nobody may write faster than the server lets a person write."""
    burst = PostMessage.rate[1]
    for_each = (plan.messages + plan.warming_messages) // plan.sockets + 2
    if for_each > burst:
        raise Stopped(f"{for_each} messages for each person are over the burst of {burst}.")
    return plan


def populate(ground: Ground, conversations: int) -> None:
    """The same people on both sides."""
    roster = ground.folder / ROSTER
    fill = f"from bench.population import fill; fill({conversations}, {str(roster)!r})"
    ground.furnish("ours_people", fill)
    fill_peer(ground.cluster.make("peer_people"), roster)
    ground.cluster.analyse("peer_people")


def order(round_: int) -> list[Side]:
    """Ours, peer, peer, ours: whatever drifts on this machine meets both alike."""
    pair = [OURS, PEER] if round_ % 2 == 0 else [PEER, OURS]
    return [*pair, TWO]


def measure(plan: Plan) -> bool:
    """Prints the table and the ratios; false when a message of ours was lost or doubled."""
    outcomes: report.Outcomes = defaultdict(list)
    with ground() as shared:
        populate(shared, plan.conversations)
        for round_ in range(plan.rounds):
            for phase in (SATURATED, PACED):
                for side in order(round_):
                    say(f"Round {round_ + 1} of {plan.rounds}: {phase}, {side.name} ...")
                    outcomes[side.name, phase].append(run(shared, plan, side, phase))
        say(heading(plan, shared.cluster.version))
    for line in report.table(outcomes):
        say(line)
    ratios = report.ratios(outcomes)
    say(json.dumps(ratios))
    return not ratios["lost"] and not ratios["doubled"]


def heading(plan: Plan, version: int) -> str:
    return (
        f"\nMedians (least–most) of {plan.rounds} runs with {plan.messages:,} messages each, over "
        f"{plan.sockets} sockets in {plan.conversations} conversations; PostgreSQL {version} syncs "
        f"every commit.\nSaturated: {plan.outstanding} messages under way; paced: {plan.rate} "
        "messages a second."
    )


if __name__ == "__main__":
    sys.exit(finish(lambda: measure(parse())))
