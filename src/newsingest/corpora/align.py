"""Lines up two lists: what stayed in place, moved, changed, came and went. No input makes it quadratic."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from itertools import count, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

# Above so many ways to pair equal items (long lists of few different ones), the n-th of a kind
# belongs to the n-th. Below, the longest common sequence is found.
_MOST_PAIRS = 100_000

# Within one gap between items that stayed, all are held against all if these are so few.
_MOST_TRIES = 900

_COMPARED = 500  # characters; what two texts share shows in their beginnings


@dataclass(frozen=True, slots=True)
class Alignment:
    """Pairs of indices (old, new) and the indices that have no partner."""

    kept: list[tuple[int, int]]
    moved: list[tuple[int, int]]
    changed: list[tuple[int, int]]
    removed: list[int]
    added: list[int]


def align(old: Sequence[Hashable], new: Sequence[Hashable], similar: Callable[[int, int], bool]) -> Alignment:
    """Line up two lists; ``similar`` tells whether an old item may have become a new one in its place."""
    kept = _longest_chain(_pairs(old, new))
    lonely_old = sorted(set(range(len(old))) - {i for i, _ in kept})
    lonely_new = sorted(set(range(len(new))) - {j for _, j in kept})
    moved = _same_of(old, new, lonely_old, lonely_new)
    gone = sorted(set(lonely_old) - {i for i, _ in moved})
    come = sorted(set(lonely_new) - {j for _, j in moved})
    changed = list(_changed(kept, gone, come, similar))
    return Alignment(
        kept,
        moved,
        changed,
        sorted(set(gone) - {i for i, _ in changed}),
        sorted(set(come) - {j for _, j in changed}),
    )


def alike(old: str, new: str) -> bool:
    """Tell whether half of the pairs of neighbouring characters are the same: right for words and for 汉字."""
    if old == new:
        return True
    before, after = _bigrams(old[:_COMPARED]), _bigrams(new[:_COMPARED])
    shared = (before & after).total()
    return 4 * shared >= before.total() + after.total() > 0


@lru_cache(maxsize=128)  # the texts of one gap are held against each other
def _bigrams(text: str) -> Counter[str]:
    return Counter(map("".join, pairwise(text)))


def _pairs(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[tuple[int, int]]:
    """Give pairs of equal items in the order of the old, and for one old item the last new one first."""
    places: defaultdict[Hashable, list[int]] = defaultdict(list)
    for j, item in enumerate(new):
        places[item].append(j)
    uses = Counter(old)
    if sum(number * len(places.get(item, ())) for item, number in uses.items()) <= _MOST_PAIRS:
        for i, item in enumerate(old):
            yield from ((i, j) for j in reversed(places.get(item, ())))
    else:
        yield from sorted(_same_of(old, new, range(len(old)), range(len(new))))


def _longest_chain(pairs: Iterator[tuple[int, int]]) -> list[tuple[int, int]]:
    """Choose as many pairs as can be had with both indices rising (patience sorting)."""
    tails: list[int] = []  # the least last new index of a chain of each length
    ends: list[int] = []  # and which link that is
    links: list[tuple[int, int, int]] = []  # old, new, the link before
    for number, (i, j) in zip(count(), pairs, strict=False):
        length = bisect_left(tails, j)
        links.append((i, j, ends[length - 1] if length else -1))
        tails[length : length + 1] = [j]
        ends[length : length + 1] = [number]
    chain = []
    link = ends[-1] if ends else -1
    while link >= 0:
        i, j, link = links[link]
        chain.append((i, j))
    return chain[::-1]


def _same_of(
    old: Sequence[Hashable], new: Sequence[Hashable], some_old: Sequence[int], some_new: Sequence[int]
) -> list[tuple[int, int]]:
    """Pair the n-th of equal items with the n-th, wherever they are."""
    places: defaultdict[Hashable, list[int]] = defaultdict(list)
    for j in reversed(some_new):
        places[new[j]].append(j)
    return [(i, places[old[i]].pop()) for i in some_old if places.get(old[i])]


def _changed(
    kept: list[tuple[int, int]], gone: list[int], come: list[int], similar: Callable[[int, int], bool]
) -> Iterator[tuple[int, int]]:
    """Pair what went with what came between the same two items that stayed, in order, where similar."""
    old_anchors, new_anchors = [i for i, _ in kept], [j for _, j in kept]
    room: defaultdict[int, list[int]] = defaultdict(list)
    for j in come:
        room[bisect_left(new_anchors, j)].append(j)
    gaps: defaultdict[int, list[int]] = defaultdict(list)
    for i in gone:
        gaps[bisect_left(old_anchors, i)].append(i)
    for gap, olds in gaps.items():
        news = room.get(gap, [])
        if len(olds) * len(news) > _MOST_TRIES:
            yield from ((i, j) for i, j in zip(olds, news, strict=False) if similar(i, j))
            continue
        start = 0
        for i in olds:
            found = next((at for at in range(start, len(news)) if similar(i, news[at])), None)
            if found is not None:
                yield i, news[found]
                start = found + 1
