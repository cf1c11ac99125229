"""Processes to work in, lines to them, and numbers they share: made by hand where they are forked.

Elsewhere they are multiprocessing's, which takes longer to import than to fork.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import pickle
import select
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_HEAD = 8  # bytes that tell the length of a message


class Number(Protocol):
    """A number that all processes see."""

    value: int


class Line(Protocol):
    """One end of a line between two processes, for what can be pickled."""

    def fileno(self) -> int:
        """Return the descriptor that can be read when there is something to hear."""

    def send(self, value: Any, /) -> None:  # noqa: ANN401 - whatever two processes agree upon
        """Send a value. Raises OSError where nobody hears it."""

    def send_bytes(self, data: bytes, /) -> None:
        """Send a value that is pickled already."""

    def recv(self) -> Any:  # noqa: ANN401
        """Wait for a value. Raises EOFError or OSError where none will come."""

    def close(self) -> None:
        """Close this end."""


class Process(Protocol):
    """A process that was started."""

    @property
    def exitcode(self) -> int | None:
        """Its status once it was joined, or the signal that ended it, negative."""

    def kill(self) -> None:
        """End it at once."""

    def join(self) -> None:
        """Wait for its end."""


Ready = TypeVar("Ready", bound=Line)


def shared(method: str) -> Number:
    """Make a number that processes to be started share."""
    if method == "fork":
        return ctypes.c_longlong.from_buffer(mmap.mmap(-1, ctypes.sizeof(ctypes.c_longlong)))
    from multiprocessing.sharedctypes import RawValue  # noqa: PLC0415 - see the top of this file

    number: Number = RawValue("q", 0)
    return number


def line(method: str) -> tuple[Line, Line]:
    """Make a line to a process to be started: this one's end and that one's."""
    if method == "fork":
        (our_read, their_write), (their_read, our_write) = os.pipe(), os.pipe()
        return _PipeEnd(our_read, our_write), _PipeEnd(their_read, their_write)
    from multiprocessing import Pipe  # noqa: PLC0415

    return Pipe()


def start(method: str, function: Callable[..., None], *args: object) -> Process:
    """Run a function in a process of its own, which does not outlive this one. Raises OSError."""
    if method == "fork":
        return _Forked(function, *args)
    import multiprocessing  # noqa: PLC0415

    context: Any = multiprocessing.get_context(method)
    process: Any = context.Process(target=function, args=args, daemon=True)
    process.start()
    started: Process = process
    return started


def ready(lines: Iterable[Ready], seconds: float | None = None) -> list[Ready]:
    """Wait until there is something to hear, for so long at most, and tell on which lines."""
    poll = select.poll()
    by_descriptor = {each.fileno(): each for each in lines}
    for descriptor in by_descriptor:
        poll.register(descriptor, select.POLLIN)
    return [by_descriptor[descriptor] for descriptor, _ in poll.poll(None if seconds is None else seconds * 1000)]


class _PipeEnd:
    """A line that is two pipes."""

    def __init__(self, reads: int, writes: int) -> None:
        self._reads = reads
        self._writes = writes

    def fileno(self) -> int:
        return self._reads

    def send(self, value: Any) -> None:  # noqa: ANN401
        self.send_bytes(pickle.dumps(value, pickle.HIGHEST_PROTOCOL))

    def send_bytes(self, data: bytes) -> None:
        left = memoryview(len(data).to_bytes(_HEAD, "little") + data)
        while left:
            left = left[os.write(self._writes, left) :]

    def recv(self) -> Any:  # noqa: ANN401
        return pickle.loads(self._read(int.from_bytes(self._read(_HEAD), "little")))  # noqa: S301 - as above

    def _read(self, size: int) -> bytes:
        data = os.read(self._reads, size)
        if len(data) == size:
            return data
        parts = [data]
        missing = size - len(data)
        while missing and parts[-1]:
            parts.append(os.read(self._reads, missing))
            missing -= len(parts[-1])
        if missing:
            raise EOFError
        return b"".join(parts)

    def close(self) -> None:
        os.close(self._reads)
        os.close(self._writes)


class _Forked:
    """A process that was forked from this one."""

    def __init__(self, function: Callable[..., None], *args: object) -> None:
        _flush()
        self.exitcode: int | None = None
        self._pid = os.fork()
        if self._pid == 0:
            _run(function, *args)

    def kill(self) -> None:
        if self.exitcode is None:
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)

    def join(self) -> None:
        if self.exitcode is None:
            with suppress(ChildProcessError):  # where SIGCHLD is ignored, nobody learns how it ended
                _, status = os.waitpid(self._pid, 0)
                self.exitcode = os.waitstatus_to_exitcode(status)


def _run(function: Callable[..., None], *args: object) -> NoReturn:
    """Run a function and end this process, whatever happens: the rest of the stack is another's."""
    status = 1
    try:
        function(*args)
        status = 0
    except BaseException:  # noqa: BLE001 - nobody is left to hear it
        sys.excepthook(*sys.exc_info())
    finally:
        _flush()
        os._exit(status)


def _flush() -> None:
    """Write out what Python holds back, or two processes would write it."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError, OSError):  # there is none, or it is closed
            stream.flush()
