"""Which lines are headings: by their tag, their bold type or place, or, unmarked, by their form and what follows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from newsingest.lines import Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsingest.line_patterns import LineMatch
    from newsingest.reading import Captioned

# Widths in full-width characters (a Latin letter is half of one).
PROSE_WIDTH = 20
_HEADING_WIDTH = 40
_PLAIN_HEADING_WIDTH = 30
_MOST_BOLD_HEADINGS = 2  # that stand together
_NO_HEADING = 80  # characters, which are wider than any heading that no tag or bold type marks
_LONG = 200
_NARROW = re.compile(r"[\x00-\u2e7f]")
_TAG_HEADING_WIDTH = 79.5
_SENTENCE_END = tuple("。！？!?…」』”\"'）)】；;.")
_OPEN_END = tuple("。，,、；;…—-–~～")
_NO_HEADING_END = frozenset([*_OPEN_END, "！", "!", ".", ":", "："])
_FULL_STOP = tuple("。．；;，,、")
_MINOR = re.compile(r"[（(][一二三四五六七八九十]{1,3}[)）]")
_ENUMERATED = re.compile(
    r"(?:[（(][一二三四五六七八九十]{1,3}[)）]|[一二三四五六七八九十]{1,3}[、.．]|第[一二三四五六七八九十\d]{1,3}[章节部分条])"
)
# A number alone in a line opens a section.
_LONGEST_NUMBER = 12
_SECTION_NUMBER = re.compile(r"(?:0?[1-9]|1\d|[一二三四五六七八九十]{1,2}|(?:Part|PART|Chapter)[ .]{0,2}\d{1,2})")


class Heading(msgspec.Struct, frozen=True):
    """A heading line; ``guessed`` where neither tag, bold type nor centring marks it."""

    line: Line
    guessed: bool = False


def width(text: str) -> float:
    """Return how wide a text is in full-width characters; of a long one, at least how wide."""
    if text.isascii():
        return len(text) / 2
    if len(text) > _LONG:
        return len(text) / 2
    return len(text) - len(_NARROW.findall(text)) / 2


def is_wide(text: str, limit: float) -> bool:
    """Whether a text is wider than ``limit``; counts characters only where the text's length does not say it."""
    return len(text) > limit and (len(text) > 2 * limit or width(text) > limit)


class HeadingFinder:
    """Tells headings from paragraphs; ``matches`` is what patterns say of lines, by ``id()``."""

    def __init__(self, content: Sequence[Line | Captioned], matches: dict[int, LineMatch]) -> None:
        self.content: list[Line | Heading | Captioned] = list(content)
        self.guessed: list[Line] = []
        self._matches = matches

    def find(self) -> None:
        """Tell headings from paragraphs, from the end up: what follows a line decides what it is."""
        content = self.content
        following: Line | Heading | None = None
        for index in range(len(content) - 1, -1, -1):
            item = content[index]
            if not isinstance(item, Line):
                continue
            text = item.text
            is_text = item.kind == "text" and not (item.level or item.bold)
            if is_text and (len(text) > _NO_HEADING or text[-1] in _NO_HEADING_END):
                following = item  # as most lines are
            elif self._is_marked_heading(index, item, following):
                content[index] = following = Heading(item)
            elif _is_section_number(item, following) or self._is_plain_heading(index, item, following):
                content[index] = following = Heading(item, guessed=True)
                self.guessed.append(item)
            else:
                following = item
        self.guessed.reverse()

    def _is_marked_heading(self, index: int, line: Line, following: Line | Heading | None) -> bool:
        text = line.text
        if line.level:
            return not is_wide(text, _TAG_HEADING_WIDTH) and "\n" not in text
        if line.kind not in ("text", "quote") or following is None or "\n" in text:
            return False
        if line.bold:
            return not is_wide(text, _HEADING_WIDTH) and not text.endswith(_FULL_STOP) and not self._in_bold_run(index)
        if line.kind == "quote":
            return (
                not is_wide(text, PROSE_WIDTH)
                and not text.endswith(_SENTENCE_END)
                and not (isinstance(following, Line) and following.kind == "quote")
                and not (index and isinstance(before := self.content[index - 1], Line) and before.kind == "quote")
            )
        return line.centred and self._could_be_heading(line) and isinstance(following, Line) and not following.centred

    def _in_bold_run(self, index: int) -> bool:
        """Whether three or more bold lines stand together: a list of names, not headings."""
        run = 1
        for step in (-1, 1):
            at = index + step
            while run <= _MOST_BOLD_HEADINGS and 0 <= at < len(self.content) and _bold_line(self.content[at]):
                run += 1
                at += step
        return run > _MOST_BOLD_HEADINGS

    def _is_plain_heading(self, index: int, line: Line, following: Line | Heading | None) -> bool:
        """Whether a short unmarked line plainly introduces the text below it."""
        if line.kind != "text" or line.bold or not self._could_be_heading(line):
            return False
        before = self.content[index - 1] if index else None
        if not _ENUMERATED.match(line.text):
            if before is None:
                return False
            if isinstance(before, Line) and not before.bold and not before.text.endswith(_SENTENCE_END):
                return False
        if isinstance(following, Heading):
            number = _MINOR if _ENUMERATED.match(line.text) else _ENUMERATED
            return bool(number.match(following.line.text)) and not _MINOR.match(line.text)
        if following is None or following.kind != "text" or not following.text.endswith((*_SENTENCE_END, ":", "：")):
            return False
        return width(following.text) >= max(PROSE_WIDTH, 1.5 * width(line.text))

    def _could_be_heading(self, line: Line) -> bool:
        text = line.text
        if text[-1] in _NO_HEADING_END or is_wide(text, _PLAIN_HEADING_WIDTH) or "\n" in text:
            return False
        if "。" in text or text.startswith("——") or (text[0] in '“"「『' and text[-1] in '”"」』'):
            return False
        match = self._matches.get(id(line))
        return match is None or match.kind == "labels"


def _is_section_number(line: Line, following: Line | Heading | None) -> bool:
    if line.kind != "text" or following is None or len(line.text) > _LONGEST_NUMBER:
        return False
    if not _SECTION_NUMBER.fullmatch(line.text):
        return False
    return isinstance(following, Heading) or (following.kind == "text" and is_wide(following.text, PROSE_WIDTH))


def _bold_line(item: object) -> bool:
    line = item.line if isinstance(item, Heading) else item
    return isinstance(line, Line) and line.bold and not line.level
