"""What an output folder's state tells of earlier runs, read without disturbing one that is going on."""

# ruff: noqa: PTH112, PTH123 - paths are strings here as in the walk

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from urllib.parse import quote

import msgspec

from newsingest.paths import text
from newsingest.runs.lock import Holder, read_holder
from newsingest.runs.report import RunAccount
from newsingest.runs.state_file import is_refused, state_file
from newsingest.runs.state_rows import DAMAGE, VERSION

_WAIT_SECONDS = 5.0  # for a moment at which a run has the database to itself
_NEW_ONE = "The next run begins a new one."
_REMEDY = "Make it readable for this user, or ask again when no run is going on."


class NoHistoryError(Exception):
    """The folder is no output folder, or its state cannot be read."""


class Failing(msgspec.Struct, frozen=True):
    """A post that failed when it was last read: where it is, and why."""

    path: str
    reason: str


class History(msgspec.Struct, frozen=True):
    """The run that is going on, if one is; the last runs, the latest first; the posts that are failing now."""

    running: Holder | None
    runs: list[RunAccount]
    failing: list[Failing]

    @property
    def all_well(self) -> bool:
        """Whether the last run ended well and nothing is failing."""
        return bool(self.runs) and self.runs[0].status == 0 and not self.failing


def read_history(folder: str) -> History:
    """Read an output folder's state. Raises NoHistoryError."""
    path = state_file(folder)
    holder = read_holder(folder)
    try:
        with open(path, "rb"):  # SQLite would not say why it cannot
            runs, failing = _read(path)
    except (FileNotFoundError, NotADirectoryError) as error:
        if os.path.isdir(folder):
            missing = f"'{text(folder)}' is no output folder of newsingest: it holds no state of a run."
        else:
            missing = f"There is no folder '{text(folder)}'."
        raise NoHistoryError(missing) from error
    except OSError as error:
        remedy = _NEW_ONE if isinstance(error, IsADirectoryError) else _REMEDY
        raise NoHistoryError(f"{text(path)}: cannot be read: {error.strerror}. {remedy}") from error
    except (sqlite3.Error, *DAMAGE) as error:
        remedy = _REMEDY if is_refused(error) else _NEW_ONE
        raise NoHistoryError(f"{text(path)}: cannot be read: {error}. {remedy}") from error
    return History(None if holder is None or holder.is_dead() else holder, runs, failing)


def _read(path: str) -> tuple[list[RunAccount], list[Failing]]:
    # A database at rest is read as it is: opened like one in use, it would get files beside it that stay.
    mode = "mode=ro" if os.path.exists(f"{path}-wal") else "immutable=1"  # noqa: PTH110
    with closing(sqlite3.connect(f"file:{quote(os.fsencode(path))}?{mode}", uri=True, timeout=_WAIT_SECONDS)) as db:
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version != VERSION:
            raise sqlite3.DatabaseError(f"its version is {version}, this newsingest has {VERSION}")
        runs = [
            msgspec.json.decode(row[0], type=RunAccount)
            for row in db.execute("SELECT account FROM runs ORDER BY id DESC").fetchall()
        ]
        found = db.execute("SELECT path, failed FROM posts WHERE failed IS NOT NULL ORDER BY path").fetchall()
    failing = msgspec.convert(found, list[tuple[bytes, str]])
    return runs, [Failing(text(os.fsdecode(post)), reason) for post, reason in failing]
