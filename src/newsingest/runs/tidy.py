"""What is left over at the end of a run: records under outdated names, and posts that are gone."""

# ruff: noqa: PTH110, PTH118 - paths are strings here as in the walk

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from newsingest.paths import text
from newsingest.runs.account import Gone
from newsingest.runs.books import is_gone

if TYPE_CHECKING:
    from collections.abc import Collection

    from newsingest.runs.books import Books
    from newsingest.runs.doorbell import Bell
    from newsingest.runs.state import State
    from newsingest.runs.state_rows import Row


class SourceGoneError(Exception):
    """A source that held posts holds none now: more likely an unmounted disk than a wish."""


def tidy(books: Books, bell: Bell) -> None:
    """Take away records under outdated names, and account for posts that are gone. Raises SourceGoneError."""
    state = books.state
    if state is None:
        return
    for each in state.outdated():
        bell.check()
        if books.sink.stamp(each.record) == each.stamp and not books.is_of_another(each.record):
            books.sink.remove(each.record)
    state.forget_outdated()
    _check_not_empty(books, state, bell)
    for folder in _outermost(books.folders):
        for row in state.unseen(folder):
            bell.check()
            if is_gone(row.path):
                _vanish(books, state, row)


def _outermost(folders: Collection[str]) -> list[str]:
    """Leave out folders inside others, or what lies there would count twice."""
    return sorted(
        folder
        for folder in folders
        if not any(folder != other and folder.startswith(os.path.join(other, "")) for other in folders)
    )


def _check_not_empty(books: Books, state: State, bell: Bell) -> None:
    """Stop where all posts of a source are gone, or are none any more. Those that --exclude hides are not gone."""
    for folder in sorted(books.empty):
        if (retired := books.retired[folder]) and books.settings.prune != "force":
            raise SourceGoneError(
                f"{text(folder)}: none of its files is a post now, but {retired:,} were before; what is said of the "
                "skipped files tells why, and where their records are. If that is meant, run with --prune=force."
            )
        before = 0
        for row in state.unseen(folder):
            bell.check()
            if row.known.status == "failed" or _has_own_record(books, row):
                before += 1
                if not is_gone(row.path):
                    before = 0
                    break
        missing = not os.path.exists(folder)
        if before and books.settings.prune != "force":
            raise SourceGoneError(
                f"{text(folder)}: no posts are there now, but {before:,} were before; is the disk mounted? Nothing was "
                "pruned. If they are meant to be gone, run with --prune=force."
            )
        if missing and not before:
            raise SourceGoneError(f"{text(folder)}: there is no such folder, and no posts of it are known.")


def _vanish(books: Books, state: State, row: Row) -> None:
    """Count a post that is gone, and delete its record where that is wanted, unless that is another post's by now."""
    if _has_own_record(books, row):
        prune = books.settings.prune != "no"
        stamp = books.sink.stamp(row.record)
        pruned = prune and stamp == row.known.stamp and books.sink.remove(row.record)
        if stamp is not None:  # else it was another post's, and went with that
            books.account.gone.append(Gone(text(os.fsdecode(row.path)), pruned))
        if not prune:
            return
    state.forget(row.path)


def _has_own_record(books: Books, row: Row) -> bool:
    return row.has_record and not books.is_of_another(row.record, row.path)
