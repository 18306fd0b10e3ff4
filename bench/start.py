"""Makes ready what a measurement needs, and becomes it inside the virtual environment."""

import os
import signal
import sys
from collections.abc import Callable
from types import FrameType

from launcher.environment import PYTHON, ROOT, Stopped, prepare
from launcher.programs import provide
from launcher.suites import node_modules


def become(module: str, *programs: str) -> None:
    """Returns never: without what is needed it ends, and has said what that is."""
    try:
        os.chdir(ROOT)
        prepare(development=True)
        if reason := provide(*programs) or ("node" in programs and node_modules()):
            raise Stopped(f"Nothing can be measured: {reason}.")
    except Stopped as reason:
        raise SystemExit(str(reason)) from None
    os.execv(PYTHON, [str(PYTHON), "-m", module, *sys.argv[1:]])  # noqa: S606


def finish(measure: Callable[[], bool]) -> int:
    """Runs a measurement; what it started is stopped however it ends."""
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, interrupt)
    try:
        return 0 if measure() else 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    except Stopped as reason:
        print(reason, file=sys.stderr)
        return 1


def interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
