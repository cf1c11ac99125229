"""The tables of the state, and what stands in their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec

from newsingest.record import PostWarning
from newsingest.runs.sink import Stamp

if TYPE_CHECKING:
    import sqlite3

VERSION = 4  # of the tables; a database of another version is set aside

TABLES = f"""
PRAGMA user_version = {VERSION};
CREATE TABLE IF NOT EXISTS posts (
    path BLOB PRIMARY KEY,          -- of the post, absolute; or -, standard input
    id INTEGER NOT NULL,            -- of the row, never given twice in one run
    record TEXT NOT NULL,           -- its name; a failed post has one where the earlier record was kept
    failed TEXT,                    -- why it failed, where it did
    known BLOB NOT NULL,            -- all else: Known as MessagePack
    warnings BLOB NOT NULL          -- JSON
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS posts_failed ON posts (path) WHERE failed IS NOT NULL;
CREATE TABLE IF NOT EXISTS ids (name TEXT PRIMARY KEY, last INTEGER NOT NULL);
INSERT OR IGNORE INTO ids VALUES ('posts', 0);
CREATE TABLE IF NOT EXISTS outdated (record TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS runs (id INTEGER PRIMARY KEY, account BLOB NOT NULL);
"""  # noqa: S608 - a number of our own
# Few runs ask whose a record is, and each row of this index costs as much as half the row itself.
INDEX_BY_RECORD = "CREATE INDEX IF NOT EXISTS posts_record ON posts (record)"

_LAST_ID = "SELECT last, page_count * page_size FROM ids, pragma_page_count, pragma_page_size"

DAMAGE = (msgspec.DecodeError, UnicodeDecodeError)
"""What is raised where a row cannot be read."""

NO_RECORD = Stamp(-1, -1)
NO_WARNINGS = b"[]"
read_warnings = msgspec.json.Decoder(tuple[PostWarning, ...]).decode
"""Read what stands in ``warnings``, which is no part of a Row as it is seldom asked for."""


class Known(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a run learned of one post."""

    relative: str  # its path below the source, which stands in the record
    size: int
    mtime_ns: int  # -1 where it is not to be trusted
    status: Literal["written", "skipped", "failed"]
    fingerprint: str
    sha256: str = ""  # of the post's bytes; empty where it was not parsed
    stamp: Stamp = NO_RECORD
    profile: str = ""
    reason: str = ""  # why it was skipped or failed
    codes: str = ""  # those of its warnings, a blank between them


class Row(msgspec.Struct, frozen=True, gc=False):
    """What is known of one post from the last time it was read; ``record`` is the name of its record."""

    id: int
    path: bytes
    record: str
    known: Known

    @property
    def has_record(self) -> bool:
        """Whether there is a record of the post, good or stale."""
        return self.known.stamp != NO_RECORD


class Outdated(msgspec.Struct, frozen=True, array_like=True):
    """A record under a name that its post no longer has."""

    record: str
    size: int
    mtime_ns: int

    @property
    def stamp(self) -> Stamp:
        """The record's stamp when it was written."""
        return Stamp(self.size, self.mtime_ns)


COLUMNS = "path, id, record, known"
_Columns = tuple[bytes, int, str, bytes]
write_known = msgspec.msgpack.Encoder().encode
_read_known = msgspec.msgpack.Decoder(Known).decode


def last_id(db: sqlite3.Connection) -> int:
    """Return the highest id; ids that ran away, as posts came and went, are given anew. Raises errors of DAMAGE."""
    last, size = msgspec.convert(db.execute(_LAST_ID).fetchone(), tuple[int, int])
    if 0 <= last <= size:  # each is a byte of memory
        return last
    paths = db.execute("SELECT path FROM posts").fetchall()
    db.executemany("UPDATE posts SET id = ? WHERE path = ?", ((place, *path) for place, path in enumerate(paths, 1)))
    db.execute("UPDATE ids SET last = ?", (len(paths),))
    return len(paths)


def read_rows(columns: list[tuple[Any, ...]]) -> list[Row]:
    """Make rows of what the database holds. Raises errors of DAMAGE."""
    checked = msgspec.convert(columns, list[_Columns])
    return [Row(number, path, record, _read_known(known)) for path, number, record, known in checked]


def read_ids(columns: list[tuple[Any, ...]]) -> list[tuple[int, bytes]]:
    """Read ids and paths in the same way."""
    return msgspec.convert(columns, list[tuple[int, bytes]])


def read_outdated(columns: list[tuple[Any, ...]]) -> list[Outdated]:
    """Read records that are outdated in the same way."""
    return msgspec.convert(columns, list[Outdated])


def read_all_warnings(columns: list[tuple[Any, ...]]) -> list[PostWarning]:
    """Read the warnings of rows in the same way."""
    written = msgspec.convert(columns, list[tuple[bytes]])
    return [warning for (warnings,) in written for warning in read_warnings(warnings)]
