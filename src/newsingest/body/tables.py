"""Tables: which hold data, and how their cells become one paragraph with rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsingest.body.lines import Line, Span, moved

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import _Element

    from newsingest.body.media import Picture, Player

LONGEST_CELL = 400
_FEWEST_COLUMNS = 2


def is_data_table(table: _Element) -> bool:
    """Tell a table of data from one that only lays out: two rows, two columns, short cells, no table or cell in one.

    A cell with nothing in it makes no column: pages set links off with them.
    """
    rows = 0
    columns = 0
    pictures = 0
    cells = 0
    for element in table.iter("table", "tr", "td", "th", "img", "iframe"):
        tag = element.tag
        if tag == "tr":
            rows += 1
            if columns < _FEWEST_COLUMNS:
                columns = max(columns, sum(1 for cell in element if cell.tag in ("td", "th") and _holds_any(cell)))
        elif tag in ("td", "th"):
            cells += 1
            is_nested = next(element.iterdescendants("td", "th"), None) is not None
            if is_nested or sum(map(len, element.itertext())) > LONGEST_CELL:
                return False
        elif tag == "table" and element is not table:
            return False
        else:
            pictures += tag == "img"
    return rows > 1 and columns >= _FEWEST_COLUMNS and pictures * 2 < cells


def _holds_any(cell: _Element) -> bool:
    """Whether a cell holds text or a picture."""
    return any(str(text).strip() for text in cell.itertext()) or next(cell.iter("img"), None) is not None


class DataTable:
    """A data table being read; the cells' lines are taken as the walk leaves each cell."""

    __slots__ = ("element", "outer", "rest", "rows", "spans")

    def __init__(self, element: _Element | int, outer: list[Line | Picture | Player]) -> None:
        self.element = element
        self.outer = outer
        self.rest: list[Line | Picture | Player] = []
        self.rows: list[list[str]] = []
        self.spans: list[list[tuple[Span, ...]]] = []

    def begin_row(self) -> None:
        """Open a row."""
        self.rows.append([])
        self.spans.append([])

    def take_cell(self, items: Iterable[Line | Picture | Player]) -> None:
        """Make one cell of what was read inside it; pictures and players stand after the table."""
        if not self.rows:
            self.begin_row()
        text = ""
        spans: list[Span] = []
        for item in items:
            if not isinstance(item, Line):
                self.rest.append(item)
                continue
            offset = len(text) + 1 if text else 0
            text = f"{text} {item.text}" if text else item.text
            if item.spans:
                spans += moved(item.spans, offset)
        self.rows[-1].append(text.replace("\n", " "))
        self.spans[-1].append(tuple(spans))

    def line(self) -> Line | None:
        """Return the table as one line: cells parted by tabs, rows by line breaks."""
        kept = [(row, spans) for row, spans in zip(self.rows, self.spans, strict=True) if any(row)]
        if not kept:
            return None
        placed: list[Span] = []
        offset = 0
        for row, cells in kept:
            for text, spans in zip(row, cells, strict=True):
                if spans:
                    placed += moved(spans, offset)
                offset += len(text) + 1
        rows = [row for row, _ in kept]
        text = "\n".join("\t".join(row) for row in rows)
        return Line(text, kind="table", spans=tuple(placed), rows=rows)
