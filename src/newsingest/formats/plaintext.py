"""A record as plain text: the title, an empty line, the paragraphs with an empty line between each two.

Nothing in a text says whose it is, so that must be remembered: ``parse`` has its state, and ``convert`` lists what it
wrote in ``.newsingest/texts``.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from newsingest.runs.sink import STATE_FOLDER
from newsingest.runs.whole_file import write_whole

if TYPE_CHECKING:
    from collections.abc import Collection

    from newsingest.record import Record


def encode_text(record: Record) -> bytes:
    """Write the text as UTF-8, ending in a newline; a post without a title begins with its first paragraph."""
    title = [] if record.title is None else [record.title]
    return ("\n\n".join((*title, *record.paragraphs)) + "\n").encode()


def is_our_text(head: bytes) -> bool:  # noqa: ARG001 - as for the other forms
    """Tell by its beginning whether a file is ours: never."""
    return False


def our_texts(folder: str) -> set[bytes]:
    """Read which files of a folder are ours, by their names below it."""
    try:
        with open(_list(folder), "rb") as stream:
            return set(stream.read().split(b"\0"))
    except OSError:  # there is no list, or none of them can be seen to be ours
        return set()


def claim_texts(folder: str, names: Collection[bytes]) -> None:
    """Note names as ours before files are written under them, so that those of a killed run are. Raises SinkError."""
    write_whole(_list(folder), b"\0".join(sorted(our_texts(folder).union(names))))


def _list(folder: str) -> str:
    return os.path.join(folder, STATE_FOLDER, "texts")
