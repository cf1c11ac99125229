"""How a row of a line with ``<br>`` begins: as a point of a list, a paragraph, or the heading of those below it."""

from __future__ import annotations

import re

# White space before a paragraph; editors write it with every other blank plain.
_INDENT = re.compile(r"[ \t\r\n]*(?:[\u3000\u2003]|\u00a0 ?\u00a0)")
# A number or bullet that opens a point of a typed list.
_POINT = re.compile(
    r"\s*(?:\d{1,3}\s?[、．)）]|\d{1,3}\.(?!\d)|[（(]\d{1,3}[)）]|[一二三四五六七八九十]{1,3}、|[①-⑳]"
    r"|[•·●■◆▪►▶]\s?|[-–*][ \u00a0])\s*\S"
)
# A row of bold type above text is its heading, unless it is a sentence; one without a mark needs prose below it, or a
# list: a person's name stands above his office, too. What few bodies need is compiled when one does.
_LONGEST_HEAD = 40
_NO_HEAD = (*"。．.；;，,、…", "。”", "。」")
_MARKED_HEAD = (
    r"[【\[［■□◆◇▼▎▌●★※〓#＃]|\d{1,2}[、.．)）]|[一二三四五六七八九十]{1,3}[、.．]"
    r"|[（(][一二三四五六七八九十\d]{1,3}[)）]|[QＱ问][:：]"
)
# So a row of plain type shows that it opens a section.
_SECTION_MARKS = "■□◆◇▌▍▎▼〓"
_OPENS_SECTION = (
    rf"[{_SECTION_MARKS}][^{_SECTION_MARKS}。]{{1,24}}〓?|[一二三四五六七八九十]{{1,3}}、[^。]{{1,24}}"
    r"|[\[［][^\[\]［］]{1,16}[\]］]"
)
_MARKED_END = tuple(":：?？】")
_SENTENCE_END = tuple("。！？.!?”」")
_LEAST_PROSE = 16
_LISTED = r"[-–—*](?:[ \t\u00a0]|\w)|[^:：]{1,24}[:：](?!//)"


def heads_rows(row: str, before: str, following: str, *, set_apart: bool) -> bool:
    """Whether a row is the heading of the next, by its type or mark; none in the middle of a sentence is."""
    row, before, following = row.strip(), before.strip(), following.strip()
    if not following or len(row) > _LONGEST_HEAD or row.endswith(_NO_HEAD) or not any(map(str.isalnum, row)):
        return False
    if not set_apart:
        return _opens_section(row, before, following)
    if before and not before.endswith(_SENTENCE_END):
        return False
    return (
        row.endswith(_MARKED_END)
        or re.match(_MARKED_HEAD, row) is not None
        or (following.endswith(_SENTENCE_END) and len(following) >= _LEAST_PROSE)
        or is_point(following)
        or re.match(_LISTED, following) is not None
    )


def _opens_section(row: str, before: str, following: str) -> bool:
    if re.fullmatch(_OPENS_SECTION, row) is None or following[0] == row[0] or is_point(following):
        return False
    return row[0] in _SECTION_MARKS or not before or before.endswith(_SENTENCE_END)


def is_point(row: str) -> bool:
    """Whether a row is a point of a typed list."""
    return _POINT.match(row) is not None


def is_indented(row: str) -> bool:
    """Whether a row begins as a paragraph does."""
    return _INDENT.match(row) is not None
