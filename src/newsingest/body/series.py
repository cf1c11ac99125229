"""Headings that only their likeness tells: 误区一 and 误区二, Step 1 and Step 2, or the same ornament before each."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_FEWEST = 2
_NUMERALS = "一二三四五六七八九十"
_ORNAMENTS = frozenset("◆◇■□▌▍▎▋█▶►★☆♦♢◎❖✦✿§＃#")
_ORDINAL = re.compile(
    rf"(?P<name>[^\W\d_]{{1,8}}?[ .]?|)(?P<number>\d{{1,2}}|[{_NUMERALS}])(?P<mark>$|[\s:：、.．)）丨|｜]|[章节步条点张个种类大关层招站幕](?!\w*[，,]))"
)
# What these words number stands beside a picture, a table or a text, and is no part of it.
_OF_THINGS = ("图", "圖", "表", "图表", "附图", "附件", "注", "fig", "fig.", "figure", "table", "chart", "photo", "note")
_SENTENCE_END = tuple("。！？!?…”」.")


class Likeness(NamedTuple):
    """What the headings of a series share, and the number of one: 0 where an ornament is all they share."""

    shared: str
    number: int


def likeness(text: str) -> Likeness | None:
    """Return what a short line may share with the headings of a series."""
    if text[0] in _ORNAMENTS:
        return Likeness(text[0], 0)
    match = _ORDINAL.match(text)
    if match is None:
        return None
    name, number, mark = match.group("name", "number", "mark")
    if name.strip().lower() in _OF_THINGS or not (name or mark in tuple("、.．")):
        return None
    return Likeness(f"{name}0{mark}", _NUMERALS.index(number) + 1 if number in _NUMERALS else int(number))


def find_series(places: Sequence[int], text_at: Callable[[int], str], below: Callable[[int], str | None]) -> list[int]:
    """Find the lines of series among those at ``places``; ``below`` is the text that each stands above, if it does."""
    groups: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for place in places:
        like = likeness(text_at(place))
        if like is not None:
            groups[like.shared].append((place, like.number))
    return [place for shared, group in groups.items() if _is_series(shared, group, below) for place, _ in group]


def _is_series(shared: str, group: list[tuple[int, int]], below: Callable[[int], str | None]) -> bool:
    if len(group) < _FEWEST:
        return False
    numbers = [number for _, number in group]
    if any(numbers) and list(range(1, len(numbers) + 1)) not in (numbers, numbers[::-1]):  # a ranking counts down
        return False
    texts = [below(place) for place, _ in group]
    if not all(texts):
        return False
    if shared[0] == "0":  # a number alone heads sentences, or it is that of a list
        return all(text and text.endswith(_SENTENCE_END) for text in texts)
    return not any(text and (like := likeness(text)) and like.shared == shared for text in texts)
