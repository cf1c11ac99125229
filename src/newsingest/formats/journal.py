"""The journal of a run into shards: what it made and took away since shards were last put in place.

Each entry is written through at once, so a killed run leaves a journal that the next one goes on with.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, BinaryIO, Literal

import msgspec

from newsingest.formats.ledger import Post  # noqa: TC001 - msgspec reads the annotation

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["written", "retired", "removed"]


class JournalEntry(msgspec.Struct, frozen=True, array_like=True):
    """What became of a post's record; the line of a written one follows."""

    kind: Kind
    post: Post


_entry = msgspec.json.Decoder(JournalEntry)


class Journal:
    """A file of entries. Iterate over those that are there, once, before any is added."""

    def __init__(self, path: str) -> None:
        """Open the journal, a new one where there is none. Raises OSError."""
        self._path = path
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        self._file = open(descriptor, "r+b", buffering=0)  # noqa: SIM115 - `close` closes it
        self._end = 0

    def __iter__(self) -> Iterator[tuple[JournalEntry, int]]:
        """Read what is there, each entry with the place of its line; cut off what is not whole. Raises OSError."""
        with open(self._path, "rb") as stream:
            while (entry := _read(stream)) is not None:
                self._end = stream.tell()
                yield entry, self._end - entry.post.size
        self._file.truncate(self._end)

    def add(self, kind: Kind, post: Post, line: bytes = b"") -> int:
        """Write an entry; give the place of its line. Raises OSError."""
        data = memoryview(msgspec.json.encode(JournalEntry(kind, post)) + b"\n" + line)
        end = self._end + len(data)
        self._file.seek(self._end)
        while data:
            data = data[self._file.write(data) :]
        self._end = end  # not before: what a signal or a full disk cuts short is written over
        return end - len(line)

    def read(self, place: int, post: Post) -> bytes:
        """Read a line again. Raises OSError."""
        return os.pread(self._file.fileno(), post.size, place)

    def clear(self) -> None:
        """Forget all. Raises OSError."""
        self._file.truncate(0)
        self._end = 0

    def close(self) -> None:
        """Close it; one that holds nothing does not stay."""
        self._file.close()
        if not self._end:
            with contextlib.suppress(OSError):
                os.remove(self._path)


def _read(stream: BinaryIO) -> JournalEntry | None:
    try:
        entry = _entry.decode(stream.readline())
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    if entry.kind == "written" and not entry.post.is_line(stream.read(entry.post.size)):
        return None
    return entry
