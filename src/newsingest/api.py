"""The library's entry for a post that is a file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from newsingest.parsing.parse_options import ParseOptions
from newsingest.parsing.parser import parse
from newsingest.paths import text
from newsingest.runs.read import Words, read_bytes
from newsingest.runs.walk import DEFAULT_MAX_BYTES

if TYPE_CHECKING:
    from newsingest.record import Record

_WORDS = Words("max_bytes", "no regular file", "Nothing to do if it is no post.")


def parse_file(
    path: str | os.PathLike[str],
    options: ParseOptions | None = None,
    *,
    relative: str | None = None,
    max_bytes: int = DEFAULT_MAX_BYTES,
) -> Record:
    """Read one post from a file, following links.

    ``relative`` becomes the record's ``source.path``, from which its ``id`` is made; without it that is
    the file's name. Raises PostError, and NotAPostError (a kind of it) for a file that is no post; where there
    is none, or it cannot be read, FileNotFoundError or what else ``open`` raises.
    """
    given = os.fspath(path)
    shown = text(os.path.basename(given)) if relative is None else relative
    raw = read_bytes(os.path.realpath(given), shown, max_bytes, _WORDS)
    return parse(raw, shown, options or ParseOptions())
