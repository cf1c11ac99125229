"""The rows of a line with ``<br>``: those at its top and bottom that are no text become lines of their own.

Credits and related links do; at its top also the caption of the picture above, and the title repeated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsingest.body.headings import is_parted_heading
from newsingest.body.lines import Line, cut, on_one_row
from newsingest.body.looks import TOP
from newsingest.body.media import Picture
from newsingest.body.prose import Prose
from newsingest.body.related import is_link_label
from newsingest.body.sieve import PATTERN_LIMIT, UNASKED
from newsingest.body.sifting import with_breaks
from newsingest.text import squash

if TYPE_CHECKING:
    from newsingest.body.flow import Item
    from newsingest.body.line_patterns import LinePatterns
    from newsingest.body.reading import Remade

_EDGE_ROWS = 30  # rows that are looked at, at the top of a line and at its bottom
_MOST_LAST = 8  # items, of which one may end in the page's own link
_WAYS_ON = ("更多", "全文", "原文")  # what such a link ends in
_POINTERS = " >＞»›→…"
_SENTENCE_END = tuple("。！？…”）")


def part_rows(items: list[Item], patterns: LinePatterns, title: str) -> tuple[list[Item], Remade]:
    """Part lines whose first or last rows are no text; return the items, and the lines that were parted."""
    made: list[Item] = []
    parted: Remade = []
    places = with_breaks(items)
    if not places:
        return items, parted
    parter = _Parter(items, patterns)
    at = 0
    said = squash(title)
    for index in places:
        line = items[index]
        is_last = index == places[-1] and not any(isinstance(item, Line) for item in items[index + 1 :])
        parts = parter.parts(line, index, is_last=is_last) if isinstance(line, Line) else None
        if parts is None and index == places[0] and index < TOP and isinstance(line, Line):
            parts = _title_above(line, said)
        if isinstance(line, Line) and parts is not None:
            parted.append((line, parts))
            made += (*items[at:index], *parts)
            at = index + 1
    return ([*made, *items[at:]] if parted else items), parted


def part_link(items: list[Item], patterns: LinePatterns) -> tuple[list[Item], Remade]:
    """Part the page's link home, or to more, from the text or credit that it ends; return the items, as above."""
    for above, line in enumerate(items[-_MOST_LAST:], max(0, len(items) - _MOST_LAST)):
        if isinstance(line, Line) and line.spans and (parts := _with_link_apart(line, patterns)):
            return [*items[:above], *parts, *items[above + 1 :]], [(line, parts)]
    return items, []


def _with_link_apart(line: Line, patterns: LinePatterns) -> tuple[Line, Line] | None:
    start, end = line.spans[-1].start, line.spans[-1].end
    if end < len(line.text) or not line.text.rstrip(_POINTERS).endswith(_WAYS_ON):
        return None
    text, link = cut(line, 0, len(line.text[:start].rstrip())), cut(line, start, end)
    match = patterns.match(link.text)
    if match is None or match.kind != "drop":
        return None
    if not text.text.endswith(_SENTENCE_END):
        match = patterns.match(text.text)
    return (text, link) if match is not None and match.is_credit else None


