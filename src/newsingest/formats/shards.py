"""Shards: ``part-00000.jsonl`` and so on, sorted by path, each rewritten only where a post in it changed.

Records are spooled as they come, in any order. ``finish`` cuts the sorted whole into shards (see plan.py),
makes each aside, and compares it with what is there: a shard with the same bytes stays the same file, under
a new number where one before it was cut in two. Nothing is remembered between runs, so nothing can be
remembered wrongly. A run that is killed before ``finish`` changed nothing; one killed inside it is made
good by the next.
"""

# ruff: noqa: PTH103, PTH105, PTH107, PTH113, PTH118, PTH123, PTH208 - paths are strings here as in the sink

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Literal, Protocol, Self

import msgspec

from newsingest.formats.plan import Item, plan
from newsingest.packing import SUFFIXES, pack, zstd
from newsingest.record import encode_line
from newsingest.sink import STATE_FOLDER, DirectorySink, SinkError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsingest.packing import Packing

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


@dataclass(frozen=True, slots=True)
class Shards:
    """What ``finish`` did: how many shards there are, and which of them were written anew."""

    count: int
    written: tuple[str, ...]


class _Source(msgspec.Struct):
    path: str


class _Key(msgspec.Struct):
    id: str
    source: _Source


_key = msgspec.json.Decoder(_Key)


class ShardSink:
    """Takes records one by one and, when all are there, writes shards. Use as a context manager.

    ``name`` gives a single file below the folder its name; otherwise shards are numbered.
    """

    encode = staticmethod(encode_line)

    def __init__(self, folder: str, layout: Layout, name: str | None = None) -> None:
        self._folder = folder
        self._layout = layout
        self._name = name
        self._directory = DirectorySink(folder)  # makes the folders, keeps the lock, sweeps what was left behind
        self._aside = os.path.join(folder, STATE_FOLDER, "tmp")
        self._mine = f"shards-{secrets.token_hex(4)}"
        self._items = list[tuple[Item, int, int]]()  # with place and length in the spool
        self._end = 0
        self._write_shard = _form(layout)

    def __enter__(self) -> Self:
        """Open the spool. Raises SinkError."""
        self._directory.__enter__()
        try:
            self._spool = open(self._path("spool"), "w+b")
        except OSError as error:
            self._directory.__exit__()
            raise SinkError.of(error, self._folder) from error
        return self

    def __exit__(self, *_: object) -> None:
        """Take away the spool and what was not put in place."""
        with contextlib.suppress(OSError):
            self._spool.close()
        with contextlib.suppress(OSError):
            for name in os.listdir(self._aside):
                if name.startswith(self._mine):
                    os.remove(os.path.join(self._aside, name))
        self._directory.__exit__()

    def write(self, name: str, data: bytes) -> None:
        """Take a record, encoded as a line. Raises SinkError."""
        key = _key.decode(data)
        weight = 1 if self._layout.unit == "posts" else len(data)
        try:
            self._spool.write(data)
        except OSError as error:
            raise SinkError.of(error, self._folder) from error
        self._items.append((Item(key.source.path, name, key.id, weight), self._end, len(data)))
        self._end += len(data)

    def retire(self, name: str) -> str | None:  # noqa: ARG002 - a shard without the record replaces the one with it
        """There is no earlier record to take away: shards hold what was written in this run."""
        return None

    def finish(self) -> Shards:
        """Write the shards, and take away those that are no more. Raises SinkError."""
        try:
            self._items.sort()
            made = [self._make(start, end) for start, end in plan([item for item, _, _ in self._items], self._limit)]
            if not made and self._name is not None:
                made = [self._make(0, 0)]
            return self._put(made)
        except OSError as error:
            raise SinkError.of(error, self._folder) from error

    @property
    def _limit(self) -> int | None:
        return None if self._name is not None else self._layout.limit

    def _path(self, name: str) -> str:
        return os.path.join(self._aside, f"{self._mine}-{name}")

    def _make(self, start: int, end: int) -> tuple[str, bytes]:
        """Write one shard aside; give its path and its digest."""
        path = self._path(str(start))
        with open(path, "wb") as stream:
            self._write_shard(self._read(start, end), stream, self._layout.packing)
        return path, _digest(path)

    def _read(self, start: int, end: int) -> Iterator[bytes]:
        for _, place, length in self._items[start:end]:
            self._spool.seek(place)
            yield self._spool.read(length)

    def _put(self, made: list[tuple[str, bytes]]) -> Shards:
        """Keep what is there already, under its number; then put what is new in place, then clear the rest away."""
        names = [self._name or f"part-{number:05}{self._layout.suffix}" for number in range(len(made))]
        present = sorted(self._present())
        kept = self._kept(present, [digest for _, digest in made])
        for new, old in _moves(kept, names):
            os.replace(os.path.join(self._folder, old), os.path.join(self._folder, new))
        written = []
        for number, ((path, _), name) in enumerate(zip(made, names, strict=True)):
            if number not in kept:
                os.replace(path, os.path.join(self._folder, name))
                written.append(name)
        if self._name is None:
            for name in {*present, *self._other_packings()} - {*names, *kept.values()}:
                self._retire(name)
        return Shards(len(names), tuple(written))

    def _present(self) -> list[str]:
        if self._name is not None:
            return [self._name] if os.path.isfile(os.path.join(self._folder, self._name)) else []
        return self._listed(re.escape(self._layout.suffix))

    def _other_packings(self) -> list[str]:
        """List shards that hold the same records in the same form, compressed another way."""
        return self._listed(rf"\.{self._layout.form}(?:\.gz|\.zst)?")

    def _listed(self, suffix: str) -> list[str]:
        return [name for name in os.listdir(self._folder) if re.fullmatch(rf"part-\d{{5,}}{suffix}", name)]

    def _kept(self, present: list[str], digests: list[bytes]) -> dict[int, str]:
        """Find for each number the file that holds its bytes already, where the order stays the same."""
        found = {_digest(os.path.join(self._folder, name)): place for place, name in enumerate(present)}
        kept = dict[int, str]()
        last = -1
        for number, digest in enumerate(digests):
            place = found.get(digest, -1)
            if place > last:
                kept[number] = present[place]
                last = place
        return kept

    def _retire(self, name: str) -> None:
        stale = os.path.join(self._folder, STATE_FOLDER, "stale")
        os.makedirs(stale, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):  # moved on to another number
            os.replace(os.path.join(self._folder, name), os.path.join(stale, name))


def _moves(kept: dict[int, str], names: list[str]) -> list[tuple[str, str]]:
    """Order the renames so that none falls on a file that is yet to move: up from the top, down from below."""
    pairs = [(names[number], name) for number, name in sorted(kept.items())]
    up = [pair for pair in pairs if pair[0] > pair[1]]
    return [*reversed(up), *(pair for pair in pairs if pair[0] < pair[1])]


def _digest(path: str) -> bytes:
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()


def _form(layout: Layout) -> Form:
    """Choose the writer; what it needs and is not installed shows here. Raises MissingPackageError."""
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
