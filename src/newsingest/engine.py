"""Which code reads bodies: the compiled where it was built, else the same in Python. Both make the same records."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import Literal

Engine = Literal["compiled", "python"]

_MODULES = ("newsingest._walk", "newsingest._sieve", "newsingest._json", "newsingest._header", "newsingest._numbering")

VARIABLE = "NEWSINGEST_ENGINE"
"""The environment variable that asks for Python where it says ``python``."""


def engine() -> Engine:
    """Name the code in use."""
    if os.environ.get(VARIABLE) == "python" or None in map(find_spec, _MODULES):
        return "python"
    return "compiled"
