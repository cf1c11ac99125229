"""Cost against the number and the size of posts, start-up, and the run that finds nothing changed."""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from benchmarks.compare import FLOOR, ONE_WORKER, PROGRAMS, TWO_WORKERS
from benchmarks.corpus import Corpus
from benchmarks.measure import BenchmarkError, Cost, describe_place, run
from benchmarks.results import Count, Pair, Scale, Shape
from benchmarks.shapes import NAMES, Timing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
COUNTS = (500, 1_000, 10_000, 100_000)  # the first, so that the second can be told without its start
PATIENCE = 60  # seconds of CPU time for one shape at one size
_FULL_COUNT = 10_000  # posts: larger runs are long enough to be steady, and are done once
_FEW, _MORE_OF_FEW = 1_000, 4  # posts: smaller runs are short, and are done so many times as often
_UNCHANGED = 20_000  # posts
_AT_ONCE = 10_000  # posts
_COUNTED = (FLOOR, ONE_WORKER, TWO_WORKERS)

_STAT = """
import os, sys
def walk(folder):
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                walk(entry.path)
            else:
                entry.stat(follow_symlinks=False)
walk(sys.argv[1])
"""


_ON_ONE_CORE = """
import os, sys
os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])
os.execv(sys.argv[1], sys.argv[1:])
"""


@dataclass(frozen=True, slots=True)
class ScalePlan:
    """How far to go, and where."""

    counts: tuple[int, ...]
    sizes: tuple[int, ...]
    shapes: tuple[str, ...]
    repetitions: int
    seed: int
    folder: Path

    @property
    def log(self) -> Path:
        """Where processes' words go."""
        return self.folder / "said.txt"


def scale(plan: ScalePlan, say: Callable[[str], None]) -> Scale:
    """Measure all of it."""
    shapes = [_shape(name, plan, say) for name in (plan.shapes or NAMES)]
    most = max(plan.counts)
    at_once = min(_AT_ONCE, most)
    pairs = [_start_up(plan), *_unchanged(plan, min(_UNCHANGED, most), say)]
    pairs += [_at_once(plan, at_once, say), *_on_cores(plan, at_once, say)]
    counts = _counts(plan, say)
    return Scale(plan.seed, describe_place(plan.folder), counts, shapes, pairs)


def _shape(name: str, plan: ScalePlan, say: Callable[[str], None]) -> Shape:
    say(f"shape: {name}")
    shape = Shape(name, [], [], [])
    for size in plan.sizes:
        found = _time_shape(name, size, plan)
        shape.sizes.append(found.size)
        shape.seconds.append(found.seconds)
        shape.remarks.append(found.remark)
    return shape


def _time_shape(name: str, size: int, plan: ScalePlan) -> Timing:
    command = [sys.executable, "-m", "benchmarks.shapes", name, str(size)]
    try:
        run(command, plan.log, PATIENCE)
    except BenchmarkError as error:
        if "SIGKILL" in str(error) or "SIGXCPU" in str(error):
            return Timing(size, None, f"over {PATIENCE} s")
        raise
    return msgspec.json.decode(plan.log.read_bytes(), type=Timing)


def _start_up(plan: ScalePlan) -> Pair:
    """``newsingest --version`` beside an import of the library it is a command with."""
    pair = Pair("newsingest --version", 'python -c "import click"', [], [], [], [])
    ours, theirs = [sys.executable, "-m", "newsingest", "--version"], [sys.executable, "-c", "import click"]
    for command in (ours, theirs):  # compiles what they import
        run(command, plan.log)
    for _ in range(plan.repetitions * 4):
        _add(pair, run(ours, plan.log))
        _add_yardstick(pair, run(theirs, plan.log))
    return pair


