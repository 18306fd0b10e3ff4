"""The suites of ./test, in their order."""

import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from launcher import report
from launcher.environment import PYTHON, ROOT, VAR, Stopped, digest, is_stamped, say
from launcher.postgres_and_redis import postgres_and_redis
from launcher.programs import provide
from launcher.report import Outcome

REPORTS = VAR / "reports"
PYTEST = [str(PYTHON), "-m", "pytest"]
# In the order of tests/conftest.py, where the longest files come first.
SIDE_BY_SIDE = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
IN_GROUPS = ["-n", "2", "--dist", "loadgroup"]
# What these folders need; each starts servers of its own, and two files run side by side.
SERVERS = ["initdb", "redis-server"]
NEEDED = {
    "tests/browser": ["chromium", "firefox-esr", "turnserver"],
    "tests/processes": [*SERVERS, "chromium"],
    "tests/deploy": [*SERVERS, "nginx", "turnserver"],
    "tests/bench": [*SERVERS, "node", "npm"],
}
SERVER_SIDE = ["tests", *(f"--ignore={folder}" for folder in NEEDED)]
PRODUCTION = {
    "DEBUG": "0",
    "SITE_URL": "https://telemed.example",
    "ALLOWED_HOSTS": "telemed.example",
    "DATABASE_URL": "postgres://telemed@127.0.0.1/telemed",
    "REDIS_URL": "redis://127.0.0.1",
    "PROCESSES": "2",
    "EMAIL_URL": "smtp+tls://mail.telemed.example",
}

Suite = Callable[[list[str]], Outcome]


def run(suite: Suite, arguments: list[str]) -> Outcome:
    say(f"\n== {str(suite.__doc__).splitlines()[0]}")
    REPORTS.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    try:
        outcome = suite(arguments)
    except Stopped as reason:
        outcome = Outcome(suite.__name__)
        outcome.count(str(reason), False)
    outcome.seconds = time.monotonic() - started
    if outcome.reason:
        say(f"Skipped: {outcome.reason}.")
    return outcome


def shell(command: list[str], **environment: str) -> int:
    sys.stdout.flush()
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}).returncode


def quality(arguments: list[str]) -> Outcome:
    """Style, types, generated files, settings"""
    outcome = Outcome("quality")
    with tempfile.TemporaryDirectory() as folder:
        demo = {"DEBUG": "1", "DATA_DIR": folder}
        production = PRODUCTION | {"SECRET_KEY": secrets.token_urlsafe(60), "DATA_DIR": folder}
        for name, command, environment in checks(demo, production):
            is_fine = shell(command, **environment) == 0
            say(f"{'ok      ' if is_fine else 'FAILED  '}{name}")
            outcome.count(name, is_fine)
    return outcome


def checks(
    demo: dict[str, str], production: dict[str, str]
) -> list[tuple[str, list[str], dict[str, str]]]:
    tool = [str(PYTHON), "-m"]
    manage = [str(PYTHON), "manage.py"]
    templates = [str(path) for path in sorted((ROOT / "templates").rglob("*.html"))]
    return [
        ("ruff check", [*tool, "ruff", "check", "--quiet", "."], {}),
        ("ruff format", [*tool, "ruff", "format", "--check", "--quiet", "."], {}),
        ("mypy", [*tool, "mypy", "--no-error-summary", "."], demo),
        (
            "djade",
            [str(PYTHON.parent / "djade"), "--check", "--target-version=5.2", *templates],
            {},
        ),
        ("wire is up to date", [*manage, "wire", "--check"], demo),
        ("migrations are up to date", [*manage, "makemigrations", "--check", "--dry-run"], demo),
        ("check", [*manage, "check", "--fail-level", "WARNING"], demo),
        (
            "check --deploy in production",
            [*manage, "check", "--deploy", "--fail-level", "WARNING"],
            production,
        ),
    ]


