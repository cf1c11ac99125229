"""Headers that need no YAML parser: one key a line, bare or in single quotes, and lists of such values.

A bare value may go on in rows below it. Most headers are like that. What is read here means the same to YAML; whatever
might mean more is left to it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsingest.parsing.header_yaml import Value
    from newsingest.record import PostWarning

PlainValue: TypeAlias = str | list[str] | None
_Line: TypeAlias = tuple[str, str, str, str, str, str]  # what the groups of its pattern found

BRACE = "&#12"
"""How the scraper's references for braces begin."""

# No control characters, no line breaks of YAML's own, and no "#", which may begin a comment.
_CHAR = r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffd-\uffff"
_KEY = r"[A-Za-z][A-Za-z0-9_-]{0,99}+"
_QUOTED = rf"'{_CHAR}']*+'"
# Begins with no sign that means something to YAML, and has no ": " inside.
_BARE = rf"{_CHAR}\s\-?:,\[\]{{}}#&*!|>'\"%@`]{_CHAR}#:]*+(?::(?=[^\s:]){_CHAR}#:]*+)*+"
# What YAML refuses as a value: more after a closing quote, ": " inside, or a reserved sign at the beginning.
_BROKEN = rf"""(?:{_QUOTED}|"{_CHAR}"\\]*+") *+["\w].*|{_BARE}: .*|[@`].*"""
# The same in a list: a reserved sign. Beside such items, and only there, a comment is taken for an item as well.
_BROKEN_ITEM = "[@`#].*"
# What follows a key or a list's dash: a value with the spaces after it.
_VALUE = rf"(?: ++({_QUOTED}|{_BARE}))? *+|(?<=:) ++({_BROKEN})|(?<=-) ++({_BROKEN_ITEM})"
# One whole line; the last two kinds are rows of the value above, one of them empty.
_LINE = rf"^(?:(?:({_KEY}):|( *+-))(?:{_VALUE})| ++({_BARE})| *+)$"
MOST_LINES = 200

OPENING = re.compile(r"\ufeff?(?:[^\S\n]*+\n)*+\ufeff?---[^\S\n]*+(?:\n|\Z)")
"""A header's first line, and blank ones above it."""
_CLOSING_LINE = "\n---\n"

Broken: TypeAlias = dict[str, tuple[int, str | None]]
"""The values that are not YAML, by key: their line (from 0) and text; None for lists, whose items are in the fields."""

Parts: TypeAlias = tuple[dict[str, PlainValue], Broken | None, int, str]
"""A post in parts: its fields, which of them are to be mended, how many lines stand above them, and its body."""


class Header(NamedTuple):
    """The fields of a header in order, and what to know about them."""

    fields: Mapping[str, Value]
    warnings: tuple[PostWarning, ...]


class PlainHeader(NamedTuple):
    """A header read without YAML: its fields, and which of them YAML could not read."""

    fields: dict[str, PlainValue]
    broken: Broken


def split(text: str) -> Parts | None:
    """Split a post of the usual kind: no carriage returns, a header of plain lines, and a bare ``---`` below it."""
    opening = OPENING.match(text)
    if opening is None or "\r" in text:
        return None
    start = opening.end()
    end = text.find(_CLOSING_LINE, start - 1)
    header = text[start : end + 1]
    plain = read_lines(header) if end > 0 else None
    if plain is None:
        return None
    broken = plain.broken if plain.broken or BRACE in header else None
    return plain.fields, broken, text.count("\n", 0, start), text[end + len(_CLOSING_LINE) :]


@cache
def _line() -> re.Pattern[str]:
    """Compile the pattern of a line, late: it takes as long as ten posts, and compiled code hardly ever needs it."""
    return re.compile(_LINE, re.MULTILINE)


def read_lines(header: str) -> PlainHeader | None:
    """Read a header of plain lines and broken values; None where it holds anything else."""
    header = header.rstrip("\n")
    count = header.count("\n") + 1
    if count > MOST_LINES or len(lines := _line().findall(header)) != count:
        return None
    fields: dict[str, PlainValue] = {}
    broken: Broken = {}
    comments = set[str]()  # keys of lists that hold them
    items: list[str] | None = None
    key_line = 0
    list_key = list_dash = ""
    for number, (key, dash, value, junk, item, _), rows in _with_rows(lines):
        if rows and (not key or not value or value[0] == "'"):
            return None
        text = fold([value, *rows]) if rows else _meant(value or item)
        if key:
            if key in fields:
                return None
            fields[key] = text if value else None
            items, list_key, key_line = None if value or junk else [], key, number
            if junk:
                broken[key] = number, junk
        elif items is None or not (value or item) or (items and dash != list_dash):
            return None
        else:
            list_dash, fields[list_key] = dash, items
            if item[:1] == "#":
                comments.add(list_key)
            elif item:
                broken[list_key] = key_line, None
            items.append(text)
    return PlainHeader(fields, broken) if comments <= broken.keys() else None


def _with_rows(lines: list[_Line]) -> list[tuple[int, _Line, list[str]]]:
    """Return the lines that have a key or dash, with their numbers and the rows below them that have none."""
    numbered: list[tuple[int, _Line, list[str]]] = []
    for number, line in enumerate(lines):
        key, dash, *_, row = line
        if key or dash or not numbered:
            numbered.append((number, line, []))
        else:
            numbered[-1][2].append(row)
    return numbered


def fold(rows: list[str]) -> str:
    """Join rows as YAML folds them: a break is a space, an empty row a break."""
    parts: list[str] = []
    breaks = 0
    for row in rows:
        part = row.strip(" \t")
        if not part:
            breaks += 1
            continue
        if parts:
            parts.append("\n" * breaks or " ")
        parts.append(part)
        breaks = 0
    return "".join(parts)


def _meant(value: str) -> str:
    """Return a value without its quotes, or without the spaces after it."""
    return value[1:-1] if value[:1] == "'" else value.rstrip(" \t")


def read_plain(header: str) -> dict[str, PlainValue] | None:
    """Read a header of plain lines; None where it holds anything else."""
    found = read_lines(header)
    return found.fields if found is not None and not found.broken else None


def unbraced(plain: dict[str, PlainValue]) -> dict[str, PlainValue]:
    """Turn the scraper's references for braces into braces again, in all of a plain header."""
    return {key: _unbraced(value) for key, value in plain.items()}


def _unbraced(value: PlainValue) -> PlainValue:
    return [unbrace(each) for each in value] if isinstance(value, list) else value and unbrace(value)


def unbrace(text: str) -> str:
    """Turn the scraper's ``&#123;`` and ``&#125;`` into braces again."""
    if BRACE not in text:
        return text
    return text.replace("&#123;", "{").replace("&#125;", "}")
