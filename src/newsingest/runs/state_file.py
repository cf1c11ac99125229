"""The file of the state: an SQLite database that is set aside, and begun anew, wherever it shows damage."""

# ruff: noqa: PTH105, PTH108, PTH112, PTH118, PTH119, PTH120 - paths are strings here as in the walk

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from newsingest.errors import SinkError
from newsingest.paths import text
from newsingest.runs.sink import STATE_FOLDER
from newsingest.runs.state_rows import DAMAGE, TABLES, VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# What the disk or the system refuses. All else that SQLite complains of is damage, which costs no more than time.
_REFUSED = frozenset(
    {
        sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_AUTH,
    }
)  # fmt: skip

# Bytes, of a new database: with SQLite's own 4096, one row in ten needs a page besides.
_PAGE_SIZE = 8192


def state_file(folder: str) -> str:
    """Return the path of an output folder's database."""
    return os.path.join(folder, STATE_FOLDER, "state.sqlite3")


def is_in_state(path: str) -> bool:
    """Whether a path lies in the folder where an output folder's state is: what is there comes and goes."""
    folder, inside = os.path.realpath(path), ""
    while folder != inside:
        folder, inside = os.path.dirname(folder), folder
        if os.path.basename(inside) == STATE_FOLDER and os.path.lexists(state_file(folder)):
            return True
    return False


class Database:
    """A database in which a transaction is always open; after damage, ``connection`` is another.

    ``begin`` is called whenever a database, the one that is there or a new one, has been opened; ``notice`` hears of
    one that is set aside.
    """

    def __init__(self, path: str, begin: Callable[[], None], notice: Callable[[str], None]) -> None:
        self._path = path
        self._begin = begin
        self._notice = notice

    def open(self) -> None:
        """Open the database, or begin a new one. Raises SinkError."""
        with self.guarded():
            self._open()

    def close(self) -> None:
        """Close it; what is not saved is lost."""
        with contextlib.suppress(sqlite3.Error, AttributeError):  # there is none where connecting failed
            self.connection.close()

    def execute(self, words: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Execute a statement, where it is guarded."""
        return self.connection.execute(words, values)

    def save(self) -> None:
        """Save all there is, where it is guarded."""
        self.execute("COMMIT")
        self.execute("BEGIN")

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Set a damaged database aside and begin a new one; what was asked of it is not done. Raises SinkError."""
        try:
            yield
        except (sqlite3.Error, *DAMAGE) as error:
            if is_refused(error) and not os.path.isdir(self._path):
                raise _refusal(self._path, error) from error
            aside = self._put_aside()
            why = " ".join(str(error).split())
            self._notice(
                f"the memory of earlier runs cannot be used ({why}); it is now {aside}, and all posts are parsed"
            )
            try:
                self._open()
            except sqlite3.Error as again:
                raise _refusal(self._path, again) from again

    def _open(self) -> None:
        self.connection = db = sqlite3.connect(self._path, isolation_level=None)
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, VERSION):
            raise sqlite3.DatabaseError(f"its version is {version}, this newsingest has {VERSION}")
        db.execute(f"PRAGMA page_size = {_PAGE_SIZE}")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA cell_size_check = ON")  # damage shows where it is met; to look for it takes long
        db.executescript(TABLES)
        db.execute("BEGIN")
        self._begin()

    def _put_aside(self) -> str:
        """Rename the database. The names SQLite gives its own files must not lead a new one astray."""
        self.close()
        target = f"{self._path}.damaged"
        try:
            if os.path.isdir(target):
                target = f"{target}-{time.time_ns()}"
            os.replace(self._path, target)
            for tail in ("-wal", "-shm"):
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(self._path + tail)
        except FileNotFoundError:  # it was deleted while it was open
            pass
        except OSError as error:
            raise SinkError.of(error, text(self._path)) from error
        return text(target)


def is_refused(error: Exception) -> bool:
    """Whether it was the disk's or the system's doing, by SQLite's code without its details."""
    code: object = getattr(error, "sqlite_errorcode", None)
    return isinstance(code, int) and code & 0xFF in _REFUSED


def _refusal(path: str, error: Exception) -> SinkError:
    remedy = "Make room, or make it writable for this user, then run the same command again; the records are whole."
    return SinkError(text(path), f"cannot be written: {error}", remedy)
