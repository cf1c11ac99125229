"""What the benchmarks find, as it is kept in JSON; and what is worked out from it."""

from __future__ import annotations

import statistics
from typing import Any

import msgspec


class Line(msgspec.Struct):
    """One program on one corpus: a value a repetition in each list, for the whole corpus and for half of it.

    ``memory`` is the peak of its largest process, ``memory_sum`` that of all together, in bytes.
    """

    name: str
    about: str
    version: str
    cpu: list[float]
    wall: list[float]
    half_cpu: list[float]
    half_wall: list[float]
    memory: int
    memory_sum: int | None


class Comparison(msgspec.Struct):
    """All programs on the same posts, interleaved. ``skipped`` are peers that are not installed."""

    posts: int
    size: int
    half_posts: int
    seed: int
    place: str
    lines: list[Line]
    skipped: list[str]


class Count(msgspec.Struct):
    """Runs of one program over so many posts."""

    program: str
    posts: int
    size: int
    cpu: list[float]
    wall: list[float]
    memory: int


class Shape(msgspec.Struct):
    """Posts of one shape: for each wanted size the real size in bytes and seconds to read it, or why it has none."""

    name: str
    sizes: list[int]
    seconds: list[float | None]
    remarks: list[str]


class Pair(msgspec.Struct):
    """Something newsingest does beside a yardstick, repetitions interleaved."""

    name: str
    yardstick: str
    cpu: list[float]
    wall: list[float]
    yardstick_cpu: list[float]
    yardstick_wall: list[float]


class Scale(msgspec.Struct):
    """Cost against number and size of posts, and what is paid once a run."""

    seed: int
    place: str
    counts: list[Count]
    shapes: list[Shape]
    pairs: list[Pair]


class Results(msgspec.Struct):
    """All of it, and where it was found. ``date`` is given by whoever runs it, or absent."""

    machine: dict[str, str]
    versions: dict[str, str]
    date: str | None
    comparison: Comparison | None = None
    scale: Scale | None = None


def encode(results: Results) -> bytes:
    """Encode as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(_rounded(msgspec.to_builtins(results))), indent=1) + b"\n"


def decode(data: bytes) -> Results:
    """Read what ``encode`` wrote."""
    return msgspec.json.decode(data, type=Results)


def _rounded(value: Any) -> Any:  # noqa: ANN401 - plain JSON
    """Keep six digits of each figure: more say nothing."""
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    return [_rounded(each) for each in value] if isinstance(value, list) else value


class Spread(msgspec.Struct, frozen=True):
    """The middle of some repetitions, and how far they lie apart."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: list[float]) -> Spread:
        """Sum up values of several repetitions."""
        return cls(statistics.median(values), min(values), max(values))

    def __str__(self) -> str:
        """Show the median, and the range where there is one."""
        if self.low == self.high:
            return _short(self.median)
        return f"{_short(self.median)} ({_short(self.low)}–{_short(self.high)})"


def _short(value: float) -> str:
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 3  # noqa: PLR2004 - three figures
    return f"{value:,.{digits}f}"


def ratio(these: list[float], those: list[float]) -> Spread:
    """Compare repetition by repetition, as what disturbed one disturbed its neighbour."""
    return Spread.of([a / b for a, b in zip(these, those, strict=True)])


def marginal(line: Line, comparison: Comparison) -> Spread:
    """Return the milliseconds of CPU time that one post more takes: no start-up in it."""
    more = comparison.posts - comparison.half_posts
    return Spread.of([(a - b) / more * 1000 for a, b in zip(line.cpu, line.half_cpu, strict=True)])
