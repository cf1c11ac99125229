"""Reads records back: folders of JSON files, JSON Lines (compressed or not), Parquet, standard input.

One record is held in memory at a time, and one batch of rows. What cannot be read is handed out in its
place, so that the rest can go on.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO

from newsingest.formats.packing import SUFFIXES, packing_of, unpack, unpacking_errors
from newsingest.paths import text
from newsingest.runs.sink import is_our_record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsingest.formats.packing import Packing

STDIN = "-"
PARQUET = ".parquet"
LINES = ".jsonl"
LINES_SUFFIXES = tuple(LINES + suffix for suffix in SUFFIXES.values())
RECORD_FILES = (".json", PARQUET, *LINES_SUFFIXES)
KINDS = ".json, .jsonl, .jsonl.gz, .jsonl.zst or .parquet"


class ReadError(Exception):
    """A path that holds no records: what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Entry:
    """The bytes of one record, the place to show for it, and the name of its file if it has one of its own."""

    place: str
    data: bytes
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file, or the rest of it, that cannot be read."""

    place: str
    reason: str


def records(path: str, shown: str | None = None) -> Iterator[Entry | Unreadable]:
    """Read all records below a folder, of a file, or of standard input (``-``), in the order of names.

    ``shown`` is what to call the path in places, where that is not the path itself. Raises ReadError for a
    path that is not there, has no suffix of records, or holds none, whole or damaged.
    """
    if path == STDIN:
        shown = shown or "stdin"
        found = _lines(standard_input(), shown, "none")
    elif os.path.isdir(path):
        shown = text(path).rstrip("/") or "/"
        found = _folder(path, shown)
    else:
        check_there(path)
        shown = shown or text(path)
        if not holds_records(path):
            raise ReadError(f"'{shown}' is no {KINDS} file.")
        found = _file(path, shown, _unicode(os.path.basename(path)))
    first = next(found, None)
    if first is None:
        hint = f" Records are looked for in {KINDS} files." if os.path.isdir(path) else ""
        raise ReadError(f"There is no record in '{shown}'.{hint}")
    return chain((first,), found)


def check_there(path: str) -> None:
    """Refuse a path where nothing is. Raises ReadError."""
    if not os.path.exists(path):
        raise ReadError(f"There is no file or folder '{text(path)}'.")


def standard_input() -> BinaryIO:
    """Open standard input. Raises ReadError where the tool was started without one."""
    if sys.stdin is None:
        raise ReadError("Standard input is closed. Write the records into it, or name a file or folder.")
    return sys.stdin.buffer


def holds_records(name: str) -> bool:
    """Tell by its name whether a file may hold records."""
    return name.endswith(RECORD_FILES)


def is_foreign(path: str) -> bool:
    """Tell by its first record whether a file, by its name one of records, is not ours and must stay."""
    if not os.path.isfile(path) or not os.path.getsize(path):
        return False
    first = next(_file(path, path, os.path.basename(path)), None)
    return first is not None and not (isinstance(first, Entry) and is_our_record(first.data))


def _folder(path: str, shown: str) -> Iterator[Entry | Unreadable]:
    """Read a folder. A stack, not recursion: trees can be deeper than Python's."""
    stack = [iter([(path, shown, "", True)])]
    while stack:
        found = next(stack[-1], None)
        if found is None:
            stack.pop()
            continue
        path, shown, name, folder = found
        if not folder:
            yield from _file(path, shown, name)
            continue
        try:
            stack.append(iter(_listing(path, shown, name)))
        except OSError as error:
            yield Unreadable(shown, f"cannot be read: {error.strerror}")


def _listing(path: str, shown: str, name: str) -> list[tuple[str, str, str, bool]]:
    with os.scandir(path) as entries:
        seen = [(text(e.name), e.path, e.is_dir(follow_symlinks=False), e.name) for e in entries if e.name[0] != "."]
    prefix = f"{name}/" if name else ""
    base = "" if shown == "." else shown.rstrip("/") + "/"
    return [
        (path, base + own, prefix + _unicode(raw), folder)
        for own, path, folder, raw in sorted(seen)
        if folder or holds_records(own)
    ]


def _unicode(name: str) -> str:
    r"""Take a name of a record as it is: ``parse`` wrote ``\xNN`` into it where the post's own is not UTF-8."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _file(path: str, shown: str, name: str) -> Iterator[Entry | Unreadable]:
    try:
        if name.endswith(PARQUET):
            from newsingest.formats.parquet import read_lines  # noqa: PLC0415 - an extra, slow to import

            for number, data in read_lines(path):
                yield Entry(f"{shown}: row {number}", data)
        elif name.endswith(".json"):
            with open(path, "rb") as stream:
                yield Entry(shown, stream.read(), name)
        else:
            with open(path, "rb") as stream:
                yield from _lines(stream, shown, packing_of(name))
    except OSError as error:  # pyarrow's errors are OSErrors too: see read_lines
        yield Unreadable(shown, f"cannot be read: {error.strerror or error}")


def _lines(stream: BinaryIO, shown: str, packing: Packing) -> Iterator[Entry | Unreadable]:
    number = 0
    try:
        for number, line in enumerate(unpack(stream, packing), 1):
            if not line.isspace():
                yield Entry(f"{shown}:{number}", line)
    except unpacking_errors(packing) as error:
        yield Unreadable(shown, f"cannot be read on from line {number + 1}: {error}")
