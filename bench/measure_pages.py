"""The main pages beside a plain change list of Django's admin: run by bench/pages."""

import argparse
import http.client
import json
import sys
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median
from typing import Any

from bench.ground import Ground, ground
from bench.processes import Meter
from bench.servers import HOST, OURS, SITE, Running
from bench.start import finish
from launcher.environment import Stopped, say

AT_ONCE = 4
LONGEST = 10
REFERENCE = "admin change list as administrator"
PROXY = {
    "Host": SITE.removeprefix("https://"),
    "X-Forwarded-Proto": "https",
    "X-Forwarded-For": "203.0.113.7",
}

Page = dict[str, Any]


@dataclass(frozen=True)
class Visit:
    """What one round measured of one page."""

    rate: float
    server: float
    postgres: float


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench/pages", description="Measure the main pages beside Django's admin."
    )
    parser.add_argument("--quick", action="store_true", help="one short round")
    return parser.parse_args()


def measure(quick: bool) -> bool:
    """Prints the table and, last, the same as JSON."""
    rounds, visits = (1, 40) if quick else (3, 200)
    with ground() as shared:
        file = shared.folder / "pages.json"
        script = f"from bench.furnishing import furnish; furnish({str(file)!r})"
        environment = shared.furnish("pages", script)
        pages: list[Page] = json.loads(file.read_text())
        with OURS.running(environment) as [server]:
            found = all_rounds(shared, server, pages, rounds, visits)
    queries = {name(page): page["queries"] for page in pages}
    summary = {each: summed_up(found[each], queries[each]) for each in queries}
    say(f"\nMedians of {rounds} rounds of {visits} visits, {AT_ONCE} at once, in production mode.")
    for line in table(summary):
        say(line)
    say(json.dumps(summary))
    return True


def name(page: Page) -> str:
    return f"{page['page']} as {page['role']}"


def all_rounds(
    shared: Ground, server: Running, pages: list[Page], rounds: int, visits: int
) -> dict[str, list[Visit]]:
    """Every page once in each round, after a few visits that warm it up."""
    found = defaultdict(list)
    for page in pages:
        visit(shared, server, page, AT_ONCE * 2)
    for round_ in range(rounds):
        say(f"Round {round_ + 1} of {rounds} ...")
        for page in pages:
            found[name(page)].append(visit(shared, server, page, visits))
    return found


def visit(shared: Ground, server: Running, page: Page, visits: int) -> Visit:
    """That many visits; CPU is in milliseconds for each."""
    meter = Meter(server=[server.process.pid], postgres=[shared.cluster.pid])
    share = visits // AT_ONCE
    meter.start()
    start = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as visitors:
        done = sum(visitors.map(lambda _: walk(server.port, page, share), range(AT_ONCE)))
    seconds, used = time.monotonic() - start, meter.used()
    return Visit(done / seconds, used["server"] / done * 1000, used["postgres"] / done * 1000)


def walk(port: int, page: Page, visits: int) -> int:
    """One visitor on one connection; returns how often the page came, all of it."""
    end = time.monotonic() + LONGEST
    connection = http.client.HTTPConnection(HOST, port, timeout=LONGEST)
    headers = PROXY | {"Cookie": f"__Host-session={page['session']}"}
    done = 0
    while done < visits and time.monotonic() < end:
        connection.request("GET", page["path"], headers=headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise Stopped(f"{name(page)} answered {answer.status}.")
        done += 1
    connection.close()
    return done


def summed_up(visits: list[Visit], queries: int) -> dict[str, float]:
    return {
        "pages_per_second": round(median(each.rate for each in visits), 1),
        "cpu_ms": round(median(each.server for each in visits), 2),
        "postgres_ms": round(median(each.postgres for each in visits), 2),
        "queries": queries,
    }


def table(summary: dict[str, dict[str, float]]) -> list[str]:
    """Each page, and its CPU to that of the reference."""
    columns = ("pages/s", "CPU, server", "PostgreSQL", "queries", "CPU to admin")
    lines = ["", f"{'':36}" + "".join(f"{each:>14}" for each in columns)]
    for page, numbers in summary.items():
        rate, server, postgres, queries = numbers.values()
        beside = server / summary[REFERENCE]["cpu_ms"]
        lines.append(
            f"{page:36}{rate:14.1f}{server:11.2f} ms{postgres:11.2f} ms{queries:14}{beside:14.2f}"
        )
    return lines


if __name__ == "__main__":
    sys.exit(finish(lambda: measure(parse().quick)))
