"""The account of a run: what was written, what failed, what was skipped, and why."""

from __future__ import annotations

import heapq
import time
from collections import Counter
from typing import TYPE_CHECKING, Protocol

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from newsingest.errors import PostError
    from newsingest.record import PostWarning

_SLOWEST = 10


class Failure(msgspec.Struct, frozen=True):
    """A post without a record: the path to show, what went wrong, where its earlier record went."""

    path: str
    error: PostError
    stale: str | None = None

    def __str__(self) -> str:
        """Path, place, reason and remedy on one line, and where the earlier record is."""
        where = f"{self.path}: {self.error.place}" if self.error.place else self.path
        moved = f" Its earlier record is now {self.stale}." if self.stale else ""
        return f"{where}: {self.error.reason}. {self.error.remedy.rstrip('.')}.{moved}"


class Skipped(msgspec.Struct, frozen=True):
    """Something that is no post: the path to show, why it was not read, where its earlier record went."""

    path: str
    reason: str
    stale: str | None = None

    def __str__(self) -> str:
        """Path and reason on one line, and where the earlier record is."""
        moved = f"; its earlier record is now {self.stale}" if self.stale else ""
        return f"{self.path}: {self.reason}{moved}"


class Gone(msgspec.Struct, frozen=True):
    """A post that an earlier run wrote and that is gone; ``pruned`` where its record was deleted for that."""

    path: str
    pruned: bool


class Slow(msgspec.Struct, frozen=True):
    """A post and the seconds it took."""

    seconds: float
    path: str


class Summary(msgspec.Struct, frozen=True):
    """What a run did.

    ``posts`` are the written, the unchanged and the failed; the skipped and those that are gone are no posts.
    ``stopped`` is what ended the run early, ``interrupted`` the signal that did.
    """

    posts: int
    written: int
    unchanged: int
    failed: tuple[Failure, ...]
    skipped: tuple[Skipped, ...]
    left_out: int
    gone: tuple[Gone, ...]
    warnings: Mapping[str, int]
    profiles: Mapping[str, int]
    slowest: tuple[Slow, ...]
    seconds: float
    stopped: Exception | None = None
    interrupted: int | None = None

    @property
    def vanished(self) -> int:
        """How many posts are gone."""
        return len(self.gone)

    @property
    def pruned(self) -> int:
        """How many records were deleted, as their posts are gone."""
        return sum(each.pruned for each in self.gone)


class Observer(Protocol):
    """Hears of a run as it goes on; what is None is not called."""

    @property
    def advance(self) -> Callable[[], None] | None:
        """Hears that one more of what the walk found is done with."""

    @property
    def warn(self) -> Callable[[str, PostWarning], None] | None:
        """Hears of a warning about the post that is shown as a path."""

    def notice(self, text: str) -> None:
        """Hear of something about the run as a whole."""


class Account:
    """Counts what becomes of everything a walk finds."""

    def __init__(self, observer: Observer | None) -> None:
        self._observer = observer
        self._advance = None if observer is None else observer.advance
        self._warn = None if observer is None else observer.warn
        self._start = time.perf_counter()
        self.written = self.unchanged = self.left_out = 0
        self.failed: list[Failure] = []
        self.skipped: list[Skipped] = []
        self.gone: list[Gone] = []
        self._codes: Counter[str] = Counter()  # those of one post, a blank between them
        self._profiles: Counter[str] = Counter()
        self._slowest: list[tuple[float, str]] = []

    def written_post(self, shown: str, profile: str, codes: str, seconds: float) -> None:
        """Note a post whose record was written; ``codes`` are those of its warnings, a blank between them."""
        self.written += 1
        if len(self._slowest) < _SLOWEST:
            heapq.heappush(self._slowest, (seconds, shown))
        elif seconds > self._slowest[0][0]:
            heapq.heapreplace(self._slowest, (seconds, shown))
        self._profiles[profile] += 1
        self._codes[codes] += 1

    def unchanged_posts(self, profiles: Sequence[str], codes: Iterable[str]) -> None:
        """Note posts that had good records: the profile of each, and the codes of its warnings."""
        self.unchanged += len(profiles)
        self._profiles.update(profiles)
        self._codes.update(codes)

    @property
    def hears_warnings(self) -> bool:
        """Whether anybody hears of warnings."""
        return self._warn is not None

    def warn(self, shown: str, warning: PostWarning) -> None:
        """Tell of a warning about a post."""
        if self._warn is not None:
            self._warn(shown, warning)

    def advance(self, number: int) -> None:
        """Note that more findings are done with."""
        if self._advance is not None:
            for _ in range(number):
                self._advance()

    def notice(self, text: str) -> None:
        """Tell something about the run as a whole."""
        if self._observer is not None:
            self._observer.notice(text)

    def close(self, stopped: Exception | None, interrupted: int | None) -> Summary:
        """Return the account."""
        warnings = Counter[str]()
        for codes, posts in self._codes.items():
            for code in codes.split():
                warnings[code] += posts
        return Summary(
            posts=self.written + self.unchanged + len(self.failed),
            written=self.written,
            unchanged=self.unchanged,
            failed=tuple(self.failed),
            skipped=tuple(self.skipped),
            left_out=self.left_out,
            gone=tuple(self.gone),
            warnings=dict(sorted(warnings.items())),
            profiles=dict(sorted(self._profiles.items())),
            slowest=tuple(Slow(seconds, path) for seconds, path in sorted(self._slowest, reverse=True)),
            seconds=time.perf_counter() - self._start,
            stopped=stopped,
            interrupted=interrupted,
        )
