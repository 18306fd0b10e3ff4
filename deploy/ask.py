#!/usr/bin/env python3
"""Asks a process whether it lives: ask.py healthz 8001, or waits: ask.py readyz 8001 --within 60"""

import argparse
import sys
import time
import urllib.error
import urllib.request


def answers(question: str, port: int) -> bool:
    """Whether the process says yes."""
    url = f"http://127.0.0.1:{port}/{question}"
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def main() -> int:
    """0 for yes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("question", choices=["healthz", "readyz"])
    parser.add_argument("port", type=int)
    parser.add_argument("--within", type=float, default=0, help="seconds to wait for a yes")
    options = parser.parse_args()
    deadline = time.monotonic() + options.within
    while not answers(options.question, options.port):
        if time.monotonic() >= deadline:
            return 1
        time.sleep(0.2)
    return 0


if __name__ == "__main__":
    sys.exit(main())
