"""The tables of the state, and what stands in their rows."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from newsingest.record import PostWarning
from newsingest.runs.sink import Stamp

VERSION = 3  # of the tables; a database of another version is set aside

TABLES = f"""
PRAGMA user_version = {VERSION};
CREATE TABLE IF NOT EXISTS posts (
    id INTEGER PRIMARY KEY,
    path BLOB NOT NULL UNIQUE,      -- of the post, absolute
    relative TEXT NOT NULL,         -- its path below the source, which stands in the record
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,      -- -1 where it is not to be trusted
    sha256 TEXT NOT NULL,           -- of the post's bytes; empty where it was not parsed
    fingerprint TEXT NOT NULL,
    status TEXT NOT NULL,           -- written, skipped, failed
    record TEXT NOT NULL,           -- its name; a failed post has one where the earlier record was kept
    record_size INTEGER NOT NULL,   -- -1 where there is no record
    record_mtime_ns INTEGER NOT NULL,
    profile TEXT NOT NULL,
    reason TEXT NOT NULL,           -- why it was skipped or failed
    codes TEXT NOT NULL,            -- those of its warnings, a blank between them
    warnings BLOB NOT NULL          -- JSON
);
CREATE INDEX IF NOT EXISTS posts_record ON posts (record);
CREATE INDEX IF NOT EXISTS posts_failed ON posts (path) WHERE status = 'failed';
CREATE TABLE IF NOT EXISTS outdated (record TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS runs (id INTEGER PRIMARY KEY, account BLOB NOT NULL);
"""

NO_RECORD = Stamp(-1, -1)
read_warnings = msgspec.json.Decoder(tuple[PostWarning, ...]).decode
"""Read what stands in ``warnings``, which is no part of a Row as it is seldom asked for."""


class Row(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What is known of one post from the last time it was read."""

    id: int
    path: bytes
    relative: str
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
    codes: str

    @property
    def has_record(self) -> bool:
        """Whether there is a record of the post, good or stale."""
        return self.record_size >= 0

    @property
    def stamp(self) -> Stamp:
        """The record's stamp when it was written."""
        return Stamp(self.record_size, self.record_mtime_ns)


COLUMNS = ", ".join(Row.__struct_fields__)


class Outdated(msgspec.Struct, frozen=True, array_like=True):
    """A record under a name that its post has no more."""

    record: str
    size: int
    mtime_ns: int

    @property
    def stamp(self) -> Stamp:
        """The record's stamp when it was written."""
        return Stamp(self.size, self.mtime_ns)


class Known(msgspec.Struct, frozen=True, gc=False):
    """What a run learned of one post."""

    status: Literal["written", "skipped", "failed"]
    fingerprint: str
    record: str
    sha256: str = ""
    stamp: Stamp = NO_RECORD
    profile: str = ""
    reason: str = ""
    codes: str = ""
    warnings: bytes = b"[]"


def read_rows(columns: list[tuple[Any, ...]]) -> list[Row]:
    """Make rows of what the database holds. Raises msgspec's errors where that is damaged."""
    return msgspec.convert(columns, list[Row])
