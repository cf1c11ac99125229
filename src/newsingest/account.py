"""The account of a run: what was written, what failed, what was skipped, and why."""

from __future__ import annotations

import heapq
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from newsingest.errors import PostError
    from newsingest.record import PostWarning
    from newsingest.sink import SinkError

_SLOWEST = 10


@dataclass(frozen=True, slots=True)
class Failure:
    """A post without a record: the path to show, what went wrong, where its earlier record went."""

    path: str
    error: PostError
    stale: str | None = None

    def __str__(self) -> str:
        """Path, place, reason and remedy on one line, and where the earlier record is."""
        where = f"{self.path}: {self.error.place}" if self.error.place else self.path
        moved = f" Its earlier record is now {self.stale}." if self.stale else ""
        return f"{where}: {self.error.reason}. {self.error.remedy.rstrip('.')}.{moved}"


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that is no post: the path to show, why it was not read, where its earlier record went."""

    path: str
    reason: str
    stale: str | None = None

    def __str__(self) -> str:
        """Path and reason on one line, and where the earlier record is."""
        moved = f"; its earlier record is now {self.stale}" if self.stale else ""
        return f"{self.path}: {self.reason}{moved}"


@dataclass(frozen=True, slots=True)
class Slow:
    """A post and the seconds it took."""

    seconds: float
    path: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did.

    ``posts`` are the written, the unchanged and the failed; the skipped are no posts. ``vanished`` counts posts
    that an earlier run wrote and that are gone, ``pruned`` the records deleted for that. ``stopped`` is what
    ended the run early, ``interrupted`` the signal that did.
    """

    posts: int
    written: int
    unchanged: int
    failed: tuple[Failure, ...]
    skipped: tuple[Skipped, ...]
    left_out: int
    vanished: int
    pruned: int
    warnings: Mapping[str, int]
    profiles: Mapping[str, int]
    slowest: tuple[Slow, ...]
    seconds: float
    stopped: Exception | None = None
    interrupted: int | None = None


class Observer(Protocol):
    """Hears of a run as it goes on."""

    def advance(self) -> None:
        """Hear that one more of what the walk found is done with."""

    def warn(self, path: str, warning: PostWarning) -> None:
        """Hear of a warning about the post that is shown as ``path``."""

    def notice(self, text: str) -> None:
        """Hear of something about the run as a whole."""


class Account:
    """Counts what becomes of everything a walk finds."""

    def __init__(self, observer: Observer | None) -> None:
        self._observer = observer
        self._start = time.perf_counter()
        self.written = self.unchanged = self.left_out = self.vanished = self.pruned = 0
        self.failed: list[Failure] = []
        self.skipped: list[Skipped] = []
        self._warnings: Counter[str] = Counter()
        self._profiles: Counter[str] = Counter()
        self._slowest: list[tuple[float, str]] = []

    def post(self, shown: str, profile: str, warnings: Iterable[PostWarning], seconds: float | None) -> None:
        """Note a post that has a good record; ``seconds`` is None where it had one already."""
        if seconds is None:
            self.unchanged += 1
        else:
            self.written += 1
            entry = (seconds, shown)
            (heapq.heappush if len(self._slowest) < _SLOWEST else heapq.heappushpop)(self._slowest, entry)
        self._profiles[profile] += 1
        for warning in warnings:
            self._warnings[warning.code] += 1
            if self._observer is not None:
                self._observer.warn(shown, warning)

    def advance(self) -> None:
        """Note that one more finding is done with."""
        if self._observer is not None:
            self._observer.advance()

    def notice(self, text: str) -> None:
        """Say something about the run as a whole."""
        if self._observer is not None:
            self._observer.notice(text)

    def close(self, stopped: Exception | SinkError | None, interrupted: int | None) -> Summary:
        """Return the account."""
        return Summary(
            posts=self.written + self.unchanged + len(self.failed),
            written=self.written,
            unchanged=self.unchanged,
            failed=tuple(self.failed),
            skipped=tuple(self.skipped),
            left_out=self.left_out,
            vanished=self.vanished,
            pruned=self.pruned,
            warnings=dict(sorted(self._warnings.items())),
            profiles=dict(sorted(self._profiles.items())),
            slowest=tuple(Slow(seconds, path) for seconds, path in sorted(self._slowest, reverse=True)),
            seconds=time.perf_counter() - self._start,
            stopped=stopped,
            interrupted=interrupted,
        )
