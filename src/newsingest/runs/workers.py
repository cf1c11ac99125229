"""Worker processes: tasks go out in batches, results come back in order, and a dead worker costs one task.

Threads would not do: lxml and PyYAML hold the interpreter's lock, and a thread cannot be stopped.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import socket
import time
from collections import deque
from contextlib import nullcontext, suppress
from multiprocessing.connection import wait
from multiprocessing.sharedctypes import RawValue
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

import msgspec

from newsingest.runs.limits import START_METHOD, Lost, WorkersError
from newsingest.runs.worker import Crash, Work, serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager
    from multiprocessing.connection import Connection

    from newsingest.runs.worker import Shared

Key = TypeVar("Key")
Task = TypeVar("Task")
Result = TypeVar("Result")

_FIRST, _MOST, _LEAST = 24, 72, 8  # tasks of a batch: so few that all begin soon, enough to be cheap, the end shared
_HEAVY = 1024 * 1024  # bytes of memory that make a batch, however few its tasks
_AHEAD = 3  # batches a worker may be ahead of the slowest
_QUEUE = 2  # batches at a worker: one to do and one that waits, so that it need not wait itself
_BUFFER = 256 * 1024  # bytes asked for each way of a pipe: some systems' own choice is less than one batch
_BAD_STARTS = 3  # workers that die before their first task, after which starting more is no use
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class _Batch(msgspec.Struct, Generic[Key, Task, Result]):
    """Tasks sent together; ``todo`` are the places of those without a result. A key may come without a task."""

    keys: list[Key] = []
    tasks: list[Task | None] = []
    results: dict[int, Result | Lost] = {}
    todo: list[int] = []
    yielded: int = 0

    def add(self, key: Key, task: Task | None) -> None:
        if task is not None:
            self.todo.append(len(self.keys))
        self.keys.append(key)
        self.tasks.append(task)

    def finish(self, results: list[Result]) -> None:
        """Take the results of the first tasks to do: all of them, unless the worker was asked to end."""
        self.results |= zip(self.todo, results, strict=False)
        self.todo = self.todo[len(results) :]

    def take(self) -> Iterator[tuple[Key, Result | Lost | None]]:
        """Yield what has not been yielded, as far as there are results."""
        while self.yielded < len(self.keys) and self.yielded not in self.todo:
            place = self.yielded
            self.yielded += 1
            yield self.keys[place], self.results.get(place)

    def take_rest(self) -> Iterator[tuple[Key, Result | Lost | None]]:
        """Yield all there is, whatever is missing before it."""
        for place in range(self.yielded, len(self.keys)):
            if place not in self.todo:
                yield self.keys[place], self.results.get(place)

    def lose(self, position: int, why: Lost) -> None:
        """Note the task that took its worker with it; the others of the batch are done again."""
        self.results[self.todo.pop(position)] = why


class _Supply(Generic[Key, Task, Result]):
    """Makes batches of what is to be done: small ones first, and last, when the end is in sight."""

    def __init__(
        self, tasks: Iterable[tuple[Key, Task | None]], jobs: int, weight: Callable[[Key, Task | None], int]
    ) -> None:
        self._source = iter(tasks)
        self._shares = jobs * _QUEUE
        self._weight = weight
        self._seen: deque[tuple[Key, Task | None, int]] = deque()
        self._weight_seen = 0
        self._size = _FIRST

    def take(self) -> _Batch[Key, Task, Result]:
        """Take the next tasks; none, when there are no more."""
        seen = self._seen
        self._look_ahead(self._shares * self._size)
        size = max(_LEAST, min(self._size, len(seen) // self._shares))
        self._size = min(2 * self._size, _MOST)
        batch: _Batch[Key, Task, Result] = _Batch()
        weight = 0
        while seen and len(batch.keys) < size and weight < _HEAVY:
            key, task, more = seen.popleft()
            batch.add(key, task)
            weight += more
        self._weight_seen -= weight
        return batch

    def _look_ahead(self, wanted: int) -> None:
        """See so many tasks, fewer if they are heavy."""
        seen = self._seen
        while len(seen) < wanted and self._weight_seen < self._shares * _HEAVY:
            found = next(self._source, None)
            if found is None:
                return
            weight = self._weight(*found)
            seen.append((*found, weight))
            self._weight_seen += weight


class _Worker(Generic[Key, Task, Result]):
    """One process and its batches, which it does in order; ``returned`` counts the tasks that came back."""

    def __init__(self, work: Work, method: str, shared: Shared) -> None:
        context: Any = multiprocessing.get_context(method)
        self.connection, theirs = context.Pipe()
        self._room = _widen(self.connection, theirs)
        self.begun = RawValue("q", 0)
        self.returned = 0
        self.batches: deque[_Batch[Key, Task, Result]] = deque()
        parent = os.getpid() if method == "fork" else None
        self.process = context.Process(
            target=serve,
            args=(self.connection, theirs, shared, self.begun, work, parent),
            daemon=True,
        )
        # A signal between fork and the worker's own handlers would be answered there as if it were the run.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            self.process.start()
        except OSError:
            self.connection.close()
            raise
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            theirs.close()

    def give(self, batch: _Batch[Key, Task, Result]) -> bool:
        """Send a batch, unless it is so large that worker and run could wait for each other."""
        message = pickle.dumps([batch.tasks[place] for place in batch.todo], pickle.HIGHEST_PROTOCOL)
        if self.batches and len(message) > self._room:
            return False
        self.connection.send_bytes(message)
        self.batches.append(batch)
        return True

    def stop(self) -> None:
        self.process.kill()
        self.process.join()
        self.connection.close()


def _widen(*ends: Connection[Any, Any]) -> int:
    """Ask for large buffers at both ends of a pipe; return how many bytes it surely takes while one end is busy."""
    granted: list[int] = []
    for end in ends:
        with socket.socket(fileno=os.dup(end.fileno())) as each:
            for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
                with suppress(OSError):
                    each.setsockopt(socket.SOL_SOCKET, option, _BUFFER)
                granted.append(each.getsockopt(socket.SOL_SOCKET, option))
    return min(granted) // 4  # Linux counts what it adds to each message, and says twice what it grants


def light(key: Any, task: Any) -> int:  # noqa: ANN401, ARG001 - one of several ways to weigh tasks
    """Count tasks only."""
    return 0


class Workers(Generic[Key, Task, Result]):
    """Does the same work on each task in up to ``jobs`` processes. Use as a context manager.

    Tasks must be picklable. ``weight`` tells how many bytes of memory a key and its task may come to. Processes start
    as work comes up, and are replaced when they die, hang or have grown. ``waiting`` encloses what may take long: the
    source of the tasks, and waits for results. Where it raises, nothing that workers have done is lost.
    """

    def __init__(
        self,
        work: Work,
        jobs: int,
        method: str = START_METHOD,
        waiting: Callable[[], AbstractContextManager[object]] = nullcontext,
        weight: Callable[[Key, Task | None], int] = light,
    ) -> None:
        self._work = work
        self._weight = weight
        self._jobs = jobs
        self._method = method
        self._may_wait = waiting
        self._shared: Shared = RawValue("b", 0)
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
        supply: _Supply[Key, Task, Result] = _Supply(tasks, self._jobs, self._weight)
        exhausted = False
        while not exhausted or self._window:
            while not exhausted and len(self._window) < self._jobs * _AHEAD:
                with self._may_wait():
                    batch = supply.take()
                exhausted = not batch.keys
                self._window.append(batch)
                if batch.todo:
                    self._waiting.append(batch)
                    self._hand_out()
            while self._window:
                yield from self._window[0].take()
                if self._window[0].todo:
                    break
                self._window.popleft()
            if self._window:
                self._hand_out()
                self._listen()

    def finish(self, seconds: float, *, gaps: bool) -> Iterator[tuple[Key, Result | Lost | None]]:
        """Let workers end the tasks they are at, wait a little for them, and yield what is done.

        With ``gaps``, also what comes after tasks that are not done.
        """
        deadline = time.monotonic() + seconds
        self._shared.value = 1
        self._waiting.clear()
        while any(each.batches for each in self._workers) and time.monotonic() < deadline:
            self._listen(max(0.0, deadline - time.monotonic()))
            self._waiting.clear()
        for batch in self._window:
            if gaps:
                yield from batch.take_rest()
            else:
                yield from batch.take()
                if batch.todo:
                    return

    def _hand_out(self) -> None:
        """Give waiting batches to idle workers, then to new ones, then to those that will be idle next."""
        while self._waiting:
            worker = self._least_busy(0) or self._start() or self._least_busy(_QUEUE - 1)
            if worker is None:
                return
            try:
                if not worker.give(self._waiting[0]):
                    return
            except OSError:  # it is dead
                self._bury(worker)
            else:
                self._waiting.popleft()

    def _least_busy(self, most: int) -> _Worker[Key, Task, Result] | None:
        """Find a worker that has so many batches at most."""
        return min(
            (each for each in self._workers if len(each.batches) <= most),
            key=lambda each: len(each.batches),
            default=None,
        )

    def _start(self) -> _Worker[Key, Task, Result] | None:
        """Start one more worker if there may be one more."""
        if len(self._workers) >= self._jobs:
            return None
        try:
            worker: _Worker[Key, Task, Result] = _Worker(self._work, self._method, self._shared)
        except OSError as error:  # too many processes, or no memory for one more
            if not self._workers:
                raise WorkersError(f"no worker process can be started: {error.strerror}") from error
            self._jobs = len(self._workers)
            return None
        self._workers.append(worker)
        return worker

    def _listen(self, seconds: float | None = None) -> None:
        """Wait for results, or for a worker to die."""
        busy = {each.connection: each for each in self._workers if each.batches}
        with self._may_wait():
            ready = wait(list(busy), seconds)
        for connection in ready:
            worker = busy[connection]
            try:
                self._hear(worker)
            except (EOFError, OSError):
                self._bury(worker)

    def _hear(self, worker: _Worker[Key, Task, Result]) -> None:
        """Take results of a batch; the last may say that the function failed, and the rest is done again."""
        results, is_last, grown = worker.connection.recv()
        self._bad_starts = 0
        worker.returned += len(results)
        batch = worker.batches[0]
        batch.finish([each for each in results if not isinstance(each, Crash)])
        for crash in results[-1:]:
            if isinstance(crash, Crash):
                batch.lose(0, Lost(crash.reason, crash.remedy))
        if is_last:
            worker.batches.popleft()
            if grown:
                self._dismiss(worker)
            if batch.todo:
                self._waiting.appendleft(batch)

    def _dismiss(self, worker: _Worker[Key, Task, Result]) -> None:
        """Let a worker go; its batches wait again."""
        worker.stop()
        self._workers.remove(worker)
        self._waiting.extendleft(batch for batch in reversed(worker.batches) if batch.todo)

    def _bury(self, worker: _Worker[Key, Task, Result]) -> None:
        """Clear a dead worker away; its batches wait again, without the task that was at hand."""
        worker.process.join()
        with suppress(EOFError, OSError):
            while worker.connection.poll():
                self._hear(worker)
        if worker not in self._workers:  # its last word was that it had grown
            return
        at_hand = worker.begun.value - worker.returned
        if at_hand > 0:
            worker.batches[0].lose(at_hand - 1, self._cause(worker))
        else:
            self._bad_starts += 1
            if self._bad_starts >= _BAD_STARTS:
                raise WorkersError(f"worker processes end before they begin: {self._cause(worker).reason}")
        self._dismiss(worker)

    def _cause(self, worker: _Worker[Key, Task, Result]) -> Lost:
        status = worker.process.exitcode or 0
        if status == -signal.SIGALRM and self._work.limits.seconds:
            return Lost(
                f"took longer than {self._work.limits.seconds:g} seconds",
                "Raise --timeout if it should be read",
            )
        name = f"status {status}"
        with suppress(ValueError):
            name = signal.Signals(-status).name
        reason = f"took its worker process down ({name})"
        if status == -signal.SIGKILL:
            reason += "; the system does this when memory runs out"
        return Lost(reason, "Try it alone with `newsingest inspect`")
