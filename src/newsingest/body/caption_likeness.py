"""Captions that only others of their post tell: lines that take turns with pictures, or a short sentence below each."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from newsingest.body.lines import Line
from newsingest.body.looks import has_heading_form, is_wide, width
from newsingest.body.media import Picture
from newsingest.body.reading import Captioned
from newsingest.body.sifting import not_text

if TYPE_CHECKING:
    from typing import TypeGuard

    from newsingest.body.flow import Item
    from newsingest.body.reading import Content

_FEWEST_TOLD = 2  # captions that their own form tells
_FEWEST_BESIDE = 2  # lines below other pictures: one may as well begin what follows
_FEWEST_OF_GALLERY = 3
_MOST_TO_ONE = 4  # lines below pictures to one of those
_FEWEST_UNTOLD = 3  # lines below pictures where no caption is told
# Widths in full-width characters.
_WIDTH = 20
_UNTOLD_WIDTH = 10
_QUOTES = tuple("“‘「『\"'—")
_SENTENCE_END = tuple("。！？!?…”」")


def take_alike(placed: list[Content], below: frozenset[int]) -> list[Line]:
    """Give pictures the short sentences below them, where others tell that these are captions; return the lines.

    ``below`` are the lines directly below a picture, by ``id()``.
    """
    told: list[float] = []
    bare: list[tuple[int, Captioned, Line]] = []
    others = 0  # pictures with neither
    for place in not_text(placed):
        item = placed[place]
        following = placed[place + 1] if place + 1 < len(placed) else None
        if not isinstance(item, Captioned) or isinstance(following, Captioned):  # the last of a row counts
            continue
        if item.caption is not None:
            if item.caption.kind != "text":  # markup says which lines are captions
                return []
            told.append(width(item.caption.text))
        elif isinstance(item.media, Picture) and id(following) in below and may_describe(following):
            bare.append((place, item, following))
        else:
            others += 1
    lines = [line for _, _, line in bare]
    if not (_are_like_told(lines, told, others) or _are_labels(lines, others, placed)):
        return []
    for place, item, line in reversed(bare):
        placed[place : place + 2] = [Captioned(item.media, line)]
    return lines


def may_describe(line: Content | None) -> TypeGuard[Line]:
    """Whether a line is a short sentence, and nothing marks it; without its full stop it may be a heading."""
    if not isinstance(line, Line) or line.text[-1] != "。" or is_wide(line.text, _WIDTH):
        return False
    is_marked = line.kind != "text" or line.level or line.bold or line.spans
    return not (is_marked or "\n" in line.text or line.text.startswith(_QUOTES))


def may_be_of_gallery(line: Line) -> bool:
    """Whether a line may be one of those that take turns with pictures."""
    if line.kind != "text" or line.bold or line.level or line.spans:
        return False
    return has_heading_form(line.text)


def find_galleries(content: list[Item]) -> frozenset[int]:
    """Find the lines that take turns with pictures: three or more, each directly below one and above the next."""
    found: list[int] = []
    run: list[int] = []
    for above, item in pairwise(content):
        if isinstance(above, Picture) and isinstance(item, Line) and may_be_of_gallery(item):
            run.append(id(item))
        elif not (isinstance(above, Line) and run and run[-1] == id(above) and isinstance(item, Picture)):
            found += run if len(run) >= _FEWEST_OF_GALLERY else []
            run = []
    return frozenset(found + (run if len(run) >= _FEWEST_OF_GALLERY else []))


def _are_like_told(lines: list[Line], told: list[float], others: int) -> bool:
    """Whether all pictures have lines or captions, and the lines are no wider than captions that are told."""
    if others or len(told) < _FEWEST_TOLD or not _FEWEST_BESIDE <= len(lines) <= _MOST_TO_ONE * len(told):
        return False
    return all(width(line.text) <= max(told) for line in lines)


def _are_labels(lines: list[Line], others: int, placed: list[Content]) -> bool:
    """Whether most pictures have a line of a few words below them, and no other paragraph is as short."""
    if len(lines) < max(_FEWEST_UNTOLD, 2 * others) or any(is_wide(line.text, _UNTOLD_WIDTH) for line in lines):
        return False
    labels = frozenset(map(id, lines))
    return not any(isinstance(item, Line) and id(item) not in labels and _is_short_sentence(item) for item in placed)


def _is_short_sentence(line: Line) -> bool:
    if line.kind != "text" or line.level or line.bold:
        return False
    return line.text.endswith(_SENTENCE_END) and not is_wide(line.text, _UNTOLD_WIDTH)
