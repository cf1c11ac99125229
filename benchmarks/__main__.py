"""``python -m benchmarks``: run from the clone's root, with the extra ``bench`` installed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from benchmarks.compare import PROGRAMS, Plan, compare
from benchmarks.corpus import Corpus
from benchmarks.machine import describe_machine, describe_versions
from benchmarks.measure import BenchmarkError, workplace
from benchmarks.page import DOCS, FIGURES, write_page
from benchmarks.results import Results, encode
from benchmarks.scale import COUNTS, SIZES, ScalePlan, scale
from benchmarks.shapes import NAMES
from benchmarks.tables import show

_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(dir_okay=False, path_type=Path)

_seed = click.option("--seed", default=1, show_default=True, help="The same seed makes the same posts.")
_work = click.option("--work", type=_FOLDER, help="Folder to work in.  [default: /dev/shm where there is one]")
_json = click.option("--json", "target", type=_FILE, help="Write the figures to this file.")
_date = click.option("--date", help="Date to write beside the figures.")
_quick = click.option("--quick", is_flag=True, help="Few posts, few repetitions: does it work at all?")
_repetitions = click.option("--repetitions", default=5, show_default=True)


@click.group()
def main() -> None:
    """Make posts, and measure what reading them costs."""


@main.command("corpus")
@click.argument("folder", type=_FOLDER)
@click.option("--posts", default=10_000, show_default=True)
@_seed
def corpus_command(folder: Path, posts: int, seed: int) -> None:
    """Write a tree of posts to FOLDER."""
    size = Corpus(seed).write(folder, posts)
    click.echo(f"{posts:,} posts, {size:,} bytes")


@main.command("compare")
@click.option("--posts", default=5_000, show_default=True)
@click.option("--only", multiple=True, type=click.Choice([each.name for each in PROGRAMS]), help="May be repeated.")
@_repetitions
@_seed
@_work
@_quick
@_json
@_date
def compare_command(  # noqa: PLR0913 - one each option
    *,
    posts: int,
    only: tuple[str, ...],
    repetitions: int,
    seed: int,
    work: Path | None,
    quick: bool,
    target: Path | None,
    date: str | None,
) -> None:
    """Time newsingest, the floor and the peers that are installed."""
    results = Results(describe_machine(), describe_versions(), date)
    with workplace(work) as folder:
        plan = Plan(min(posts, 300), 2, seed, folder, only) if quick else Plan(posts, repetitions, seed, folder, only)
        results.comparison = compare(plan, _say)
    _finish(results, target)


@main.command("scale")
@click.option("--count", "counts", multiple=True, type=int, help="Number of posts; may be repeated.")
@click.option("--size", "sizes", multiple=True, type=int, help="Bytes of a post; may be repeated.")
@click.option("--shape", "shapes", multiple=True, type=click.Choice(NAMES), help="May be repeated.")
@_repetitions
@_seed
@_work
@_quick
@_json
@_date
def scale_command(  # noqa: PLR0913 - one each option
    *,
    counts: tuple[int, ...],
    sizes: tuple[int, ...],
    shapes: tuple[str, ...],
    repetitions: int,
    seed: int,
    work: Path | None,
    quick: bool,
    target: Path | None,
    date: str | None,
) -> None:
    """Measure cost against number and size of posts, start-up, and a run with nothing to do."""
    results = Results(describe_machine(), describe_versions(), date)
    with workplace(work) as folder:
        plan = ScalePlan(counts or COUNTS, sizes or SIZES, shapes, repetitions, seed, folder)
        results.scale = scale(_quicker(plan) if quick else plan, _say)
    _finish(results, target)


def _quicker(plan: ScalePlan) -> ScalePlan:
    return replace(plan, counts=(100, 300), sizes=SIZES[:2], repetitions=2)


@main.command("refresh")
@_repetitions
@_seed
@_work
@_quick
@_date
def refresh_command(*, repetitions: int, seed: int, work: Path | None, quick: bool, date: str | None) -> None:
    """Measure all, and bring docs/benchmarks.json, .md and .svg up to date."""
    results = Results(describe_machine(), describe_versions(), date)
    with workplace(work) as folder:
        plan = Plan(300, 2, seed, folder) if quick else Plan(5_000, repetitions, seed, folder)
        results.comparison = compare(plan, _say)
    with workplace(work) as folder:
        long = ScalePlan(COUNTS, SIZES, (), repetitions, seed, folder)
        results.scale = scale(_quicker(long) if quick else long, _say)
    _finish(results, DOCS / FIGURES)
    write_page()


@main.command("page")
def page_command() -> None:
    """Write docs/benchmarks.md and .svg again from docs/benchmarks.json."""
    write_page()


def _say(text: str) -> None:
    click.echo(text, err=True)


def _finish(results: Results, target: Path | None) -> None:
    show(results)
    if target is not None:
        target.write_bytes(encode(results))


if __name__ == "__main__":
    try:
        main(prog_name="python -m benchmarks")
    except BenchmarkError as error:
        raise SystemExit(f"benchmarks: {error}") from error
