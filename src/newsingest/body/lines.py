"""Lines: runs of text between block boundaries, with white space folded and link offsets kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import msgspec

from newsingest.body.row_marks import heads_rows, is_indented, is_point
from newsingest.text import fold, has_word, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

LineKind = Literal["text", "list-item", "quote", "code", "table", "caption", "figure"]
# Stands for <br> among the parts of a line. The HTML parser never yields it as text.
BREAK = "\0"
# What stands before each row of a listing, and how many rows tell it from the listing's own numbers.
_ROW_NUMBER = r"[ \t\u00a0]*(\d{1,4})(?:[ \u00a0]|$)"
_FEWEST_NUMBERED = 3
# Elements that are a row of a listing.
CODE_ROWS = frozenset(("tr", "li", "div", "p"))


class Span(msgspec.Struct, frozen=True, gc=False):
    """A piece of a line that a link or a stock mention covers: code points, half open."""

    start: int
    end: int
    target: str
    stock: bool = False


class Line(msgspec.Struct, frozen=True, gc=False):
    """One run of text, white space folded, with what its markup says about it.

    A line of ``kind`` ``figure`` is loose text of a figure. ``level`` is 1–6 for ``<h1>``–``<h6>``, 7 for a heading by
    profile, else 0. ``bold`` means bold from end to end, ornaments aside. ``beside`` means that its block holds but
    this line below a picture and a break.
    """

    text: str
    kind: LineKind = "text"
    level: int = 0
    bold: bool = False
    centred: bool = False
    field: str | None = None
    spans: tuple[Span, ...] = ()
    rows: list[list[str]] | None = None
    beside: bool = False

    @property
    def linked(self) -> bool:
        """Whether links cover the whole line."""
        covered = sum(span.end - span.start for span in self.spans if not span.stock)
        return covered > 0 and covered >= len(self.text) - 2


def cut(line: Line, start: int, end: int) -> Line:
    """Return a piece of a line, with the spans that lie in it."""
    spans = tuple(
        Span(max(span.start, start) - start, min(span.end, end) - start, span.target, span.stock)
        for span in line.spans
        if span.start < end and span.end > start
    )
    return msgspec.structs.replace(line, text=line.text[start:end], spans=spans)


def leads_within(target: str) -> bool:
    """Whether a link leads to another place of its page."""
    return target.startswith("#")


def numbers_note(line: Line) -> bool:
    """Whether a line is a number alone, and a link to another place of its page."""
    return line.text.isdecimal() and not line.level and line.linked and leads_within(line.spans[0].target)


def without_way_back(text: str, spans: tuple[Span, ...]) -> tuple[str, tuple[Span, ...]]:
    """Leave out the links that lead from the end of a note back to its mark, which are arrows and no words."""
    end = len(text)
    kept = spans
    while kept and kept[-1].end == end and leads_within(kept[-1].target) and not has_word(text[kept[-1].start : end]):
        end = len(text[: kept[-1].start].rstrip())
        kept = kept[:-1]
    return (text[:end], kept) if has_word(text[:end]) else (text, spans)


def on_one_row(line: Line) -> Line:
    """Return a line with blanks for its breaks."""
    return msgspec.structs.replace(line, text=line.text.replace("\n", " "))


def joined(line: Line, more: Iterable[Line]) -> Line:
    """Return a line and those that follow it as one."""
    texts = [line.text]
    spans = list(line.spans)
    offset = len(line.text) + 1
    for each in more:
        texts.append(each.text)
        spans += moved(each.spans, offset)
        offset += len(each.text) + 1
    return msgspec.structs.replace(line, text=" ".join(texts), spans=tuple(spans))


def moved(spans: Iterable[Span], offset: int) -> list[Span]:
    """Shift spans by an offset."""
    return [Span(span.start + offset, span.end + offset, span.target, span.stock) for span in spans]


def code_lines(text: str, *, prose: bool, kind: LineKind) -> list[Line]:
    """Make a line of preformatted text, if it holds any: of code, or of ``kind`` where it is one row of ``prose``."""
    text = visible(text).strip("\n").rstrip()
    if not text.strip():
        return []
    if prose and "\n" not in text and not text.isascii():
        return [Line(fold(text), kind)]
    return [Line("\n".join(row.rstrip() for row in _unnumbered(text.split("\n"))), "code")]


def _unnumbered(rows: list[str]) -> list[str]:
    """Take the numbers off the rows of a listing that has one before each."""
    if len(rows) < _FEWEST_NUMBERED or not re.match(_ROW_NUMBER, rows[0]):
        return rows
    found = [re.match(_ROW_NUMBER, row) for row in rows]
    numbers = [int(match[1]) for match in found if match is not None]
    if numbers != list(range(1, len(rows) + 1)):
        return rows
    return [row[match.end() :] for row, match in zip(rows, found, strict=True) if match is not None]


class Context(msgspec.Struct, frozen=True, gc=False):
    """What elements hand down to the lines inside them."""

    bold: bool = False
    centred: bool = False
    kind: LineKind = "text"
    level: int = 0
    field: str | None = None

    @property
    def may_be_headed(self) -> bool:
        """Whether a row of a line may be a heading."""
        return self.kind == "text" and not self.level and self.field is None


class _Mark(msgspec.Struct):
    """A link or stock mention, from part ``start`` to part ``end`` (None while open)."""

    start: int
    end: int | None
    target: str
    stock: bool


class LineBuilder:
    """Gathers the parts of the current line; ``flush`` turns them into lines."""

    __slots__ = ("bolds", "marks", "open", "parts")

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.bolds: list[bool] = []
        self.marks: list[_Mark] = []
        self.open: list[_Mark] = []

    @property
    def is_empty(self) -> bool:
        """Whether the line holds nothing yet."""
        return not self.parts

    @property
    def ends_in_break(self) -> bool:
        """Whether the last that was added is a break."""
        return self.parts[-1:] == [BREAK]

    def add(self, text: str, *, bold: bool) -> None:
        """Add a piece of text, or a break."""
        self.parts.append(text)
        self.bolds.append(bold)

    def add_break(self) -> None:
        """Add a break; before any text it is nothing."""
        if self.parts:
            self.add(BREAK, bold=False)

    def begin(self, target: str, *, stock: bool) -> None:
        """Open a link or stock mention at the next part."""
        mark = _Mark(len(self.parts), None, target, stock)
        self.marks.append(mark)
        self.open.append(mark)

    def end(self) -> None:
        """Close the innermost open link or stock mention."""
        self.open.pop().end = len(self.parts)

    def flush(self, context: Context) -> list[Line]:
        """Return the lines gathered and begin anew; what is still open goes on in the next line."""
        parts, bolds, marks = self.parts, self.bolds, self.marks
        raw = parts[0] if len(parts) == 1 else "".join(parts)
        if not raw.isascii() and visible(raw) is not raw:
            parts = [visible(part) for part in parts]
            raw = "".join(parts)
        if not marks and True not in bolds and BREAK not in raw:  # as most lines are
            lines = [_plain(text, context)] if (text := " ".join(raw.split())) else []
        elif BREAK in raw:
            lines = [
                line
                for start, end, live in _with_marks(_paragraphs(parts, bolds if context.may_be_headed else None), marks)
                if (line := _line(parts[start:end], bolds[start:end], _shift(live, start, end), context))
            ]
        else:
            line = _line(parts, bolds, marks, context)
            lines = [line] if line else []
        self.parts.clear()
        self.bolds.clear()
        if self.marks:
            self.open = [_Mark(0, None, mark.target, mark.stock) for mark in self.open]
            self.marks = self.open.copy()
        return lines


def _plain(text: str, context: Context) -> Line:
    return Line(text, context.kind, context.level, False, context.centred, context.field)  # noqa: FBT003 - a hot path


def _with_marks(paragraphs: Iterable[tuple[int, int]], marks: list[_Mark]) -> Iterator[tuple[int, int, list[_Mark]]]:
    """Yield each paragraph with the marks that may reach into it; both are in the order in which they begin."""
    live: list[_Mark] = []
    place = 0
    for start, end in paragraphs:
        live = [mark for mark in live if mark.end is None or mark.end > start]
        while place < len(marks) and marks[place].start < end:
            live.append(marks[place])
            place += 1
        yield start, end, live


def _shift(marks: list[_Mark], start: int, end: int) -> list[_Mark]:
    """Cut marks to the parts from ``start`` to ``end``, counted from ``start``."""
    size = end - start
    shifted = [
        _Mark(
            max(0, mark.start - start),
            min(size, size if mark.end is None else mark.end - start),
            mark.target,
            mark.stock,
        )
        for mark in marks
    ]
    return [mark for mark in shifted if mark.end is not None and mark.start < mark.end]


def _line(parts: Sequence[str], bolds: Sequence[bool], marks: list[_Mark], context: Context) -> Line | None:
    text, spans = _place(parts, marks) if marks else (_folded("".join(parts)), ())
    if not text:
        return None
    if spans and not context.level and leads_within(spans[-1].target):
        text, spans = without_way_back(text, spans)
    bold = True in bolds and not any(
        part for part, bold in zip(parts, bolds, strict=True) if not bold and any(map(str.isalnum, part))
    )
    return Line(text, context.kind, context.level, bold, context.centred, context.field, spans)


def _folded(raw: str) -> str:
    if BREAK not in raw:
        return " ".join(raw.split())
    rows = (" ".join(row.split()) for row in raw.split(BREAK))
    return "\n".join(row for row in rows if row)


def _place(parts: Sequence[str], marks: list[_Mark]) -> tuple[str, tuple[Span, ...]]:
    """Fold the parts as ``_folded`` does, following where each part begins and ends."""
    begins: list[int | None] = []
    ends: list[int] = []
    out: list[str] = []
    length = 0
    gap = ""
    for part in parts:
        words = part.split() if part != BREAK else []
        if not words:
            begins.append(None)
            gap = "\n" if part == BREAK or gap == "\n" else (" " if part else gap)
        else:
            if not gap and part[0].isspace():
                gap = " "
            if gap and length:
                out.append(gap)
                length += 1
            folded = " ".join(words)
            begins.append(length)
            out.append(folded)
            length += len(folded)
            gap = " " if part[-1].isspace() else ""
        ends.append(length)
    text = "".join(out)
    spans = [span for mark in marks if (span := _span(mark, begins, ends))]
    return text, tuple(spans)


def _span(mark: _Mark, begins: list[int | None], ends: list[int]) -> Span | None:
    stop = len(ends) if mark.end is None else mark.end
    start = next((begin for begin in begins[mark.start : stop] if begin is not None), None)
    return None if start is None else Span(start, ends[stop - 1], mark.target, mark.stock)


def _paragraphs(parts: Sequence[str], bolds: Sequence[bool] | None) -> Iterator[tuple[int, int]]:
    """Split a line with ``<br>`` into paragraphs: yield ranges of parts.

    A new paragraph begins where the break is doubled, where an indent follows it, and at each point of a typed
    list of at least two points. A row of bold type, or in brackets, that heads those below it is one by itself, but
    for where there are no ``bolds``.
    """
    rows = list(_rows(parts))
    texts = ["".join(parts[start:end]) for start, end in rows]
    points = [is_point(text) for text in texts]
    listed = sum(points) > 1
    begun: int | None = None
    last = 0
    blank = False
    before = ""
    for index, ((start, end), text, point) in enumerate(zip(rows, texts, points, strict=True)):
        if not text.strip():
            blank = True
            continue
        heads = (
            bolds is not None
            and index + 1 < len(rows)
            and not _is_bold(parts, bolds, *rows[index + 1])
            and heads_rows(
                text,
                "" if begun is None or blank else before,
                texts[index + 1],
                set_apart=_is_set_apart(parts, bolds, text, start, end),
            )
        )
        if begun is not None and (blank or heads or (listed and point) or is_indented(text)):
            yield begun, last
            begun = None
        before, blank = text, False
        if heads:
            yield start, end
            continue
        begun = start if begun is None else begun
        last = end
    if begun is not None:
        yield begun, last


def _is_bold(parts: Sequence[str], bolds: Sequence[bool], start: int, end: int) -> bool:
    return True in bolds[start:end] and not any(
        not bold and any(map(str.isalnum, part)) for part, bold in zip(parts[start:end], bolds[start:end], strict=True)
    )


def _is_set_apart(parts: Sequence[str], bolds: Sequence[bool], row: str, start: int, end: int) -> bool:
    row = row.strip()
    return (row[0] == "【" and row[-1] == "】" and row.count("【") == 1) or _is_bold(parts, bolds, start, end)


def _rows(parts: Sequence[str]) -> Iterator[tuple[int, int]]:
    start = 0
    for index, part in enumerate(parts):
        if part == BREAK:
            yield start, index
            start = index + 1
    yield start, len(parts)


def next_line(content: Sequence[object], at: int) -> Line | None:
    """Return the line that follows, whatever pictures stand between. Not by a slice, which would copy all the rest."""
    for place in range(at + 1, len(content)):
        if isinstance(item := content[place], Line):
            return item
    return None
