"""bench/chat, as small as it gets, against the real servers."""

import json
import subprocess

import pytest

from launcher.environment import ROOT
from launcher.programs import find

MISSING = [name for name in ("node", "npm", "initdb", "redis-server") if not find(name)]
KEYS = {
    "cpu_saturated",
    "cpu_200",
    "rate_saturated",
    "delivery_p50_200",
    "delivery_p99_200",
    "memory_idle",
    "handshakes",
    "lost",
    "doubled",
}


@pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")
def test_every_message_of_a_small_run_arrives_once():
    small = ["--quick", "--messages", "40", "--conversations", "8"]
    done = subprocess.run(
        [ROOT / "bench" / "chat", *small], capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    ratios = json.loads(done.stdout.splitlines()[-1])
    assert set(ratios) == KEYS
    assert (ratios["lost"], ratios["doubled"]) == (0, 0)
