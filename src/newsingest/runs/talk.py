"""What the command says about a run, on standard error: lines, and a bar where there is a terminal."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING, Literal

import click
import msgspec

from newsingest.paths import unicode
from newsingest.runs.clock import now, rfc3339
from newsingest.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from newsingest.record import PostWarning
    from newsingest.runs.account import Summary


REST_TO_DO = "the records written so far are whole; the same command does the rest."


class Remark(msgspec.Struct, frozen=True):
    """One thing to say: how bad it is, what it is about, and the words; ``more`` is for machines."""

    level: Literal["info", "warning", "error"]
    event: str
    words: str
    more: Mapping[str, object] = msgspec.field(default_factory=dict)


def say(line: str) -> None:
    """Write one line, with what could move a terminal's cursor or change its colours written out."""
    click.echo(printable(line), err=True)


def say_json(remark: Remark) -> None:
    """Write one JSON object on a line, for journald and the like."""
    import json  # noqa: PLC0415 - seldom needed

    head = {
        "time": rfc3339(now(), "milliseconds"),
        "level": remark.level,
        "event": remark.event,
        "message": unicode(remark.words),
    }
    # Where standard error is no UTF-8, Python writes escapes of its own there, which JSON does not know.
    utf8 = (getattr(sys.stderr, "encoding", None) or "utf-8").lower() in {"utf-8", "utf8"}
    click.echo(json.dumps(head | dict(remark.more), ensure_ascii=not utf8), err=True)


def count(number: int, noun: str) -> str:
    """Put a number before its noun: ``1 post``, ``2 posts``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def summary_line(summary: Summary) -> str:
    """Write the one line that ends a run."""
    warnings = sum(summary.warnings.values())
    parts = [
        f"{summary.written} written",
        *([f"{summary.unchanged} unchanged"] if summary.unchanged else []),
        f"{len(summary.failed)} failed",
        f"{len(summary.skipped)} skipped",
        *([f"{summary.vanished} vanished"] if summary.vanished else []),
        *([f"{summary.pruned} pruned"] if summary.pruned else []),
        count(warnings, "warning"),
    ]
    return f"{count(summary.posts, 'post')}: {', '.join(parts)}, {summary.seconds:.1f} s"


def summary_remarks(
    summary: Summary, *, verbose: bool, quiet: bool, last: str | None = None, interrupted: str = REST_TO_DO
) -> Iterator[Remark]:
    """Give the account of a run: of its posts, what ended it early, and the summary, or ``last``, last.

    ``interrupted`` is what a signal that ended it leaves.
    """
    yield from _remarks_on_posts(summary, verbose=verbose, quiet=quiet)
    if summary.stopped is not None:
        yield Remark("error", "stopped", f"stopped: {summary.stopped}")
    elif summary.interrupted is not None:
        yield Remark("error", "interrupted", f"interrupted: {interrupted}")
    elif not summary.posts:
        yield Remark("warning", "empty", "No posts were found.")
    ended_early = summary.stopped is not None or summary.interrupted is not None
    if not quiet or summary.failed or ended_early:
        yield Remark("info", "summary", last or summary_line(summary), _figures(summary))


def _remarks_on_posts(summary: Summary, *, verbose: bool, quiet: bool) -> Iterator[Remark]:
    for skipped in summary.skipped:
        if not quiet or skipped.stale:  # a record that was there yesterday is not missed in silence
            more = {"path": skipped.path, "reason": skipped.reason}
            yield Remark("warning" if skipped.stale else "info", "skipped", f"skipped: {skipped}", more)
    for failure in summary.failed:
        error = failure.error
        more = {"path": failure.path, "place": error.place, "reason": error.reason, "remedy": error.remedy}
        yield Remark("error", "failed", f"failed: {failure}", more)
    if verbose and summary.left_out:
        yield Remark("info", "left-out", f"left out by include, by exclude or as newsingest.toml: {summary.left_out}")
    if verbose:
        for gone in summary.gone:
            event = "pruned" if gone.pruned else "vanished"
            yield Remark("info", event, f"{event}: {gone.path}", {"path": gone.path})


def _figures(summary: Summary) -> dict[str, object]:
    return {
        "posts": summary.posts,
        "written": summary.written,
        "unchanged": summary.unchanged,
        "failed": len(summary.failed),
        "skipped": len(summary.skipped),
        "left_out": summary.left_out,
        "vanished": summary.vanished,
        "pruned": summary.pruned,
        "warnings": sum(summary.warnings.values()),
        "seconds": round(summary.seconds, 3),
    }


class Talk:
    """Hears of a run and says what the user wants to hear: each warning, and how far the run is."""

    def __init__(self, *, warnings: bool, as_json: bool = False) -> None:
        self.names_warnings = warnings
        self.advance: Callable[[], None] | None = None  # moves the bar, if there is one
        self._as_json = as_json
        self._say = say

    def show_bar(self, total: Callable[[], int]) -> AbstractContextManager[object]:
        """Show a progress bar while the context lasts; ``total`` counts what the walk will find."""
        from newsingest.runs.progress import Bar  # noqa: PLC0415 - rich is slow to import and seldom needed

        bar = Bar(total)
        self.advance = bar.advance
        self._say = lambda line: bar.say(printable(line))
        return bar

    def warn(self, path: str, warning: PostWarning) -> None:
        """Name a warning."""
        more = {"path": path, "code": warning.code}
        self.say(Remark("warning", "warning", f"warning: {path}: {warning.code}: {warning.message}", more))

    def notice(self, words: str) -> None:
        """Tell something about the run as a whole."""
        self.say(Remark("warning", "notice", words))

    def say(self, remark: Remark) -> None:
        """Say it as the user wants it said."""
        if self._as_json:
            say_json(remark)
        else:
            self._say(remark.words)


def progress(talk: Talk, total: Callable[[], int], *, wanted: bool) -> AbstractContextManager[object]:
    """Show a bar if it is wanted and standard error is a terminal that can show one."""
    if wanted and sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        return talk.show_bar(total)
    return nullcontext()
