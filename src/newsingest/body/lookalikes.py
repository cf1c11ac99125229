"""Lines of the text that look like the page's own: a word as on a button, a part's date, a fact, what is said."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from newsingest.body.lines import Line
from newsingest.body.looks import is_wide

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsingest.body.flow import Item
    from newsingest.body.line_patterns import LineMatch, LinePatterns
    from newsingest.body.reading import Taken

_ADVERT_WIDTH = 60  # in full-width characters
_ADVERT_HEAD = 6
_MOST_HEAD_ITEMS = 3  # above the byline at the head of a page
_MOST_OF_PART = 100  # items below a date among which the next is looked for
_FACT = re.compile(r"[^\s：:，。]{1,8}\s*[：:]\s*[^。！？]{1,60}")
# Who asks in an interview, and what is asked.
_TURN = re.compile(r"([^\s：:，。]{0,6}(?:记者|作者|编者|主持人))\s*[：:]\s*\S")
_SENTENCE_END = tuple("。！？!?…")
_FEWEST_TURNS = 3
_SHORT_LABEL = re.compile(r"[^\s：:]{2}\s*[：:]")  # a page says more of its own date: 发布时间


def is_word_of_text(items: Sequence[Item], index: int, patterns: LinePatterns) -> bool:
    """Whether a word like "Print" heads text or stands in a list of text: a button is a link, or stands by others."""
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
    """Whether a date heads the first part of a chronicle: another such date below its text heads the next."""
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


def advert_words(line: Line) -> str:
    """Return of a quote what may say that it is an advert: what people say has such words further on, too."""
    is_said = line.text.endswith("。") or is_wide(line.text, _ADVERT_WIDTH)
    return line.text[:_ADVERT_HEAD] if is_said and not line.linked else line.text


class FactLists:
    """The lists of facts among ``items``, as of a film or a book, whose makers did not make the text; turns of talk."""

    __slots__ = ("_end", "_items", "_patterns", "_speakers")

    def __init__(self, items: Sequence[Item], patterns: LinePatterns) -> None:
        self._items = items
        self._patterns = patterns
        self._end = 0  # of the run of credits that was looked at last
        self._speakers: frozenset[str] | None = None  # of the turns of an interview

    def hold_credit(self, line: Line, above: Item | None, index: int) -> bool:
        """Whether a credit, item number ``index``, is a fact: others stand above and below its run of credits."""
        if not (_is_fact(above) and self._patterns.is_maker(line.text)):
            return False
        if index >= self._end:
            self._end = self._end_of_credits(index + 1)
        return self._end < len(self._items) and _is_fact(self._items[self._end])

    def hold_turn(self, line: Line) -> bool:
        """Whether a line like "Reporter: …" was asked in an interview, or is that of one item, as in a list of books.

        Others begin so, and one is a sentence, or each says something else and stands by itself.
        """
        turn = _TURN.match(line.text)
        if turn is None:
            return False
        if self._speakers is None:
            self._speakers = self._find_speakers()
        return turn[1] in self._speakers

    def _find_speakers(self) -> frozenset[str]:
        turns: defaultdict[str, dict[int, str]] = defaultdict(dict)
        for place, item in enumerate(self._items):
            if isinstance(item, Line) and (turn := _TURN.match(item.text)) is not None:
                turns[turn[1]][place] = item.text
        return frozenset(speaker for speaker, said in turns.items() if len(said) >= _FEWEST_TURNS and _are_turns(said))

    def hold_date(self, line: Line, index: int) -> bool:
        """Whether a date, item number ``index``, is a fact, as when a lecture is given: the next one says where."""
        if _SHORT_LABEL.match(line.text) is None or index + 1 >= len(self._items):
            return False
        following = self._items[index + 1]
        return isinstance(following, Line) and _is_fact(following) and self._patterns.match(following.text) is None

    def _end_of_credits(self, start: int) -> int:
        places = range(start, len(self._items))
        return next((place for place in places if not self._is_credit(self._items[place])), len(self._items))

    def _is_credit(self, item: Item) -> bool:
        match = self._patterns.match_line(item) if isinstance(item, Line) else None
        return match is not None and match.is_credit


def _are_turns(said: dict[int, str]) -> bool:
    """Whether lines that begin alike, by their places, are turns of an interview or stand in an item each."""
    if any(text.endswith(_SENTENCE_END) for text in said.values()):
        return True
    return len(set(said.values())) == len(said) and all(place + 1 not in said for place in said)


def _is_cased_word(text: str) -> bool:
    return text.isalpha() and text.lower() != text.upper()


def _are_of_text(items: Sequence[Item], patterns: LinePatterns) -> bool:
    """Whether there are items, and none is a picture, a link or what a pattern knows."""
    return bool(items) and all(
        isinstance(item, Line) and not item.linked and patterns.match_line(item) is None for item in items
    )


def _is_fact(item: Item | None) -> bool:
    return isinstance(item, Line) and item.kind == "text" and _FACT.fullmatch(item.text) is not None
