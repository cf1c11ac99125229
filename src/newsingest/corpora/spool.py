"""Standard input, kept in a file where it must be read twice."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

from newsingest.formats.reader import LINES, STDIN, standard_input

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def replayable(path: str) -> Iterator[tuple[str, str | None]]:
    """Give a path that can be read any number of times, and what to call it where it is not the one given."""
    if path != STDIN:
        yield path, None
        return
    with tempfile.NamedTemporaryFile(prefix="newsingest-", suffix=LINES) as spool:
        shutil.copyfileobj(standard_input(), spool)
        spool.flush()
        yield spool.name, "stdin"
