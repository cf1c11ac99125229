"""Worker processes with tasks of their own: order, bounds, deaths."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from functools import partial
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from newsingest.runs import worker as worker_side
from newsingest.runs.limits import Limits, Lost, WorkersError
from newsingest.runs.worker import Work
from newsingest.runs.workers import Workers, _Supply, _widen, light
from scratch import run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsingest.parsing.stepwise import Stepwise

Numbers = Workers[int | None, int, int]
Places = Workers[int, int, tuple[int, int]]

METHODS = ["fork", "spawn", "forkserver"]
# Makes many objects with large pages, says what became of the memory, and makes more than is allowed.
OBJECTS = """
import re, resource
from pathlib import Path
from newsingest.runs import _arenas

def held(path="/proc/self/statm"):
    return int(Path(path).read_text().split()[1]) * resource.getpagesize()

_arenas.use_large_pages()
_arenas.use_large_pages()  # which changes nothing
before = held()
kept = []
for turn in range(3):
    made = [f"{turn} {number}" for number in range(1_000_000)]
    assert all(text == f"{turn} {number}" for number, text in enumerate(made))
    flags = re.findall("VmFlags:.*", Path("/proc/self/smaps").read_text())
    most = held()
    kept += made[:100]
    del made
left = held()
print(any(" hg" in each for each in flags), most - before, left - before, len(set(kept)))
allowed = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() + 50_000_000
resource.setrlimit(resource.RLIMIT_AS, (allowed, allowed))
try:
    more = [f"{number}" for number in range(3_000_000)]
except MemoryError:
    more = None
