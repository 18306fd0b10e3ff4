#!/usr/bin/env python3
"""Fills in the template for nginx: render.py nginx.env > /etc/nginx/conf.d/telemed.conf

It replaces what envsubst replaces in the official image: ${NAME}, for the names that are set.
"""

import re
import sys
from pathlib import Path

TEMPLATE = Path(__file__).parent / "templates" / "telemed.conf.template"


def values(lines: str) -> dict[str, str]:
    """NAME=value, one a line."""
    pairs = [line.partition("=") for line in lines.splitlines() if not line.startswith("#")]
    return {name.strip(): value.strip() for name, equals, value in pairs if equals}


def render(given: dict[str, str]) -> str:
    """The configuration; raises KeyError for what is not given."""
    return re.sub(r"\$\{([A-Z_]+)\}", lambda found: given[found[1]], TEMPLATE.read_text())


if __name__ == "__main__":
    print(render(values(Path(sys.argv[1]).read_text())), end="")
