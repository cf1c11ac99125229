"""The run: sources in, records out, and an account of every file."""

from __future__ import annotations

import signal
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from newsingest.errors import SinkError
from newsingest.runs.account import Account, Observer, Summary
from newsingest.runs.books import Books
from newsingest.runs.doorbell import Interrupted, NoBell
from newsingest.runs.limits import WorkersError
from newsingest.runs.planning import Finding, anew, pages, plan
from newsingest.runs.settings import Settings
from newsingest.runs.tasks import Job, Task
from newsingest.runs.tidy import SourceGoneError, tidy
from newsingest.runs.walk import STDIN, Candidate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from newsingest.runs.doorbell import Bell
    from newsingest.runs.planning import Planned, Unchanged
    from newsingest.runs.sink import Sink
    from newsingest.runs.sources import Source
    from newsingest.runs.state import State
    from newsingest.runs.tasks import Outcome
    from newsingest.runs.walk import Found

_LAST_SECONDS = 1.0  # for what is at hand when a signal asks for the end


def find(sources: Iterable[Source], settings: Settings) -> Iterator[tuple[str, Found]]:
    """Walk all sources; each finding comes with the path to show, as the user would type it."""
    return ((page.shown(found), found) for page in pages(sources, settings) for found in page.found)


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
        planned = self.plan()
        first = self.settle_known(planned)
        if first is not None:
            self.work(chain((first,), planned))
        tidy(self.books, self.bell)
        with self.bell.waiting():  # it may take a while, and may be killed at any point
            self.books.sink.finish()

    def plan(self) -> Iterator[Planned]:
        """Yield every finding, with a task where it must be read."""
        for page in pages(self.sources, self.settings):
            yield from plan(page, self.books)

    def settle_known(self, planned: Iterator[Planned]) -> Planned | None:
        """Settle what needs no work, up to the first finding that does, which is returned."""
        while True:
            with self.bell.waiting():
                found = next(planned, None)
            if found is None or found[0].needs_work:
                return found
            self.books.settle(found[0], None)
            self.books.account.advance(found[0].number)

    def work(self, planned: Iterable[Planned]) -> None:
        """Do what needs work, and settle all that comes between."""
        # Imported here, as most nights there is little to do or nothing, and not in each worker, which is forked.
        from newsingest.runs.work import learned, prepare, timed, together, weight, work_stepwise  # noqa: PLC0415
        from newsingest.runs.worker import Work  # noqa: PLC0415
        from newsingest.runs.workers import Workers  # noqa: PLC0415

        settings, sink = self.settings, self.books.sink
        job = Job(sink.encode, sink.writer, settings.parse, settings.options, settings.rules.max_bytes)
        if settings.parse is None and settings.start_method == "fork":
            prepare(settings.options)
        duty = Work(partial(work_stepwise, job=job), settings.limits, together, timed, learned)

        def crew(jobs: int) -> Workers[Finding | Unchanged, Task, Outcome]:
            return Workers(duty, jobs, settings.start_method, self.bell.waiting, weight)

        settle, advance = self.books.settle, self.books.account.advance
        with crew(settings.jobs) as workers:
            try:
                for finding, outcome in workers.results(planned):
                    if outcome is None and (task := self.given(finding)) is not None:
                        with crew(1) as alone:
                            for _, result in alone.results([(finding, task)]):
                                settle(finding, result)
                    else:
                        settle(finding, outcome)
                    advance(finding.number)
            except (KeyboardInterrupt, Interrupted):
                if sink.writer is None and self.books.state is None:
                    raise  # nothing of it is kept, and no line may follow on one that was torn
                for finding, outcome in workers.finish(_LAST_SECONDS, gaps=sink.writer is not None):
                    if outcome is not None or not finding.needs_work:
                        settle(finding, outcome)
                raise

    def given(self, finding: Finding | Unchanged) -> Task | None:
        """Read standard input where it is the post, once all before it is done: it may be long in coming."""
        if not isinstance(finding, Finding):
            return None
        found = finding.found
        if not isinstance(found, Candidate) or found.path != STDIN:
            return None
        from newsingest.runs.read import standard_input  # noqa: PLC0415 - as above

        with self.bell.waiting():
            given = standard_input(self.settings.rules.max_bytes)
        return anew(found, finding.row, self.books, given)
