"""Signals that ask a run to end: heard at once, answered where nothing is torn."""

from __future__ import annotations

import os
import signal
import time
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from types import FrameType

    Handler = signal.Handlers | int | None | object

_ASKED = (signal.SIGINT, signal.SIGTERM)
# A write can wait for ever for a reader that stands still: after so many seconds the run is torn out of it.
_PATIENCE = 1.5
# Where it still cannot end, as what is held back cannot be flushed, it is ended as by a second signal.
_LAST_PATIENCE = 5.0
# `timeout` and others signal a process and then its group, so that it hears one wish twice within so many seconds.
_ECHO = 0.5


class Interrupted(BaseException):
    """A signal asks the run to end; ``number`` is the signal's."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class Bell(Protocol):
    """What a run needs to know of signals."""

    def begin(self) -> None:
        """From here on something can be torn: interrupt only where it is said."""

    def waiting(self) -> AbstractContextManager[object]:
        """Enclose a wait: in it, and before it, Interrupted may be raised."""

    def check(self) -> None:
        """Raise Interrupted if a signal has come."""


class NoBell:
    """For runs inside other programs, where Ctrl-C is a KeyboardInterrupt anywhere, as Python has it."""

    def begin(self) -> None:
        """Nothing changes."""

    def waiting(self) -> AbstractContextManager[object]:
        """Nothing changes."""
        return nullcontext()

    def check(self) -> None:
        """Nothing is heard."""


class Doorbell:
    """Hears SIGINT and SIGTERM while its context lasts. Use in the main thread.

    Until ``begin`` the first signal raises Interrupted at once, afterwards only in waits. The second one ends the
    process there and then.
    """

    def __init__(self) -> None:
        self._open = True
        self._rung: int | None = None  # a signal not yet answered
        self._answered: int | None = None  # the one that was
        self._first: float | None = None
        self._before: dict[signal.Signals, Handler] = {}

    def __enter__(self) -> Self:
        """Take over the signals; one that is ignored (``nohup``, a job in the background) stays so."""
        for number in _ASKED:
            before = signal.getsignal(number)
            if before is not signal.SIG_IGN:
                self._before[number] = before
                signal.signal(number, self._ring)
        self._before[signal.SIGALRM] = signal.signal(signal.SIGALRM, self._lose_patience)
        return self

    def __exit__(self, *_: object) -> None:
        """Give the signals back."""
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, before in self._before.items():
            signal.signal(number, before)  # type: ignore[arg-type] # it came from there

    def begin(self) -> None:
        """From here on something can be torn: interrupt only where it is said."""
        self._open = False
        self.check()

    def waiting(self) -> AbstractContextManager[object]:
        """Enclose a wait: in it, and before it, Interrupted may be raised."""
        return _Waiting(self)

    def check(self) -> None:
        """Raise Interrupted if a signal has come."""
        if self._rung is not None:
            self._raise(self._rung)

    def open(self, *, wide: bool) -> None:
        """Let signals raise, or not."""
        self._open = wide

    def _raise(self, number: int) -> None:
        """Interrupt once: what is done about it is not interrupted again."""
        self._rung = None
        self._open = False
        self._answered = number
        signal.setitimer(signal.ITIMER_REAL, _LAST_PATIENCE)
        raise Interrupted(number)

    def _ring(self, number: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if self._first is not None:
            if now - self._first > _ECHO:
                _end(number)
            return
        self._first = now
        self._rung = number
        if self._open:
            self._raise(number)
        signal.setitimer(signal.ITIMER_REAL, _PATIENCE)

    def _lose_patience(self, _number: int, _frame: FrameType | None) -> None:
        self.check()
        if self._answered is not None:
            _end(self._answered)


def _end(number: int) -> None:
    """End this process there and then."""
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


class _Waiting:
    """A wait in which a signal may raise; a small class, as it is entered for every message."""

    __slots__ = ("_bell",)

    def __init__(self, bell: Doorbell) -> None:
        self._bell = bell

    def __enter__(self) -> None:
        self._bell.open(wide=True)
        self._bell.check()

    def __exit__(self, *_: object) -> None:
        self._bell.open(wide=False)
