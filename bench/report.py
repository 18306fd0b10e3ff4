"""What the runs of chat come to: a table for people, ratios for programs."""

from dataclasses import dataclass
from statistics import median

from bench.runs import PACED, SATURATED, Outcome
from bench.servers import OURS, PEER, TWO
from bench.verdict import Verdict

# By name of the side and phase.
Outcomes = dict[tuple[str, str], list[Outcome]]

BUSY = 0.9
# Not to be compared: they tell how far the rest can be trusted.
SHARES = ("generator_share", "others_share")
# A page puts what came out of order in its place; nothing may be missing or twice.
BARS = {"lost": "0", "doubled": "0", "misordered": ""}
NAMES = (OURS.name, PEER.name, TWO.name)


@dataclass(frozen=True)
class Row:
    """One line: what is shown, from which phase (or both), and how good it has to be."""

    label: str
    phase: str
    number: str
    key: str = ""
    at_most: float | None = None


ROWS = [
    Row("CPU per message, saturated, server (µs)", SATURATED, "cpu_server", "cpu_saturated", 1.0),
    Row("    PostgreSQL", SATURATED, "cpu_postgres"),
    Row("    Redis", SATURATED, "cpu_redis"),
    Row("    all three", SATURATED, "cpu_all"),
    Row("    load generator", SATURATED, "cpu_generator"),
    Row("CPU per message, paced, server (µs)", PACED, "cpu_server", "cpu_200", 1.6),
    Row("    PostgreSQL", PACED, "cpu_postgres"),
    Row("    Redis", PACED, "cpu_redis"),
    Row("    all three", PACED, "cpu_all"),
    Row("    load generator", PACED, "cpu_generator"),
    Row("messages a second, saturated", SATURATED, "rate", "rate_saturated"),
    Row("    delivered, median (ms)", SATURATED, "delivery_p50"),
    Row("    delivered, 99 of 100 (ms)", SATURATED, "delivery_p99"),
    Row("delivered, paced, median (ms)", PACED, "delivery_p50", "delivery_p50_200", 1.25),
    Row("delivered, paced, 99 of 100 (ms)", PACED, "delivery_p99", "delivery_p99_200", 1.5),
    Row("    acknowledged, median (ms)", PACED, "ack_p50"),
    Row("    acknowledged, 99 of 100 (ms)", PACED, "ack_p99"),
    Row("memory of an idle socket (KB)", "", "memory", "memory_idle", 1.0),
    Row("handshakes a second", "", "handshakes", "handshakes"),
    Row("load generator, cores used, saturated", SATURATED, "generator_share"),
    Row("all else on this machine, saturated", SATURATED, "others_share"),
]


def numbers(outcomes: Outcomes, name: str, row: Row) -> list[float]:
    """What the runs of one side measured; what the generator never saw is left out."""
    phases = [row.phase] if row.phase else [SATURATED, PACED]
    found = [each.numbers[row.number] for phase in phases for each in outcomes[name, phase]]
    return [number for number in found if number is not None]


def ratio(outcomes: Outcomes, row: Row) -> float | None:
    """Ours to the peer's, of the medians."""
    mine, other = (numbers(outcomes, name, row) for name in (OURS.name, PEER.name))
    if not mine or not other or not median(other):
        return None
    return round(median(mine) / median(other), 3)


def verdict(outcomes: Outcomes, *names: str) -> Verdict:
    """Of all runs of these sides together."""
    found = [each.verdict for (name, _), runs in outcomes.items() if name in names for each in runs]
    return sum(found, Verdict())


def table(outcomes: Outcomes) -> list[str]:
    """Medians, the least and the most of each side, and the ratio beside its bar."""
    lines = [line("", list(NAMES), "ratio", "bar")]
    for row in ROWS:
        cells = [cell(numbers(outcomes, name, row)) for name in NAMES]
        found = ratio(outcomes, row)
        bar = f"≤ {row.at_most}" if row.at_most else ""
        beside = "" if found is None or row.number in SHARES else f"{found:.2f}"
        lines.append(line(row.label, cells, beside, bar))
    for kind in BARS:
        counts = [str(getattr(verdict(outcomes, name), kind)) for name in NAMES]
        lines.append(line(f"messages {kind}", counts, "", BARS[kind]))
    return [*lines, *warnings(outcomes)]


def line(label: str, cells: list[str], ratio: str, bar: str) -> str:
    ours, peer, two = cells
    return f"{label:40} {ours:>22} {peer:>22} {ratio:>8} {bar:>7} {two:>23}".rstrip()


def cell(found: list[float]) -> str:
    if len(found) < 2:
        return short(found[0]) if found else "none"
    return f"{short(median(found))} ({short(min(found))}–{short(max(found))})"


def short(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


def warnings(outcomes: Outcomes) -> list[str]:
    """What makes the figures worth less."""
    busy = Row("", SATURATED, "generator_share")
    runs = [each.numbers for several in outcomes.values() for each in several]
    refused = sum(each["refused"] for each in runs)
    fewest, most = min(each["messages"] for each in runs), max(each["messages"] for each in runs)
    told = [
        f"Careful: the load generator was busy for {max(found):.2f} cores beside “{name}”."
        for name in NAMES
        if (found := numbers(outcomes, name, busy)) and max(found) > BUSY
    ]
    if refused:
        told.append(f"Careful: {refused:.0f} messages were refused.")
    if fewest < most:
        told.append(
            f"Careful: the time was up in some runs, the shortest with {fewest:,} messages."
        )
    return told


def ratios(outcomes: Outcomes) -> dict[str, float | int | None]:
    """The last line: ratios of ours to the peer's, and what became of our messages."""
    found = verdict(outcomes, OURS.name, TWO.name)
    counts = {"lost": found.lost, "doubled": found.doubled}
    return {row.key: ratio(outcomes, row) for row in ROWS if row.key} | counts
