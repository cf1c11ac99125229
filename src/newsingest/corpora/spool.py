"""Standard input, kept in a file where it must be read twice."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from newsingest.errors import no_temporary_file
from newsingest.formats.reader import LINES, STDIN, standard_input

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def replayable(path: str) -> Iterator[tuple[str, str | None]]:
    """Give a path that can be read any number of times, and what to call it where it is not the one given.

    Raises SinkError where there is no room to keep it.
    """
    if path != STDIN:
        yield path, None
        return
    stream = standard_input()
    with ExitStack() as stack:
        try:
            spool = stack.enter_context(tempfile.NamedTemporaryFile(prefix="newsingest-", suffix=LINES))
            shutil.copyfileobj(stream, spool)
            spool.flush()
        except OSError as error:
            raise no_temporary_file(error) from error
        yield spool.name, "stdin"
