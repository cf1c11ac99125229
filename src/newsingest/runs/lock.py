"""One run at a time for an output folder."""

# ruff: noqa: PTH105, PTH108, PTH118, PTH123 - this runs at each start, and Path is slow to import

from __future__ import annotations

import errno
import fcntl
import os
import sqlite3
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Self

import msgspec

from newsingest.errors import SinkError
from newsingest.paths import text
from newsingest.runs.clock import now, rfc3339
from newsingest.runs.sink import STATE_FOLDER, make_state_folder

if TYPE_CHECKING:
    from types import TracebackType

_POLL_SECONDS = 0.05
_REMEDY = "Choose an output folder that this user can write to, on a file system that has locks."


class HeldError(Exception):
    """Another run has the output folder."""


class Holder(msgspec.Struct, frozen=True):
    """A run that has an output folder: its process, the machine, since when, and the process's own start."""

    pid: int
    host: str
    since: str
    start: str = ""

    def __str__(self) -> str:
        """Say who it is."""
        return f"process {self.pid} on {self.host}, since {self.since}"

    def is_dead(self) -> bool:
        """Whether the process is known to be gone; on another machine nothing is known."""
        if self.host != os.uname().nodename:
            return False
        try:
            os.kill(self.pid, 0)
        except (ProcessLookupError, OverflowError):
            return True
        except PermissionError:  # it lives, and is another user's
            pass
        return _start_of(self.pid) != self.start  # another process has the number by now


class RunLock:
    """Holds an output folder for this run; use as a context manager.

    It is SQLite's lock on a file that stays empty: the operating system frees it when this process dies, whatever
    becomes of the workers. ``wait`` is how many seconds to wait for another run. Raises HeldError, or SinkError where
    the lock cannot be made.
    """

    def __init__(self, folder: str, wait: float = 0) -> None:
        self._folder = folder
        self._wait = wait
        self._holder = _holder_file(folder)
        self._file: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        """Take the lock and say who has it."""
        try:
            self._acquire(os.path.join(make_state_folder(self._folder), "lock"))
            aside = f"{self._holder}.new"  # a name that the next run uses too, should this one be killed here
            with open(aside, "wb") as file:
                file.write(msgspec.json.encode(_myself()))
            os.replace(aside, self._holder)
        except OSError as error:
            self._release()
            raise SinkError.of(error, text(self._folder)) from error
        except BaseException:
            self._release()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the lock back."""
        with suppress(OSError):
            os.unlink(self._holder)
        self._release()

    def _acquire(self, path: str) -> None:
        """Wait for the lock: here and not in SQLite, so that a signal is heard."""
        deadline = time.monotonic() + self._wait
        try:
            self._file = sqlite3.connect(path, timeout=0, isolation_level=None)
            if not os.access(path, os.W_OK):  # SQLite would lock it for reading, and let others do the same
                number = errno.EROFS if os.statvfs(path).f_flag & os.ST_RDONLY else errno.EACCES
                raise OSError(number, os.strerror(number))
            while not _is_locked(self._file):
                self._check_that_locks_are_there()
                if time.monotonic() >= deadline:
                    raise HeldError(f"another run is writing to {text(self._folder)}: {self._who()}")
                time.sleep(_POLL_SECONDS)
        except sqlite3.Error as error:
            remedy = "Delete it." if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_NOTADB else _REMEDY
            raise SinkError(text(path), f"cannot be locked: {error}", remedy) from error

    def _check_that_locks_are_there(self) -> None:
        """Raise SinkError if the file system has no locks: SQLite would only say that it is busy."""
        path = os.path.join(self._folder, STATE_FOLDER, ".gitignore")  # not the lock: closing that would free it
        with suppress(OSError), open(path, "rb") as file:
            try:
                fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError as error:
                raise SinkError(text(self._folder), f"cannot be locked: {error.strerror}", _REMEDY) from error

    def _who(self) -> str:
        holder = read_holder(self._folder)
        return str(holder) if holder is not None else "it has not yet said who it is"

    def _release(self) -> None:
        if self._file is not None:
            self._file.close()


def _is_locked(file: sqlite3.Connection) -> bool:
    """Try to take the lock."""
    try:
        file.execute("PRAGMA journal_mode = OFF")  # which would be one more file, of no use
        file.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True


def read_holder(folder: str) -> Holder | None:
    """Read who has, or had, an output folder."""
    try:
        with open(_holder_file(folder), "rb") as file:
            return msgspec.json.decode(file.read(), type=Holder)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None


def _holder_file(folder: str) -> str:
    return os.path.join(folder, STATE_FOLDER, "holder")


def _myself() -> Holder:
    return Holder(os.getpid(), os.uname().nodename, rfc3339(now()), _start_of(os.getpid()))


def _start_of(pid: int) -> str:
    """Return when a process began, in the system's own measure; empty where the system does not say."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()[19].decode()
    except (OSError, IndexError):
        return ""
