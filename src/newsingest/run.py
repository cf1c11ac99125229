"""The run: sources in, records out, and an account of every file."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from newsingest.errors import NotAPostError, PostError
from newsingest.names import text
from newsingest.parser import ParseOptions
from newsingest.parser import parse as parse_post
from newsingest.read import STDIN, read_post
from newsingest.sink import SinkError
from newsingest.walk import DEFAULT_MAX_BYTES, Candidate, LeftOut, Rules, Skip, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from newsingest.record import PostWarning, Record
    from newsingest.sink import Sink
    from newsingest.sources import Source
    from newsingest.walk import Found

    Parse = Callable[[bytes, str, ParseOptions], Record]


@dataclass(frozen=True, slots=True)
class Job:
    """All that makes bytes of a candidate. Picklable where its functions are module-level ones."""

    encode: Callable[[Record], bytes]
    parse: Parse = parse_post
    options: ParseOptions = field(default_factory=ParseOptions)
    max_bytes: int = DEFAULT_MAX_BYTES


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run may be told: how posts are read, which files are, which folder a walk leaves out."""

    options: ParseOptions = field(default_factory=ParseOptions)
    rules: Rules = field(default_factory=Rules)
    output: str | None = None
    parse: Parse = parse_post


@dataclass(frozen=True, slots=True)
class Done:
    """A record, encoded, and what its post was warned of."""

    data: bytes
    warnings: tuple[PostWarning, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """A post without a record: the path to show, what went wrong, where its earlier record went."""

    path: str
    error: PostError
    stale: str | None = None

    def __str__(self) -> str:
        """Path, place, reason and remedy on one line, and where the earlier record is."""
        where = f"{self.path}: {self.error.place}" if self.error.place else self.path
        moved = f" Its earlier record is now {self.stale}." if self.stale else ""
        return f"{where}: {self.error.reason}. {self.error.remedy}{moved}"


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that is no post: the path to show, why it was not read, where its earlier record went."""

    path: str
    reason: str
    stale: str | None = None

    def __str__(self) -> str:
        """Path and reason on one line, and where the earlier record is."""
        moved = f"; its earlier record is now {self.stale}" if self.stale else ""
        return f"{self.path}: {self.reason}{moved}"


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did. ``posts`` are the written and the failed; the skipped are no posts.

    ``stopped`` is the output's error that ended the run, ``interrupted`` tells that the user did.
    """

    posts: int
    written: int
    failed: tuple[Failure, ...]
    skipped: tuple[Skipped, ...]
    left_out: int
    warnings: Mapping[str, int]
    seconds: float
    stopped: SinkError | None = None
    interrupted: bool = False


class Observer(Protocol):
    """Hears of a run as it goes on."""

    def advance(self) -> None:
        """Hear that one more of what the walk found is done with."""

    def warn(self, path: str, warning: PostWarning) -> None:
        """Hear of a warning about the post that is shown as ``path``."""


def work(candidate: Candidate, job: Job) -> Done | PostError:
    """Read, parse and encode one post: the unit that a worker process can do."""
    try:
        record = job.parse(read_post(candidate, job.max_bytes), candidate.relative, job.options)
    except PostError as error:
        return error
    return Done(job.encode(record), tuple(record.warnings))


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
            yield shown, Candidate(source.path, source.relative, 0, source.records)


def run(
    sources: Sequence[Source],
    sink: Sink,
    settings: Settings | None = None,
    observer: Observer | None = None,
) -> Summary:
    """Make records of all posts.

    Ends early when the output fails or the user interrupts; the summary says so. A broken pipe is the
    caller's to handle.
    """
    settings = settings or Settings()
    job = Job(sink.encode, settings.parse, settings.options, settings.rules.max_bytes)
    tally = _Tally(sink, observer)
    stopped, interrupted = None, False
    try:
        for shown, found in find(sources, settings):
            tally.take(shown, found, work(found, job) if isinstance(found, Candidate) else None)
    except SinkError as error:
        stopped = error
    except KeyboardInterrupt:
        interrupted = True
    return tally.summary(stopped=stopped, interrupted=interrupted)


class _Tally:
    """Writes what comes out of the work, in the order of the walk, and keeps the account."""

    def __init__(self, sink: Sink, observer: Observer | None) -> None:
        self._sink = sink
        self._observer = observer
        self._written = 0
        self._left_out = 0
        self._failed: list[Failure] = []
        self._skipped: list[Skipped] = []
        self._warnings: Counter[str] = Counter()
        self._start = time.perf_counter()

    def take(self, shown: str, found: Found, outcome: Done | PostError | None) -> None:
        """Account for one finding and, if it is a candidate, for what became of it."""
        if isinstance(found, LeftOut):
            self._left_out += 1
        elif isinstance(found, Skip):
            self._skip(shown, found)
        elif isinstance(outcome, Done):
            self._write(shown, found, outcome)
        elif outcome is not None:
            self._lose(shown, found, outcome)
        if self._observer is not None:
            self._observer.advance()

    def summary(self, *, stopped: SinkError | None, interrupted: bool) -> Summary:
        """Close the account."""
        return Summary(
            posts=self._written + len(self._failed),
            written=self._written,
            failed=tuple(self._failed),
            skipped=tuple(self._skipped),
            left_out=self._left_out,
            warnings=dict(sorted(self._warnings.items())),
            seconds=time.perf_counter() - self._start,
            stopped=stopped,
            interrupted=interrupted,
        )

    def _skip(self, shown: str, skip: Skip) -> None:
        if skip.lost:
            remedy = "Make it readable for this user, or leave it out with --exclude."
            self._failed.append(Failure(shown, PostError(skip.relative, skip.reason, remedy)))
        else:
            self._skipped.append(Skipped(shown, skip.reason))

    def _write(self, shown: str, candidate: Candidate, done: Done) -> None:
        try:
            self._sink.write(candidate.record, done.data)
        except PostError as error:
            self._lose(shown, candidate, error)
            return
        self._written += 1
        for warning in done.warnings:
            self._warnings[warning.code] += 1
            if self._observer is not None:
                self._observer.warn(shown, warning)

    def _lose(self, shown: str, candidate: Candidate, error: PostError) -> None:
        """Note a post that has no record, and take away the one it had."""
        stale = self._sink.retire(candidate.record)
        if isinstance(error, NotAPostError) and candidate.path != STDIN:  # nobody sends pictures beside posts
            self._skipped.append(Skipped(shown, error.reason, stale))
        else:
            self._failed.append(Failure(shown, error, stale))
