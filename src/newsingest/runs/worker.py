"""What runs in a worker process: tasks in, results out, limits kept."""

from __future__ import annotations

import ctypes
import gc
import itertools
import math
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Generator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import msgspec

from newsingest.parsing.stepwise import result_of
from newsingest.runs.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection
    from types import TracebackType

    Shared = Any  # a number that all processes see
    Count = Any  # likewise

_GROWN = 512 * 1024 * 1024  # bytes of memory at which a worker is replaced
_PR_SET_PDEATHSIG = 1
# Posts leave next to no cycles behind; looking for them after every 700 objects, as Python does, costs some percent.
_OBJECTS_BETWEEN_COLLECTIONS = 10_000
# Options of the GNU C library's malloc, and the most it sets them to by itself, in bytes: mapped from there on, kept.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_MAPPED_FROM = 32 * 1024 * 1024
_KEPT = 2 * _MAPPED_FROM
_SECONDS_UNTOLD = 0.2  # after which results are sent before their batch is done
_SOON = 1e-6  # seconds; zero would switch the alarm off
_SECONDS_TO_END = 0.5  # for tasks that are begun, when the run is to end
_PLACES = 3  # of the call stack, in the account of a crash
_SETTLED = 8  # batches after which a worker has met most of what there is


class Crash(msgspec.Struct, frozen=True):
    """The function raised what it should not: why, and what the user can do."""

    reason: str
    remedy: str


def _alone(tasks: list[Any]) -> int:  # noqa: ARG001 - one of several ways to share tasks out
    return 1


def _untimed(result: Any, seconds: float) -> Any:  # noqa: ANN401, ARG001 - likewise
    return result


def _nothing_learned() -> None:
    pass


class Work(msgspec.Struct, frozen=True):
    """What a worker does: the function for each task, and what a task may take. Picklable, if its functions are.

    Where the function works in steps, ``together`` tells how many of the next tasks take each of them together;
    ``timed`` puts the seconds that a task took into its result. ``learned`` is called now and then, to save for later
    runs what a worker has found out.
    """

    function: Callable[[Any], Any]
    limits: Limits = Limits()
    together: Callable[[list[Any]], int] = _alone
    timed: Callable[[Any, float], Any] = _untimed
    learned: Callable[[], None] = _nothing_learned


class _Alarm:
    """The alarm at which the kernel ends this process: when a task has had its time, or a hundredth more.

    That slack spares most steps of small tasks a call to set it anew.
    """

    def __init__(self, seconds: float | None) -> None:
        self._limit = seconds or math.inf
        self._slack = self._limit / 100
        self._rings = 0.0 if seconds else math.inf

    def watch(self, spent: float, now: float) -> None:
        """Watch a task that has spent some of its time."""
        left = self._limit - spent
        if not left <= self._rings - now <= left + self._slack:
            self._rings = now + left + self._slack
            signal.setitimer(signal.ITIMER_REAL, max(left + self._slack, _SOON))


