"""One run at a time for an output folder."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

import msgspec
from filelock import FileLock, Timeout

from newsingest.paths import text
from newsingest.runs.sink import STATE_FOLDER, SinkError, make_state_folder

if TYPE_CHECKING:
    from types import TracebackType

# A killed run's worker processes hold its lock for the moment that the system takes to end them.
_GRACE_SECONDS = 2.0


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
        if self.host != socket.gethostname():
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
        self._lock: FileLock | None = None

    def __enter__(self) -> Self:
        """Take the lock and say who has it."""
        try:
            state = Path(make_state_folder(self._folder))
            self._lock = FileLock(state / "lock", mode=0o666)
            self._acquire(self._lock)
        except OSError as error:
            raise SinkError.of(error, text(self._folder)) from error
        except NotImplementedError as error:  # so filelock says that the file system has no locks
            remedy = "Choose an output folder on a file system that has locks."
            raise SinkError(text(self._folder), "its file system cannot lock files", remedy) from error
        holder = Path(_holder_file(self._folder))
        aside = holder.with_suffix(".new")  # a name that the next run uses too, should this one be killed here
        try:
            aside.write_bytes(msgspec.json.encode(_myself()))
            aside.replace(holder)
        except OSError as error:
            self._lock.release()
            raise SinkError.of(error, text(self._folder)) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the lock back."""
        if self._lock is not None:
            with suppress(OSError):
                Path(_holder_file(self._folder)).unlink()
            self._lock.release()

    def _acquire(self, lock: FileLock) -> None:
        try:
            lock.acquire(timeout=self._wait)
        except Timeout:
            holder = read_holder(self._folder)
            if holder is not None and holder.is_dead():
                with suppress(Timeout):
                    lock.acquire(timeout=_GRACE_SECONDS)
                    return
            who = str(holder) if holder is not None else "it has not yet said who it is"
            raise HeldError(f"another run is writing to {text(self._folder)}: {who}") from None


def read_holder(folder: str) -> Holder | None:
    """Read who has, or had, an output folder."""
    try:
        return msgspec.json.decode(Path(_holder_file(folder)).read_bytes(), type=Holder)
    except (OSError, msgspec.DecodeError):
        return None


def _holder_file(folder: str) -> str:
    return os.path.join(folder, STATE_FOLDER, "holder")  # noqa: PTH118 - a string, as the user gave it


def _myself() -> Holder:
    since = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return Holder(os.getpid(), socket.gethostname(), since, _start_of(os.getpid()))


def _start_of(pid: int) -> str:
    """Return when a process began, in the system's own measure; empty where the system does not say."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""
