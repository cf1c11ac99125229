"""The run: sources in, records out, and an account of every file."""

# ruff: noqa: PTH116, PTH118 - paths are strings here as in the walk

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Literal

from newsingest.account import Account, Failure, Observer, Skipped, Summary
from newsingest.errors import NotAPostError, PostError
from newsingest.names import text
from newsingest.parser import ParseOptions
from newsingest.parser import parse as parse_post
from newsingest.read import STDIN
from newsingest.sink import SinkError
from newsingest.state import Known, Row, State, StateError, fingerprint
from newsingest.walk import Candidate, LeftOut, Rules, Skip, walk
from newsingest.work import Done, Job, Outcome, Same, Task, work
from newsingest.workers import START_METHOD, Limits, Lost, Workers, WorkersError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from newsingest.sink import Sink
    from newsingest.sources import Source
    from newsingest.walk import Found
    from newsingest.work import Parse

_LAST_SECONDS = 1.0  # for what is at hand when a signal asks for the end
Prune = Literal["no", "yes", "force"]


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run may be told.

    How posts are read, which files are, which folder a walk leaves out; how many processes work and what one
    post may take; whether all is done again, what becomes of stale records and of those of vanished posts; the
    form records are written in.
    """

    options: ParseOptions = field(default_factory=ParseOptions)
    rules: Rules = field(default_factory=Rules)
    output: str | None = None
    parse: Parse = parse_post
    jobs: int = 1
    limits: Limits = field(default_factory=Limits)
    start_method: str = START_METHOD
    full: bool = False
    keep_stale: bool = False
    prune: Prune = "no"
    form: str = ""  # what records are written as, where that is not JSON


class SourceEmptyError(Exception):
    """A source that held posts holds none now: more likely an unmounted disk than a wish."""


class Interrupted(BaseException):
    """A signal asks the run to end; ``number`` is the signal's."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the walk found, the path to show for it, and what earlier runs knew of it."""

    shown: str
    found: Found
    row: Row | None = None
    settled: bool = False  # the row says all: nothing is to be done


def find(sources: Iterable[Source], settings: Settings) -> Iterator[tuple[str, Found]]:
    """Walk all sources; each finding comes with the path to show, as the user would type it."""
    for source in sources:
        if source.kind == "folder":
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


def run(
    sources: Sequence[Source],
    sink: Sink,
    settings: Settings | None = None,
    observer: Observer | None = None,
    state: State | None = None,
) -> Summary:
    """Make records of all posts that need one.

    Ends early when the output fails or a signal asks for it; the summary says so. A broken pipe is the caller's
    to handle.
    """
    settings = settings or Settings()
    account = Account(observer)
    stopped: Exception | None = None
    interrupted: int | None = None
    try:
        _Run(sources, sink, settings, account, state).go()
    except (SinkError, StateError, WorkersError, SourceEmptyError) as error:
        stopped = error
    except KeyboardInterrupt:
        interrupted = 2
    except Interrupted as signal:
        interrupted = signal.number
    return account.close(stopped, interrupted)


