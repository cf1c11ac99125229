"""Headings that only their likeness tells: 误区一 and 误区二, Step 1 and Step 2, or the same ornament before each."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from newsingest.body.looks import is_wide

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_FEWEST = 2
NUMERALS = "一二三四五六七八九十"
ORNAMENTS = frozenset("◆◇■□●○▌▍▎▋█▶►▼▽〓★☆♦♢◎❖✦✿§＃#")
_HEADLINE = re.compile(r"【[^【】]{2,12}】\s?[^【】；]{4,}")  # with its outlet or topic before it, in a digest
_GROUP = re.compile(r"\w{2,10}")  # of a digest
# A number alone, ornaments aside; a count before or behind a word; a topic, and what is said of it.
_LIKE = re.compile(
    rf"\W{{0,4}}(?P<alone>0?\d|1\d|[{NUMERALS}])\W{{0,4}}$"
    rf"|(?P<name>[^\W\d_]{{1,8}}?[ .]?|)(?P<number>\d{{1,2}}|[{NUMERALS}])"
    r"(?P<mark>$|[\s:：、.．)）丨|｜]|[章节步条点张个种类大关层招站幕](?!\w*[，,]))"
    r"|[^\W\d_]{2,8}[:：]\D{4,16}$"
)
# One of these stands among the first characters of such a line.
_SIGN = re.compile(rf"[\d:：【{NUMERALS}{''.join(sorted(ORNAMENTS))}]")
_SIGN_WITHIN = 16
_STATES = re.compile(r"[:：].")  # a point that states something is one of a list
# What these words number stands beside a picture, a table or a text, and is no part of it.
_THINGS = (
    "图",
    "圖",
    "表",
    "图表",
    "附图",
    "附表",
    "附件",
    "注",
    "fig",
    "fig.",
    "figure",
    "table",
    "chart",
    "photo",
    "note",
)
_NUMBERED_THING = re.compile(
    r"(?:[图圖]表?|附?[图圖表]|fig(?:ure|\.)?|table|chart)\s?\d{1,3}(?:[-.]\d{1,2})?(?:[:：、.．\s]|$)", re.IGNORECASE
)
FIRST_OF_THINGS = frozenset("图圖表附FfTtCc")
_SENTENCE_END = tuple("。！？!?…”」.")
_PROSE_WIDTH = 20  # in full-width characters


class Likeness(NamedTuple):
    """What the headings of a series share, and the number of one: 0 where they share no count."""

    shared: str
    number: int


def may_be_alike(text: str) -> bool:
    """Whether a short line may share something with the headings of a series: most share nothing."""
    return _SIGN.search(text, 0, _SIGN_WITHIN) is not None


def likeness(text: str) -> Likeness | None:
    """Return what a short line may share with the headings of a series."""
    if text[0] in ORNAMENTS or (text[0] == "【" and _HEADLINE.fullmatch(text)):
        return Likeness(text[0], 0)
    match = _LIKE.match(text)
    if match is None:
        return None
    alone, name, number, mark = match.group("alone", "name", "number", "mark")
    if alone is not None:
        return Likeness("0", _count(alone))
    if number is None:
        return Likeness(":", 0)
    if name.strip().lower() in _THINGS or (not name and (mark not in tuple("、.．") or _STATES.search(text))):
        return None
    counted = "0" if number.isascii() else "一"
    return Likeness(f"{name}{counted}{mark}", _count(number))


def numbers_thing(text: str) -> bool:
    """Whether a line is the label of a picture or table."""
    return text[0] in FIRST_OF_THINGS and _NUMBERED_THING.match(text) is not None


def find_series(
    alike: Mapping[int, Likeness], text_at: Callable[[int], str], below: Callable[[int], str | None]
) -> list[int]:
    """Find the lines of series among those that are alike, by their places; ``below`` is the text below one, if any."""
    groups: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for place, like in sorted(alike.items()):
        groups[like.shared].append((place, like.number))
    found: list[int] = []
    for shared, group in groups.items():
        if len(group) < _FEWEST or not _counts([number for _, number in group]):
            continue
        texts = [below(place) for place, _ in group]
        if all(texts) and _are_headed(shared, [text for text in texts if text], [text_at(place) for place, _ in group]):
            found += [place for place, _ in group]
    return found


def titles_of_groups(series: list[int], text_at: Callable[[int], str]) -> list[int]:
    """Find the short lines that head two or more groups of a digest's headlines, by their places."""
    heads = [place for place in series if place and text_at(place)[0] == "【"]
    titles = [
        place - 1
        for place in heads
        if _GROUP.fullmatch(text_at(place - 1)) and (place == 1 or text_at(place - 2).endswith(_SENTENCE_END))
    ]
    return titles if len(titles) >= _FEWEST else []


def _count(number: str) -> int:
    return NUMERALS.index(number) + 1 if number in NUMERALS else int(number)


def _counts(numbers: list[int]) -> bool:
    """Whether numbers count from 1, or down to it as in a ranking; or whether there are none."""
    return not any(numbers) or list(range(1, len(numbers) + 1)) in (numbers, numbers[::-1])


def _are_headed(shared: str, texts: list[str], heads: list[str]) -> bool:
    """Whether texts read as what a series introduces that shares this."""
    if shared == ":":  # words of persons, and facts, look alike
        topics = {head.partition(":")[0].partition("：")[0] for head in heads}
        is_prose = all(text.endswith(_SENTENCE_END) and is_wide(text, _PROSE_WIDTH) for text in texts)
        return is_prose and len(topics) == len(heads) and not any(":" in text[:9] or "：" in text[:9] for text in texts)
    if shared == "【":
        return all(text[0] != "【" and text.endswith(_SENTENCE_END) and is_wide(text, _PROSE_WIDTH) for text in texts)
    if shared[0] == "0" and shared != "0":  # such a number heads sentences, or it is that of a list
        return all(text.endswith(_SENTENCE_END) for text in texts)
    return not any((like := likeness(text)) and like.shared == shared for text in texts)
