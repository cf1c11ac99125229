"""Where records go: a folder of files, each whole or not there at all, or a stream of lines."""

# ruff: noqa: PTH102, PTH103, PTH105, PTH106, PTH108, PTH112, PTH118, PTH120, PTH208 - paths are bytes, and a Path for each record costs time

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
from typing import TYPE_CHECKING, BinaryIO, Protocol, Self

import msgspec

from newsingest.errors import PostError, SinkError, refusal
from newsingest.record import encode_file, encode_line
from newsingest.runs.glance import glance, glances
from newsingest.runs.names import RECORD_SUFFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from newsingest.record import Record

STATE_FOLDER = ".newsingest"
IT_STAYS = "It stays: move it away, or choose another output folder"

_HEAD_BYTES = 1 << 16  # enough of a file to tell whether it is ours
# Git may put the line of a merge conflict above.
_begins_a_record = re.compile(rb'(?:<{7}[^\n]*\n)?\s*\{\s*"schema"\s*:\s*\d').match

# To look at files by; where there is O_PATH, not even leave to list the folder is needed.
_FOLDER_FLAGS = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_CLOEXEC


class Stamp(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What tells a record's file from one that was altered: its size in bytes and its time in nanoseconds."""

    size: int
    mtime_ns: int


class Sink(Protocol):
    """What a run writes to."""

    @property
    def encode(self) -> Callable[[Record], bytes]:
        """The function, picklable, that makes of a record the bytes this sink writes."""

    @property
    def writer(self) -> RecordWriter | None:
        """What writes records in any process, or None where only the run's own can write."""

    def write(self, name: str, data: bytes) -> Stamp | None:
        """Take an encoded record; give its stamp, if it can be asked for later. Raises SinkError."""

    def stamp(self, name: str) -> Stamp | None:
        """Look at a record: None where there is none."""

    def stamps(self, names: Sequence[str]) -> list[Stamp | None]:
        """Look at records whose names have the same folder, which is quicker than one by one."""

    def retire(self, name: str) -> str | None:
        """Take away the earlier record of a post that no longer has one; say where it is, if there was one."""

    def remove(self, name: str) -> bool:
        """Delete a record that no post has any more; tell whether there was one."""

    def finish(self) -> object:
        """Put in place what waits for the end of a run that has done all. Raises SinkError."""


def is_our_record(head: bytes) -> bool:
    """Tell by its beginning whether a file is a record, of whatever version."""
    return _begins_a_record(head) is not None


class RecordWriter:
    """Writes records aside and renames them. Picklable: each process has its own, with names of its own.

    ``is_ours`` tells by its beginning whether a file is a record in the form that is written. Nothing is in the way
    where the folder ``was_empty``.
    """

    def __init__(self, folder: bytes, shown: str, run: bytes, suffix: str, is_ours: Callable[[bytes], bool]) -> None:
        self._folder = folder
        self._shown = shown
        self._run = run
        self._suffix = suffix
        self._is_ours = is_ours
        self.was_empty = False
        self._aside = os.path.join(folder, STATE_FOLDER.encode(), b"tmp")
        self._count = 0
        self._made: set[bytes] = set()

    def __reduce__(self) -> tuple[object, ...]:
        """Begin anew in another process: counts and folders of this one stay here."""
        made_of = (self._folder, self._shown, self._run, self._suffix, self._is_ours)
        return type(self), made_of, {"was_empty": self.was_empty}

    def write(self, name: str, data: bytes) -> Stamp:
        """Write a record. Raises SinkError, or PostError for a path too long, or a file in the place of a folder."""
        target = b"%s/%s" % (self._folder, self.file_name(name))
        folder = target[: target.rindex(b"/")]
        self._count += 1
        aside = b"%s/%s-%d-%d" % (self._aside, self._run, os.getpid(), self._count)
        try:
            if folder not in self._made:
                self.make_folder(folder)
            stamp = write_aside(aside, data)
            os.replace(aside, target)
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:
                raise too_long(name) from error
            if (file := self._in_the_way(folder)) is not None:
                raise PostError(name, f"{file} is there, and is no folder", IT_STAYS) from error
            raise SinkError.of(error, self.path(name)) from error
        return stamp

    def _in_the_way(self, folder: bytes) -> str | None:
        """Find what is no folder where a record's folder, or one above it, must be."""
        path = self._folder
        for part in folder[len(path) + 1 :].split(b"/"):
            path = os.path.join(path, part)
            if os.path.lexists(path) and not os.path.isdir(path):
                return os.path.join(self._shown, path[len(self._folder) + 1 :].decode("utf-8"))
        return None

    def is_foreign(self, name: str, data: bytes = b"") -> bool:
        """Tell whether what is in a record's place must stay: it holds something, other than ``data``, and not ours."""
        if self.was_empty:
            return False
        target = b"%s/%s" % (self._folder, self.file_name(name))
        if not os.access(target, os.F_OK):  # asked of each new post: no exception where nothing is there, as mostly
            return False
        if not os.path.isfile(target):  # noqa: PTH113
            return True
        try:
            with open(target, "rb") as stream:  # noqa: PTH123
                there = stream.read(max(_HEAD_BYTES, len(data) + 1))
                return there not in {b"", data} and not self._is_ours(there)
        except OSError:  # it cannot be seen to be ours
            return True

    def path(self, name: str) -> str:
        """Return the path of a record's file as it is shown."""
        return os.path.join(self._shown, self.file_name(name).decode("utf-8"))

    def file_name(self, name: str) -> bytes:
        """Return the name of a record's file: the record's own, with the suffix of the form it is written in."""
        return (name.removesuffix(RECORD_SUFFIX) + self._suffix).encode("utf-8")

    def file_names(self, names: Sequence[str]) -> list[bytes]:
        """Return the names of many records' files."""
        if self._suffix == RECORD_SUFFIX:
            return "\0".join(names).encode("utf-8").split(b"\0")
        return [self.file_name(name) for name in names]

    def make_folder(self, folder: bytes) -> None:
        """Make a folder and those above it, once. Not recursive: trees can be deeper than the stack."""
        missing = [folder]
        while missing:
            folder = missing[-1]
            try:
                if folder not in self._made:
                    os.mkdir(folder)
            except FileExistsError:
                if not os.path.isdir(folder):
                    raise
            except FileNotFoundError:
                missing.append(os.path.dirname(folder))
                continue
            self._made.add(folder)
            missing.pop()


class DirectorySink:
    """Writes each record to a file of its own below ``folder``, aside first and then under its name.

    One run at a time has a folder: the caller holds its lock. Use as a context manager. Names are text with
    ``/`` between parts, written as UTF-8 under every locale.
    """

    encode = staticmethod(encode_file)
    suffix = RECORD_SUFFIX
    is_ours = staticmethod(is_our_record)

    def __init__(self, folder: str) -> None:
        self._shown = folder
        self._folder = os.fsencode(folder)
        self._state = os.path.join(self._folder, STATE_FOLDER.encode())
        self._aside = os.path.join(self._state, b"tmp")
        self.writer = RecordWriter(self._folder, folder, os.urandom(4).hex().encode(), self.suffix, self.is_ours)

    def __enter__(self) -> Self:
        """Make the folders, and sweep what a killed run left behind. Raises SinkError."""
        try:
            make_state_folder(self._shown)
            os.makedirs(self._aside, exist_ok=True)
        except OSError as error:
            raise SinkError.of(error, self._shown) from error
        self._sweep()
        with contextlib.suppress(OSError), os.scandir(self._folder) as entries:  # which may not be for us to list
            self.writer.was_empty = all(entry.name == STATE_FOLDER.encode() for entry in entries)
        return self

    def __exit__(self, *_: object) -> None:
        """Leave no temporary file behind, and no folder of our own that holds nothing."""
        self._sweep()
        with contextlib.suppress(OSError):
            os.rmdir(self._aside)
            if os.listdir(self._state) == [b".gitignore"]:
                os.unlink(os.path.join(self._state, b".gitignore"))
                os.rmdir(self._state)

    def write(self, name: str, data: bytes) -> Stamp:
        """Write the record aside and rename it. Raises SinkError, or PostError for a path too long."""
        return self.writer.write(name, data)

    def stamp(self, name: str) -> Stamp | None:
        """Look at a record's file."""
        seen = glance(os.path.join(self._folder, self.writer.file_name(name)))
        return None if seen is None else Stamp(*seen)

    def stamps(self, names: Sequence[str]) -> list[Stamp | None]:
        """Look at the files of records in one folder, which is opened once."""
        if not names:
            return []
        parent, slash, _ = names[0].rpartition("/")
        start = len(parent) + len(slash)
        try:
            descriptor = os.open(os.path.join(self._folder, parent.encode("utf-8")), _FOLDER_FLAGS)
        except OSError:
            return [None] * len(names)
        try:
            seen = glances(descriptor, self.writer.file_names([name[start:] for name in names]))
            return [None if each is None else Stamp(*each) for each in seen]
        finally:
            os.close(descriptor)

    def retire(self, name: str) -> str | None:
        """Move the record to ``.newsingest/stale/``, in place of one moved there before."""
        record = self.writer.file_name(name)
        target = os.path.join(self._folder, record)
        stale = os.path.join(self._state, b"stale", record)
        try:
            if not stat.S_ISREG(os.lstat(target).st_mode):
                return None
            self.writer.make_folder(os.path.dirname(stale))
            os.replace(target, stale)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:
                return None
            raise SinkError.of(error, self.writer.path(name)) from error
        return os.path.join(self._shown, STATE_FOLDER, "stale", record.decode("utf-8"))

    def remove(self, name: str) -> bool:
        """Delete the record's file, and the folders that are empty without it."""
        target = os.path.join(self._folder, self.writer.file_name(name))
        try:
            os.unlink(target)
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            raise SinkError.of(error, self.writer.path(name)) from error
        folder = os.path.dirname(target)
        with contextlib.suppress(OSError):
            while folder != self._folder:
                os.rmdir(folder)
                folder = os.path.dirname(folder)
        return True

    def finish(self) -> None:
        """Nothing waits: each record is in its place."""

    def _sweep(self) -> None:
        with contextlib.suppress(OSError):
            for name in os.listdir(self._aside):
                os.unlink(os.path.join(self._aside, name))


def make_state_folder(folder: str) -> str:
    """Make ``folder/.newsingest``, which git ignores. Raises OSError."""
    state = os.path.join(folder, STATE_FOLDER)
    os.makedirs(state, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        write_aside(os.fsencode(os.path.join(state, ".gitignore")), b"*\n")
    return state


def write_aside(path: bytes, data: bytes) -> Stamp:
    """Write a new file. Raises OSError, FileExistsError where there is one."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        written = os.write(descriptor, data)
        while written < len(data):
            written += os.write(descriptor, data[written:])
        status = os.fstat(descriptor)
    finally:
        os.close(descriptor)
    return Stamp(status.st_size, status.st_mtime_ns)


class NoEarlierRecords:
    """For sinks that know of no earlier records; what they write is in its place at once."""

    def stamp(self, name: str) -> Stamp | None:  # noqa: ARG002
        """Know of no earlier record."""
        return None

    def stamps(self, names: Sequence[str]) -> list[Stamp | None]:
        """Know of no earlier records."""
        return [None] * len(names)

    def retire(self, name: str) -> str | None:  # noqa: ARG002
        """Take nothing away."""
        return None

    def remove(self, name: str) -> bool:  # noqa: ARG002
        """Take nothing away."""
        return False

    def finish(self) -> None:
        """Nothing waits."""


class JsonLinesSink(NoEarlierRecords):
    """Writes records as lines of JSON to standard output, a stream that stays open. Use as a context manager."""

    encode = staticmethod(encode_line)
    writer = None

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def __enter__(self) -> Self:
        """There is nothing to prepare."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Write out what is held back, unless the stream has failed already."""
        if kind is None:
            self._guard(self._stream.flush)

    def write(self, name: str, data: bytes) -> None:  # noqa: ARG002 - lines have no names
        """Write the line. Raises SinkError, or BrokenPipeError when nobody reads any more."""
        self._guard(lambda: self._stream.write(data))

    def _guard(self, action: Callable[[], object]) -> None:
        try:
            action()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise refusal(error, "standard output") from error


def too_long(name: str) -> PostError:
    """Say that a record's path is more than the file system takes: a matter of this post only."""
    reason = "the path of its record is too long for the file system"
    return PostError(name, reason, "Choose an output folder with a shorter path.")
