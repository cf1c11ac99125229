"""One run at a time for an output folder."""

# ruff: noqa: PTH105, PTH108, PTH118, PTH123 - this runs at each start, and Path is slow to import

from __future__ import annotations

import errno
import fcntl
import os
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

import msgspec

from newsingest.names import text
from newsingest.sink import STATE_FOLDER, SinkError, make_state_folder

if TYPE_CHECKING:
    from types import TracebackType

# A killed run's worker processes hold its lock for the moment that the system takes to end them.
_GRACE_SECONDS = 2.0
_POLL_SECONDS = 0.05
_HELD = frozenset({errno.EAGAIN, errno.EWOULDBLOCK, errno.EACCES})  # some file systems deny what another has
_NO_LOCKS = frozenset({errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP})


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

    The operating system frees the lock of a process that dies, so none is ever left behind. ``wait`` is how many
    seconds to wait for another run. Raises HeldError, or SinkError where the lock cannot be made.
    """

    def __init__(self, folder: str, wait: float = 0) -> None:
        self._folder = folder
        self._wait = wait

    def __enter__(self) -> Self:
        """Take the lock and say who has it."""
        try:
            self._path = os.path.join(make_state_folder(self._folder), "lock")
            self._acquire()
        except OSError as error:
            if error.errno in _NO_LOCKS:
                remedy = "Choose an output folder on a file system that has locks."
                raise SinkError(text(self._folder), "its file system cannot lock files", remedy) from error
            raise SinkError.of(error, text(self._folder)) from error
        try:
            self._say_who()
        except OSError as error:
            self._release()
            raise SinkError.of(error, text(self._folder)) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the lock back."""
        with suppress(OSError):
            os.unlink(_holder_file(self._folder))
        self._release()

    def _acquire(self) -> None:
        """Wait for the lock. Raises HeldError, or OSError where it cannot be made."""
        if self._try_for(self._wait):
            return
        holder = read_holder(self._folder)
        if holder is not None and holder.is_dead() and self._try_for(_GRACE_SECONDS):
            return
        who = str(holder) if holder is not None else "it has not yet said who it is"
        raise HeldError(f"another run is writing to {text(self._folder)}: {who}")

    def _try_for(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while not self._try():
            if time.monotonic() >= deadline:
                return False
            time.sleep(_POLL_SECONDS)
        return True

    def _try(self) -> bool:
        """Take the lock if it is free. The file is opened anew each time, as somebody may have deleted it."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            if error.errno in _HELD:
                return False
            raise
        self._descriptor = descriptor
        return True

    def _release(self) -> None:
        with suppress(OSError):
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)  # closing alone would leave it to workers, which have it too
        os.close(self._descriptor)

    def _say_who(self) -> None:
        holder = _holder_file(self._folder)
        aside = f"{holder}.new"  # a name that the next run uses too, should this one be killed here
        with open(aside, "wb") as file:
            file.write(msgspec.json.encode(_myself()))
        os.replace(aside, holder)


def read_holder(folder: str) -> Holder | None:
    """Read who has, or had, an output folder."""
    try:
        with open(_holder_file(folder), "rb") as file:
            return msgspec.json.decode(file.read(), type=Holder)
    except (OSError, msgspec.DecodeError):
        return None


def _holder_file(folder: str) -> str:
    return os.path.join(folder, STATE_FOLDER, "holder")


def _myself() -> Holder:
    since = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return Holder(os.getpid(), os.uname().nodename, since, _start_of(os.getpid()))


def _start_of(pid: int) -> str:
    """Return when a process began, in the system's own measure; empty where the system does not say."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""
