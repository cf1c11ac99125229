"""Captions that only those of other pictures tell: a short sentence below each picture of a post."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsingest.body.lines import Line
from newsingest.body.looks import is_wide, width
from newsingest.body.media import Picture
from newsingest.body.reading import Captioned

if TYPE_CHECKING:
    from newsingest.body.reading import Content

_FEWEST_TOLD = 2  # captions that their own form tells
_MOST_TO_ONE = 4  # lines below pictures to one of those
_WIDTH = 20  # in full-width characters
_QUOTES = tuple("“‘「『\"'—")


def take_alike(placed: list[Content], below: frozenset[int]) -> list[Line]:
    """Give pictures the short sentences below them, where all pictures have such lines or captions; return the lines.

    ``below`` are the lines directly below a picture, by ``id()``.
    """
    told: list[float] = []
    bare: list[tuple[int, Captioned, Line]] = []
    for place, item in enumerate(placed):
        following = placed[place + 1] if place + 1 < len(placed) else None
        if not isinstance(item, Captioned) or isinstance(following, Captioned):  # the last of a row counts
            continue
        if item.caption is not None:
            if item.caption.kind != "text":  # markup says which lines are captions
                return []
            told.append(width(item.caption.text))
        elif isinstance(following, Line) and isinstance(item.media, Picture) and id(following) in below:
            bare.append((place, item, following))
        else:
            return []
    if len(told) < _FEWEST_TOLD or len(bare) > _MOST_TO_ONE * len(told):
        return []
    lines = [line for _, _, line in bare]
    if not all(_may_describe(line) and width(line.text) <= max(told) for line in lines):
        return []
    for place, item, line in reversed(bare):
        placed[place : place + 2] = [Captioned(item.media, line)]
    return lines


def _may_describe(line: Line) -> bool:
    """Whether a line is a short sentence, and nothing marks it; without its full stop it may be a heading."""
    text = line.text
    if line.kind != "text" or line.level or line.bold or line.spans or "\n" in text:
        return False
    return text.endswith("。") and not is_wide(text, _WIDTH) and not text.startswith(_QUOTES)
