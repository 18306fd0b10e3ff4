"""The virtual environment: made once, installed again only when the lists of packages change."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("DATA_DIR") or ROOT / "var")
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
RUNTIME = ("--require-hashes", "--no-deps", "-r", str(ROOT / "requirements.lock"))
DEVELOPMENT = ("-r", str(ROOT / "requirements-dev.txt"))


class Stopped(Exception):
    """We cannot go on; the message is one plain line for the person at the terminal."""


def say(line: str = "") -> None:
    print(line, flush=True)


def digest(paths: Iterable[Path], *words: str) -> str:
    """One fingerprint of files and words, to notice that they changed."""
    total = hashlib.sha256("\0".join(words).encode())
    for path in sorted(paths):
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def is_stamped(stamp: Path, value: str) -> bool:
    return stamp.is_file() and stamp.read_text() == value


def prepare(*, development: bool = False) -> None:
    """Make the virtual environment ready; does nothing when it already is."""
    if sys.version_info < (3, 11):  # noqa: UP036 - it may be started by any python3
        raise Stopped("Telemed needs Python 3.11 or newer.")
    if not is_made_by_this_python():
        say("Making a virtual environment in .venv ...")
        # Bare Debian has no ensurepip, so pip stays outside and installs from there.
        python("-m", "venv", "--clear", "--without-pip", str(VENV))
    install("runtime", RUNTIME)
    if development:
        install("development", DEVELOPMENT)


def is_made_by_this_python() -> bool:
    major, minor = sys.version_info[:2]
    return PYTHON.exists() and (VENV / "lib" / f"python{major}.{minor}").is_dir()


def install(name: str, options: tuple[str, ...]) -> None:
    stamp = VENV / f"installed-{name}"
    wanted = digest([Path(options[-1])], sys.version)
    if is_stamped(stamp, wanted):
        return
    say(f"Installing the {name} packages ...")
    python("-m", "pip", "--python", str(PYTHON), *QUIET_PIP, "install", *options)
    stamp.write_text(wanted)


QUIET_PIP = ("-qq", "--no-input", "--disable-pip-version-check")


def python(*arguments: str) -> None:
    """Run the machine's own Python."""
    if subprocess.run([sys.executable, *arguments], cwd=ROOT).returncode:
        raise Stopped(
            f"This step failed: python3 {' '.join(arguments[:2])} (see above). "
            "Telemed needs python3 with venv and pip, and a package index it can reach."
        )


def manage(*arguments: str, **environment: str) -> None:
    """Run a Django command in the virtual environment."""
    finished = subprocess.run(
        [str(PYTHON), "manage.py", *arguments], cwd=ROOT, env={**os.environ, **environment}
    )
    if finished.returncode:
        raise Stopped(f"This step failed: manage.py {' '.join(arguments)} (see above).")
