"""What earlier runs did: a cache that lets a run do only what is needed.

Delete it and the next run makes the same records, only slower. Rows are written after the records they tell of,
so that a killed run leaves at most records without rows, which are made again.
"""

# ruff: noqa: PTH105, PTH108, PTH118 - paths are strings here as in the walk

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal, Self

import msgspec

from newsingest import __version__
from newsingest.record import SCHEMA, PostWarning
from newsingest.sink import STATE_FOLDER, Stamp, make_state_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsingest.parser import ParseOptions
    from newsingest.walk import Candidate

_FORMAT = 1  # of the database; another is set aside
_COMMIT_SECONDS = 1.0
# A file changed again within the clock tick of its last change looks unchanged: for so long it is not trusted.
_RACY_NS = 2_000_000_000

_TABLES = f"""
PRAGMA user_version = {_FORMAT};
CREATE TABLE IF NOT EXISTS posts (
    id INTEGER PRIMARY KEY,
    path BLOB NOT NULL UNIQUE,      -- of the post, absolute
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    sha256 TEXT NOT NULL,           -- of the post's bytes; empty where it was not parsed
    fingerprint TEXT NOT NULL,
    status TEXT NOT NULL,           -- written, skipped, failed
    record TEXT NOT NULL,
    record_size INTEGER NOT NULL,
    record_mtime_ns INTEGER NOT NULL,
    profile TEXT NOT NULL,
    reason TEXT NOT NULL,           -- why it was skipped or failed
    warnings BLOB NOT NULL          -- JSON
);
CREATE INDEX IF NOT EXISTS posts_record ON posts (record);
CREATE TABLE IF NOT EXISTS runs (id INTEGER PRIMARY KEY, report BLOB NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of one post from the last time it was read."""

    id: int
    path: bytes
    size: int
    mtime_ns: int
    sha256: str
    fingerprint: str
    status: str
    record: str
    record_size: int
    record_mtime_ns: int
    profile: str
    reason: str
    warnings: bytes

    @property
    def stamp(self) -> Stamp:
        """The record's stamp when it was written."""
        return Stamp(self.record_size, self.record_mtime_ns)

    def warned(self) -> tuple[PostWarning, ...]:
        """Return the post's warnings."""
        return msgspec.json.decode(self.warnings, type=tuple[PostWarning, ...])


@dataclass(frozen=True, slots=True)
class Known:
    """What a run learned of one post."""

    status: Literal["written", "skipped", "failed"]
    fingerprint: str
    sha256: str = ""
    stamp: Stamp | None = None
    profile: str = ""
    reason: str = ""
    warnings: tuple[PostWarning, ...] = ()


_COLUMNS = ", ".join(Row.__dataclass_fields__)
_LOOK = f"SELECT {_COLUMNS} FROM posts WHERE path = ?"  # noqa: S608 - names of our own
_PUT = """INSERT INTO posts (path, size, mtime_ns, sha256, fingerprint, status, record, record_size, record_mtime_ns,
    profile, reason, warnings) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (path) DO UPDATE SET size = excluded.size, mtime_ns = excluded.mtime_ns, sha256 = excluded.sha256,
    fingerprint = excluded.fingerprint, status = excluded.status, record = excluded.record,
    record_size = excluded.record_size, record_mtime_ns = excluded.record_mtime_ns, profile = excluded.profile,
    reason = excluded.reason, warnings = excluded.warnings"""


class StateError(Exception):
    """The state cannot be kept: the disk is full, or the folder cannot be written."""


