"""What the command says about a run, on standard error: lines, and a bar where there is a terminal."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING

import click

from newsingest.names import text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from newsingest.record import PostWarning
    from newsingest.run import Summary


def say(line: str) -> None:
    """Write one line, with what could move a terminal's cursor or change its colours written out."""
    click.echo(printable(line), err=True)


def count(number: int, noun: str) -> str:
    """Put a number before its noun: ``1 post``, ``2 posts``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def summary_line(summary: Summary) -> str:
    """Write the one line that ends a run."""
    warnings = sum(summary.warnings.values())
    return (
        f"{count(summary.posts, 'post')}: {summary.written} written, {len(summary.failed)} failed, "
        f"{len(summary.skipped)} skipped, {count(warnings, 'warning')}, {summary.seconds:.1f} s"
    )


def summary_lines(summary: Summary, *, verbose: bool, quiet: bool, last: str | None = None) -> Iterator[str]:
    """Write the account of a run: skips, failures, what ended it early, and the summary line, or ``last``, last."""
    if not quiet:
        for skipped in summary.skipped:
            yield f"skipped: {skipped}"
    for failure in summary.failed:
        yield f"failed: {failure}"
    if verbose and summary.left_out:
        yield f"left out by --include and --exclude: {summary.left_out}"
    if summary.stopped is not None:
        yield f"stopped: {summary.stopped}"
    elif summary.interrupted:
        yield "interrupted: the records written so far are whole; the same command does the rest."
    elif not summary.posts:
        yield "No posts were found."
    if not quiet or summary.failed or summary.stopped:
        yield last or summary_line(summary)


class Talk:
    """Hears of a run and says what the user wants to hear: each warning, and how far the run is."""

    def __init__(self, *, warnings: bool) -> None:
        self._warnings = warnings
        self._advance: Callable[[], None] | None = None
        self._say = say

    def show_bar(self, total: Callable[[], int]) -> AbstractContextManager[object]:
        """Show a progress bar while the context lasts; ``total`` counts what the walk will find."""
        from newsingest.progress import Bar  # noqa: PLC0415 - rich is slow to import and seldom needed

        bar = Bar(total)
        self._advance = bar.advance
        self._say = lambda line: bar.say(printable(line))
        return bar

    def advance(self) -> None:
        """Move the bar, if there is one."""
        if self._advance is not None:
            self._advance()

    def warn(self, path: str, warning: PostWarning) -> None:
        """Name a warning, if they are wanted."""
        if self._warnings:
            self._say(f"warning: {path}: {warning.code}: {warning.message}")


def progress(talk: Talk, total: Callable[[], int], *, wanted: bool) -> AbstractContextManager[object]:
    """Show a bar if it is wanted and standard error is a terminal that can show one."""
    if wanted and sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        return talk.show_bar(total)
    return nullcontext()


def printable(line: str) -> str:
    """Write out what could move a terminal's cursor or change its colours."""
    if line.isprintable():
        return line
    return "".join(
        char if char.isprintable() or char == "\u3000" else char.encode("unicode_escape").decode()
        for char in text(line)
    )
