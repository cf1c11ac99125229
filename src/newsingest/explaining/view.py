"""An explanation as text: wrapped and in colour on a terminal, one line a piece elsewhere."""

from __future__ import annotations

import io
import os
import re
from typing import TYPE_CHECKING, Literal

from rich.cells import cell_len, chop_cells
from rich.console import Console
from rich.text import Text

from newsingest.explaining.wording import became, fields, label, shortened, why
from newsingest.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsingest.explaining.explain import Explanation, Piece

_LABEL = 20
_INDENT = 6 + 2 + _LABEL + 1  # line number, mark, label
_NARROW = 60  # columns below which texts stand below their labels
_STYLES = {"heading": "bold", "caption": "italic", "picture": "cyan", "player": "cyan"}
_SHORT = 100  # characters of a rule or a dropped text, without --verbose
# One unit that no line end may part: a run of other characters, or a wide one with the punctuation that follows.
_UNIT = re.compile(r"[\u2e80-\uffef][，。、；：？！）》」』】”’…]*|[^\s\u2e80-\uffef]+|\s+")


def view(explanation: Explanation, *, terminal: bool, verbose: bool) -> str:
    """Write an explanation as text."""
    colours: Literal["auto"] | None = "auto" if terminal and not os.environ.get("NO_COLOR") else None
    console = Console(
        file=io.StringIO(), force_terminal=terminal, color_system=colours, highlight=False, markup=False, emoji=False
    )
    width = console.width if terminal else None
    with console.capture() as captured:
        for line in _lines(explanation, width, verbose=verbose):
            console.print(line, soft_wrap=True)
    return captured.get()


def _lines(explanation: Explanation, width: int | None, *, verbose: bool) -> Iterator[Text]:
    record = explanation.record
    yield Text(printable(record.source.path), "bold")
    yield from _row("profile", f"{explanation.profile.name}: {explanation.profile.why}", width)
    yield from _row("encoding", f"{record.source.encoding}, {record.source.bytes} bytes", width)
    yield from _heading("Body")
    empty = 0
    for piece in explanation.blocks:
        if piece.empty and not verbose:
            empty += 1
        else:
            yield from _piece(piece, width, verbose=verbose)
    if empty:
        noun = "empty element" if empty == 1 else "empty elements"
        yield Text(f"       {empty} {noun} dropped; -v lists them", "dim")
    yield from _heading("Record")
    for name, value in fields(record):
        yield from _row(name, value, width)
    if record.warnings:
        yield from _heading("Warnings")
        for warning in record.warnings:
            yield from _row(warning.code, warning.message, width, "yellow")


def _heading(text: str) -> Iterator[Text]:
    yield Text()
    yield Text(text, "bold underline")


def _row(name: str, value: str, width: int | None, style: str = "bold") -> Iterator[Text]:
    yield from _hung(Text().append(f"  {name:<{_INDENT - 3}}", style), value, "", width)


def _piece(piece: Piece, width: int | None, *, verbose: bool) -> Iterator[Text]:
    head = Text().append(f"{piece.line or '':>5} ", "dim")  # a style given to Text() itself would reach all of the line
    head.append("+ " if piece.kept else "- ", "bold green" if piece.kept else "bold red")
    head.append(f"{label(piece):<{_LABEL}}", "green" if piece.kept else "bold red")
    style = _STYLES.get(piece.kind, "") if piece.kept else "dim"
    limit = None if verbose else _SHORT
    for row in _rows(piece, limit):
        yield from _hung(head, row, style, width)
        head = Text()
    for note in (became(piece), why(piece)):
        if note:
            yield from _hung(Text(), f"({shortened(note, limit)})", "dim cyan" if piece.kept else "yellow", width)


def _rows(piece: Piece, limit: int | None) -> list[str]:
    if piece.rows:
        return [" | ".join(row) for row in piece.rows]
    if piece.kept:
        return [*([piece.url] if piece.url else []), *(piece.text.split("\n") if piece.text or not piece.url else [])]
    return [shortened(text, limit) for text in (piece.url, piece.text) if text] or ["nothing to read"]


def _hung(head: Text, text: str, style: str, width: int | None) -> Iterator[Text]:
    """Set a text beside its head, all its lines to one indent; below it where the terminal is narrow."""
    shown = printable(text)
    narrow = width is not None and width < _NARROW
    indent = 8 if narrow else _INDENT
    rows = [shown] if width is None else _wrapped(shown, max(width - indent, 10))
    if narrow and len(head):
        head.rstrip()
        yield head
        head = Text()
    for row in rows:
        line = head.copy()
        line.append(" " * max(indent - cell_len(head.plain), 1))
        line.append(row, style)
        line.rstrip()
        yield line
        head = Text()


def _wrapped(text: str, width: int) -> list[str]:
    """Break a text into rows of ``width`` columns at most: at spaces, and anywhere between wide characters."""
    rows = [""]
    used = 0
    for unit in _UNIT.findall(text):
        size = cell_len(unit)
        if used + size > width and not unit.isspace():
            *full, unit = chop_cells(unit, width)  # noqa: PLW2901 - what is left of it
            if not rows[-1]:
                rows.pop()
            rows += [*full, unit]
            used = cell_len(unit)
        elif used + size <= width and (used or not unit.isspace()):
            rows[-1] += unit
            used += size
        elif unit.isspace():
            used = width
    return rows
