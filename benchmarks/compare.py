"""newsingest, the floor and the peers over the same posts, in one run, interleaved, as whole processes."""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass, field
from importlib import metadata
from importlib.util import find_spec
from typing import TYPE_CHECKING

from benchmarks.corpus import Corpus
from benchmarks.measure import BenchmarkError, Cost, describe_place, run, total_memory
from benchmarks.results import Comparison, Line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_WARM_UP = 1_000  # posts: enough to have every module compiled and in memory, and what profiles compile to kept


@dataclass(frozen=True, slots=True)
class Program:
    """Something to be timed: the module it needs and the distribution that has it, its arguments to Python.

    ``variables`` are added to the environment, as ``NAME=value``.
    """

    name: str
    about: str
    module: str
    distribution: str
    arguments: tuple[str, ...]
    variables: tuple[str, ...] = ()

    def command(self, posts: Path, output: Path) -> list[str]:
        """Return the command that reads ``posts`` and writes below ``output``."""
        known = {"{posts}": str(posts), "{output}": str(output)}
        command = [sys.executable, "-m", *(known.get(each, each) for each in self.arguments)]
        return ["/usr/bin/env", *self.variables, *command] if self.variables else command

    @property
    def installed(self) -> bool:
        """Whether it can be run here."""
        return find_spec(self.module) is not None

    @property
    def version(self) -> str:
        """The version of what it stands for."""
        return metadata.version(self.distribution)


def _newsingest(jobs: int, *variables: str) -> Program:
    arguments = ("newsingest", "parse", "{posts}", "-o", "{output}", "--quiet", "--no-progress", "--no-config")
    name = f"newsingest, {jobs} worker{'s' if jobs > 1 else ''}{', Python alone' if variables else ''}"
    about = " ".join((f"--jobs {jobs}", *variables))
    return Program(name, about, "newsingest", "newsingest", (*arguments, "--jobs", str(jobs)), variables)


def _peer(name: str, about: str, module: str, distribution: str) -> Program:
    return Program(name, about, module, distribution, ("benchmarks.peers", name, "{posts}", "{output}"))


FLOOR = "floor"
ONE_WORKER = "newsingest, 1 worker"
TWO_WORKERS = "newsingest, 2 workers"
PROGRAMS = (
    Program(FLOOR, "read, lxml, orjson, write", "orjson", "lxml", ("benchmarks.floor", "{posts}", "{output}")),
    _newsingest(1),
    _newsingest(2),
    _newsingest(1, "NEWSINGEST_ENGINE=python"),
    _peer("resiliparse", "main_content=True", "resiliparse", "resiliparse"),
    _peer("html-text", "extract_text", "html_text", "html-text"),
    _peer("beautifulsoup-p", "find_all('p') on lxml", "bs4", "beautifulsoup4"),
    _peer("readability-lxml", "summary, its text", "readability", "readability-lxml"),
    _peer("trafilatura-fast", "fast=True, no tables or comments", "trafilatura", "trafilatura"),
    _peer("trafilatura", "extract, as it comes", "trafilatura", "trafilatura"),
)


@dataclass(slots=True)
class _Timed:
    """One program and what it took so far."""

    program: Program
    line: Line = field(init=False)

    def __post_init__(self) -> None:
        program = self.program
        self.line = Line(program.name, program.about, program.version, [], [], [], [], 0, None)


@dataclass(frozen=True, slots=True)
class Plan:
    """How much to compare, with what, and where."""

    posts: int
    repetitions: int
    seed: int
    folder: Path
    only: tuple[str, ...] = ()


def compare(plan: Plan, say: Callable[[str], None]) -> Comparison:
    """Time all programs that are installed."""
    whole, half, few = (plan.folder / name for name in ("posts", "half", "few"))
    corpus = Corpus(plan.seed)
    say(f"making {plan.posts} posts in {plan.folder}")
    size = corpus.write(whole, plan.posts)
    corpus.write(half, plan.posts // 2)
    corpus.write(few, min(_WARM_UP, plan.posts))
    wanted = [each for each in PROGRAMS if not plan.only or each.name in plan.only or each.name == FLOOR]
    skipped = [each.name for each in wanted if not each.installed]
    for name in skipped:
        say(f"{name}: not installed, left out")
    timed = [_Timed(each) for each in wanted if each.installed]
    runner = _Runner(plan.folder)
    for each in timed:
        runner.time(each.program, few, min(_WARM_UP, plan.posts))
    for number in range(plan.repetitions):
        say(f"repetition {number + 1} of {plan.repetitions}")
        for each, is_whole in _shuffled(timed, random.Random(number)):  # noqa: S311 - an order, no secret
            posts, count = (whole, plan.posts) if is_whole else (half, plan.posts // 2)
            _note(each.line, runner.time(each.program, posts, count), is_whole=is_whole)
        for each in timed:  # runs were added in any order; each list has one value a repetition all the same
            if len(each.line.cpu) != number + 1:
                raise BenchmarkError(f"{each.program.name}: a run is missing")
    say("memory, in runs of their own")
    for each in timed:
        each.line.memory_sum = runner.memory(each.program, whole)
    place = describe_place(plan.folder)
    return Comparison(plan.posts, size, plan.posts // 2, plan.seed, place, [each.line for each in timed], skipped)


def _shuffled(timed: list[_Timed], rng: random.Random) -> Iterator[tuple[_Timed, bool]]:
    """Yield each program for the whole and for half the posts, in an order that changes but is known."""
    order = [(each, is_whole) for each in timed for is_whole in (True, False)]
    rng.shuffle(order)
    yield from order


def _note(line: Line, cost: Cost, *, is_whole: bool) -> None:
    (line.cpu if is_whole else line.half_cpu).append(cost.cpu)
    (line.wall if is_whole else line.half_wall).append(cost.wall)
    line.memory = max(line.memory, cost.memory)


class _Runner:
    """Runs programs, each time into a new folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = folder / "said.txt"
        self._number = 0

    def time(self, program: Program, posts: Path, count: int) -> Cost:
        """Run a program, and see that it wrote a file for each post."""
        output = self._output()
        cost = run(program.command(posts, output), self._log)
        written = sum(1 for path in output.rglob("*.json") if ".newsingest" not in path.parts)
        if written != count:
            raise BenchmarkError(f"{program.name} wrote {written} files for {count} posts")
        return cost

    def memory(self, program: Program, posts: Path) -> int | None:
        """Run a program, and return the most memory all its processes held."""
        return total_memory(program.command(posts, self._output()), self._log)

    def _output(self) -> Path:
        self._number += 1
        return self._folder / f"out{self._number}"
