"""Lines of the text that look like the page's own: a word that heads a part or stands in a list, a part's date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsingest.body.lines import Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsingest.body.flow import Item
    from newsingest.body.line_patterns import LineMatch, LinePatterns
    from newsingest.body.reading import Taken

_MOST_HEAD_ITEMS = 3  # above the byline at the head of a page
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


def is_below_byline(items: Sequence[Item], index: int, taken: Sequence[Taken], content: Sequence[Item]) -> bool:
    """Whether an item stands directly below the byline at the head of a page, whatever a standfirst says above it."""
    if not (index and taken and len(content) <= _MOST_HEAD_ITEMS):
        return False
    return taken[-1].line is items[index - 1] and "byline" in taken[-1].fields


def _is_cased_word(text: str) -> bool:
    return text.isalpha() and text.lower() != text.upper()


def _are_of_text(items: Sequence[Item], patterns: LinePatterns) -> bool:
    """Whether there are items, and none is a picture, a link or what a pattern knows."""
    return bool(items) and all(
        isinstance(item, Line) and not item.linked and patterns.match_line(item) is None for item in items
    )
