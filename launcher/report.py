"""What the suites came to, counted, and the summary of a run."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from launcher.environment import say


@dataclass
class Outcome:
    """What came of one suite; a suite that was skipped says why."""

    suite: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0
    reason: str = ""
    failures: list[str] = field(default_factory=list)

    def count(self, name: str, is_passed: bool) -> None:
        self.passed += is_passed
        self.failed += not is_passed
        if not is_passed:
            self.failures.append(name)

    @property
    def line(self) -> str:
        if self.reason:
            return f"  {self.suite:28}skipped: {self.reason}"
        counts = f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"
        return f"  {self.suite:28}{counts} in {self.seconds:.0f} s"


def from_junit(suite: str, path: Path, returned: int) -> Outcome:
    """pytest's own count; a run that ended otherwise than by its tests counts as one failure."""
    outcome = Outcome(suite)
    if not path.exists():
        outcome.count("pytest could not run", False)
        return outcome
    for case in ElementTree.parse(path).iter("testcase"):  # noqa: S314 - written by our pytest
        if case.find("skipped") is not None:
            outcome.skipped += 1
            continue
        wrong = case.find("failure") is not None or case.find("error") is not None
        outcome.count(f"{case.get('classname')}::{case.get('name')}", not wrong)
    if returned and not outcome.failed:
        outcome.count(f"pytest ended with {returned}", False)
    return outcome


def from_tap(suite: str, path: Path, returned: int) -> Outcome:
    """The count at the end of node's TAP report."""
    text = path.read_text() if path.exists() else ""
    numbers = dict(re.findall(r"^# (pass|fail|cancelled|skipped|todo) (\d+)$", text, re.MULTILINE))
    count = {name: int(number) for name, number in numbers.items()}
    outcome = Outcome(suite, passed=count.get("pass", 0), skipped=count.get("skipped", 0))
    outcome.failed = count.get("fail", 0) + count.get("cancelled", 0)
    outcome.failures = re.findall(r"^\s*not ok \d+ - (.+)$", text, re.MULTILINE)
    if returned and not outcome.failed:
        outcome.count(f"node ended with {returned}", False)
    return outcome


def summarise(outcomes: list[Outcome], *, strict: bool) -> bool:
    """Print the summary, ending with one plain line of totals; says whether all is well.

    When strict, what was skipped counts as failed: nobody has seen it work.
    """
    say("\nSummary")
    for outcome in outcomes:
        say(outcome.line)
        for name in outcome.failures:
            say(f"    failed: {name}")
    passed = sum(outcome.passed for outcome in outcomes)
    failed = sum(outcome.failed for outcome in outcomes)
    skipped = sum(outcome.skipped or bool(outcome.reason) for outcome in outcomes)
    if strict and skipped:
        say(f"  {skipped} skipped, which counts as failed here.")
        failed += skipped
    say(f"\n{passed} passed, {failed} failed")
    return failed == 0
