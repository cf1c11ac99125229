"""Which walk reads bodies: the compiled one where it was built, else the one in Python. Both make the same lines."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import Literal

Engine = Literal["compiled", "python"]

VARIABLE = "NEWSINGEST_ENGINE"
"""The environment variable that asks for the walk in Python where it says ``python``."""


def engine() -> Engine:
    """Name the walk in use."""
    wanted = os.environ.get(VARIABLE) != "python"
    return "compiled" if wanted and find_spec("newsingest._walk") is not None else "python"
