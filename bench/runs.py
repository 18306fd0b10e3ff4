"""One run: a fresh database and fresh processes, sockets, then messages, and the verdict."""

import time
from dataclasses import dataclass
from typing import Any

from bench.generator import Generator, generator
from bench.ground import Ground
from bench.processes import Meter, resident_bytes
from bench.servers import Running, Side
from bench.verdict import Verdict, judge

SATURATED, PACED = "saturated", "paced"
LATE_SECONDS = 0.3
ROSTER = "roster.json"


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    rounds: int
    conversations: int
    messages: int
    settling: float
    seconds: int
    rate: int = 200
    outstanding: int = 128
    handshakes_at_once: int = 32

    @property
    def sockets(self) -> int:
        """Both ends of each conversation."""
        return self.conversations * 2

    @property
    def warming_sockets(self) -> int:
        """How many are open before those that are measured."""
        return max(2, self.sockets // 5)

    @property
    def warming_messages(self) -> int:
        """How many are posted before those that are measured."""
        return self.sockets // 2


@dataclass(frozen=True)
class Outcome:
    """What one run measured, by name, and what became of its messages."""

    numbers: dict[str, float]
    verdict: Verdict


def run(ground: Ground, plan: Plan, side: Side, phase: str) -> Outcome:
    """Everything is verified after the servers have stopped being measured."""
    name = f"{side.dialect}_run"
    database = ground.cluster.make(name, f"{side.dialect}_people")
    with (
        generator(side, ground.folder / ROSTER) as load,
        side.running(ground.production(database, side.processes)) as servers,
    ):
        measured = arrive(plan, servers, load) | exchange(ground, plan, servers, load, phase)
        time.sleep(LATE_SECONDS)
        sent, arrived = load.record(ground.folder / "record.json")
    verdict = judge(sent, ground.cluster.stored(name, side.dialect), arrived)
    return Outcome(measured, verdict)


def arrive(plan: Plan, servers: list[Running], load: Generator) -> dict[str, float]:
    """Opens all sockets: how fast, and what each costs in memory while nothing happens."""
    pids = [each.process.pid for each in servers]
    options = {"at_once": plan.handshakes_at_once, "ports": [each.port for each in servers]}
    load.ask("connect", first=0, beyond=plan.warming_sockets, **options)
    time.sleep(plan.settling)
    before = resident_bytes(*pids)
    opened = load.ask("connect", first=plan.warming_sockets, beyond=plan.sockets, **options)
    time.sleep(plan.settling)
    number = plan.sockets - plan.warming_sockets
    return {
        "handshakes": number / opened["seconds"],
        "memory": (resident_bytes(*pids) - before) / number / 1024,
    }


def exchange(
    ground: Ground, plan: Plan, servers: list[Running], load: Generator, phase: str
) -> dict[str, float]:
    """Posts, after a few that warm everything up."""
    meter = Meter(
        server=[each.process.pid for each in servers],
        postgres=[ground.cluster.pid],
        redis=[ground.layer_pid],
        generator=[load.process.pid],
    )
    load.ask("saturate", messages=plan.warming_messages, outstanding=16, seconds=plan.seconds)
    bounds = {"messages": plan.messages, "seconds": plan.seconds}
    meter.start()
    if phase == SATURATED:
        answer = load.ask("saturate", outstanding=plan.outstanding, **bounds)
    else:
        answer = load.ask("pace", rate=plan.rate, **bounds)
    return numbers(answer, meter.used())


def numbers(answer: dict[str, Any], used: dict[str, float]) -> dict[str, float]:
    """CPU is in microseconds for each message, and in cores where it is a share."""
    messages, seconds = answer["messages"], answer["seconds"]
    parts = ("server", "postgres", "redis", "generator")
    cpu = {f"cpu_{part}": used[part] / messages * 1e6 for part in parts}
    spreads = {
        f"{kind}_{part}": answer[kind][part]
        for kind in ("delivery", "ack")
        for part in ("p50", "p99")
    }
    return {
        **cpu,
        **spreads,
        "cpu_all": sum(cpu.values()) - cpu["cpu_generator"],
        "generator_share": used["generator"] / seconds,
        "others_share": used["others"] / seconds,
        "messages": messages,
        "rate": messages / seconds,
        "refused": answer["refused"],
    }