class _Run:
    def __init__(
        self, sources: Sequence[Source], sink: Sink, settings: Settings, account: Account, state: State | None
    ) -> None:
        self.sources = sources
        self.sink = sink
        self.settings = settings
        self.account = account
        self.state = state
        self.fingerprint = fingerprint(settings.options, settings.form)
        self.outdated: set[str] = set()  # records under names that their posts no longer have
        self.counts = {source.path: 0 for source in sources if source.kind == "folder"}

    def go(self) -> None:
        """Do all there is to do, in the order of the walk."""
        settings = self.settings
        job = Job(self.sink.encode, self.sink.writer, settings.parse, settings.options, settings.rules.max_bytes)
        workers: Workers[Finding, Task, Outcome] = Workers(
            partial(work, job=job), settings.jobs, settings.limits, settings.start_method
        )
        with workers:
            try:
                for finding, outcome in workers.results(self.tasks()):
                    found = finding.found
                    if isinstance(found, Candidate) and found.path == STDIN:  # a worker's standard input is another
                        self.settle(finding, work(Task(found), job))
                    else:
                        self.settle(finding, outcome)
                    self.account.advance()
            except (KeyboardInterrupt, Interrupted):
                for finding, outcome in workers.finish(_LAST_SECONDS):
                    if outcome is not None or finding.settled:
                        self.settle(finding, outcome)
                raise
        self.tidy()
        self.sink.finish()

    # -- what is to be done ---------------------------------------------------------------------------------

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
        row = self.state.look(candidate.path) if self.state is not None else None
        if row is None or self.settings.full or row.fingerprint != self.fingerprint or row.status == "failed":
            return Finding(shown, candidate, row), Task(candidate)
        if row.status == "written" and (row.record != candidate.record or row.stamp != self.sink.stamp(row.record)):
            return Finding(shown, candidate, row), Task(candidate)
        if (row.size, row.mtime_ns) == (candidate.size, candidate.mtime_ns):
            return Finding(shown, candidate, row, settled=True), None
        return Finding(shown, candidate, row), Task(candidate, row.sha256 or None)

    def _row_of_skip(self, found: Skip | LeftOut) -> Row | None:
        """Return what is known of a post that can no longer be one."""
        if self.state is None or not isinstance(found, Skip) or found.lost or not found.path:
            return None
        return self.state.look(found.path)

    # -- what came of it ------------------------------------------------------------------------------------

    def settle(self, finding: Finding, outcome: Outcome | Lost | None) -> None:
        """Account for one finding and what became of it."""
        found = finding.found
        if isinstance(found, LeftOut):
            self.account.left_out += 1
        elif isinstance(found, Skip):
            self._skip(finding, found)
        else:
            self._count(found)
            if isinstance(outcome, SinkError):
                raise outcome
            if isinstance(outcome, Done):
                self._done(finding, found, outcome)
            elif isinstance(outcome, Same) or finding.settled:
                self._unchanged(finding, found, touched=not finding.settled)
            elif isinstance(outcome, PostError):
                self._lose(finding, found, outcome)
            elif isinstance(outcome, Lost):
                remedy = "Raise --timeout or --max-memory if it should be read, or leave it out with --exclude"
                self._lose(finding, found, PostError(found.relative, outcome.reason, remedy))

    def _count(self, candidate: Candidate) -> None:
        for folder in self.counts:
            if candidate.path.startswith(os.path.join(folder, "")):
                self.counts[folder] += 1

    def _skip(self, finding: Finding, skip: Skip) -> None:
        if skip.lost:
            remedy = "Make it readable for this user, or leave it out with --exclude"
            self.account.failed.append(Failure(finding.shown, PostError(skip.relative, skip.reason, remedy)))
            return
        stale = None
        if finding.row is not None and finding.row.status == "written":
            stale = self.sink.retire(finding.row.record)
            if self.state is not None:
                self.state.forget(finding.row.path)
        self.account.skipped.append(Skipped(finding.shown, skip.reason, stale))

    def _done(self, finding: Finding, candidate: Candidate, done: Done) -> None:
        stamp = done.stamp
        if done.data is not None:
            try:
                stamp = self.sink.write(candidate.record, done.data)
            except PostError as error:
                self._lose(finding, candidate, error)
                return
        self._remember(
            finding,
            candidate,
            Known("written", self.fingerprint, done.sha256, stamp, done.profile, "", done.warnings),
        )
        self.account.post(finding.shown, done.profile, done.warnings, done.seconds)

    def _unchanged(self, finding: Finding, candidate: Candidate, *, touched: bool) -> None:
        row = finding.row
        if row is None:
            return
        if touched:
            known = Known(
                "written", self.fingerprint, row.sha256, row.stamp, row.profile, row.reason, row.warned()
            )  # only a written post has a hash to be the same
            self._remember(finding, candidate, known)
        if row.status == "written":
            self.account.post(finding.shown, row.profile, row.warned(), None)
        else:
            self.account.skipped.append(Skipped(finding.shown, row.reason))

    def _lose(self, finding: Finding, candidate: Candidate, error: PostError) -> None:
        """Note a post that has no record, and take away the one it had."""
        skipped = isinstance(error, NotAPostError) and candidate.path != STDIN  # nobody sends pictures beside posts
        stale = None if self.settings.keep_stale and not skipped else self.sink.retire(candidate.record)
        status: Literal["skipped", "failed"] = "skipped" if skipped else "failed"
        self._remember(finding, candidate, Known(status, self.fingerprint, reason=error.reason))
        if skipped:
            self.account.skipped.append(Skipped(finding.shown, error.reason, stale))
        else:
            self.account.failed.append(Failure(finding.shown, error, stale))

    def _remember(self, finding: Finding, candidate: Candidate, known: Known) -> None:
        if self.state is None or candidate.path == STDIN:
            return
        row = finding.row
        if row is not None and row.status == "written" and row.record != candidate.record:
            self.outdated.add(row.record)
        self.state.put(candidate, known)

    # -- what is left over ----------------------------------------------------------------------------------

    def tidy(self) -> None:
        """Take away records under outdated names, and account for posts that are gone."""
        if self.state is None:
            return
        for record in sorted(self.outdated):
            if not self.state.is_claimed(record):
                self.sink.remove(record)
        self._check_not_empty()
        for row in self.state.unseen():
            if self._is_gone(row):
                self._vanish(row)

    def _check_not_empty(self) -> None:
        if self.state is None or self.settings.prune == "force":
            return
        for folder, count in self.counts.items():
            if not count and (before := self.state.count_below(folder)):
                raise SourceEmptyError(
                    f"{text(folder)}: no posts are there now, but {before} were before; is the disk mounted? Nothing "
                    "was pruned. If they are meant to be gone, run with --prune=force."
                )

    def _is_gone(self, row: Row) -> bool:
        """Whether a post of this run's sources is gone; one that --exclude hides is not."""
        below = any(row.path.startswith(os.fsencode(os.path.join(folder, ""))) for folder in self.counts)
        return below and not os.path.lexists(row.path)

    def _vanish(self, row: Row) -> None:
        if self.state is None:
            return
        if row.status == "written":
            self.account.vanished += 1
            if self.settings.prune == "no":
                return
            # A record that was altered since is no longer what this tool wrote.
            if row.stamp == self.sink.stamp(row.record) and not self.state.is_claimed(row.record, row.path):
                self.account.pruned += self.sink.remove(row.record)
        self.state.forget(row.path)
