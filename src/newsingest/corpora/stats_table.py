"""Statistics as tables: for a terminal with rules and bars, else plain lines, the number first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsingest.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from newsingest.corpora.stats import Spread, Stats

ROWS = 20  # of a table; the rest is summed up in one
_PATHS = 3

Section = tuple[str, list[tuple[str, str]]]


def plain_lines(stats: Stats) -> Iterator[str]:
    """Write all tables as lines of text."""
    for title, rows in sections(stats):
        yield title
        width = max((len(number) for _, number in rows), default=0)
        for name, number in rows or [("none", "")]:
            yield f"  {number:>{width}}  {printable(name)}"
        yield ""


def rich_tables(stats: Stats) -> Iterator[RenderableType]:
    """Draw all tables."""
    from rich import box  # noqa: PLC0415 - slow to import, and only for a terminal
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    for title, rows in sections(stats):
        table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE, show_header=False)
        table.add_column(justify="right", style="cyan", no_wrap=True)
        table.add_column(overflow="fold")
        for name, number in rows or [("none", "")]:
            table.add_row(number, Text(printable(name)))  # a name is no markup
        yield table


def sections(stats: Stats) -> Iterator[Section]:
    """Say what stands in which table."""
    extra = sum(len(one.paths) - 1 for one in stats.duplicates)
    yield (
        "Corpus",
        [
            ("posts", f"{stats.posts:,}"),
            ("damaged records", f"{stats.damaged:,}"),
            ("posts with pictures", f"{stats.posts_with_pictures:,}"),
            ("posts whose text another has", f"{extra:,}"),
        ],
    )
    yield (
        "Lengths of posts",
        [
            (f"{what}, {name}", f"{number:,}")
            for what, spread in (
                ("paragraphs", stats.paragraphs),
                ("characters", stats.characters),
                ("pictures", stats.pictures),
            )
            for name, number in spread_rows(spread)
        ],
    )
    yield "Profiles", _counts(stats.profiles)
    yield "Categories", _counts(stats.categories)
    yield "Months", [(name, f"{number:,}") for name, number in stats.months.items()]
    yield "Warnings", _counts(stats.warnings)
    yield (
        "Fields missing",
        [(f"{name} ({share(number, stats.posts)})", f"{number:,}") for name, number in stats.missing.items()],
    )
    yield (
        "Same text",
        [
            (" = ".join(one.paths[:_PATHS]) + (" = …" if len(one.paths) > _PATHS else ""), str(len(one.paths)))
            for one in stats.duplicates[:ROWS]
        ],
    )


def spread_rows(spread: Spread) -> list[tuple[str, int]]:
    """Name the figures of a spread."""
    return [("median", spread.median), ("p90", spread.p90), ("max", spread.max), ("total", spread.total)]


def top(counts: dict[str, int]) -> tuple[list[tuple[str, int]], int]:
    """Keep the first rows, and sum up what the others count."""
    rows = list(counts.items())
    return rows[:ROWS], sum(number for _, number in rows[ROWS:])


def share(number: int, whole: int) -> str:
    """Write a share in percent."""
    return f"{100 * number / whole:.0f} %" if whole else "–"


def _counts(counts: dict[str, int]) -> list[tuple[str, str]]:
    rows, rest = top(counts)
    named = [(name, f"{number:,}") for name, number in rows]
    return [*named, (f"others ({len(counts) - ROWS})", f"{rest:,}")] if len(counts) > ROWS else named
