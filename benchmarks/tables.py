"""Results as tables: for a terminal, for plain output, for the docs."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from benchmarks.compare import FLOOR, ONE_WORKER, TWO_WORKERS
from benchmarks.results import Spread, marginal, ratio
from benchmarks.scale import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.results import Comparison, Count, Line, Results, Scale, Shape

_MIB = 1024 * 1024
_BASE_SIZE = 100_000  # bytes: shapes are compared with a post of this size


@dataclass(frozen=True, slots=True)
class Table:
    """A caption, a line of heads and the rows; the first column is text, the others are figures."""

    caption: str
    heads: tuple[str, ...]
    rows: list[tuple[str, ...]]


def tables(results: Results) -> list[Table]:
    """Make all tables that the results have figures for."""
    made: list[Table] = []
    if results.comparison is not None:
        made += [_costs(results.comparison), _ratios(results.comparison)]
    if results.scale is not None:
        made += [_counts(results.scale), _shapes(results.scale), _pairs(results.scale)]
    return [table for table in made if table.rows]


def _costs(found: Comparison) -> Table:
    """Show what each program took."""
    rows: list[tuple[str, ...]] = []
    for line in found.lines:
        cpu = Spread.of([each / found.posts * 1000 for each in line.cpu])
        rate = Spread.of([found.posts / each for each in line.wall])
        speed = Spread.of([found.size / each / 1e6 for each in line.wall])
        memory = f"{line.memory / _MIB:.0f}"
        total = "–" if line.memory_sum is None else f"{line.memory_sum / _MIB:.0f}"
        name = line.name if line.name.startswith("newsingest") else f"{line.name} ({line.about})"
        rows.append((name, str(cpu), str(marginal(line, found)), str(rate), f"{speed.median:.1f}", memory, total))
    heads = ("Program", "CPU ms a post", "one more post", "posts/s", "MB/s", "MiB, largest process", "MiB, all")
    caption = (
        f"{found.posts:,} posts, {found.size / 1e6:.1f} MB, seed {found.seed}, {len(found.lines[0].cpu)} repetitions, "
        f"{found.place}"
    )
    return Table(caption, heads, rows)


def _ratios(found: Comparison) -> Table:
    """Show how often as long each program takes as the floor and as newsingest."""
    lines = {line.name: line for line in found.lines}
    rows: list[tuple[str, ...]] = []
    for line in found.lines:
        cells = [line.name]
        for other, timed in ((FLOOR, "cpu"), (ONE_WORKER, "cpu"), (ONE_WORKER, "wall"), (TWO_WORKERS, "wall")):
            cells.append(str(ratio(_values(line, timed), _values(lines[other], timed))) if other in lines else "–")
        rows.append(tuple(cells))
    heads = ("Program", "CPU × floor", "CPU × 1 worker", "wall × 1 worker", "wall × 2 workers")
    return Table("Ratios within each repetition: median (least–most)", heads, rows)


def _values(line: Line, timed: str) -> list[float]:
    return line.cpu if timed == "cpu" else line.wall


def _counts(found: Scale) -> Table:
    """Show cost a post, what one more post costs, rate and memory, against the number of posts."""
    base = {each.program: each for each in reversed(found.counts)}
    rates = {(each.program, each.posts): each.posts / Spread.of(each.wall).median for each in found.counts}
    fewer: dict[str, Count] = {}
    rows: list[tuple[str, ...]] = []
    for each in found.counts:
        cpu = [value / each.posts * 1000 for value in each.cpu]
        first = base[each.program]
        change = Spread.of(cpu).median / (Spread.of(first.cpu).median / first.posts * 1000)
        rate = rates[each.program, each.posts]
        one = rates.get((ONE_WORKER, each.posts))
        rows.append((
            f"{each.program}, {each.posts:,} posts", str(Spread.of(cpu)), f"{change:.2f}",
            _one_more(fewer.get(each.program), each), f"{rate:,.0f}", f"{rate / one:.2f}" if one else "–",
            f"{each.memory / _MIB:.0f}",
        ))  # fmt: skip
        fewer[each.program] = each
    heads = (
        "Program", "CPU ms a post", "× the fewest", "one more post", "posts/s", "× 1 worker", "MiB, largest process"
    )  # fmt: skip
    return Table("Cost against the number of posts, start-up included", heads, rows)


def _one_more(fewer: Count | None, count: Count) -> str:
    """Say how many ms each post took by which a run was larger than another."""
    if fewer is None or count.posts == fewer.posts:
        return "–"
    took = Spread.of(count.cpu).median - Spread.of(fewer.cpu).median
    return f"{took / (count.posts - fewer.posts) * 1000:.3f}"


def _shapes(found: Scale) -> Table:
    """Show cost a byte against size, for each shape; the last column is the largest beside the middle size."""
    wanted = max((shape.sizes for shape in found.shapes), key=len, default=[])
    rows = [tuple(chain([shape.name], _costs_a_byte(shape), [_growth(shape)])) for shape in found.shapes]
    heads = ("Shape", *(_size(size) for size in wanted), "largest × 100 kB")
    return Table("Nanoseconds a byte, against the size of a post", heads, rows)


def _costs_a_byte(shape: Shape) -> Iterator[str]:
    for size, seconds, remark in zip(shape.sizes, shape.seconds, shape.remarks, strict=True):
        if seconds is not None:
            yield f"{seconds / size * 1e9:.1f}"
        else:
            yield remark if remark.startswith("over") else "refused"


def _growth(shape: Shape) -> str:
    """Compare the cost a byte of the largest post with that of 100 kB; of one that took too long, the least it is."""
    costs = [(size, seconds / size) for size, seconds in zip(shape.sizes, shape.seconds, strict=True) if seconds]
    if not costs or shape.sizes[-1] <= _BASE_SIZE * 2:
        return "–"
    base = min(costs, key=lambda each: abs(each[0] - _BASE_SIZE))[1]
    if shape.remarks[-1].startswith("over"):
        return f"> {PATIENCE / shape.sizes[-1] / base:.2f}"
    return "–" if shape.seconds[-1] is None else f"{costs[-1][1] / base:.2f}"


def _size(size: int) -> str:
    for unit, name in ((1_000_000, "MB"), (1_000, "kB")):
        if size >= unit:
            return f"{round(size / unit)} {name}"
    return f"{size} B"


def _pairs(found: Scale) -> Table:
    rows: list[tuple[str, ...]] = []
    for each in found.pairs:
        cpu, wall = ratio(each.cpu, each.yardstick_cpu), ratio(each.wall, each.yardstick_wall)
        took = Spread.of([value * 1000 for value in each.wall])
        rows.append((each.name, each.yardstick, str(took), str(cpu), str(wall)))
    heads = ("What", "Yardstick", "wall ms", "CPU × yardstick", "wall × yardstick")
    return Table("Paid once a run, and what a second core gives", heads, rows)


def markdown(table: Table) -> str:
    """Write a table for the docs."""
    aligned = "|".join(["---", *("--:" for _ in table.heads[1:])])
    lines = [" | ".join(table.heads), *(" | ".join(row) for row in table.rows)]
    head, *body = (f"| {line} |" for line in lines)
    return "\n".join([f"**{table.caption}**", "", head, f"|{aligned}|", *body])


def show(results: Results) -> None:
    """Print all tables: drawn on a terminal, plain elsewhere."""
    for table in tables(results):
        if sys.stdout.isatty():
            _draw(table)
        else:
            sys.stdout.write(plain(table) + "\n\n")


def plain(table: Table) -> str:
    """Write a table as aligned text."""
    lines = [table.heads, *table.rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(table.heads))]
    text = [table.caption]
    for first, *others in lines:
        figures = (cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))
        text.append("  ".join([first.ljust(widths[0]), *figures]))
    return "\n".join(text)


def _draw(table: Table) -> None:
    from rich import box  # noqa: PLC0415 - not all output is drawn
    from rich import table as tabular  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415

    drawn = tabular.Table(title=table.caption, box=box.SIMPLE, title_justify="left")
    for number, head in enumerate(table.heads):
        drawn.add_column(head, justify="right" if number else "left")
    for row in table.rows:
        drawn.add_row(*row)
    Console().print(drawn)
