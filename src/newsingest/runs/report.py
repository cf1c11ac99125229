"""The report of a run, for machines: JSON with stable keys."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Self

import msgspec

from newsingest import __version__
from newsingest.errors import SinkError, no_temporary_file
from newsingest.paths import text, unicode
from newsingest.runs.clock import now, rfc3339
from newsingest.runs.whole_file import is_foreign, write_whole_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsingest.record import PostWarning
    from newsingest.runs.account import Summary


# How every report begins: with the first field of an account.
_BEGINNING = b'{\n  "version":'


class RunAccount(msgspec.Struct, frozen=True):
    """What a run did, in figures; times are RFC 3339 in UTC, durations are seconds."""

    version: str
    started: str
    ended: str
    seconds: float
    status: int
    posts: int
    written: int
    unchanged: int
    failed: int
    skipped: int
    left_out: int
    vanished: int
    pruned: int
    stopped: str | None
    interrupted: str | None
    warning_codes: dict[str, int]
    profiles: dict[str, int]


class Trouble(msgspec.Struct, frozen=True):
    """A post that failed or was skipped: its path, why, where in it, what to do, where its earlier record is."""

    path: str
    reason: str
    place: str | None = None
    remedy: str | None = None
    stale: str | None = None


class Warned(msgspec.Struct, frozen=True):
    """A warning about a post."""

    path: str
    code: str
    message: str


class SlowPost(msgspec.Struct, frozen=True):
    """A post and the seconds it took."""

    path: str
    seconds: float


def make_account(summary: Summary, status: int) -> RunAccount:
    """Put an account into figures; ``status`` is the command's exit status."""
    from signal import Signals  # noqa: PLC0415 - only its names

    end = now()
    start = end - timedelta(seconds=summary.seconds)
    return RunAccount(
        version=__version__,
        started=rfc3339(start),
        ended=rfc3339(end),
        seconds=round(summary.seconds, 3),
        status=status,
        posts=summary.posts,
        written=summary.written,
        unchanged=summary.unchanged,
        failed=len(summary.failed),
        skipped=len(summary.skipped),
        left_out=summary.left_out,
        vanished=summary.vanished,
        pruned=summary.pruned,
        stopped=unicode(str(summary.stopped)) if summary.stopped else None,
        interrupted=None if summary.interrupted is None else Signals(summary.interrupted).name,
        warning_codes=dict(summary.warnings),
        profiles=dict(summary.profiles),
    )


def is_in_the_way(path: str) -> bool:
    """Whether the file that is there is no earlier report, and so must stay."""
    return is_foreign(path, _BEGINNING)


class Report:
    """A report in the making. Warnings wait in a file of no name, as there can be one for every post.

    Use as a context manager; ``path`` is where ``write`` puts the report.
    """

    def __init__(self, path: str) -> None:
        self.path = path

    def __enter__(self) -> Self:
        """Open the file that warnings wait in. Raises SinkError."""
        import tempfile  # noqa: PLC0415 - the account alone needs none

        try:
            self._warnings = tempfile.TemporaryFile()
        except OSError as error:
            raise no_temporary_file(error) from error
        return self

    def __exit__(self, *_: object) -> None:
        """Drop the warnings, even those that could not be written."""
        with suppress(OSError):
            self._warnings.close()

    def warn(self, path: str, warning: PostWarning) -> None:
        """Hear of a warning. Raises SinkError."""
        try:
            self._warnings.write(msgspec.json.encode(Warned(path, warning.code, warning.message)) + b"\n")
        except OSError as error:
            raise no_temporary_file(error) from error

    def write(self, summary: Summary, account: RunAccount) -> None:
        """Write the report, whole or not at all. Raises SinkError."""
        if is_in_the_way(self.path):  # a record that this very run wrote
            raise SinkError(text(self.path), "is there and no report of newsingest", "It stays; name another file.")
        write_whole_from(self.path, self.parts(summary, account))

    def parts(self, summary: Summary, account: RunAccount) -> Iterator[bytes]:
        """Write the report out, part by part. Raises SinkError."""
        head = msgspec.json.format(msgspec.json.encode(account), indent=2)
        yield head.rstrip()[:-1].rstrip()
        yield from _listed("slowest", (SlowPost(slow.path, round(slow.seconds, 4)) for slow in summary.slowest))
        yield from _listed(
            "failures",
            (
                Trouble(each.path, each.error.reason, each.error.place or None, each.error.remedy, _plain(each.stale))
                for each in summary.failed
            ),
        )
        yield from _listed(
            "skips", (Trouble(each.path, each.reason, stale=_plain(each.stale)) for each in summary.skipped)
        )
        yield from _listed("gone", iter(summary.gone))
        try:
            self._warnings.seek(0)
        except OSError as error:
            raise no_temporary_file(error) from error
        yield from _listed("warnings", (msgspec.Raw(line.rstrip()) for line in self._warnings))
        yield b"\n}\n"


def _listed(key: str, values: Iterator[msgspec.Struct] | Iterator[msgspec.Raw]) -> Iterator[bytes]:
    """Write a list, a line for each of its values."""
    yield f',\n  "{key}": ['.encode()
    between = b"\n    "
    for value in values:
        yield between + msgspec.json.encode(value)
        between = b",\n    "
    yield b"]" if between == b"\n    " else b"\n  ]"


def _plain(path: str | None) -> str | None:
    return None if path is None else unicode(path)
