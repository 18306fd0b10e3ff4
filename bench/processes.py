"""What processes have used, children included: read from /proc."""

import os
from collections.abc import Iterator
from pathlib import Path

TICK = 1 / os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
# Places in /proc/<pid>/stat behind the name, which may hold spaces.
PARENT, USED, RESIDENT = 1, slice(11, 15), 21


def stat(pid: int) -> list[str]:
    """Nothing for a process that has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def family(*roots: int) -> Iterator[list[str]]:
    """The lines of these processes and of all that descend from them."""
    everyone = {int(entry): stat(int(entry)) for entry in os.listdir("/proc") if entry.isdigit()}
    known = set(roots)
    for pid, line in sorted(everyone.items()):
        if line and (pid in known or int(line[PARENT]) in known):
            known.add(pid)
            yield line


def cpu_seconds(*roots: int) -> float:
    """Of user and system, by all threads, with children that have ended."""
    return sum(int(ticks) for line in family(*roots) for ticks in line[USED]) * TICK


def resident_bytes(*roots: int) -> int:
    """What they hold in memory now."""
    return sum(int(line[RESIDENT]) for line in family(*roots)) * PAGE


def machine_seconds() -> float:
    """What all processes have used, this machine's neighbours included."""
    user, nice, system, _idle, _waiting, *rest = Path("/proc/stat").read_text().split()[1:9]
    return sum(int(ticks) for ticks in (user, nice, system, *rest)) * TICK


class Meter:
    """What groups of processes use from `start` on, by their names."""

    def __init__(self, **roots: list[int]) -> None:
        self.roots = roots
        self.before: dict[str, float] = {}

    def start(self) -> None:
        self.before = self._read()

    def used(self) -> dict[str, float]:
        """CPU seconds of each group, and of all `others` on this machine."""
        used = {name: seconds - self.before[name] for name, seconds in self._read().items()}
        others = used.pop("machine") - sum(used.values())
        return used | {"others": max(0.0, others)}

    def _read(self) -> dict[str, float]:
        machine = machine_seconds()
        return {name: cpu_seconds(*pids) for name, pids in self.roots.items()} | {
            "machine": machine
        }


def parent(pid: int) -> int:
    return int(stat(pid)[PARENT])