class _Guard:
    """Turns what the function raises into a Crash: one bad post must not put a traceback among the log lines."""

    def __init__(self, memory: int | None) -> None:
        self._memory = memory
        self.crash: Crash | None = None

    def __enter__(self) -> None:
        """Watch."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        """Keep an error as a crash; let through whatever is to end the process."""
        if not isinstance(error, Exception):
            return False
        if isinstance(error, MemoryError) or (_is_of_lxml(error) and _has_taken_half(self._memory)):
            remedy = "Raise --max-memory if it should be read"
            self.crash = Crash("needs more memory than --max-memory allows", remedy)
        else:
            import traceback  # noqa: PLC0415 - for what should not happen

            frames = traceback.extract_tb(trace)[-_PLACES:]
            places = " < ".join(f"{os.path.basename(at.filename)}:{at.lineno}" for at in reversed(frames))  # noqa: PTH119
            reason = f"newsingest itself failed: {type(error).__name__}: {error} ({places})"
            self.crash = Crash(reason, "Report this with the post")
        return True


def serve(  # noqa: PLR0913, PLR0917 - what a process is started with
    far_end: Connection[Any, Any],
    connection: Connection[Any, Any],
    ending: Shared,
    begun: Count,
    work: Work,
    parent: int | None,
) -> None:
    """Work in a process of its own: take batches until the other end closes, and count the tasks that are begun.

    This process may have inherited that end too, and would keep it open when the run is killed. The kernel ends a
    process whose alarm rings, whatever it is doing, even in C.
    """
    far_end.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to all; the run decides
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGINT, signal.SIGTERM))
    _die_with(parent)
    set_memory_up()
    if work.limits.memory is not None:
        _limit_memory(work.limits.memory)
    with suppress(EOFError, OSError):
        for number in itertools.count(1):
            results = _tell_now_and_then(_results(connection.recv(), ending, begun, work), connection)
            if number >= _SETTLED and number.bit_count() == 1:  # before the last word, after which it may be killed
                work.learned()
            grown = _peak_memory() > _GROWN
            connection.send((results, True, grown))
            if grown:
                return  # what is in the pipe is another's


def set_memory_up() -> None:
    """Manage this process's memory as is best for one post after another.

    Memory that one post frees is kept for the next. The GNU C library would do so by itself only once that much was
    freed in one piece; until then the system takes memory back and clears it anew each time. Other libraries have no
    such options.
    """
    gc.freeze()  # what there is by now lasts, and looking at it would copy pages that are shared with the run
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    set_option = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if set_option is not None:
        set_option(_M_MMAP_THRESHOLD, _MAPPED_FROM)
        set_option(_M_TRIM_THRESHOLD, _KEPT)


def _tell_now_and_then(results: Iterator[Any], connection: Connection[Any, Any]) -> list[Any]:
    """Send the results of tasks that take long as they come; return the rest."""
    untold: list[Any] = []
    told = time.monotonic()
    for result in results:
        untold.append(result)
        if time.monotonic() - told > _SECONDS_UNTOLD:
            signal.setitimer(signal.ITIMER_REAL, 0)  # to be heard may take as long as it likes
            connection.send((untold, False, False))
            untold = []
            told = time.monotonic()
    signal.setitimer(signal.ITIMER_REAL, 0)
    return untold


def _results(tasks: list[Any], ending: Shared, begun: Count, work: Work) -> Iterator[Any]:
    """Do tasks, up to one that fails or until the run is to end."""
    while tasks and not ending.value:
        count = work.together(tasks)
        results = _together(tasks[:count], ending, begun, work) if count > 1 else None
        if results is None:
            for task in tasks[:count]:
                if ending.value:
                    return
                result = _by_itself(task, begun, work)
                yield result
                if isinstance(result, Crash):
                    return
        else:
            yield from results
            if len(results) < count:
                return
        del tasks[:count]


def _by_itself(task: Any, begun: Count, work: Work) -> Any:  # noqa: ANN401 - whatever the function makes of a task
    begun.value += 1
    signal.setitimer(signal.ITIMER_REAL, work.limits.seconds or 0)
    start = time.perf_counter()
    guard = _Guard(work.limits.memory)
    with guard:
        result = work.function(task)
        result = result_of(result) if isinstance(result, Generator) else result
        return work.timed(result, time.perf_counter() - start)
    return guard.crash


class _Group:
    """Tasks whose steps are taken together. ``begun`` names the task at hand all the while; each has its own time."""

    def __init__(self, tasks: list[Any], begun: Count, work: Work) -> None:
        self.running = {place: work.function(task) for place, task in enumerate(tasks)}
        self.results: dict[int, Any] = {}
        self._spent = [0.0] * len(tasks)
        self._begun = begun
        self._first = begun.value + 1
        self._timed = work.timed
        self._alarm = _Alarm(work.limits.seconds)

    def step(self, places: list[int]) -> None:
        """Take the next step of some tasks."""
        spent = self._spent
        before = time.perf_counter()
        for place in places:
            self._begun.value = self._first + place
            self._alarm.watch(spent[place], before)
            ended = False
            try:
                next(self.running[place])
            except StopIteration as end:
                self.results[place] = end.value
                ended = True
            now = time.perf_counter()
            spent[place] += now - before
            before = now
            if ended:
                del self.running[place]
                self.results[place] = self._timed(self.results[place], spent[place])


def _together(tasks: list[Any], ending: Shared, begun: Count, work: Work) -> list[Any] | None:
    """Take each step for all tasks before the next; None if one fails, as they must then be done one by one.

    When the run is to end, tasks are finished from the first on, as far as there is time; the results are then fewer.
    """
    before = begun.value
    guard = _Guard(work.limits.memory)
    with guard:
        group = _Group(tasks, begun, work)
        running = group.running
        while running and not ending.value:
            group.step(list(running))
        deadline = time.monotonic() + _SECONDS_TO_END
        while running and time.monotonic() < deadline:
            group.step([min(running)])
        done = min(running, default=len(tasks))
        begun.value = before + done
        return [group.results[place] for place in range(done)]
    begun.value = before
    return None


def _is_of_lxml(error: Exception) -> bool:
    """Whether libxml2 ran out of memory: it says "syntax error", which in HTML it says of nothing else."""
    return type(error).__module__.startswith("lxml")


def _has_taken_half(memory: int | None) -> bool:
    """Whether the address space was ever half of what is allowed; buffers grow by doubling."""
    if memory is None:
        return False
    with suppress(OSError, ValueError), open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123
        for line in status:
            if line.startswith("VmPeak:"):
                return int(line.split()[1]) * 1024 > memory // 2
    return False


def _die_with(parent: int | None) -> None:
    """Ask Linux to end this process with the run, even while it hangs; elsewhere the closed pipe must do.

    An orphan would still hold the output's lock where it was forked.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if parent is not None and os.getppid() != parent:  # it died before this was asked
            os._exit(1)


def _limit_memory(wanted: int) -> None:
    """Limit the address space; a system may have set a limit that is lower, or may not know such limits."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _peak_memory() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