def fingerprint(options: ParseOptions, more: str = "") -> str:
    """Name all but the post that a record depends on: tool version, schema, profiles and options."""
    text = json.dumps([__version__, SCHEMA, asdict(options), more], sort_keys=True, default=repr)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class State:
    """The database of an output folder. Use as a context manager; one run at a time has it."""

    def __init__(self, folder: str) -> None:
        self._path = os.path.join(folder, STATE_FOLDER, "state.sqlite3")
        self._folder = folder
        self._seen = bytearray()
        self._committed = time.monotonic()
        self.set_aside: str | None = None

    def __enter__(self) -> Self:
        """Open the database; one that is damaged is set aside, and ``set_aside`` says where."""
        make_state_folder(self._folder)
        try:
            self._open()
        except sqlite3.OperationalError as error:  # no damage, but a disk that is full or not to be written
            raise StateError(f"{self._path}: cannot be written: {error}") from error
        except sqlite3.DatabaseError:
            self.set_aside = self._put_aside()
            self._open()
        return self

    def __exit__(self, *_: object) -> None:
        """Save and close."""
        with contextlib.suppress(sqlite3.Error):  # what is not saved is done again by the next run
            self._db.commit()
        self._db.close()

    def _open(self) -> None:
        self._db = sqlite3.connect(self._path, isolation_level=None, check_same_thread=True)
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, _FORMAT):
            raise sqlite3.DatabaseError(f"its format is {version}, not {_FORMAT}")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        if self._db.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("it is damaged")
        self._db.executescript(_TABLES)
        highest = self._db.execute("SELECT coalesce(max(id), 0) FROM posts").fetchone()[0]
        self._seen = bytearray(highest + 1)
        self._db.execute("BEGIN")

    def _put_aside(self) -> str:
        self._db.close()
        target = f"{self._path}.damaged"
        os.replace(self._path, target)
        for tail in ("-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self._path + tail)
        return target

    def look(self, path: str) -> Row | None:
        """Return what is known of a post, and note that it is there."""
        found = self._db.execute(_LOOK, (os.fsencode(path),)).fetchone()
        if found is None:
            return None
        row = Row(*found)
        if row.id < len(self._seen):
            self._seen[row.id] = 1
        return row

    def put(self, candidate: Candidate, known: Known) -> None:
        """Remember a post. Saved now and then, and at the end. Raises StateError."""
        racy = candidate.mtime_ns > time.time_ns() - _RACY_NS
        stamp = known.stamp or Stamp(-1, -1)
        try:
            self._db.execute(
                _PUT,
                (
                    os.fsencode(candidate.path), candidate.size, -1 if racy else candidate.mtime_ns, known.sha256,
                    known.fingerprint, known.status, candidate.record, stamp.size, stamp.mtime_ns,
                    known.profile, known.reason, msgspec.json.encode(known.warnings),
                ),
            )  # fmt: skip
            self._save_now_and_then()
        except sqlite3.Error as error:
            raise StateError(f"{self._path}: cannot be written: {error}") from error

    def _save_now_and_then(self) -> None:
        now = time.monotonic()
        if now - self._committed > _COMMIT_SECONDS:
            self._committed = now
            self._db.execute("COMMIT")
            self._db.execute("BEGIN")

    def unseen(self) -> Iterator[Row]:
        """Yield the posts that were known before this run and that it has not looked at."""
        ids = [number for number, seen in enumerate(self._seen) if not seen and number]
        for number in ids:
            found = self._db.execute(f"SELECT {_COLUMNS} FROM posts WHERE id = ?", (number,)).fetchone()  # noqa: S608
            if found is not None:
                yield Row(*found)

    def is_claimed(self, record: str, but: bytes = b"") -> bool:
        """Whether a post, other than the one at ``but``, has this record."""
        question = "SELECT 1 FROM posts WHERE record = ? AND path != ? AND status = 'written' LIMIT 1"
        return self._db.execute(question, (record, but)).fetchone() is not None

    def count_below(self, folder: str) -> int:
        """Count the posts below a folder that have a record."""
        low = os.fsencode(os.path.join(folder, ""))
        high = low[:-1] + b"0"  # the character after the slash
        question = "SELECT count(*) FROM posts WHERE path > ? AND path < ? AND status = 'written'"
        count: int = self._db.execute(question, (low, high)).fetchone()[0]
        return count

    def forget(self, path: bytes) -> None:
        """Remove what is known of a post."""
        self._db.execute("DELETE FROM posts WHERE path = ?", (path,))

    def failing(self) -> list[tuple[str, str]]:
        """Return path and reason of each post that failed when last read."""
        found = self._db.execute("SELECT path, reason FROM posts WHERE status = 'failed' ORDER BY path").fetchall()
        return [(os.fsdecode(path), reason) for path, reason in found]

    def runs(self) -> list[bytes]:
        """Return the accounts of the last runs, the latest first."""
        return [row[0] for row in self._db.execute("SELECT report FROM runs ORDER BY id DESC").fetchall()]

    def add_run(self, report: bytes, keep: int = 30) -> None:
        """Remember the account of a run, and forget the oldest."""
        self._db.execute("INSERT INTO runs (report) VALUES (?)", (report,))
        self._db.execute("DELETE FROM runs WHERE id <= (SELECT max(id) FROM runs) - ?", (keep,))
