"""Paths as text, for people and for records: a name on disk is bytes, and need not be UTF-8."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# The start of what `text` writes for a byte that is not UTF-8, standing in a name as it is.
_LOOKS_ESCAPED = re.compile(r"\\(?=x[0-9a-f]{2})")


def text(name: str) -> str:
    r"""Write a path as the file system gives it as Unicode text, the same under every locale.

    Bytes that are not UTF-8 become ``\xNN``. No two names become one: a backslash that stands before
    ``xNN`` in the name itself becomes ``\x5c``.
    """
    if name.isascii() and "\\" not in name:
        return name
    return os.fsencode(_LOOKS_ESCAPED.sub(r"\\x5c", name)).decode("utf-8", "backslashreplace")


def texts(names: Sequence[str]) -> Sequence[str]:
    """Write the names of one folder as ``text`` does; nearly always they are text as they are, and one look tells."""
    joined = "\0".join(names)  # which stands in no name
    if joined.isascii() and "\\" not in joined:
        return names
    if sys.getfilesystemencoding() == "utf-8" and "\\" not in joined and _is_unicode(joined):
        return names
    return [text(name) for name in names]


def encoded(names: Sequence[str]) -> list[bytes]:
    """Write names or paths as the file system has them, all in one go."""
    return os.fsencode("\0".join(names)).split(b"\0") if names else []


def _is_unicode(words: str) -> bool:
    try:
        words.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def unicode(words: str) -> str:
    r"""Write the bytes in words, of paths that are not UTF-8, as ``\xNN``; what is text stays, under every locale."""
    return words.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
