"""Turns folders of scraped news posts into a clean corpus.

>>> import newsingest
>>> record = newsingest.parse_file("posts/launch.md")  # doctest: +SKIP

The names below are imported when first used, so that ``import newsingest`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module

# What type checkers take this name for; the module `typing` would take longer to import than all else here.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from newsingest.api import parse_file
    from newsingest.errors import NotAPostError, PostError
    from newsingest.parsing.parse_options import ParseOptions
    from newsingest.parsing.parser import parse
    from newsingest.record import Record

__version__ = "0.1.0"

__all__ = ["NotAPostError", "ParseOptions", "PostError", "Record", "__version__", "parse", "parse_file"]

_HOMES = {
    "NotAPostError": "newsingest.errors",
    "ParseOptions": "newsingest.parsing.parse_options",
    "PostError": "newsingest.errors",
    "Record": "newsingest.record",
    "parse": "newsingest.parsing.parser",
    "parse_file": "newsingest.api",
}


if not TYPE_CHECKING:  # a type checker that saw this would take any name for a public one

    def __getattr__(name: str) -> Any:  # noqa: ANN401 - the names above have types of many kinds
        """Import a public name when it is first asked for."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(_HOMES[name]), name)
        return value


def __dir__() -> list[str]:
    """List the public names, imported or not."""
    return sorted({*globals(), *__all__})
