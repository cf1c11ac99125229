"""Which code reads posts: the compiled where it was built, else the same in Python. Both make the same records."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import Literal

Engine = Literal["compiled", "python"]

_MODULES = (
    "_json",
    "body._markup",
    "body._walk",
    "body._sieve",
    "parsing._header",
    "parsing._numbering",
    "runs._glance",
)
_IS_BUILT = all(find_spec(f"newsingest.{name}") for name in _MODULES)

VARIABLE = "NEWSINGEST_ENGINE"
"""The environment variable that asks for Python where it says ``python``."""


def engine() -> Engine:
    """Name the code in use."""
    return "compiled" if _IS_BUILT and os.environ.get(VARIABLE) != "python" else "python"
