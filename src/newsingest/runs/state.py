"""What earlier runs did: a cache that lets a run do only what is needed.

Delete it and the next run makes the same records, only slower. Rows are written after the records they tell of,
so that a killed run leaves at most records without rows, which are made again.
"""

# ruff: noqa: PTH118 - paths are strings here as in the walk

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from typing import TYPE_CHECKING, Any, Self, TypeVar

import msgspec

from newsingest.errors import SinkError
from newsingest.paths import encoded, text
from newsingest.runs.sink import make_state_folder
from newsingest.runs.state_file import Database, state_file
from newsingest.runs.state_rows import (
    COLUMNS,
    INDEX_BY_RECORD,
    Row,
    last_id,
    read_all_warnings,
    read_ids,
    read_outdated,
    read_rows,
    write_known,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from newsingest.record import PostWarning
    from newsingest.runs.sink import Stamp
    from newsingest.runs.state_rows import Known, Outdated
    from newsingest.runs.walk import Candidate

Answer = TypeVar("Answer")

_COMMIT_SECONDS = 1.0
_KEPT_RUNS = 30
# A file changed twice within one tick of the file system's clock looks unchanged after the second time: what was
# changed so shortly before the run, or during it, is not trusted by its time.
_RACY_NS = 2_000_000_000

_LOOK_AT = f"SELECT {COLUMNS} FROM posts WHERE path BETWEEN ? AND ?"  # noqa: S608 - names of our own
_BELOW = "SELECT id, path FROM posts WHERE path > ? AND path < ? ORDER BY path LIMIT ?"
_LOOK_AT_ONE = f"SELECT {COLUMNS} FROM posts WHERE path = ?"  # noqa: S608
_LOOK_AT_OTHERS = f"SELECT {COLUMNS} FROM posts WHERE record = ? AND path != ?"  # noqa: S608
_OUTDATED = "SELECT DISTINCT record, size, mtime_ns FROM outdated ORDER BY record"
_PUT = f"INSERT OR REPLACE INTO posts ({COLUMNS}, failed, warnings) VALUES (?, ?, ?, ?, ?, ?)"  # noqa: S608
_TOUCH = "UPDATE posts SET known = ? WHERE path = ?"
_LEAVE = "INSERT INTO outdated VALUES (?, ?, ?)"

_AT_ONCE = 512  # rows read or written together


class _Unwritten(msgspec.Struct, frozen=True):
    """Rows that wait to be written, and the records that their posts no longer have."""

    rows: list[tuple[bytes, int, str, bytes, str | None, bytes]] = msgspec.field(default_factory=list)
    outdated: list[tuple[str, int, int]] = msgspec.field(default_factory=list)


class State:
    """The database of an output folder. Use as a context manager; one run at a time has it.

    Damage, whenever it shows, is no error: the database is set aside, ``notice`` hears of it, and all posts are
    unknown from there on. Every method may raise SinkError, where the disk is full or cannot be written.
    """

    def __init__(self, folder: str, notice: Callable[[str], None]) -> None:
        self._folder = folder
        self._db = Database(state_file(folder), self._begin, notice)
        self._opened_ns = time.time_ns()
        self._committed = time.monotonic()
        self._last_id = 0
        self._seen = bytearray()  # by row id, for rows older than this run
        self._unwritten = _Unwritten()

    def __enter__(self) -> Self:
        """Open the database, or begin a new one."""
        try:
            make_state_folder(self._folder)
        except OSError as error:
            raise SinkError.of(error, text(self._folder)) from error
        self._db.open()
        return self

    def __exit__(self, *_: object) -> None:
        """Save and close."""
        with contextlib.suppress(sqlite3.Error):  # what is not saved is done again by the next run
            self._write()
            self._db.save()
        self._db.close()

    def _begin(self) -> None:
        """Make ready for the rows of the database that was opened."""
        self._db.execute(_LOOK_AT, (b"", b""))  # all columns are there
        known = last_id(self._db.connection)
        self._last_id = max(known, self._last_id)  # of a new database too: rows of a damaged one are about
        self._seen = bytearray(known + 1)
        self._by_record = False

    # -- posts ----------------------------------------------------------------------------------------------

    def look_at(self, paths: Sequence[str]) -> dict[str, Row]:
        """Return what is known of posts, which should lie in one folder, and note that they are there."""
        if not paths:
            return {}
        wanted = dict(zip(encoded(paths), paths, strict=True))
        rows: dict[str, Row] = {}
        with self._db.guarded():
            self._write()
            cursor = self._db.execute(_LOOK_AT, (min(wanted), max(wanted)))
            found: dict[str, Row] = {}
            while some := cursor.fetchmany(_AT_ONCE):
                for row in read_rows(some):
                    if (path := wanted.get(row.path)) is not None:
                        found[path] = row
            self._see(found.values())
            rows |= found  # all or, where one is damaged, none
        return rows

    def _see(self, rows: Iterable[Row]) -> None:
        seen = self._seen
        older = len(seen)
        for row in rows:
            if row.id < older:
                seen[row.id] = 1

    @property
    def has_earlier(self) -> bool:
        """Whether there may be rows of earlier runs."""
        return len(self._seen) > 1

    def trusted(self, candidate: Candidate) -> int:
        """Return a post's time, or -1 where the post may have changed since without another time."""
        return -1 if candidate.mtime_ns > self._opened_ns - _RACY_NS else candidate.mtime_ns

    def put(self, path: str, record: str, known: Known, warnings: bytes, before: Row | None) -> None:
        """Remember a post, in place of what was known ``before``. Saved now and then, and at the end."""
        unwritten = self._unwritten
        if before is None:
            self._last_id = number = self._last_id + 1
        else:
            number = before.id
            if before.record != record and before.has_record:
                unwritten.outdated.append((before.record, *msgspec.structs.astuple(before.known.stamp)))
        failed = known.reason if known.status == "failed" else None
        unwritten.rows.append((os.fsencode(path), number, record, write_known(known), failed, warnings))
        if len(unwritten.rows) >= _AT_ONCE or time.monotonic() - self._committed > _COMMIT_SECONDS:
            self._save_now_and_then()

    def touch(self, row: Row, mtime_ns: int) -> None:
        """Remember the new time of a post that is the same otherwise."""
        known = msgspec.structs.replace(row.known, mtime_ns=mtime_ns)
        with self._db.guarded():
            self._write()
            self._db.execute(_TOUCH, (write_known(known), row.path))

    def warned(self, row: Row) -> list[PostWarning]:
        """Return the warnings of a post."""
        return self._ask(read_all_warnings, "SELECT warnings FROM posts WHERE path = ?", row.path)

    def _ask(self, read: Callable[[list[Any]], list[Answer]], question: str, *values: object) -> list[Answer]:
        """Return what the database says, with all that waits to be written; nothing where it is damaged."""
        answers: list[Answer] = []
        with self._db.guarded():
            self._write()
            answers += read(self._db.execute(question, values).fetchall())
        return answers

    def _write(self) -> None:
        """Write the rows that wait; they are not written one by one."""
        unwritten, self._unwritten = self._unwritten, _Unwritten()
        if unwritten.rows:
            self._db.connection.executemany(_LEAVE, unwritten.outdated)
            self._db.connection.executemany(_PUT, unwritten.rows)
            self._db.execute("UPDATE ids SET last = ?", (self._last_id,))

    def _save_now_and_then(self) -> None:
        with self._db.guarded():
            self._write()
            now = time.monotonic()
            if now - self._committed > _COMMIT_SECONDS:
                self._committed = now
                self._db.save()

    def forget(self, path: bytes) -> None:
        """Remove what is known of a post."""
        with self._db.guarded():
            self._write()
            self._db.execute("DELETE FROM posts WHERE path = ?", (path,))

    def unsee(self, row: Row) -> None:
        """Take back that a post is there."""
        if row.id < len(self._seen):
            self._seen[row.id] = 0

    def unseen(self, folder: str) -> Iterator[Row]:
        """Yield the posts below a folder that were known before this run and that it has not looked at, by path."""
        after = os.fsencode(os.path.join(folder, ""))
        end = after[:-1] + b"0"  # the character after the slash
        while self._seen.find(0, 1) > 0:
            known = self._ask(read_ids, _BELOW, after, end, _AT_ONCE)
            for number, path in known:
                after = path
                if number < len(self._seen) and not self._seen[number]:
                    yield from self._ask(read_rows, _LOOK_AT_ONE, path)
            if len(known) < _AT_ONCE:
                return

    def owner(self, record: str, stamp: Stamp, but: bytes = b"") -> bytes | None:
        """Return the path of a post, other than the one at ``but``, that has this record as it is now."""
        if not self._by_record:
            with self._db.guarded():
                self._db.execute(INDEX_BY_RECORD)
                self._by_record = True
        rows = self._ask(read_rows, _LOOK_AT_OTHERS, record, but)
        return next((row.path for row in rows if row.known.stamp == stamp), None)

    def outdated(self) -> list[Outdated]:
        """Return records under names that their posts no longer have, those of runs that were killed too."""
        return self._ask(read_outdated, _OUTDATED)

    def forget_outdated(self) -> None:
        """Remove the list of outdated records."""
        with self._db.guarded():
            self._db.execute("DELETE FROM outdated")

    # -- runs -----------------------------------------------------------------------------------------------

    def add_run(self, account: bytes) -> None:
        """Remember the account of a run, and forget the oldest. What was done before is saved with it."""
        with self._db.guarded():
            self._write()
            self._db.execute("INSERT INTO runs (account) VALUES (?)", (account,))
            self._db.execute("DELETE FROM runs WHERE id <= (SELECT max(id) FROM runs) - ?", (_KEPT_RUNS,))
            self._db.save()
