"""The run: sources in, records out, and an account of every file."""

# ruff: noqa: PTH110, PTH116 - paths are strings here as in the walk

from __future__ import annotations

import os
import signal
from functools import partial
from typing import TYPE_CHECKING

from newsingest.account import Account, Observer, Summary
from newsingest.books import Books, Finding, Settings
from newsingest.doorbell import Interrupted, NoBell
from newsingest.names import text
from newsingest.read import STDIN
from newsingest.sink import SinkError
from newsingest.tidy import SourceGoneError, tidy
from newsingest.walk import Candidate, LeftOut, Skip, walk
from newsingest.work import Job, Outcome, Task, work
from newsingest.workers import Workers, WorkersError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from newsingest.doorbell import Bell
    from newsingest.sink import Sink
    from newsingest.sources import Source
    from newsingest.state import State
    from newsingest.state_rows import Row
    from newsingest.walk import Found

__all__ = ["Settings", "find", "run"]

_LAST_SECONDS = 1.0  # for what is at hand when a signal asks for the end


def find(sources: Iterable[Source], settings: Settings) -> Iterator[tuple[str, Found]]:
    """Walk all sources; each finding comes with the path to show, as the user would type it."""
    for source in sources:
        if source.kind == "folder":
            if settings.prune == "force" and not os.path.exists(source.path):
                continue  # all its posts are gone, and are meant to be
            given = text(source.given).rstrip("/")
            prefix = "" if given == "." else f"{given}/"
            for found in walk(source.path, settings.rules, records=source.records, leave_out=settings.output):
                yield (given or "/" if found.relative == "." else prefix + found.relative), found
        else:
            shown = "stdin" if source.kind == "stdin" else text(source.given)
            yield shown, _named(source)


def _named(source: Source) -> Candidate:
    """Make a candidate of a source that is no folder."""
    if source.kind == "stdin":
        return Candidate(source.path, source.relative, 0, source.records)
    try:
        status = os.stat(source.path)
    except OSError:  # reading it says why
        return Candidate(source.path, source.relative, 0, source.records)
    return Candidate(source.path, source.relative, status.st_size, source.records, status.st_mtime_ns)


def run(  # noqa: PLR0913, PLR0917 - what a run needs to know, most of it optional
    sources: Sequence[Source],
    sink: Sink,
    settings: Settings | None = None,
    observer: Observer | None = None,
    state: State | None = None,
    bell: Bell | None = None,
) -> Summary:
    """Make records of all posts that need one.

    Ends early when the output fails or a signal asks for it; the summary says so. Without a ``bell``, Ctrl-C may tear
    the account of a post apart, never its record.
    """
    settings = settings or Settings()
    bell = bell or NoBell()
    account = Account(observer)
    stopped: Exception | None = None
    interrupted: int | None = None
    try:
        bell.begin()
        folders = [source.path for source in sources if source.kind == "folder"]
        _Run(sources, Books(sink, settings, account, state, folders), bell).go()
    except (SinkError, WorkersError, SourceGoneError, BrokenPipeError) as error:
        stopped = error
    except KeyboardInterrupt:
        interrupted = signal.SIGINT
    except Interrupted as asked:
        interrupted = asked.number
    return account.close(stopped, interrupted)


class _Run:
    def __init__(self, sources: Sequence[Source], books: Books, bell: Bell) -> None:
        self.sources = sources
        self.settings = books.settings
        self.books = books
        self.bell = bell

    def go(self) -> None:
        """Do all there is to do, in the order of the walk."""
        settings, sink = self.settings, self.books.sink
        job = Job(sink.encode, sink.writer, settings.parse, settings.options, settings.rules.max_bytes)
        workers: Workers[Finding, Task, Outcome] = Workers(
            partial(work, job=job), settings.jobs, settings.limits, settings.start_method, self.bell.waiting
        )
        with workers:
            try:
                for finding, outcome in workers.results(self.tasks()):
                    if isinstance(finding.found, Candidate) and finding.found.path == STDIN:
                        with self.bell.waiting():  # here, as a worker's standard input is another
                            result = work(Task(finding.found), job)
                        self.books.settle(finding, result)
                    else:
                        self.books.settle(finding, outcome)
                    self.books.account.advance()
            except (KeyboardInterrupt, Interrupted):
                for finding, outcome in workers.finish(_LAST_SECONDS, gaps=sink.writer is not None):
                    if outcome is not None or finding.settled or not isinstance(finding.found, Candidate):
                        self.books.settle(finding, outcome)
                raise
        tidy(self.books, self.bell)
        with self.bell.waiting():  # it may take a while, and may be killed at any point
            sink.finish()

    def tasks(self) -> Iterator[tuple[Finding, Task | None]]:
        """Yield every finding, with a task where it must be read."""
        for shown, found in find(self.sources, self.settings):
            if not isinstance(found, Candidate):
                yield Finding(shown, found, self._row_of_skip(found)), None
            elif found.path == STDIN:
                yield Finding(shown, found), None
            else:
                yield self._plan(shown, found)

    def _plan(self, shown: str, candidate: Candidate) -> tuple[Finding, Task | None]:
        books = self.books
        row = books.state.look(candidate.path) if books.state is not None else None
        if row is None or self.settings.full or row.fingerprint != books.fingerprint or row.status == "failed":
            return Finding(shown, candidate, row), Task(candidate)
        if row.relative != candidate.relative:  # the same post, seen from another source
            return Finding(shown, candidate, row), Task(candidate)
        if row.status == "written" and (row.record != candidate.record or row.stamp != books.sink.stamp(row.record)):
            return Finding(shown, candidate, row), Task(candidate)
        if row.size == candidate.size and row.mtime_ns == candidate.mtime_ns:
            return Finding(shown, candidate, row, settled=True), None
        return Finding(shown, candidate, row), Task(candidate, row.sha256 or None)

    def _row_of_skip(self, found: Skip | LeftOut) -> Row | None:
        """Return what is known of a post that can no longer be one."""
        if self.books.state is None or not isinstance(found, Skip) or found.lost or not found.path:
            return None
        return self.books.state.look(found.path)
