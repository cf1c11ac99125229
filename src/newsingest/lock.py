"""One run at a time for an output folder."""

from __future__ import annotations

import json
import os
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

from filelock import FileLock, Timeout

from newsingest.sink import SinkError, make_state_folder

if TYPE_CHECKING:
    from types import TracebackType


class HeldError(Exception):
    """Another run has the output folder."""


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
            self._lock.acquire(timeout=self._wait)
            self._holder.write_text(json.dumps(_myself()), encoding="utf-8")
        except Timeout:
            raise HeldError(f"another run is writing to {self._folder}: {_described(self._holder)}") from None
        except OSError as error:
            raise SinkError.of(error, self._folder) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the lock back."""
        if self._lock is not None:
            self._lock.release()

    @property
    def _holder(self) -> Path:
        return Path(self._folder, ".newsingest", "holder")


def _myself() -> dict[str, object]:
    since = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return {"pid": os.getpid(), "host": socket.gethostname(), "since": since}


def _described(holder: Path) -> str:
    try:
        who = json.loads(holder.read_text(encoding="utf-8"))
        return f"process {who['pid']} on {who['host']}, since {who['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "it has not said who it is"