def _unchanged(plan: ScalePlan, posts: int, say: Callable[[str], None]) -> list[Pair]:
    """Run over posts that are all done, beside the runs that did them and beside a look at each file."""
    source = plan.folder / "unchanged"
    Corpus(plan.seed).write(source, 2)
    run(_parse(source, plan.folder / "unchanged-first", 2), plan.log)  # compiles what it imports
    Corpus(plan.seed).write(source, posts)
    name = f"run over {posts:,} unchanged posts"
    beside_full = {
        1: Pair(name, "the run that wrote them, 1 worker", [], [], [], []),
        2: Pair(name, "the run that wrote them, 2 workers", [], [], [], []),
    }
    beside_stat = Pair(name, "scandir and stat of the same tree", [], [], [], [])
    for repetition in range(plan.repetitions):
        for jobs, pair in beside_full.items():
            say(f"nothing changed: {posts} posts, {jobs} workers, repetition {repetition + 1}")
            command = _parse(source, plan.folder / f"unchanged-out-{jobs}-{repetition}", jobs)
            _add_yardstick(pair, run(command, plan.log))
            _add(pair, run(command, plan.log))
        _add(beside_stat, run(command, plan.log))
        _add_yardstick(beside_stat, run([sys.executable, "-c", _STAT, str(source)], plan.log))
    return [*beside_full.values(), beside_stat]


def _at_once(plan: ScalePlan, posts: int, say: Callable[[str], None]) -> Pair:
    """Run twice at the same time, beside once: what a second core gives here to work that shares nothing."""
    source = plan.folder / "at-once"
    Corpus(plan.seed).write(source, posts)
    pair = Pair(f"two runs at once over {posts:,} posts each, 1 worker", "one of them alone", [], [], [], [])
    for repetition in range(plan.repetitions):
        say(f"two runs at once: {posts} posts, repetition {repetition + 1}")
        first, second, alone = (_parse(source, plan.folder / f"at-once-{repetition}-{place}", 1) for place in range(3))
        _add(pair, run(["/bin/sh", "-c", f"{shlex.join(first)} & {shlex.join(second)} && wait $!"], plan.log))
        _add_yardstick(pair, run(alone, plan.log))
    return pair


def _on_cores(plan: ScalePlan, posts: int, say: Callable[[str], None]) -> Iterator[Pair]:
    """Run with one core for the run and its worker, beside two workers on all cores, where cores can be chosen."""
    if not hasattr(os, "sched_setaffinity"):
        return
    pair = Pair(f"one worker on one core, {posts:,} posts", "two workers on all cores", [], [], [], [])
    for repetition in range(plan.repetitions):
        say(f"one core and all: {posts} posts, repetition {repetition + 1}")
        outputs = [plan.folder / f"cores-{repetition}-{jobs}" for jobs in (1, 2)]
        one, two = (_parse(plan.folder / "at-once", output, jobs) for jobs, output in enumerate(outputs, 1))
        _add(pair, run([sys.executable, "-c", _ON_ONE_CORE, *one], plan.log))
        _add_yardstick(pair, run(two, plan.log))
    yield pair


def _add(pair: Pair, cost: Cost) -> None:
    pair.cpu.append(cost.cpu)
    pair.wall.append(cost.wall)


def _add_yardstick(pair: Pair, cost: Cost) -> None:
    pair.yardstick_cpu.append(cost.cpu)
    pair.yardstick_wall.append(cost.wall)


def _counts(plan: ScalePlan, say: Callable[[str], None]) -> list[Count]:
    """Run over few and many posts, the few as often as makes a fair figure, among the many."""
    programs = {each.name: each for each in PROGRAMS if each.name in _COUNTED and each.installed}
    counts = list[Count]()
    for posts in plan.counts:
        say(f"{posts} posts: making them")
        size = Corpus(plan.seed).write(plan.folder / f"count{posts}", posts)
        counts += [Count(name, posts, size, [], [], 0) for name in programs]
    for repetition in range(plan.repetitions * _MORE_OF_FEW):
        for number, count in enumerate(counts):
            if repetition >= _repetitions(count.posts, plan.repetitions):
                continue
            say(f"{count.posts} posts, {count.program}")
            output = plan.folder / f"out{number}-{repetition}"
            cost = run(programs[count.program].command(plan.folder / f"count{count.posts}", output), plan.log)
            count.cpu.append(cost.cpu)
            count.wall.append(cost.wall)
            count.memory = max(count.memory, cost.memory)
    return counts


def _repetitions(posts: int, wanted: int) -> int:
    """Tell how often a run over so many posts is done."""
    if posts > _FULL_COUNT:
        return 1
    return wanted if posts > _FEW else wanted * _MORE_OF_FEW


def _parse(source: Path, output: Path, jobs: int) -> list[str]:
    options = ["--quiet", "--no-progress", "--no-config", "--jobs", str(jobs)]
    return [sys.executable, "-m", "newsingest", "parse", str(source), "-o", str(output), *options]
