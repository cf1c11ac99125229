"""Where the prose of a body stands: what is above, below or between it may be of the page, not of the text."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from newsingest.body.headings import PROSE_WIDTH
from newsingest.body.lines import Line
from newsingest.body.looks import is_wide

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsingest.body.flow import Item

_MOST_HEAD_LINES = 2  # of text above a date that is no part of it
_FEWEST_ITEMS = 3  # of a digest


class Prose:
    """Tells where a line of ``items`` stands while they are sorted; ``content``, which grows, is what was kept so far.

    No item is looked at twice, nor before somebody asks.
    """

    __slots__ = ("_asked", "_content", "_counted", "_head_lines", "_headed", "_items", "_last", "begun")

    def __init__(self, items: Sequence[Item], content: Sequence[Item]) -> None:
        self.begun = False  # prose was met
        self._items = items
        self._content = content
        self._asked = 0  # items of the content at which is_above has looked
        self._counted = 0  # items of the content at which is_still_to_begin has looked
        self._head_lines = 0  # lines among those
        self._last: int | None = None  # the place of the last long line
        self._headed: Counter[str] | None = None  # prose below a line with links, by that line's first character

    def is_above(self) -> bool:
        """Whether prose stands above the line that is sorted."""
        while not self.begun and self._asked < len(self._content):
            self.begun = _is_prose(self._content[self._asked])
            self._asked += 1
        return self.begun

    def is_still_to_begin(self) -> bool:
        """Whether the line that is sorted may still belong to the head of a page: a notice ends in its date."""
        if self.is_above():
            return False
        while self._counted < len(self._content) and self._head_lines <= _MOST_HEAD_LINES:
            self._head_lines += isinstance(self._content[self._counted], Line)
            self._counted += 1
        return self._head_lines <= _MOST_HEAD_LINES

    def is_around(self, index: int) -> bool:
        """Whether prose stands above and below an item."""
        if self._last is None:
            items = self._items
            self._last = next((at for at in range(len(items) - 1, -1, -1) if _is_prose(items[at])), 0)
        return index < self._last and self.is_above()

    def is_below_each(self, mark: str) -> bool:
        """Whether several lines that begin so hold links and stand above prose: they head the items of a digest."""
        if self._headed is None:
            self._headed = Counter(self._marks_above())
        return self._headed[mark] >= _FEWEST_ITEMS

    def _marks_above(self) -> Iterator[str]:
        above: Line | None = None
        for item in self._items:
            if isinstance(item, Line):
                if above is not None and above.spans and not item.spans and _is_prose(item):
                    yield above.text[:1]
                above = item


def _is_prose(item: Item) -> bool:
    return isinstance(item, Line) and is_wide(item.text, 2 * PROSE_WIDTH)