class _Parter:
    def __init__(self, items: list[Item], patterns: LinePatterns) -> None:
        self._items = items
        self._patterns = patterns
        self._prose = Prose(items, items)  # nothing is sorted yet, so prose anywhere is prose to its labels

    def parts(self, line: Line, index: int, *, is_last: bool) -> tuple[Line, ...] | None:
        """Return the lines that stand for a line, the item of this number, or None where it stays as it is."""
        if index and isinstance(self._items[index - 1], Picture) and self._is_caption_above(line):
            end = line.text.index("\n")
            rest = cut(line, end + 1, len(line.text))
            parts = self.parts(rest, 0, is_last=is_last) if "\n" in rest.text else None
            return (cut(line, 0, end), *(parts or (rest,)))
        has_edge = self._has_edge(line, is_last=is_last)
        if is_parted_heading(line) and (line.level or not has_edge):
            return (on_one_row(line),)
        return self._parted(line, is_last=is_last) if has_edge else None

    def _is_caption_above(self, line: Line) -> bool:
        """Whether the first row of a line below a picture reads like its caption, and others do not."""
        if line.kind != "text" or line.level or line.centred:  # a centred line may be one caption as a whole
            return False
        first, _, rest = line.text.partition("\n")
        return (
            len(first) <= PATTERN_LIMIT
            and self._patterns.is_caption(first)
            and not self._patterns.is_caption(rest.partition("\n")[0])
        )

    def _has_edge(self, line: Line, *, is_last: bool) -> bool:
        """Whether the first or last row of a line may be something else than text."""
        if line.kind in UNASKED:
            return False
        if line.spans:
            return True
        text, match = line.text, self._patterns.match
        last = text[text.rindex("\n") + 1 :]
        if match(text[: text.index("\n")]) is not None or match(last) is not None:
            return True
        return is_last and self._patterns.match_tail(last) is not None

    def _parted(self, line: Line, *, is_last: bool) -> tuple[Line, ...]:
        bounds = _first_rows(line.text)
        top = [cut(line, *each) for each in bounds]
        above = self._count_above(top)
        start = bounds[above - 1][1] + 1 if above else 0
        bounds = _last_rows(line.text, start)
        bottom = [cut(line, *each) for each in bounds]
        below = self._count_below(bottom, is_last=is_last)
        end = bounds[-below][0] - 1 if below else len(line.text)
        middle = [cut(line, start, end)] if start <= end else []
        return (*top[:above], *middle, *bottom[len(bottom) - below :])

    def _count_above(self, rows: list[Line]) -> int:
        """Count the rows at the top that are credits, furniture or related links."""
        in_links = False
        for index, row in enumerate(rows):
            match = self._patterns.match_line(row)
            in_links = is_link_label(row, match, rows, index, self._prose) or (in_links and row.linked)
            if not (in_links or (match is not None and match.is_credit)):
                return index
        return len(rows)

    def _count_below(self, rows: list[Line], *, is_last: bool) -> int:
        """Count such rows at the bottom, and at that of the last line those that only stand below a text."""
        end = len(rows)
        while end:
            label = end - 1
            while label and rows[label].linked:
                label -= 1
            match = self._patterns.match_line(rows[label])
            if is_link_label(rows[label], match, rows, label, self._prose):
                end = label
            elif self._is_credit(rows[end - 1]) or (is_last and self._patterns.match_tail(rows[end - 1].text)):
                end -= 1
            else:
                break
        return len(rows) - end

    def _is_credit(self, row: Line) -> bool:
        match = self._patterns.match_line(row)
        return match is not None and match.is_credit


def _title_above(line: Line, said: str) -> tuple[Line, ...] | None:
    """Part the title, on one row or over several, from what stands below it; None where it does not stand there."""
    end = line.text.find("\n")
    while 0 < end < 2 * len(said):
        rows = squash(line.text[:end])
        if rows == said:
            return (on_one_row(cut(line, 0, end)), cut(line, end + 1, len(line.text)))
        end = line.text.find("\n", end + 1) if said.startswith(rows) else -1
    return None


def _first_rows(text: str) -> list[tuple[int, int]]:
    """Return where the first rows of a text begin and end."""
    bounds: list[tuple[int, int]] = []
    start = 0
    while len(bounds) < _EDGE_ROWS and start <= len(text):
        end = text.find("\n", start)
        bounds.append((start, end if end >= 0 else len(text)))
        start = bounds[-1][1] + 1
    return bounds


def _last_rows(text: str, start: int) -> list[tuple[int, int]]:
    """Return where the last rows begin and end, of which none begins before ``start``."""
    bounds: list[tuple[int, int]] = []
    end = len(text)
    while len(bounds) < _EDGE_ROWS and end >= start:
        bounds.append((max(text.rfind("\n", start, end) + 1, start), end))
        end = bounds[-1][0] - 1
    return bounds[::-1]
