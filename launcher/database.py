"""The database of ./run: migrated when migrations change, given the demo cast once."""

import json
import os

from launcher.environment import ROOT, VAR, digest, is_stamped, manage, say

SQLITE = VAR / "telemed.sqlite3"
STAMP = VAR / "migrated"
DOTENV = ROOT / ".env"
TRUE = ("1", "true", "on", "yes", "y", "t", "ok")
CAST = ROOT / "telemed" / "demo" / "cast.json"


def prepare(environment: dict[str, str]) -> None:
    """Migrate and seed, unless this very database already has both."""
    VAR.mkdir(parents=True, exist_ok=True)
    wanted = fingerprint(environment)
    if SQLITE.exists() and is_stamped(STAMP, wanted):
        return
    say("Preparing the database ...")
    manage("migrate", "--verbosity", "0", **environment)
    if environment["DEBUG"].lower() in TRUE:
        manage("seed", **environment)
    STAMP.write_text(wanted)


def fingerprint(environment: dict[str, str]) -> str:
    """Changes with our migrations, with other people's (the lock), and with the database named."""
    files = [*ROOT.glob("*/migrations/*.py"), ROOT / "requirements.lock", CAST]
    if DOTENV.exists():
        files.append(DOTENV)
    return digest(files, os.environ.get("DATABASE_URL", ""), environment["DEBUG"])


def dotenv() -> dict[str, str]:
    """What .env sets: it is given by a person, so our defaults make way for it."""
    lines = DOTENV.read_text().splitlines() if DOTENV.exists() else []
    pairs = [line.removeprefix("export ").partition("=") for line in lines if "=" in line]
    return {name.strip(): value.strip().strip("'\"") for name, _, value in pairs}


def sign_ins() -> list[str]:
    """The demo sign-ins worth printing, one line each."""
    people = [person for person in json.loads(CAST.read_text())["people"] if person.get("greeted")]
    width = max(len(person["name"]) for person in people) + 2
    return [f"{person['name']:{width}}{person['email']}" for person in people]


def password() -> str:
    return str(json.loads(CAST.read_text())["password"])
