"""The books of a run: what became of each finding, in the account and in the state, and of its earlier record."""

# ruff: noqa: PTH118 - paths are strings here as in the walk

from __future__ import annotations

import os
import stat
from collections import Counter
from typing import TYPE_CHECKING

from newsingest.errors import NotAPostError, PostError, SinkError
from newsingest.paths import text
from newsingest.runs.account import Failure, Skipped
from newsingest.runs.fingerprint import fingerprint
from newsingest.runs.limits import Lost
from newsingest.runs.planning import Unchanged
from newsingest.runs.sink import IT_STAYS
from newsingest.runs.state_rows import NO_RECORD, NO_WARNINGS, Known, read_warnings
from newsingest.runs.tasks import Done, Same
from newsingest.runs.walk import STDIN, LeftOut, Skip

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from newsingest.runs.account import Account
    from newsingest.runs.planning import Finding
    from newsingest.runs.settings import Settings
    from newsingest.runs.sink import Sink, Stamp
    from newsingest.runs.state import State
    from newsingest.runs.state_rows import Row
    from newsingest.runs.tasks import Outcome
    from newsingest.runs.walk import Candidate

_STDIN = os.fsencode(STDIN)


class Books:
    """Where a run writes down what became of each finding; ``folders`` are its sources that are folders."""

    def __init__(
        self, sink: Sink, settings: Settings, account: Account, state: State | None, folders: Collection[str]
    ) -> None:
        self.folders = folders
        self.empty = set(folders)  # those in which no post was found so far
        self.retired: Counter[str] = Counter()  # records of what is no post any more, by such a folder
        self.sink = sink
        self.settings = settings
        self.account = account
        self.state = state
        self._has_warned_of_names = False
        self.fingerprint = "" if state is None else fingerprint(settings.options, settings.form)

    def settle(self, finding: Finding | Unchanged, outcome: Outcome | Lost | None) -> None:
        """Account for one finding and what became of it."""
        if isinstance(finding, Unchanged):
            self._unchanged(finding)
            return
        found = finding.found
        if isinstance(found, LeftOut):
            self.account.left_out += 1
        elif isinstance(found, Skip):
            self._skip(finding, found)
        elif isinstance(outcome, SinkError):
            raise outcome
        elif isinstance(outcome, Done):
            self._done(finding, found, outcome)
        elif isinstance(outcome, Same):
            self._same(finding, found)
        elif isinstance(outcome, Lost):
            or_else = ", or leave it out with --exclude" if self._is_in_folder(found.path) else ""
            self._lose(finding, found, PostError(found.relative, outcome.reason, outcome.remedy + or_else))
        elif outcome is not None:
            self._lose(finding, found, outcome)
        elif finding.settled and finding.row is not None:
            self.account.skipped.append(Skipped(finding.shown, finding.row.known.reason))

    def _skip(self, finding: Finding, skip: Skip) -> None:
        if skip.lost:
            remedy = "Make it readable for this user, or leave it out with --exclude"
            self.account.failed.append(Failure(finding.shown, PostError(skip.relative, skip.reason, remedy)))
            return
        stale = None
        if self.state is not None and finding.row is not None:
            row = finding.row
            stale = self._retire_no_post(row.path, row.record, row) if row.has_record else None
            self.state.forget(row.path)
        self.account.skipped.append(Skipped(finding.shown, skip.reason, stale))

    def _done(self, finding: Finding, candidate: Candidate, done: Done) -> None:
        stamp = done.stamp
        if done.data is not None:
            try:
                stamp = self._write(candidate, done.data)
            except PostError as error:
                self._lose(finding, candidate, error)
                return
        if self.state is not None:
            known = Known(
                candidate.relative, candidate.size, self.state.trusted(candidate), "written", self.fingerprint,
                sha256=done.sha256, stamp=stamp or NO_RECORD, profile=done.profile, codes=done.codes,
            )  # fmt: skip
            self.state.put(candidate.path, candidate.record, known, done.warnings, finding.row)
        self._count(candidate)
        self.account.written_post(finding.shown, done.profile, done.codes, done.seconds)
        if done.codes and self.account.hears_warnings:
            for warning in read_warnings(done.warnings):
                self.account.warn(finding.shown, warning)

    def _write(self, candidate: Candidate, data: bytes) -> Stamp | None:
        """Write what was handed back: by a sink without a writer, or as something stands in the record's place."""
        writer = self.sink.writer
        if writer is not None and not self.is_of_another(candidate.record):
            reason = f"{writer.path(candidate.record)} is there, and no run is known to have written it"
            raise PostError(candidate.relative, reason, IT_STAYS)
        return self.sink.write(candidate.record, data)

    def _unchanged(self, unchanged: Unchanged) -> None:
        """Account for posts that have good records."""
        rows = [row for _, row in unchanged.posts]
        self._count(unchanged.posts[0][0])
        self.account.unchanged_posts([row.known.profile for row in rows], [row.known.codes for row in rows])
        if self.account.hears_warnings:
            for candidate, row in unchanged.posts:
                self._warn_again(unchanged.page.shown(candidate), row)

    def _same(self, finding: Finding, candidate: Candidate) -> None:
        """Account for a post that was touched: its time is another, its bytes are not."""
        row = finding.row
        if row is None or self.state is None:
            return
        self.state.touch(row, self.state.trusted(candidate))
        self._count(candidate)
        self.account.unchanged_posts([row.known.profile], [row.known.codes])
        if self.account.hears_warnings:
            self._warn_again(finding.shown, row)

    def _warn_again(self, shown: str, row: Row) -> None:
        if row.known.codes and self.state is not None:
            for warning in self.state.warned(row):
                self.account.warn(shown, warning)

    def _lose(self, finding: Finding, candidate: Candidate, error: PostError) -> None:
        """Note a post that has no good record, and take away the one it had."""
        if isinstance(error, NotAPostError) and candidate.path != STDIN:  # nobody sends pictures beside posts
            self._lose_no_post(finding, candidate, error)
            return
        row = finding.row
        if self.settings.keep_stale:
            stale, stamp = None, NO_RECORD if row is None else row.known.stamp
        else:
            stale, stamp = self._retire(os.fsencode(candidate.path), candidate.record, row), NO_RECORD
        self._remember(finding, candidate, error, stamp)
        self._count(candidate)
        self.account.failed.append(Failure(finding.shown, error, stale))

    def _lose_no_post(self, finding: Finding, candidate: Candidate, error: PostError) -> None:
        row = finding.row
        stale = None
        if is_gone(os.fsencode(candidate.path)):  # since the walk saw it: like any other post that is gone
            if self.state is not None and row is not None:
                self.state.unsee(row)
        else:
            stale = self._retire_no_post(os.fsencode(candidate.path), candidate.record, row)
            self._remember(finding, candidate, error)
        self.account.skipped.append(Skipped(finding.shown, error.reason, stale))

    def _retire(self, path: bytes, record: str, row: Row | None) -> str | None:
        """Take away the record a post had or, where none is known, one of ours in its place; not another post's."""
        writer = self.sink.writer
        if row is not None and (self.remembers_writing(row) or self.sink.stamp(row.record) == row.known.stamp):
            record = row.record
        elif writer is not None and writer.is_foreign(record):
            return None
        return None if self.is_of_another(record, path) else self.sink.retire(record)

    def remembers_writing(self, row: Row) -> bool:
        """Whether a post has a record of the form, and by the version, that is written now."""
        return row.has_record and row.known.fingerprint == self.fingerprint

    def watch_names(self, posts: Iterable[tuple[Candidate, Stamp]]) -> None:
        """Say once where posts take the records of others that are still there.

        They lie in one folder; with each comes the stamp of the record it had.
        """
        if self.state is None or not self.state.has_earlier or self._has_warned_of_names:
            return
        watched = list(posts)
        stamps = self.sink.stamps([candidate.record for candidate, _ in watched])
        for (candidate, own), stamp in zip(watched, stamps, strict=True):
            if stamp is None or stamp == own:
                continue
            owner = self.state.owner(candidate.record, stamp, os.fsencode(candidate.path))
            if owner is not None and (owner == _STDIN or not is_gone(owner)):
                self._has_warned_of_names = True
                other = "standard input" if owner == _STDIN else text(os.fsdecode(owner))
                self.account.notice(
                    f"{text(candidate.path)}: its record {candidate.record} takes the place of that of {other}, and "
                    "there may be more such. To keep both, name their folders in one run, or give each an output "
                    "folder of its own."
                )
                return

    def _retire_no_post(self, path: bytes, record: str, row: Row | None) -> str | None:
        stale = self._retire(path, record, row)
        if stale is not None:
            self.retired.update(self._empty_around(os.fsdecode(path)))
        return stale

    def is_of_another(self, record: str, path: bytes = b"") -> bool:
        """Whether a record, as it is now, is known to be that of a post other than the one at ``path``."""
        if self.state is None:
            return False
        stamp = self.sink.stamp(record)
        return stamp is not None and self.state.owner(record, stamp, path) is not None

    def _remember(self, finding: Finding, candidate: Candidate, error: PostError, stamp: Stamp = NO_RECORD) -> None:
        """Remember a post without a good record."""
        if self.state is None:
            return
        if candidate.path == STDIN:  # nobody can look at it later, so that no status names it
            if stamp == NO_RECORD:
                self.state.forget(_STDIN)
        else:
            known = Known(
                candidate.relative, candidate.size, self.state.trusted(candidate),
                "skipped" if isinstance(error, NotAPostError) else "failed", self.fingerprint,
                stamp=stamp, reason=error.reason,
            )  # fmt: skip
            row = finding.row
            record = row.record if row is not None and row.has_record else candidate.record
            self.state.put(candidate.path, record, known, NO_WARNINGS, row)

    def _count(self, candidate: Candidate) -> None:
        """Note that the source folder of a post holds posts."""
        if self.empty:
            self.empty -= self._empty_around(candidate.path)

    def _is_in_folder(self, path: str) -> bool:
        return any(path.startswith(os.path.join(each, "")) for each in self.folders)

    def _empty_around(self, path: str) -> set[str]:
        return {each for each in self.empty if path.startswith(os.path.join(each, ""))}


def is_gone(path: bytes) -> bool:
    """Whether nothing that may be a post is there. What cannot be looked at is not gone."""
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
