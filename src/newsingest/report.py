"""The report of a run, for machines: JSON with stable keys."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from newsingest import __version__
from newsingest.sink import SinkError, write_aside

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsingest.account import Summary


class Trouble(msgspec.Struct, frozen=True):
    """A post that failed or was skipped: its path, why, where in it, what to do, where its earlier record is."""

    path: str
    reason: str
    place: str | None = None
    remedy: str | None = None
    stale: str | None = None


class SlowPost(msgspec.Struct, frozen=True):
    """A post and the seconds it took."""

    path: str
    seconds: float


class Report(msgspec.Struct, frozen=True):
    """What a run did; times are RFC 3339 in UTC, durations are seconds."""

    version: str
    started: str
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
    interrupted: int | None
    warnings: Mapping[str, int]
    profiles: Mapping[str, int]
    slowest: list[SlowPost]
    failures: list[Trouble]
    skips: list[Trouble]


def make_report(summary: Summary, status: int, *, ended: datetime | None = None) -> Report:
    """Put an account into a report; ``status`` is the command's exit status."""
    end = ended or datetime.now(UTC)
    started = datetime.fromtimestamp(end.timestamp() - summary.seconds, UTC)
    return Report(
        version=__version__,
        started=started.isoformat(timespec="seconds").replace("+00:00", "Z"),
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
        stopped=str(summary.stopped) if summary.stopped else None,
        interrupted=summary.interrupted,
        warnings=summary.warnings,
        profiles=summary.profiles,
        slowest=[SlowPost(slow.path, round(slow.seconds, 4)) for slow in summary.slowest],
        failures=[
            Trouble(each.path, each.error.reason, each.error.place or None, each.error.remedy, each.stale)
            for each in summary.failed
        ],
        skips=[Trouble(each.path, each.reason, stale=each.stale) for each in summary.skipped],
    )


def encode_report(report: Report) -> bytes:
    """Encode a report as compact JSON."""
    return msgspec.json.encode(report)


def write_report(report: Report, path: str) -> None:
    """Write a report, aside first. Raises SinkError."""
    data = msgspec.json.format(encode_report(report), indent=2) + b"\n"
    aside = f"{path}.{os.getpid()}.tmp"
    try:
        write_aside(os.fsencode(aside), data)
        Path(aside).replace(path)
    except OSError as error:
        Path(aside).unlink(missing_ok=True)
        raise SinkError.of(error, path) from error