def types_in_javascript(arguments: list[str]) -> Outcome:
    """Types in JavaScript"""
    outcome = Outcome("types in JavaScript")
    outcome.reason = provide("node", "npm") or node_modules()
    if not outcome.reason:
        compiler = str(ROOT / "node_modules" / ".bin" / "tsc")
        outcome.count("tsc --checkJs", shell([compiler, "--project", "tsconfig.json"]) == 0)
    return outcome


def node_modules() -> str:
    """TypeScript, installed once; returns why not, or nothing."""
    stamp = ROOT / "node_modules" / "installed"
    wanted = digest([ROOT / "package-lock.json"])
    if is_stamped(stamp, wanted):
        return ""
    if shell(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]):
        return "npm could not install what package-lock.json names"
    stamp.write_text(wanted)
    return ""


def javascript(arguments: list[str]) -> Outcome:
    """Unit tests of JavaScript"""
    if reason := provide("node"):
        return Outcome("javascript", reason=reason)
    tap = fresh("javascript.tap")
    files = [str(path) for path in sorted((ROOT / "tests" / "js").rglob("*.test.js"))]
    reporters = ["--test-reporter=dot", "--test-reporter-destination=stdout"]
    reporters += ["--test-reporter=tap", f"--test-reporter-destination={tap}"]
    returned = shell(["node", "--test", *reporters, *files])
    return report.from_tap("javascript", tap, returned)


def on_sqlite(arguments: list[str]) -> Outcome:
    """Server side, on SQLite in one process

    What both databases answer alike, like pages, is left to the other one, where that can be had;
    browsers look at the pages on this one.
    """
    is_whole = os.environ.get("TEST_LONG") or provide(*SERVERS)
    left_out = [] if is_whole else ["-m", "not alike"]
    return pytest("server side, SQLite", [*SIDE_BY_SIDE, *SERVER_SIDE, *left_out, *arguments])


def on_services(arguments: list[str]) -> Outcome:
    """Server side, on PostgreSQL and Redis"""
    name = "server side, PostgreSQL"
    if reason := provide(*SERVERS):
        return Outcome(name, reason=reason)
    with postgres_and_redis() as environment:
        return pytest(name, [*SIDE_BY_SIDE, *SERVER_SIDE, *arguments], **environment)


def deployed(arguments: list[str]) -> Outcome:
    """As it is deployed: several processes, what stands before them, and what measures them"""
    paths = ["tests/processes", "tests/deploy", "tests/bench"]
    return folders("as deployed", paths, [*SIDE_BY_SIDE, *arguments])


def in_browsers(arguments: list[str]) -> Outcome:
    """In browsers, with media one test at a time"""
    provide("chromium-headless-shell")  # spares the window; where it cannot be had the rest does
    return folders("browsers", ["tests/browser"], [*IN_GROUPS, *arguments])


def folders(name: str, paths: list[str], arguments: list[str]) -> Outcome:
    """These folders by themselves, with what they need."""
    needed = {program for path in paths for program in NEEDED[path]}
    if reason := provide(*sorted(needed)):
        return Outcome(name, reason=reason)
    return pytest(name, [*paths, *arguments])


def part(arguments: list[str]) -> Outcome:
    """A part, on SQLite"""
    for folder, programs in NEEDED.items():
        wanted = any(folder in argument for argument in arguments)
        if wanted and (reason := provide(*programs)):
            return Outcome("part", reason=reason)
    return pytest("part", arguments)


def pytest(name: str, arguments: list[str], **environment: str) -> Outcome:
    path = fresh(f"{name.replace(', ', '-').replace(' ', '-').lower()}.xml")
    returned = shell([*PYTEST, f"--junitxml={path}", "-q", *arguments], **environment)
    return report.from_junit(name, path, returned)


def fresh(name: str) -> Path:
    path = REPORTS / name
    path.unlink(missing_ok=True)
    return path


ALL: list[Suite] = [
    quality,
    types_in_javascript,
    javascript,
    on_sqlite,
    on_services,
    deployed,
    in_browsers,
]
