"""Records that can be fetched again by their place, so that two corpora are compared without holding either."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, Self

import msgspec

from newsingest.formats.packing import unpack, unpacking_errors
from newsingest.formats.reader import KINDS, RECORD_FILES
from newsingest.paths import text
from newsingest.runs.names import RECORD_SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsingest.formats.packing import Packing

_SUFFIXES = tuple(suffix.encode() for suffix in RECORD_FILES)

# What files begin with that must be unpacked, whatever they are called.
_MAGIC: dict[bytes, Literal["gzip", "zstd", "parquet"]] = {
    b"\x1f\x8b": "gzip",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"PAR1": "parquet",
}


class ReadBackError(Exception):
    """Something that should hold records and does not: which file, which line if that is known, and why."""

    def __init__(self, path: str, reason: str, line: int | None = None) -> None:
        super().__init__(path, reason, line)
        self.path = path
        self.reason = reason
        self.line = line

    def __str__(self) -> str:
        """Path, line and reason on one line."""
        return f"{self.path}: line {self.line}: {self.reason}" if self.line else f"{self.path}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record's bytes are: the file below the folder (empty for a file given as such), the first line."""

    file: bytes
    start: int
    size: int
    line: int


class Corpus:
    """Records in the order they lie, and any of them again by its place. Use as a context manager.

    Holds one file open at a time; a packed one is unpacked into a file without a name.
    """

    def __init__(self, given: str) -> None:
        self._given = os.fsencode(given)
        self._name: bytes | None = None
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        """Nothing is opened before it is read."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close what is open."""
        if self._file is not None:
            self._file.close()
        self._file = self._name = None

    def shown(self, place: Place) -> str:
        """Name the file of a place as the user would type it."""
        return self._shown(place.file)

    def __iter__(self) -> Iterator[tuple[Place, bytes]]:
        """Read all records, in the order of the files' names. Raises ReadBackError."""
        folder = os.path.isdir(self._given)
        empty = True
        for name in record_files(self._given, _SUFFIXES) if folder else [b""]:
            try:
                for found in self._scan(name):
                    empty = False
                    yield found
            except OSError as error:
                raise self._unreadable(name, error) from error
        if empty:
            hint = f"; records are looked for in {KINDS} files" if folder else ""
            raise ReadBackError(self._shown(b""), f"holds no record{hint}")

    def fetch(self, place: Place) -> bytes:
        """Read one record again. Raises ReadBackError."""
        try:
            file = self._open(place.file)
            file.seek(place.start)
            return file.read(place.size)
        except OSError as error:
            raise self._unreadable(place.file, error) from error

    def decode(self, place: Place, data: bytes) -> dict[str, Any]:
        """Read a record's JSON, of whatever version. Raises ReadBackError."""
        try:
            record = msgspec.json.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise ReadBackError(self.shown(place), "no JSON", place.line + _bad_line(data)) from None
        if not isinstance(record, dict):
            raise ReadBackError(self.shown(place), "no record: JSON, but no object", place.line)
        return record

    def key(self, place: Place, data: bytes) -> str:
        """Read what a record is known by: ``source.path``, or ``id`` where that is missing. Raises ReadBackError."""
        try:
            head = msgspec.json.decode(data, type=_Head)
        except msgspec.ValidationError:
            head = _Head()
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise ReadBackError(self.shown(place), "no JSON", place.line + _bad_line(data)) from None
        key = head.source.path or head.id
        if key is None:
            raise ReadBackError(self.shown(place), "no record: neither source.path nor id", place.line)
        return key

    def _scan(self, name: bytes) -> Iterator[tuple[Place, bytes]]:
        file = self._open(name)
        if _is_indented(file):
            data = file.read()
            yield Place(name, 0, len(data), 1), data
            return
        start = 0
        for number, line in enumerate(file, 1):
            if line.strip():
                yield Place(name, start, len(line), number), line
            start += len(line)

    def _open(self, name: bytes) -> BinaryIO:
        if self._file is not None and self._name == name:
            return self._file
        if self._file is not None:
            self._file.close()
        self._name = name
        self._file = _unpacked(os.path.join(self._given, name) if name else self._given)
        return self._file

    def _shown(self, name: bytes) -> str:
        return text(os.fsdecode(os.path.join(self._given, name) if name else self._given))

    def _unreadable(self, name: bytes, error: OSError) -> ReadBackError:
        return ReadBackError(self._shown(name), f"cannot be read: {error.strerror or error}")


