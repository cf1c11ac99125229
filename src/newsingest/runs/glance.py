"""A glance at many files of one folder: what a run over unchanged posts does most."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from newsingest.engine import engine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsingest.engine import Engine

Glance = tuple[int, int]
"""The size of a file in bytes, and its time in nanoseconds."""


def glances(folder: int, names: Sequence[bytes]) -> list[Glance | None]:
    """Look at files by their names in an open folder: None for what is no file, or cannot be looked at."""
    return _glances(folder, names)


def glances_in_python(folder: int, names: Sequence[bytes]) -> list[Glance | None]:
    """Do the same in Python alone."""
    return [glance(name, folder) for name in names]


def glance(path: bytes, folder: int | None = None) -> Glance | None:
    """Look at one file."""
    try:
        status = os.stat(path, dir_fd=folder, follow_symlinks=False)
    except OSError:
        return None
    return (status.st_size, status.st_mtime_ns) if stat.S_ISREG(status.st_mode) else None


_ENGINE: Engine = engine()
if _ENGINE == "compiled":
    from newsingest.runs._glance import glances as _glances
else:
    _glances = glances_in_python
