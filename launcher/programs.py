"""Programs that tests need from the distribution: found, or installed where we may."""

import functools
import os
import shutil
import subprocess
from pathlib import Path

from launcher.environment import say

PACKAGES = {
    "chromium": "chromium",
    "chromium-headless-shell": "chromium-headless-shell",
    "firefox-esr": "firefox-esr",
    "turnserver": "coturn",
    "redis-server": "redis-server",
    "initdb": "postgresql",
    "node": "nodejs",
    "npm": "npm",
    "nginx": "nginx",
}


def find(program: str) -> str | None:
    """Where it is; PostgreSQL keeps its own off the PATH."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parts[-2])
    return shutil.which(program) or next(
        (str(bin_ / program) for bin_ in reversed(versions) if (bin_ / program).exists()), None
    )


def provide(*programs: str) -> str:
    """Find or install them; returns why that was not possible, or nothing.

    Each is installed by itself, and only when it is missing: a node from elsewhere brings its
    npm, and the distribution's npm would conflict with it.
    """
    for program in programs:
        if not find(program):
            install(PACKAGES[program])
        if not find(program):
            return f"{program} is not here and could not be installed"
    return ""


def install(package: str) -> None:
    command = apt()
    if not command:
        return
    say(f"Installing the distribution's {package} ...")
    update(tuple(command))
    options = ["-o", "DPkg::Lock::Timeout=500", "install", "-y", "--no-install-recommends"]
    quietly([*command, *options, package])


@functools.cache
def update(command: tuple[str, ...]) -> None:
    quietly([*command, "update"])


def quietly(command: list[str]) -> None:
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def apt() -> list[str]:
    """apt-get as root, if we are or may be; otherwise nothing."""
    if not shutil.which("apt-get"):
        return []
    plain = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    if os.geteuid() == 0:
        return plain
    allowed = shutil.which("sudo") and not subprocess.run(["sudo", "-n", "true"]).returncode
    return ["sudo", "-n", *plain] if allowed else []
