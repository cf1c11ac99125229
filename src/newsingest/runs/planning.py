"""The plan: of all that the walk finds, what must be read again, and what the books settle as it is."""

# ruff: noqa: PTH110, PTH116 - paths are strings here as in the walk

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import msgspec

from newsingest.paths import text
from newsingest.runs.state_rows import NO_RECORD
from newsingest.runs.tasks import Task
from newsingest.runs.walk import STDIN, Candidate, Found, LeftOut, Skip, walk_pages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsingest.runs.books import Books
    from newsingest.runs.settings import Settings
    from newsingest.runs.sink import Stamp
    from newsingest.runs.sources import Source
    from newsingest.runs.state_rows import Row


class Page(msgspec.Struct, frozen=True):
    """What stands together in one folder of a source, and what the source's paths begin with where they are shown."""

    given: str
    found: list[Found]
    alone: bool = False  # a source that is no folder

    def shown(self, found: Found) -> str:
        """Return the path to show, as the user would type it."""
        if self.alone:
            return self.given
        if found.relative == ".":
            return self.given or "/"
        return found.relative if self.given == "." else f"{self.given}/{found.relative}"


class Finding(msgspec.Struct, frozen=True, gc=False):
    """Something the walk found, the path to show for it, and what earlier runs knew of it."""

    shown: str
    found: Found
    row: Row | None = None
    settled: bool = False  # the row says all: nothing is to be done

    @property
    def number(self) -> int:
        """How many things the walk found this is."""
        return 1

    @property
    def needs_work(self) -> bool:
        """Whether it must be read."""
        return isinstance(self.found, Candidate) and not self.settled


class Unchanged(msgspec.Struct, frozen=True):
    """Posts of one page with good records of the bytes they have."""

    page: Page
    posts: list[tuple[Candidate, Row]]

    @property
    def number(self) -> int:
        """How many things the walk found this is."""
        return len(self.posts)

    @property
    def needs_work(self) -> bool:
        """Whether they must be read: no."""
        return False


Planned = tuple[Finding | Unchanged, Task | None]


def pages(sources: Iterable[Source], settings: Settings) -> Iterator[Page]:
    """Walk all sources."""
    for source in sources:
        if source.kind == "stdin":
            yield Page("stdin", [Candidate(source.path, source.relative, 0, source.records)], alone=True)
        elif source.kind == "file":
            yield Page(text(source.given), [_named(source)], alone=True)
        elif settings.prune != "force" or os.path.exists(source.path):  # else its posts are meant to be gone
            given = text(source.given).rstrip("/")
            for found in walk_pages(source.path, settings.rules, records=source.records, leave_out=settings.output):
                yield Page(given, found)


def _named(source: Source) -> Candidate:
    """Make a candidate of a source that is a file."""
    try:
        status = os.stat(source.path)
    except OSError:  # reading it says why
        return Candidate(source.path, source.relative, 0, source.records)
    return Candidate(source.path, source.relative, status.st_size, source.records, status.st_mtime_ns)


def plan(page: Page, books: Books) -> Iterator[Planned]:
    """Yield all that is on a page, with a task where it must be read; unchanged posts come together, in their place."""
    rows = _rows(page, books)
    standing = _standing(page, rows, books)
    books.watch_names(_to_be_read(page, rows, standing))
    unchanged: list[tuple[Candidate, Row]] = []
    for found in page.found:
        row = None if isinstance(found, LeftOut) else rows.get(found.path)
        if row is not None and isinstance(found, Candidate) and row.id in standing:
            known = row.known
            same = known.size == found.size and known.mtime_ns == found.mtime_ns
            if same and known.status == "written":
                unchanged.append((found, row))
                continue
            task = None
            if not same:
                task = Task(found.path, found.relative, found.record, found.size, known.sha256 or None)
        else:
            same = False
            task = anew(found, row, books) if isinstance(found, Candidate) and found.path != STDIN else None
        if unchanged:
            yield Unchanged(page, unchanged), None
            unchanged = []
        yield Finding(page.shown(found), found, row, same), task
    if unchanged:
        yield Unchanged(page, unchanged), None


def anew(found: Candidate, row: Row | None, books: Books, given: bytes | OSError | None = None) -> Task:
    """Make the task of a post that is parsed, whatever its bytes are."""
    fresh = row is None or row.record != found.record or not books.remembers_writing(row)
    return Task(found.path, found.relative, found.record, found.size, fresh=fresh, given=given)


def _rows(page: Page, books: Books) -> dict[str, Row]:
    """Look up what is known of the posts on a page, and of what can no longer be one; by path."""
    if books.state is None:
        return {}
    return books.state.look_at(
        [
            found.path
            for found in page.found
            if isinstance(found, Candidate) or (isinstance(found, Skip) and found.path and not found.lost)
        ]
    )


def _to_be_read(page: Page, rows: dict[str, Row], standing: set[int]) -> Iterator[tuple[Candidate, Stamp]]:
    """Yield the posts of a page whose rows do not stand, and the stamps of the records they had."""
    for found in page.found:
        if isinstance(found, Candidate):
            row = rows.get(found.path)
            if row is None or row.id not in standing:
                yield found, NO_RECORD if row is None else row.known.stamp


def _standing(page: Page, rows: dict[str, Row], books: Books) -> set[int]:
    """Choose the rows that stand, if the post is the same: it would be read alike, and its record is as it was made."""
    if not rows or books.settings.full:
        return set()
    fingerprint = books.fingerprint
    standing = set[int]()
    written: list[Row] = []
    for found in page.found:
        if not isinstance(found, Candidate) or found.path == STDIN or (row := rows.get(found.path)) is None:
            continue  # what standard input holds shows only as it is read
        known = row.known
        if known.fingerprint != fingerprint or known.relative != found.relative:  # or it was seen from another source
            continue
        if known.status == "skipped":
            standing.add(row.id)
        elif known.status == "written" and row.record == found.record:
            written.append(row)
    stamps = books.sink.stamps([row.record for row in written])
    standing.update(row.id for row, stamp in zip(written, stamps, strict=True) if stamp == row.known.stamp)
    return standing
