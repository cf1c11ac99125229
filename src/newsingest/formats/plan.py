"""Which posts share a shard: a function of the posts alone, not of what was written before.

All posts, sorted by path, are one shard. While a shard is larger than the limit, it is cut before the one
of its posts, its first left out, that has the smallest ``id``. As ids are hashes, cuts lie anywhere, but
always before the same posts: a post more moves the cuts of the shard it falls into, and no others. Two
shards at most are new then, wherever the post falls (the proof is a treap's insertion; tests/test_plan.py
tries it). Shards are half full on average.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True, order=True)
class Item:
    """A post as the plan sees it: sorted by path, cut by id, as large as its ``weight``."""

    path: str
    name: str
    id: str
    weight: int

    @property
    def rank(self) -> tuple[str, str]:
        """What cuts are chosen by; posts of two sources can share an id, but not a name."""
        return self.id, self.name


def plan(items: Sequence[Item], limit: int | None) -> Iterator[tuple[int, int]]:
    """Cut sorted items into shards, handed out in order as half-open ranges of their numbers.

    No shard weighs more than ``limit``, but for a post that does alone; without a limit there is one shard.
    """
    weights = [0, *accumulate(item.weight for item in items)]
    stack = [(0, len(items))] if items else []
    while stack:
        start, end = stack.pop()
        if limit is None or weights[end] - weights[start] <= limit or end - start == 1:
            yield start, end
            continue
        cut = min(range(start + 1, end), key=lambda number: items[number].rank)
        stack += ((cut, end), (start, cut))
