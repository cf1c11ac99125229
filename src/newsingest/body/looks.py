"""What a line is at a glance: most lines of a body are plain text, and need no second look."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from newsingest.body.lines import Line
from newsingest.text import squash

if TYPE_CHECKING:
    from collections.abc import Sequence

# Widths in full-width characters (a Latin letter is half of one).
PLAIN_HEADING_WIDTH = 30
HEADLINE_WIDTH = 60  # of a headline behind its outlet, 【甲日报】
_LONG = 200
_FIRST_WIDE = "\u2e80"
# Characters that end no heading but one that its tag or bold type marks.
NO_HEADING_END = "。，,、；;…—-–~～！!.:："

TOP = 12  # items from the top in which a page's head (title, labels, date) may stand
TITLE_SLACK = 12  # characters by which a line that repeats the title may differ from it in length


def width(text: str) -> float:
    """Return how wide a text is in full-width characters; for a long one, a width that it has at least."""
    if text.isascii():
        return len(text) / 2
    if len(text) > _LONG:
        return len(text) / 2
    return len(text) - sum(map(_FIRST_WIDE.__gt__, text)) / 2


def is_wide(text: str, limit: float) -> bool:
    """Whether a text is wider than ``limit``; wide characters are counted only where the length does not decide."""
    return len(text) > limit and (len(text) > 2 * limit or width(text) > limit)


def with_breaks(items: Sequence[object]) -> list[int]:
    """Return the places of the lines that hold breaks."""
    return [place for place, item in enumerate(items) if isinstance(item, Line) and "\n" in item.text]


def below_media(items: Sequence[object]) -> frozenset[int]:
    """Return the lines directly below a picture or player, by ``id()``."""
    pairs = pairwise(items)
    return frozenset(id(item) for above, item in pairs if isinstance(item, Line) and not isinstance(above, Line))


def repeated_title(content: Sequence[object], title: str) -> tuple[int, Line] | None:
    """Return the line near the top that says what a title says, and its place."""
    said = squash(title)
    for place, item in enumerate(content[:TOP]):
        if isinstance(item, Line) and abs(len(item.text) - len(title)) < TITLE_SLACK and squash(item.text) == said:
            return (place, item) if said else None
    return None


def take(taken: list[Any], items: Sequence[object], start: int, end: int) -> None:
    """Add some items as they are to those that were taken."""
    taken += items[start:end]


def not_text(content: Sequence[object]) -> list[int]:
    """Return the places of all that is no line of text: pictures, players, captions, quotes and so on."""
    return [place for place, item in enumerate(content) if not isinstance(item, Line) or item.kind != "text"]


def may_be_headings(content: Sequence[object]) -> list[int]:
    """Return the places of the lines that may be headings."""
    return [place for place, item in enumerate(content) if isinstance(item, Line) and _may_be_heading(item)]


def _may_be_heading(line: Line) -> bool:
    if line.level:
        return True
    if line.kind == "text":
        return line.bold or has_heading_form(line.text)
    return line.kind == "quote"


def has_heading_form(text: str) -> bool:
    """Whether an unmarked line looks like a heading."""
    limit = HEADLINE_WIDTH if text[0] == "【" else PLAIN_HEADING_WIDTH
    if text[-1] in NO_HEADING_END or is_wide(text, limit) or "\n" in text:
        return False
    return not ("。" in text or text.startswith("——") or (text[0] in '“"「『' and text[-1] in '”"」』'))
