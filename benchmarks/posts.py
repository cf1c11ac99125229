"""What the floor and all peers' programs share: posts in, files out."""

# ruff: noqa: PTH103, PTH118, PTH120, PTH123 - a Path for each file would be charged to every peer

from __future__ import annotations

import os
import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADER = re.compile(r"\A\s*---[ \t]*\n(.*?\n)---[ \t]*\n", re.DOTALL)


def read_posts(source: str) -> Iterator[tuple[str, str, str]]:
    """Yield path below the source, header and body of each post."""
    for folder, folders, names in os.walk(source):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(folder, name)
            with open(path, "rb") as stream:
                text = stream.read().decode("utf-8")
            found = _HEADER.match(text)
            header, body = (found[1], text[found.end() :]) if found else ("", text)
            yield os.path.relpath(path, source), header, body


def write_record(output: str, relative: str, data: bytes) -> None:
    """Write one post's file, at its place in the tree."""
    path = os.path.join(output, relative + ".json")
    _make_folder(os.path.dirname(path))
    with open(path, "wb") as stream:
        stream.write(data)


@cache  # each is made once
def _make_folder(folder: str) -> None:
    os.makedirs(folder, exist_ok=True)