print(more)
"""


def double(task: int) -> int:
    """Double a number; some numbers are trouble."""
    if task == 7777:
        os.kill(os.getpid(), signal.SIGKILL)
    if task == 8888:
        time.sleep(600)
    if task == 9999:
        raise RuntimeError("a bug")
    if task == 6666:
        return len(bytearray(2**33))
    return task * 2


def double_in_steps(task: int) -> Stepwise[int]:
    """Double a number in three steps; the trouble comes in the second."""
    yield
    doubled = double(task)
    yield
    return doubled


def wait_in_steps(_task: int) -> Stepwise[int]:
    for _ in range(4):
        time.sleep(0.2)
        yield
    return 0


def slow_in_steps(task: int) -> Stepwise[int]:
    for _ in range(2):
        time.sleep(0.05)
        yield
    return 2 * task


def seven(tasks: list[int]) -> int:
    return min(7, len(tasks))


order: list[tuple[int, int]] = []


def note_in_steps(task: int) -> Stepwise[list[tuple[int, int]]]:
    for step in range(2):
        order.append((task, step))
        yield
    return list(order)


def die(_task: int) -> int:
    return 0


def whose(task: int) -> tuple[int, int]:
    return task, os.getpid()


def results(numbers: list[int | None], jobs: int = 2, method: str = "fork", **limits: float) -> list[object]:
    bounds = Limits(limits.get("seconds"), int(limits["memory"]) if "memory" in limits else None)
    with Numbers(Work(double, bounds), jobs, method) as workers:
        return [result for _, result in workers.results((number, number) for number in numbers)]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("jobs", [1, 3])
def test_results_come_in_order(method: str, jobs: int) -> None:
    numbers: list[int | None] = [None if number % 5 == 0 else number for number in range(200)]
    wanted = [None if number is None else number * 2 for number in numbers]
    assert results(numbers, jobs, method) == wanted


@pytest.mark.parametrize("method", METHODS)
def test_each_trouble_costs_its_own_task_only(method: str) -> None:
    numbers: list[int | None] = [1, 7777, 2, 8888, 3, 9999, 4, 6666, *range(10, 60)]
    got = results(numbers, 2, method, seconds=1.0, memory=2**31)
    lost = {numbers[place]: each for place, each in enumerate(got) if isinstance(each, Lost)}
    assert set(lost) == {7777, 8888, 9999, 6666}
    assert "SIGKILL" in lost[7777].reason
    assert lost[8888].reason == "took longer than 1 seconds"
    assert lost[9999].reason.startswith("newsingest itself failed: RuntimeError: a bug (test_workers.py:")
    assert "--max-memory" in lost[6666].reason
    assert [each for each in got if not isinstance(each, Lost)] == [2, 4, 6, 8, *range(20, 120, 2)]


@pytest.mark.parametrize("method", METHODS)
def test_each_trouble_costs_its_own_task_only_where_steps_are_taken_together(method: str) -> None:
    numbers = [1, 7777, 2, 8888, 3, 9999, 4, 6666, *range(10, 60)]
    bounds = Limits(1.0, 2**31)
    with Workers[int, int, int](Work(double_in_steps, bounds, seven), 2, method) as workers:
        got = dict(workers.results((number, number) for number in numbers))
    lost = {number: each for number, each in got.items() if isinstance(each, Lost)}
    assert set(lost) == {7777, 8888, 9999, 6666}
    assert "SIGKILL" in lost[7777].reason
    assert lost[8888].reason == "took longer than 1 seconds"
    assert lost[9999].reason.startswith("newsingest itself failed: RuntimeError: a bug (test_workers.py:")
    assert "--max-memory" in lost[6666].reason
    assert list(got) == numbers
    assert all(got[number] == 2 * number for number in numbers if number not in lost)


@pytest.mark.parametrize("numbers", [[1, 9999, 2, 7777, 3], [9999, 7777], [9999, 1, 9999, 2, 7777, 8, 7777]])
def test_a_task_that_dies_is_named_whatever_failed_before_it(numbers: list[int]) -> None:
    with Numbers(Work(double_in_steps, together=seven), 1) as workers:
        got = dict(workers.results((number, number) for number in numbers))
    assert {key for key, result in got.items() if isinstance(result, Lost)} == {7777, 9999}
    assert got == {number: got[number] if number > 1000 else 2 * number for number in numbers}


def test_each_step_is_taken_for_all_tasks_before_the_next() -> None:
    with Workers[int, int, list[tuple[int, int]]](Work(note_in_steps, together=seven), 1) as workers:
        got = [result for _, result in workers.results((number, number) for number in range(7))]
    assert got[-1] == [(task, step) for step in range(2) for task in range(7)]


def test_time_is_counted_for_each_task_over_all_its_steps() -> None:
    with Workers[int, int, int](Work(wait_in_steps, Limits(0.5), seven), 1) as workers:
        got = [result for _, result in workers.results((number, number) for number in range(3))]
    assert [isinstance(each, Lost) for each in got] == [True, True, True]
    with Workers[int, int, int](Work(wait_in_steps, Limits(30), seven), 1) as workers:
        assert [result for _, result in workers.results((number, number) for number in range(3))] == [0, 0, 0]


def test_tasks_taken_together_are_finished_from_the_first_on_when_the_run_is_to_end() -> None:
    done: list[int] = []
    with Workers[int, int, int](Work(slow_in_steps, together=seven), 1) as workers:
        tasks = ((number, number) for number in range(72))
        for number, result in workers.results(tasks):
            assert result == 2 * number
            done.append(number)
            if number == 0:
                time.sleep(0.3)  # the next are begun
                break
        done += [number for number, result in workers.finish(1.0, gaps=False) if result == 2 * number]
    assert done == list(range(len(done)))
    assert 7 < len(done) < 24


def test_a_bounded_number_of_tasks_is_taken_ahead() -> None:
    taken = 0

    def tasks() -> Iterator[tuple[int, int]]:
        nonlocal taken
        for number in range(5000):
            taken += 1
            yield number, number

    ahead = 0
    with Numbers(Work(double), 2) as workers:
        for done, _ in enumerate(workers.results(tasks())):
            ahead = max(ahead, taken - done)
    assert taken == 5000
    assert ahead <= 2 * (3 + 2) * 72


def test_batches_are_small_first_and_last() -> None:
    supply = _Supply[int, int, int](((number, number) for number in range(1000)), 2, light)
    sizes = list(takewhile(bool, (len(supply.take().keys) for _ in range(1000))))
    assert sizes[:3] == [24, 48, 72]
    assert sizes[-3:-1] == [8, 8]
    assert sum(sizes) == 1000
    assert sizes[2:] == sorted(sizes[2:], reverse=True)


def test_heavy_tasks_go_alone() -> None:
    supply = _Supply[int, int, int](((number, number) for number in range(100)), 2, lambda _key, _task: 2**20)
    assert [len(supply.take().keys) for _ in range(101)] == [1] * 100 + [0]


def test_what_is_heavy_is_not_looked_at_far_ahead() -> None:
    source = iter(range(100))
    supply = _Supply[int, int, int](((number, None) for number in source), 2, lambda _key, _task: 2**19)
    assert len(supply.take().keys) == 2
    assert next(source) == 8


def nap(task: int) -> int:
    time.sleep(0.15)
    return task


def test_slow_tasks_are_heard_of_before_their_batch_is_done() -> None:
    with Numbers(Work(nap), 1) as workers:
        coming = workers.results((number, number) for number in range(8))
        assert next(coming) == (0, 0)
        assert workers._workers[0].batches[0].todo
        assert list(coming) == [(number, number) for number in range(1, 8)]


def echo(task: bytes) -> bytes:
    return task


def test_large_tasks_and_large_results_do_not_wait_for_each_other() -> None:
    tasks = [bytes([number]) * 50_000 for number in range(120)]
    with Workers[bytes, bytes, bytes](Work(echo), 2) as workers:
        assert list(workers.results((task, task) for task in tasks)) == [(task, task) for task in tasks]


def test_small_buffers_of_the_system_stop_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsingest.runs.workers._BUFFER", 4096)  # less than a batch, as of some systems by themselves
    texts = [f"{number:0300}" for number in range(2000)]
    with Workers[str, str, str](Work(str.swapcase), 2) as workers:
        assert [result for _, result in workers.results((text, text) for text in texts)] == texts


def test_a_pipe_takes_what_it_is_said_to_take() -> None:
    near, far = multiprocessing.Pipe()
    room = _widen(near, far)
    os.set_blocking(near.fileno(), False)
    near.send_bytes(bytes(room))  # nobody reads, and yet it neither blocks nor fails
    os.set_blocking(near.fileno(), True)
    assert room > 32 * 1024
    assert far.recv_bytes() == bytes(room)


def test_grown_workers_are_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_side, "_GROWN", 1)
    with Places(Work(whose), 1) as workers:
        got = [result for _, result in workers.results((number, number) for number in range(100))]
    assert [each[0] for each in got if isinstance(each, tuple)] == list(range(100))
    assert len({each[1] for each in got if isinstance(each, tuple)}) > 3


def test_workers_that_never_begin_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_side, "_die_with", lambda _: os._exit(3))
    with Numbers(Work(die), 2) as workers, pytest.raises(WorkersError, match=r"before they begin.*status 3"):
        list(workers.results((number, number) for number in range(100)))


def test_what_can_be_finished_is_finished_when_the_end_is_asked_for() -> None:
    with Numbers(Work(partial(pow, 2)), 2) as workers:
        coming = workers.results((number, number) for number in range(100))
        first = next(coming)
        rest = list(workers.finish(5, gaps=False))
    assert first == (0, 1)
    assert [key for key, _ in rest] == list(range(1, 1 + len(rest)))
    assert [result for _, result in rest] == [2**number for number in range(1, 1 + len(rest))]


def test_where_nobody_hears_of_ended_processes_work_is_done_all_the_same() -> None:
    lost = Lost(
        "took its worker process down (status 0)",
        "Try it alone with `newsingest inspect`",
    )
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        assert results([1, 2, 7777, 3]) == [2, 4, lost, 6]
    finally:
        signal.signal(signal.SIGCHLD, before)


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux")
def test_leaving_leaves_no_process_behind() -> None:
    with Places(Work(whose), 3) as workers:
        pids = {result[1] for _, result in workers.results((n, n) for n in range(500)) if isinstance(result, tuple)}
    assert pids
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


@pytest.mark.skipif(not Path("/sys/kernel/mm/transparent_hugepage").exists(), reason="the system has no large pages")
def test_objects_stand_in_large_pages_and_give_them_back(tmp_path: Path) -> None:
    pytest.importorskip("newsingest.runs._arenas")
    done = run(sys.executable, "-c", OBJECTS, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    large, most, left, kept, more = done.stdout.split()
    assert (large, kept, more) == ("True", "300", "None")
    assert int(left) < int(most) / 4