def record_files(folder: bytes, suffixes: tuple[bytes, ...] = (RECORD_SUFFIX.encode(),)) -> Iterator[bytes]:
    """Find the files of these suffixes below a folder, in the order of names; nothing in a missing one.

    Hidden files and folders, ``.newsingest`` among them, are not looked at, and links to folders not followed.
    """
    pending = [b""]
    while pending:
        name = pending.pop()
        if name and not name.endswith(b"/"):
            yield name
            continue
        try:
            with os.scandir(os.path.join(folder, name)) as entries:
                below = [
                    name + entry.name + (b"/" if entry.is_dir(follow_symlinks=False) else b"")
                    for entry in entries
                    if not entry.name.startswith(b".")
                ]
        except FileNotFoundError:
            continue
        pending += sorted((path for path in below if path.endswith((b"/", *suffixes))), reverse=True)


class _Source(msgspec.Struct):
    path: str | None = None


class _Head(msgspec.Struct):
    """The part of a record that says which post it is of."""

    source: _Source = msgspec.field(default_factory=_Source)
    id: str | None = None


def _is_indented(file: BinaryIO) -> bool:
    """Tell one record on many lines from records of a line each; reads from the start again afterwards."""
    file.seek(0)
    first = next((line for line in file if line.strip()), b"")
    file.seek(0)
    return first.strip() == b"{"


def _unpacked(path: bytes) -> BinaryIO:
    """Open a file; a packed one is unpacked into one that can be read anywhere. Raises OSError."""
    file: BinaryIO = open(path, "rb")  # noqa: SIM115 - the corpus closes it
    if not file.seekable():  # a pipe, as of a shell's <(zcat old.jsonl.gz)
        file = _kept(file)
    start = file.read(max(map(len, _MAGIC)))
    file.seek(0)
    kind = next((kind for magic, kind in _MAGIC.items() if start.startswith(magic)), None)
    if kind is None:
        return file
    with file, ExitStack() as stack:
        plain = stack.enter_context(tempfile.TemporaryFile())
        if kind == "parquet":
            from newsingest.formats.parquet import read_lines  # noqa: PLC0415 - an extra, slow to import

            plain.writelines(line for _, line in read_lines(os.fsdecode(path)))
        else:
            _unpack(file, kind, plain)
        stack.pop_all()
    return plain


def _kept(pipe: BinaryIO) -> BinaryIO:
    with pipe, ExitStack() as stack:
        kept = stack.enter_context(tempfile.TemporaryFile())
        shutil.copyfileobj(pipe, kept)
        kept.seek(0)
        stack.pop_all()
    return kept


def _unpack(file: BinaryIO, packing: Packing, plain: BinaryIO) -> None:
    try:
        plain.writelines(unpack(file, packing))
    except unpacking_errors(packing) as error:
        if isinstance(error, OSError) and error.strerror:  # the system's
            raise
        raise OSError(f"broken {packing} data") from error


def _bad_line(data: bytes) -> int:
    """Count the lines before the one where JSON breaks off; msgspec gives only a number of bytes."""
    try:
        json.loads(data)
    except json.JSONDecodeError as error:
        return min(error.lineno - 1, data.rstrip().count(b"\n"))
    except UnicodeDecodeError as error:
        return data.count(b"\n", 0, error.start)
    return 0
