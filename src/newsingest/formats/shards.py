"""Shards: ``part-00000.jsonl`` and so on, sorted by path, each rewritten only where a post in it changed.

Records are spooled as they come, in any order. ``finish`` cuts the sorted whole into shards (see plan.py),
makes each aside, and compares it with what is there: a shard with the same bytes stays the same file, under
a new number where one before it was cut in two. Nothing is remembered between runs, so nothing can be
remembered wrongly. A run that is killed before ``finish`` changed nothing; one killed inside it is made
good by the next.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Self

from newsingest.errors import SinkError
from newsingest.formats.ledger import post_of
from newsingest.formats.plan import Item, plan
from newsingest.formats.shard_files import ShardFiles
from newsingest.paths import text
from newsingest.record import encode_line
from newsingest.runs.lock import HeldError
from newsingest.runs.sink import STATE_FOLDER, DirectorySink

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsingest.formats.shard_files import Layout, Shards


class ShardSink:
    """Takes records one by one and, when all are there, writes shards. Use as a context manager.

    ``name`` gives a single file below the folder its name; otherwise shards are numbered.
    """

    encode = staticmethod(encode_line)

    def __init__(self, folder: str, layout: Layout, name: str | None = None) -> None:
        self._folder = folder
        self._layout = layout
        self._name = name
        self._open = ExitStack()
        self._items = list[tuple[Item, int, int]]()  # with place and length in the spool
        self._end = 0
        self._files = ShardFiles(folder, layout, name)

    def __enter__(self) -> Self:
        """Open the spool. Raises SinkError."""
        with ExitStack() as stack:
            self._aside = stack.enter_context(_aside(self._folder, self._name))
            try:
                self._spool = stack.enter_context(open(self._path("spool"), "w+b"))
            except OSError as error:
                raise SinkError.of(error, self._folder) from error
            self._open = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Take away the spool and what was not put in place."""
        with contextlib.suppress(OSError):
            self._open.close()

    def write(self, name: str, data: bytes) -> None:
        """Take a record, encoded as a line. Raises SinkError."""
        post = post_of(name, data)
        try:
            self._spool.write(data)
        except OSError as error:
            raise SinkError.of(error, self._folder) from error
        self._items.append((Item(post.path, name, post.id, self._layout.weight(len(data))), self._end, len(data)))
        self._end += len(data)

    def finish(self) -> Shards:
        """Write the shards, and take away those that are no more. Raises SinkError."""
        try:
            self._items.sort()
            made = [self._make(start, end) for start, end in plan([item for item, _, _ in self._items], self._limit)]
            if not made and self._name is not None:
                made = [self._make(0, 0)]
            kept = self._files.kept([digest for _, digest in made])
            return self._files.put([path for path, _ in made], kept)
        except OSError as error:
            raise SinkError.of(error, self._folder) from error

    @property
    def _limit(self) -> int | None:
        return None if self._name is not None else self._layout.limit

    def _path(self, name: str) -> str:
        return os.path.join(self._aside, f"shard-{name}")

    def _make(self, start: int, end: int) -> tuple[str, bytes]:
        """Write one shard aside; give its path and its digest."""
        path = self._path(str(start))
        return path, self._files.make(path, self._read(start, end))

    def _read(self, start: int, end: int) -> Iterator[bytes]:
        for _, place, length in self._items[start:end]:
            self._spool.seek(place)
            yield self._spool.read(length)


@contextmanager
def _aside(folder: str, name: str | None) -> Iterator[str]:
    """Make the folder, and one in it to make shards in. Raises SinkError, or HeldError where another run makes them.

    A folder of shards has one run at a time, whose caller holds its lock, and so one place for all. A single file may
    stand beside anything, among it a run's output, and has a place of its own: always the same, so that a run clears
    away what one before it left that was killed.
    """
    if name is None:
        with DirectorySink(folder):
            yield os.path.join(folder, STATE_FOLDER, "tmp")
        return
    aside = os.path.join(folder, f".newsingest-{hashlib.sha256(os.fsencode(name)).hexdigest()[:16]}")
    try:
        os.makedirs(aside, exist_ok=True)
        descriptor = os.open(aside, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise SinkError.of(error, folder) from error
    try:
        _lock(descriptor, os.path.join(folder, name))
        try:
            yield aside
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    finally:
        os.close(descriptor)


def _lock(descriptor: int, path: str) -> None:
    """Lock a folder for as long as it is open. Raises HeldError."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise HeldError(f"another run is writing {text(os.path.normpath(path))}") from None
    except OSError:  # a file system without locks
        return
