"""The files of a folder of shards: which there are, how one is made, and how a new set takes the place of the old."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Literal, Protocol

from newsingest.formats.packing import SUFFIXES, pack, zstd
from newsingest.formats.reader import is_foreign
from newsingest.runs.sink import STATE_FOLDER

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from newsingest.formats.packing import Packing

DEFAULT_POSTS = 5_000


class Form(Protocol):
    """How the records of one shard are written to a stream."""

    def __call__(self, lines: Iterable[bytes], stream: BinaryIO, packing: Packing, /) -> None:
        """Write them, in the order they come."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What shards look like. ``limit`` counts posts or bytes (of JSON Lines, uncompressed), None for one file."""

    form: Literal["jsonl", "parquet"]
    packing: Packing
    limit: int | None = DEFAULT_POSTS
    unit: Literal["posts", "bytes"] = "posts"

    @property
    def suffix(self) -> str:
        """The suffix of a shard's name; Parquet is compressed inside."""
        return f".{self.form}{SUFFIXES[self.packing] if self.form == 'jsonl' else ''}"

    def weight(self, size: int) -> int:
        """Return how much of the limit a record takes up, given the bytes of its line."""
        return 1 if self.unit == "posts" else size


@dataclass(frozen=True, slots=True)
class Shards:
    """What ``finish`` did: how many shards there are, and which of them were written anew."""

    count: int
    written: tuple[str, ...]


class ShardFiles:
    """The shards in a folder; ``name`` is that of a single file in their place."""

    def __init__(self, folder: str, layout: Layout, name: str | None = None) -> None:
        self._folder = folder
        self._layout = layout
        self._name = name
        self._write_shard = _form(layout)

    def path(self, name: str) -> str:
        """Return the path of a shard."""
        return os.path.join(self._folder, name)

    def make(self, path: str, lines: Iterable[bytes]) -> bytes:
        """Write a shard to a file anywhere; give its digest. Raises OSError."""
        with open(path, "wb") as stream:
            self._write_shard(lines, stream, self._layout.packing)
        return digest(path)

    def present(self) -> list[str]:
        """List the shards that are there, in order."""
        if self._name is not None:
            return [self._name] if os.path.isfile(self.path(self._name)) else []
        return self._listed(re.escape(self._layout.suffix))

    def present_in_any_packing(self) -> list[str]:
        """List, too, those that hold the same records in the same form, compressed another way."""
        return [] if self._name is not None else self._listed(rf"\.{self._layout.form}(?:\.gz|\.zst)?")

    def kept(self, digests: Sequence[bytes]) -> dict[int, str]:
        """Map the numbers of wanted shards to files with the same bytes, as far as those are in order."""
        present = self.present()
        found = {digest(self.path(name)): place for place, name in enumerate(present)}
        kept = dict[int, str]()
        last = -1
        for number, wanted in enumerate(digests):
            place = found.get(wanted, -1)
            if place > last:
                kept[number] = present[place]
                last = place
        return kept

    def put(self, made: Sequence[str], kept: Mapping[int, str], spare: Collection[str] = ()) -> Shards:
        """Put what is kept under its number, then what was made in its place, then clear the rest away.

        ``made`` are paths, in order; where a number is kept its path does not matter. ``spare`` shards may be deleted.
        Files of others are moved aside.
        """
        names = [self._name or f"part-{number:05}{self._layout.suffix}" for number in range(len(made))]
        there = {*self.present(), *self.present_in_any_packing()}
        if self._name is None:
            for name in there.intersection(names).difference(kept.values(), spare):
                if is_foreign(self.path(name)):
                    self.set_aside(name)
        for new, old in _moves(kept, names):
            os.replace(self.path(old), self.path(new))
        written = []
        for number, (path, name) in enumerate(zip(made, names, strict=True)):
            if number not in kept:
                os.replace(path, self.path(name))
                written.append(name)
        if self._name is None:
            self._clear(there - {*names, *kept.values()}, spare)
        return Shards(len(names), tuple(written))

    def set_aside(self, name: str) -> None:
        """Move a shard to ``.newsingest/stale``."""
        stale = self.path(os.path.join(STATE_FOLDER, "stale"))
        os.makedirs(stale, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):  # moved on to another number
            os.replace(self.path(name), os.path.join(stale, name))

    def _clear(self, names: Collection[str], spare: Collection[str]) -> None:
        for name in names:
            if name in spare:
                os.remove(self.path(name))
            else:
                self.set_aside(name)

    def _listed(self, suffix: str) -> list[str]:
        return sorted(name for name in os.listdir(self._folder) if re.fullmatch(rf"part-\d{{5,}}{suffix}", name))


def digest(path: str) -> bytes:
    """Return the SHA-256 of a file. Raises OSError."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()


def _moves(kept: Mapping[int, str], names: Sequence[str]) -> list[tuple[str, str]]:
    """Order the renames so that none falls on a file that is yet to move: up from the top, down from below."""
    pairs = [(names[number], name) for number, name in sorted(kept.items())]
    up = [pair for pair in pairs if pair[0] > pair[1]]
    return [*reversed(up), *(pair for pair in pairs if pair[0] < pair[1])]


def _form(layout: Layout) -> Form:
    """Choose the writer. Raises MissingPackageError where it needs a package that is not installed."""
    if layout.form == "parquet":
        from newsingest.formats.parquet import write  # noqa: PLC0415 - an extra, slow to import

        return write
    if layout.packing == "zstd":
        zstd()
    return _write_lines


def _write_lines(lines: Iterable[bytes], stream: BinaryIO, packing: Packing) -> None:
    writer = pack(stream, packing)
    try:
        for line in lines:
            writer.write(line)
    finally:
        writer.close()
