"""What only ./test --long tries."""

import os
from typing import Any

import pytest

IS_LONG = bool(os.environ.get("TEST_LONG"))

in_long = pytest.mark.long


def only_in_long(*values: Any) -> list[Any]:
    """Values of a parameter, each tried in the long run alone; a tuple is one of several names."""
    return [
        pytest.param(*(value if isinstance(value, tuple) else (value,)), marks=in_long)
        for value in values
    ]
