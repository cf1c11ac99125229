"""Standard output that nobody reads any more."""

from __future__ import annotations

import os

from newsingest.commands.status import NOBODY_READS

_STDOUT = 1


def nobody_reads() -> int:
    """Point standard output nowhere, or Python complains on exit that it cannot be flushed; give the exit status."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, _STDOUT)
    os.close(nowhere)
    return NOBODY_READS
