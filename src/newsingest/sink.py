"""Where records go: a folder of files, each whole or not there at all, or a stream of lines."""

# ruff: noqa: PTH102, PTH103, PTH105, PTH106, PTH108, PTH112, PTH118, PTH120, PTH208 - paths are bytes, and a Path for each record costs time

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import secrets
import stat
from typing import TYPE_CHECKING, BinaryIO, Protocol, Self

from newsingest.errors import PostError
from newsingest.record import encode_file, encode_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsingest.record import Record

STATE_FOLDER = ".newsingest"

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_DENIED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_IN_THE_WAY = frozenset({errno.ENOTDIR, errno.EEXIST, errno.EISDIR, errno.ENOTEMPTY})


class SinkError(Exception):
    """The output cannot be written, so the run cannot go on: where, why, and what the user can do."""

    def __init__(self, path: str, reason: str, remedy: str) -> None:
        super().__init__(path, reason, remedy)
        self.path = path
        self.reason = reason
        self.remedy = remedy

    @classmethod
    def of(cls, error: OSError, path: str) -> SinkError:
        """Put an error of the operating system into words."""
        return cls(path, f"cannot be written: {error.strerror}", _remedy(error.errno))

    def __str__(self) -> str:
        """Path, reason and remedy on one line."""
        return f"{self.path}: {self.reason}. {self.remedy}"


class Sink(Protocol):
    """What a run writes to."""

    @property
    def encode(self) -> Callable[[Record], bytes]:
        """The function, picklable, that makes of a record the bytes this sink writes."""

    def write(self, name: str, data: bytes) -> None:
        """Write an encoded record; after this it is there, whole. Raises SinkError."""

    def retire(self, name: str) -> str | None:
        """Take away the earlier record of a post that has none now; say where it is, if there was one."""


class DirectorySink:
    """Writes each record to a file of its own below ``folder``, aside first and then under its name.

    ``folder/.newsingest/`` exists while the run goes on, and after it only if something is kept there. Use
    as a context manager. Names are text with ``/`` between parts, written as UTF-8 under every locale.
    """

    encode = staticmethod(encode_file)

    def __init__(self, folder: str) -> None:
        self._shown = folder
        self._folder = os.fsencode(folder)
        self._state = os.path.join(self._folder, STATE_FOLDER.encode())
        self._aside = os.path.join(self._state, b"tmp")
        self._mine = secrets.token_hex(4).encode() + b"-"
        self._count = 0
        self._made: set[bytes] = set()
        self._lock: int | None = None

    def __enter__(self) -> Self:
        """Make the folders, and sweep what a killed run left behind. Raises SinkError."""
        try:
            os.makedirs(self._folder, exist_ok=True)
            self._make_aside()
            self._lock = os.open(self._aside, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise SinkError.of(error, self._shown) from error
        if self._is_alone():
            self._sweep(b"")
            with contextlib.suppress(OSError):
                fcntl.flock(self._lock, fcntl.LOCK_SH)
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing behind but records, and what earlier runs and this one keep on purpose."""
        alone = self._is_alone()
        self._sweep(b"" if alone else self._mine)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
        if alone:
            self._remove_if_empty()

    def write(self, name: str, data: bytes) -> None:
        """Write the record aside and rename it. Raises SinkError, or PostError for a path too long."""
        target = os.path.join(self._folder, name.encode("utf-8"))
        self._count += 1
        aside = os.path.join(self._aside, self._mine + str(self._count).encode())
        try:
            self._make_folder(os.path.dirname(target))
            self._write_aside(aside, data)
            os.replace(aside, target)
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:
                raise too_long(name) from error
            raise SinkError.of(error, os.path.join(self._shown, name)) from error

    def retire(self, name: str) -> str | None:
        """Move the record to ``.newsingest/stale/``, in place of one moved there before."""
        record = name.encode("utf-8")
        target = os.path.join(self._folder, record)
        stale = os.path.join(self._state, b"stale", record)
        try:
            if not stat.S_ISREG(os.lstat(target).st_mode):
                return None
            self._make_folder(os.path.dirname(stale))
            os.replace(target, stale)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:
                return None
            raise SinkError.of(error, os.path.join(self._shown, name)) from error
        return os.path.join(self._shown, STATE_FOLDER, "stale", name)

    def _write_aside(self, aside: bytes, data: bytes) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        try:
            descriptor = os.open(aside, flags, 0o666)
        except FileNotFoundError:  # another run that ended has tidied up
            self._make_aside()
            descriptor = os.open(aside, flags, 0o666)
        try:
            written = os.write(descriptor, data)
            while written < len(data):
                written += os.write(descriptor, data[written:])
        finally:
            os.close(descriptor)

    def _make_folder(self, folder: bytes) -> None:
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

    def _make_aside(self) -> None:
        os.makedirs(self._aside, exist_ok=True)
        ignore = os.path.join(self._state, b".gitignore")
        with contextlib.suppress(FileExistsError):
            self._write_aside(ignore, b"*\n")

    def _is_alone(self) -> bool:
        """Tell whether no other run writes here now, as far as the file system can say."""
        if self._lock is None:
            return False
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            with contextlib.suppress(OSError):
                fcntl.flock(self._lock, fcntl.LOCK_SH)
            return False
        return True

    def _sweep(self, prefix: bytes) -> None:
        with contextlib.suppress(OSError):
            for name in os.listdir(self._aside):
                if name.startswith(prefix):
                    os.unlink(os.path.join(self._aside, name))

    def _remove_if_empty(self) -> None:
        with contextlib.suppress(OSError):
            os.rmdir(self._aside)
            if os.listdir(self._state) == [b".gitignore"]:
                os.unlink(os.path.join(self._state, b".gitignore"))
                os.rmdir(self._state)


class JsonLinesSink:
    """Writes records as lines of JSON to a binary stream, which stays open. Use as a context manager."""

    encode = staticmethod(encode_line)

    def __init__(self, stream: BinaryIO, shown: str = "standard output") -> None:
        self._stream = stream
        self._shown = shown

    def __enter__(self) -> Self:
        """Nothing is to be made ready."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Write out what is held back, unless the stream has failed already."""
        if kind is None:
            self._guard(self._stream.flush)

    def write(self, name: str, data: bytes) -> None:  # noqa: ARG002 - lines have no names
        """Write the line. Raises SinkError, or BrokenPipeError when nobody reads any more."""
        self._guard(lambda: self._stream.write(data))

    def retire(self, name: str) -> str | None:  # noqa: ARG002 - a stream holds no earlier records
        """There is no earlier record in a stream."""
        return None

    def _guard(self, action: Callable[[], object]) -> None:
        try:
            action()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise SinkError.of(error, self._shown) from error


def too_long(name: str) -> PostError:
    """Say that a record's path is more than the file system takes: a matter of this post only."""
    reason = "the path of its record is too long for the file system"
    return PostError(name, reason, "Choose an output folder with a shorter path.")


def _remedy(number: int | None) -> str:
    if number in _FULL:
        return "Make room, then run the same command again; the records written so far are whole."
    if number in _DENIED:
        return "Choose another output folder, or make this one writable for this user."
    if number in _IN_THE_WAY:
        return "Something else has this name; move it away, or choose another output folder."
    return "Check the output, then run the same command again; the records written so far are whole."
