"""Lines like credits that are none: facts, as of a film, whose makers did not make the text, and turns of talk."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from newsingest.body.lines import Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsingest.body.flow import Item
    from newsingest.body.line_patterns import LinePatterns

_FACT = re.compile(r"[^\s：:，。]{1,8}\s*[：:]\s*[^。！？]{1,60}")
# Who asks in an interview, and what is asked.
_TURN = re.compile(r"([^\s：:，。]{0,6}(?:记者|作者|编者|主持人))\s*[：:]\s*\S")
_SENTENCE_END = tuple("。！？!?…")
_FEWEST_TURNS = 3
_SHORTLY_LABELLED = re.compile(r"[^\s：:]{2}\s*[：:]")  # a page says more of its own date: 发布时间


class Facts:
    """The lists of facts among ``items``; ``patterns`` tell what would be a credit elsewhere."""

    def __init__(self, items: Sequence[Item], patterns: LinePatterns) -> None:
        self._items = items
        self._patterns = patterns
        self._end = 0  # of the credits that were looked at last
        self._speakers: frozenset[str] | None = None  # of the turns of an interview

    def hold(self, line: Line, above: object, index: int) -> bool:
        """Whether a credit, the item of this number, is a fact among others: they stand above and below the credits."""
        if not (_is_fact(above) and self._patterns.is_maker(line.text)):
            return False
        if index >= self._end:
            self._end = self._end_of_credits(index + 1)
        return self._end < len(self._items) and _is_fact(self._items[self._end])

    def hold_turn(self, line: Line) -> bool:
        """Whether a line like "Reporter: …" was asked in an interview: others begin so, and one is a sentence."""
        turn = _TURN.match(line.text)
        if turn is None:
            return False
        if self._speakers is None:
            self._speakers = self._find_speakers()
        return turn[1] in self._speakers

    def _find_speakers(self) -> frozenset[str]:
        turns = [
            (turn[1], item.text.endswith(_SENTENCE_END))
            for item in self._items
            if isinstance(item, Line) and (turn := _TURN.match(item.text)) is not None
        ]
        counts = Counter(speaker for speaker, _ in turns)
        return frozenset(speaker for speaker, is_sentence in turns if is_sentence and counts[speaker] >= _FEWEST_TURNS)

    def hold_date(self, line: Line, index: int) -> bool:
        """Whether a date is when something takes place, as of a lecture: below it another fact says where."""
        if _SHORTLY_LABELLED.match(line.text) is None or index + 1 >= len(self._items):
            return False
        following = self._items[index + 1]
        return isinstance(following, Line) and _is_fact(following) and self._patterns.match(following.text) is None

    def _end_of_credits(self, start: int) -> int:
        places = range(start, len(self._items))
        return next((place for place in places if not self._is_credit(self._items[place])), len(self._items))

    def _is_credit(self, item: Item) -> bool:
        match = self._patterns.match_line(item) if isinstance(item, Line) else None
        return match is not None and match.is_credit


def _is_fact(item: object) -> bool:
    return isinstance(item, Line) and item.kind == "text" and _FACT.fullmatch(item.text) is not None
