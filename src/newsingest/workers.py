"""Worker processes: tasks out in batches, results back in order, and a dead worker costs one task.

Threads would not do: lxml and PyYAML hold the interpreter's lock, and a thread cannot be stopped.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import resource
import signal
import sys
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from multiprocessing.sharedctypes import RawValue
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from ctypes import c_int
    from multiprocessing.connection import Connection

Key = TypeVar("Key")
Task = TypeVar("Task")
Result = TypeVar("Result")

# Forking is quick and safe here, as this process has no threads; elsewhere systems advise against it.
START_METHOD = "fork" if sys.platform == "linux" else "spawn"

_BATCH = 24  # tasks: enough to make the messages cheap, few enough to share work out evenly
_AHEAD = 3  # batches a worker may be ahead of the slowest
_GROWN = 512 * 1024 * 1024  # bytes of memory at which a worker is replaced
_BAD_STARTS = 3  # workers that die before their first task, after which starting more is no use
_IDLE = -1


class WorkersError(Exception):
    """Workers cannot be started."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one task may take: seconds of time, bytes of address space. None is no limit."""

    seconds: float | None = None
    memory: int | None = None


@dataclass(frozen=True, slots=True)
class Lost:
    """Why a task has no result: its worker ran out of time, or died of the signal or status named."""

    reason: str


@dataclass(slots=True)
class _Batch(Generic[Key, Task, Result]):
    """Tasks sent together; ``todo`` are the places of those without a result. A key may come without a task."""

    keys: list[Key] = field(default_factory=list)
    tasks: list[Task | None] = field(default_factory=list)
    results: dict[int, Result | Lost] = field(default_factory=dict)
    todo: list[int] = field(default_factory=list)
    yielded: int = 0

    def add(self, key: Key, task: Task | None) -> None:
        if task is not None:
            self.todo.append(len(self.keys))
        self.keys.append(key)
        self.tasks.append(task)

    def finish(self, results: list[Result]) -> None:
        self.results |= zip(self.todo, results, strict=True)
        self.todo = []

    def take(self) -> Iterator[tuple[Key, Result | Lost | None]]:
        """Yield what has not been yielded, as far as there are results."""
        while self.yielded < len(self.keys) and self.yielded not in self.todo:
            place = self.yielded
            self.yielded += 1
            yield self.keys[place], self.results.get(place)

    def lose(self, position: int, why: Lost) -> None:
        """Note the task that took its worker with it; the others of the batch are done again."""
        self.results[self.todo.pop(position)] = why


class _Worker(Generic[Key, Task, Result]):
    """One process and what it is doing; ``position`` is the place of the task at hand, or _IDLE."""

    def __init__(self, function: Callable[[Task], Result], limits: Limits, method: str) -> None:
        context: Any = multiprocessing.get_context(method)
        self.connection, theirs = context.Pipe()
        self.position = RawValue("i", _IDLE)
        self.batch: _Batch[Key, Task, Result] | None = None
        self.process = context.Process(
            target=_serve, args=(self.connection, theirs, self.position, function, limits), daemon=True
        )
        self.process.start()
        theirs.close()

    def give(self, batch: _Batch[Key, Task, Result]) -> None:
        self.batch = batch
        self.position.value = _IDLE
        self.connection.send([batch.tasks[place] for place in batch.todo])

    def stop(self) -> None:
        self.process.kill()
        self.process.join()
        self.connection.close()


