"""Where the process begins: as ``newsingest`` or as ``python -m newsingest``."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

_INTERRUPTED = 130  # as in commands/exits.py, which there may be no time to import


def main() -> NoReturn:
    """Run the command line; Ctrl-C ends it in silence where nothing has begun, or where all is done."""
    try:
        from newsingest.cli import main as run  # noqa: PLC0415 - so that an interruption of this is caught

        run()
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)


if __name__ == "__main__":
    main()
