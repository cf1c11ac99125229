"""Whole processes, measured: CPU time with all children's, wall time, memory. And a place to work in."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
_TMPFS = Path("/dev/shm")  # noqa: S108 - a folder of our own is made there
_TIMED = Path(__file__).with_name("timed.py")
_SAMPLE = 0.02  # seconds between looks at memory


class BenchmarkError(Exception):
    """A program that was to be timed did not do its work."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process and its children took: seconds, and the peak of the largest one's memory in bytes."""

    cpu: float
    wall: float
    memory: int


@contextlib.contextmanager
def workplace(where: Path | None = None) -> Iterator[Path]:
    """Yield a fresh folder, in memory where that is possible; it is deleted at the very end.

    Deleting between runs would make the file system of the next one busy.
    """
    if where is None and _TMPFS.is_dir() and os.access(_TMPFS, os.W_OK):
        where = _TMPFS
    folder = Path(tempfile.mkdtemp(prefix="newsingest-bench.", dir=where))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def describe_place(folder: Path) -> str:
    """Say what kind of disk a folder lies on."""
    return f"tmpfs ({_TMPFS})" if folder.is_relative_to(_TMPFS) else "disk"


def run(command: list[str], log: Path, limit: int = 0) -> Cost:
    """Run a command to its end; what it says goes to ``log``, ``limit`` is in seconds of CPU time (0: none).

    Raises BenchmarkError when it fails.
    """
    timed = [sys.executable, "-I", "-S", str(_TIMED), str(log), str(limit), *command]
    done = subprocess.run(timed, env=_environment(log), stdout=subprocess.PIPE, check=True)  # noqa: S603 - ours
    cpu, wall, memory, status = done.stdout.split()
    _check(command, int(status), log)
    return Cost(float(cpu), float(wall), int(memory))


def total_memory(command: list[str], log: Path) -> int | None:
    """Run a command once more, and return the most memory that it and its children held together, in bytes.

    Pages they share count once. Looking costs time, so this run is never a timed one. None where there is no /proc.
    """
    if not Path("/proc/self/smaps_rollup").exists():
        return None
    most = 0
    with log.open("wb") as said:
        process = subprocess.Popen(command, env=_environment(log), stdout=said, stderr=said)  # noqa: S603 - ours
        while process.poll() is None:
            most = max(most, sum(_share(each) for each in _family(process.pid)))
            time.sleep(_SAMPLE)
    if process.returncode:
        raise BenchmarkError(f"{' '.join(command)}: status {process.returncode}")
    return most


def _environment(log: Path) -> dict[str, str]:
    """Return an environment that leaves little to chance.

    Modules are compiled once, in the warm-up, as they are where a tool is installed: not beside sources that may be
    read-only, and in spite of PYTHONDONTWRITEBYTECODE, with which each start would compile those of a clone.
    """
    compiled = str(log.parent / "compiled")
    ours = {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": compiled, "XDG_CACHE_HOME": compiled}
    known = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return {**known, **ours, "PYTHONHASHSEED": "0", "PYTHONUTF8": "1"}


def _check(command: list[str], status: int, log: Path) -> None:
    code = os.waitstatus_to_exitcode(status)
    if code:
        how = f"status {code}" if code > 0 else signal.Signals(-code).name
        said = log.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise BenchmarkError(f"{' '.join(command)}: {how}\n{said}")


def _family(process: int) -> list[int]:
    """Return a process and all below it, as far as they still live."""
    family = [process]
    for each in family:
        with contextlib.suppress(OSError):
            family += map(int, Path(f"/proc/{each}/task/{each}/children").read_text(encoding="ascii").split())
    return family


def _share(process: int) -> int:
    """Return a process's memory in bytes, with its part of what it shares."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