class Workers(Generic[Key, Task, Result]):
    """Runs ``function`` on tasks in up to ``jobs`` processes. Use as a context manager.

    ``function`` and tasks must be picklable. Processes start as work comes up, and are replaced when they die,
    hang or have grown.
    """

    def __init__(
        self,
        function: Callable[[Task], Result],
        jobs: int,
        limits: Limits | None = None,
        method: str = START_METHOD,
    ) -> None:
        self._function = function
        self._jobs = jobs
        self._limits = limits or Limits()
        self._method = method
        self._workers: list[_Worker[Key, Task, Result]] = []
        self._window: deque[_Batch[Key, Task, Result]] = deque()  # begun and not yet all yielded, in order
        self._waiting: deque[_Batch[Key, Task, Result]] = deque()  # for a worker
        self._bad_starts = 0

    def __enter__(self) -> Self:
        """Start nothing yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop all processes, at once."""
        for worker in self._workers:
            worker.stop()
        self._workers.clear()

    def results(self, tasks: Iterable[tuple[Key, Task | None]]) -> Iterator[tuple[Key, Result | Lost | None]]:
        """Yield each key with its task's result, in order; a key without a task comes back with None.

        Only a bounded number of tasks is taken ahead of what has been yielded. Raises WorkersError.
        """
        source = iter(tasks)
        exhausted = False
        while not exhausted or self._window:
            while not exhausted and len(self._window) < self._jobs * _AHEAD:
                batch, exhausted = _next_batch(source)
                self._window.append(batch)
                if batch.todo:
                    self._waiting.append(batch)
                    self._hand_out()
            while self._window and not self._window[0].todo:
                yield from self._window[0].take()
                self._window.popleft()
            if self._window:
                self._hand_out()
                self._listen()

    def finish(self, seconds: float) -> Iterator[tuple[Key, Result | Lost | None]]:
        """Wait a little for the batches that workers have at hand, hand out no more, and yield what is done."""
        deadline = time.monotonic() + seconds
        self._waiting.clear()
        while any(each.batch is not None for each in self._workers) and time.monotonic() < deadline:
            self._listen(max(0.0, deadline - time.monotonic()))
            self._waiting.clear()
        for batch in self._window:
            yield from batch.take()

    def _hand_out(self) -> None:
        """Give waiting batches to idle workers, starting new ones while there may be more."""
        while self._waiting:
            worker = next((each for each in self._workers if each.batch is None), None)
            if worker is None:
                if len(self._workers) >= self._jobs:
                    return
                worker = _Worker(self._function, self._limits, self._method)
                self._workers.append(worker)
            batch = self._waiting.popleft()
            try:
                worker.give(batch)
            except OSError:  # it died while idle
                self._bury(worker)

    def _listen(self, seconds: float | None = None) -> None:
        """Wait for results, or for a worker to die."""
        busy = {each.connection: each for each in self._workers if each.batch is not None}
        for connection in wait(list(busy), seconds):
            worker = busy[connection]
            try:
                results, grown = worker.connection.recv()
            except (EOFError, OSError):
                self._bury(worker)
                continue
            self._bad_starts = 0
            if worker.batch is not None:
                worker.batch.finish(results)
                worker.batch = None
            if grown:
                self._workers.remove(worker)
                worker.stop()

    def _bury(self, worker: _Worker[Key, Task, Result]) -> None:
        """Clear a dead worker away; its batch waits again, without the task that was at hand."""
        worker.process.join()
        worker.stop()
        self._workers.remove(worker)
        batch, position = worker.batch, worker.position.value
        if batch is None:
            return
        if position == _IDLE:
            self._bad_starts += 1
            if self._bad_starts >= _BAD_STARTS:
                raise WorkersError(f"worker processes end before they begin: {self._cause(worker)}")
        else:
            batch.lose(position, Lost(self._cause(worker)))
        if batch.todo:
            self._waiting.appendleft(batch)

    def _cause(self, worker: _Worker[Key, Task, Result]) -> str:
        status = worker.process.exitcode
        if status == -signal.SIGALRM:
            return f"took longer than {self._limits.seconds:g} seconds"
        with suppress(ValueError, TypeError):
            return f"took its worker process down ({signal.Signals(-(status or 0)).name})"
        return f"took its worker process down (status {status})"


def _next_batch(source: Iterator[tuple[Key, Task | None]]) -> tuple[_Batch[Key, Task, Any], bool]:
    """Take the next tasks; the second value tells that there are no more."""
    batch: _Batch[Key, Task, Any] = _Batch()
    for key, task in source:
        batch.add(key, task)
        if len(batch.keys) >= _BATCH:
            return batch, False
    return batch, True


def _serve(
    far_end: Connection[Any, Any],
    connection: Connection[Any, Any],
    position: c_int,
    function: Callable[[Any], Any],
    limits: Limits,
) -> None:
    """Work in a process of its own: take batches until the other end closes.

    This process may have inherited that end too, and would keep it open when the run is killed. The kernel ends a process whose alarm rings, whatever it is doing, even in C.
    """
    far_end.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to all; the run decides
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    if limits.memory is not None:
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory, resource.getrlimit(resource.RLIMIT_AS)[1]))
    with suppress(EOFError, OSError):
        while True:
            results = []
            for place, task in enumerate(connection.recv()):
                position.value = place
                signal.setitimer(signal.ITIMER_REAL, limits.seconds or 0)
                results.append(function(task))
            signal.setitimer(signal.ITIMER_REAL, 0)
            position.value = _IDLE
            connection.send((results, _peak_memory() > _GROWN))


def _peak_memory() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def available_cores() -> int:
    """Count the cores this process may use, by its affinity and its control group's quota."""
    affinity = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        return max(1, min(affinity, math.ceil(int(quota) / int(period))))
    except (OSError, ValueError):  # no such control group, or no quota ("max")
        return max(1, affinity)
