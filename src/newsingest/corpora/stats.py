"""Statistics of a corpus, gathered record by record: counts, lengths, what is missing, what stands twice."""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_right
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsingest.record import Record

UNDATED = "undated"
# Upper bounds of the classes of lengths, in characters; the last class is open.
BOUNDS = (250, 500, 1_000, 2_000, 4_000, 8_000, 16_000)

_MAY_MISS = (
    "title original_title author bylines editor outlet date categories tags lead_image images paragraphs".split()
)


class Spread(msgspec.Struct, frozen=True):
    """How a number is spread over the posts: nearest-rank percentiles."""

    total: int
    median: int
    p90: int
    max: int


class Duplicate(msgspec.Struct, frozen=True):
    """Posts with the same paragraphs."""

    title: str | None
    paths: list[str]


class Stats(msgspec.Struct, frozen=True):
    """What is known of a corpus. Counts go from the largest down, months from the earliest on."""

    posts: int
    damaged: int
    profiles: dict[str, int]
    categories: dict[str, int]
    months: dict[str, int]
    paragraphs: Spread
    characters: Spread
    lengths: dict[str, int]
    pictures: Spread
    posts_with_pictures: int
    warnings: dict[str, int]
    missing: dict[str, int]
    duplicates: list[Duplicate]


class Gatherer:
    """Takes records and keeps what the statistics need: some bytes for each, never a text."""

    def __init__(self) -> None:
        self._damaged = 0
        self._profiles = Counter[str]()
        self._categories = Counter[str]()
        self._months = Counter[str]()
        self._paragraphs = array("L")
        self._characters = array("L")
        self._pictures = array("L")
        self._warnings = Counter[str]()
        self._missing = Counter[str]()
        self._first = dict[bytes, tuple[str | None, str]]()
        self._repeated = dict[bytes, list[str]]()

    def add(self, record: Record) -> None:
        """Count a record."""
        self._profiles[record.source.profile] += 1
        self._categories.update(set(record.categories))
        self._months[UNDATED if record.date is None else record.date[:7]] += 1
        self._paragraphs.append(len(record.paragraphs))
        self._characters.append(sum(map(len, record.paragraphs)))
        self._pictures.append(len(record.images))
        self._warnings.update(warning.code for warning in record.warnings)
        self._missing.update(name for name in _MAY_MISS if not getattr(record, name))
        self._compare(record)

    def add_damaged(self) -> None:
        """Count what is no record."""
        self._damaged += 1

    def stats(self) -> Stats:
        """Sum up."""
        duplicates = [Duplicate(self._first[text][0], sorted(paths)) for text, paths in self._repeated.items()]
        return Stats(
            posts=len(self._paragraphs),
            damaged=self._damaged,
            profiles=_ranked(self._profiles),
            categories=_ranked(self._categories),
            months=dict(sorted(self._months.items())),
            paragraphs=_spread(self._paragraphs),
            characters=_spread(self._characters),
            lengths=_classes(self._characters),
            pictures=_spread(self._pictures),
            posts_with_pictures=sum(1 for number in self._pictures if number),
            warnings=_ranked(self._warnings),
            missing={name: self._missing[name] for name in _MAY_MISS},
            duplicates=sorted(duplicates, key=lambda one: (-len(one.paths), one.paths)),
        )

    def _compare(self, record: Record) -> None:
        if not record.paragraphs:
            return
        text = hashlib.blake2b("\0".join(record.paragraphs).encode(), digest_size=16).digest()
        if text not in self._first:
            self._first[text] = record.title, record.source.path
        else:
            self._repeated.setdefault(text, [self._first[text][1]]).append(record.source.path)


def _ranked(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _spread(numbers: Iterable[int]) -> Spread:
    ranked = sorted(numbers)
    if not ranked:
        return Spread(0, 0, 0, 0)

    def rank(percent: int) -> int:
        return ranked[-(-len(ranked) * percent // 100) - 1]

    return Spread(sum(ranked), rank(50), rank(90), ranked[-1])


def _classes(numbers: Iterable[int]) -> dict[str, int]:
    counts = Counter(bisect_right(BOUNDS, number) for number in numbers)
    names = [f"{low}–{high - 1}" for low, high in zip((0, *BOUNDS), BOUNDS, strict=False)] + [f"{BOUNDS[-1]}+"]
    return {name: counts[number] for number, name in enumerate(names)}
