"""Lines of the text that look like the page's own: a word that heads a part or stands in a list, a date, a quote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsingest.body.lines import Line
from newsingest.body.looks import is_wide

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsingest.body.flow import Item
    from newsingest.body.line_patterns import LineMatch, LinePatterns

_ADVERT_WIDTH = 60  # in full-width characters
_ADVERT_HEAD = 6
_MOST_OF_PART = 100  # items below a date among which the next is looked for


def is_word_of_text(items: Sequence[Item], index: int, patterns: LinePatterns) -> bool:
    """Whether a word like "Print" heads text or stands in a list of text; a button is a link, or stands by others."""
    line = items[index]
    if not isinstance(line, Line) or line.spans or not _is_cased_word(line.text):
        return False
    following = items[index + 1 : index + 2]
    if line.level:
        return not patterns.is_advert(line.text) and _are_of_text(following, patterns)
    beside = [*items[max(index - 1, 0) : index], *following]
    listed = [item for item in beside if isinstance(item, Line) and item.kind == line.kind]
    return line.kind == "list-item" and _are_of_text(listed, patterns)


def is_first_of_dates(items: Sequence[Item], index: int, match: LineMatch, patterns: LinePatterns) -> bool:
    """Whether a date heads the first part of a chronicle: below its text another heads the next."""
    line = items[index]
    if not isinstance(line, Line) or not (line.level or line.bold):
        return False
    is_below_text = False
    for item in items[index + 1 : index + 1 + _MOST_OF_PART]:
        if not isinstance(item, Line):
            continue
        if (item.level, item.bold) != (line.level, line.bold):
            is_below_text = True
        elif is_below_text and (other := patterns.match_line(item)) is not None and other.pattern == match.pattern:
            return True
    return False


def advert_words(line: Line) -> str:
    """Return of a quote what may say that it is an advert: what people say has such words further on, too."""
    is_said = line.text.endswith("。") or is_wide(line.text, _ADVERT_WIDTH)
    return line.text[:_ADVERT_HEAD] if is_said and not line.linked else line.text


def _is_cased_word(text: str) -> bool:
    return text.isalpha() and text.lower() != text.upper()


def _are_of_text(items: Sequence[Item], patterns: LinePatterns) -> bool:
    """Whether there are items, and none is a picture, a link or what a pattern knows."""
    return bool(items) and all(
        isinstance(item, Line) and not item.linked and patterns.match_line(item) is None for item in items
    )
