"""Which lines are headings: by their tag, their bold type or place, or, unmarked, by their form and what follows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from newsingest.body.lines import Line, cut, numbers_note
from newsingest.body.looks import NO_HEADING_END, has_heading_form, is_wide, width
from newsingest.body.reading import Captioned
from newsingest.body.sentences import PERIOD, is_stopped
from newsingest.body.series import NUMERALS, find_series, likeness, may_be_alike, numbers_thing, titles_of_groups
from newsingest.body.sifting import may_be_headings
from newsingest.text import has_word

if TYPE_CHECKING:
    from newsingest.body.line_patterns import LineMatch, LinePatterns
    from newsingest.body.reading import Content, Remade

# Widths in full-width characters.
PROSE_WIDTH = 20
_ENUMERATED_PROSE_WIDTH = 12  # below a heading with a number
_HEADING_WIDTH = 40
_LONGEST_BOLD = 60  # of one in bold type, where nothing in it ends a sentence
_MOST_BOLD_HEADINGS = 2  # that stand together
_MOST_QUOTED_SPACES = 4  # in a quote that is a heading; more make it a pull quote
_TAG_HEADING_WIDTH = 79.5
_MOST_BREAKS = 2
_SENTENCE_END = tuple("。！？!?…」』”\"'）)】；;.")
_STOP = re.compile(r"[。！？；!?;]|\. ")
# A line that is all in these brackets is a label of what follows.
_BRACKETED = re.compile(r"【[^【】]{1,16}】")
# So a notice sets its title above its text; verses have signs at their ends.
_PARTED_TITLE = re.compile(r"[^\n]{2,39}\w\n[^\n]{2,39}(?:\w|[)）》])")
_BULLETS = "●■◆▶►•○▪"
_FIRST_NUMERALS = {*NUMERALS, "1"}
_QUESTION = re.compile(rf"(?:[\d{NUMERALS}]{{1,3}}[、.．]\s?)?问[:：]")
_MAJOR = re.compile(rf"[{NUMERALS}]{{1,3}}[、.．]")
_MINOR = re.compile(rf"[（(][{NUMERALS}]{{1,3}}[)）]")
_NUMBERED = re.compile(r"\d{1,2}[、.．](?!\d)")
_ENUMERATED = re.compile(rf"{_MAJOR.pattern}|{_MINOR.pattern}|第[{NUMERALS}\d]{{1,3}}[章节部分条]")
_ENUMERATION_OPENS = f"{NUMERALS}（(第"
# Who, what or when the text below is about, and a few words on it.
_LABELLED = re.compile(
    r"(?P<label>[^:：\d]{2,10})[:：]\s*[^:：\d？?]{2,}"
    r"|(?P<time>(?:\d{4}\s?年(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月\d{1,2}日|\d{1,2}[:：]\d{2})[^\d。！？?]{0,20})"
)
_FEWEST_LABELLED = 3
_FEWEST_TOLD = 2  # section numbers above prose; so others may stand above what leads in
_TURN = re.compile(r"[^:：。，！？“”]{1,10}[:：]")
# Parts that every report of its kind has, however little it says there.
_STANDING = ("风险提示", "投资建议", "核心观点", "投资要点")
# A number alone in a line opens a section.
_LONGEST_NUMBER = 12
_SECTION_NUMBER = re.compile(rf"(?:0?[1-9]|1\d|[{NUMERALS}]{{1,2}}|(?:Part|PART|Chapter)[ .]{{0,2}}\d{{1,2}})")
_AROUND_NUMBER = " /|｜·.-—–_【】[]「」"


class Heading(msgspec.Struct, frozen=True, gc=False):
    """A heading line; ``guessed`` where neither tag, bold type nor centring marks it."""

    line: Line
    guessed: bool = False


def is_parted_heading(line: Line) -> bool:
    """Whether breaks do no more than part a heading's number from its words, or its words."""
    text = line.text
    if line.level:
        return text.count("\n") <= _MOST_BREAKS and not is_wide(text, _TAG_HEADING_WIDTH)
    return line.bold and line.centred and _PARTED_TITLE.fullmatch(text) is not None


class HeadingFinder:
    """Tells headings from paragraphs, and puts them in the place of their lines in ``content``.

    ``matches`` is what patterns said of lines (None: they do not count), ``below`` are those directly below a picture,
    both by ``id()``.
    """

    __slots__ = ("_below", "_labelled", "_matches", "_patterns", "captions", "content", "guessed", "remade")

    def __init__(
        self,
        content: list[Content],
        patterns: LinePatterns,
        matches: dict[int, LineMatch | None],
        below: frozenset[int],
    ) -> None:
        self.content = content
        self.guessed: list[Line] = []
        self.captions: list[Line] = []  # what only looked like headings
        self.remade: Remade = []
        self._labelled: list[int] = []
        self._patterns = patterns
        self._matches = matches
        self._below = below

    def find(self) -> None:
        """Tell headings from paragraphs: each by itself, then those that others of their kind tell."""
        guessed, others = self._find_each()
        if others:
            self._find_more_of_series([index for index, text in others if text[0] in _FIRST_NUMERALS])
        if len(self._labelled) >= _FEWEST_LABELLED:
            self._take_labelled()
        if others and len(others) + len(guessed) > 1:
            self._find_alike(others, guessed)
        self.guessed.reverse()
        if self.guessed and id(self.guessed[0]) in self._below and self._are_captions():
            self._give_to_pictures()

    def _find_each(self) -> tuple[list[int], list[tuple[int, str]]]:
        """Find headings from the end up, as what follows a line decides what it is.

        Returns the places of those that are guessed, and the places and texts of what may be more of them.
        """
        content = self.content
        guessed: list[int] = []
        others: list[tuple[int, str]] = []
        for index in reversed(may_be_headings(content)):
            item = content[index]
            if not isinstance(item, Line) or (item.spans and numbers_note(item)):
                continue
            following = self._following(index)
            if self._is_marked_heading(index, item, following):
                content[index] = Heading(self._without_anchor(item) if item.spans else item)
            elif _is_section_number(item, following) or self._is_plain_heading(index, item, following):
                content[index] = Heading(item, guessed=True)
                self.guessed.append(item)
                guessed.append(index)
            elif item.kind == "text" and not item.bold and may_be_alike(item.text):
                others.append((index, item.text))
        return guessed, others

    def _without_anchor(self, line: Line) -> Line:
        """Leave out a heading's link to itself: a mark at one of its ends, and no word."""
        if not line.level:
            return line
        text, first, last = line.text, line.spans[0], line.spans[-1]
        start = first.end if first.start == 0 and not has_word(text[: first.end]) else 0
        end = last.start if last.end == len(text) and not has_word(text[last.start :]) else len(text)
        kept = text[start:end]
        if kept == text or not has_word(kept):
            return line
        start, end = start + len(kept) - len(kept.lstrip()), start + len(kept.rstrip())
        whole = cut(line, start, end)
        self.remade.append((line, (whole,)))
        return whole

    def _are_captions(self) -> bool:
        """Whether each that would be guessed stands below a picture, and others are marked or it opens the text."""
        if not all(id(line) in self._below and not _opens_with_number(line.text) for line in self.guessed):
            return False
        if any(isinstance(item, Heading) and not item.guessed for item in self.content):
            return True
        first = next(item for item in self.content if not isinstance(item, Captioned))
        return isinstance(first, Heading) and [first.line] == self.guessed

    def _give_to_pictures(self) -> None:
        """Make captions of the lines that were guessed, where the picture above has none."""
        content = self.content
        kept: list[Content] = []
        for item in content:
            above = kept[-1] if kept else None
            if isinstance(item, Heading) and item.guessed and isinstance(above, Captioned) and above.caption is None:
                kept[-1] = Captioned(above.media, item.line)
                self.captions.append(item.line)
            else:
                kept.append(item)
        content[:] = kept
        self.guessed = [item.line for item in content if isinstance(item, Heading) and item.guessed]

    def _find_more_of_series(self, numbered: list[int]) -> None:
        """Where one of 一、二、三、 is a heading, so are others above a text, however short; and 1. where 2. is one."""
        if not numbered:
            return
        series = [number for number in (_MAJOR, _NUMBERED) if any(number.match(line.text) for line in self.guessed)]
        for index in numbered:
            item = self.content[index]
            if not isinstance(item, Line) or item.kind != "text":
                continue
            number = next((each for each in series if each.match(item.text)), None)
            following = self._following(index)
            if number is None or not isinstance(following, Line) or number.match(following.text) is not None:
                continue
            is_open = number is _MAJOR or _introduces(item.text, following)
            if is_open and has_heading_form(item.text) and self._could_be_heading(item):
                self.content[index] = Heading(item, guessed=True)
        self.guessed = [each.line for each in reversed(self.content) if isinstance(each, Heading) and each.guessed]

    def _find_alike(self, lines: list[tuple[int, str]], guessed: list[int]) -> None:
        """Make headings of short lines that share an ornament or a count, each above a line that does not."""
        alike = {place: like for place, text in lines if (like := likeness(text))}
        if not alike or len(alike) + len(guessed) == 1:
            return
        alike |= {place: like for place in guessed if (like := likeness(self._text_at(place)))}
        series = find_series(alike, self._text_at, self._text_below)
        if not series:
            return
        series += titles_of_groups(series, self._text_at)
        numbers = [index for index in series if _SECTION_NUMBER.fullmatch(self._text_at(index).strip(_AROUND_NUMBER))]
        titles = [index + 1 for index in numbers if self._is_title(index + 1)]
        ends = _SENTENCE_END if len({*numbers} & {*guessed}) < _FEWEST_TOLD else (*_SENTENCE_END, ":", "：")
        if len(titles) == len(numbers):
            series += titles
        elif not all((self._text_below(index) or "").endswith(ends) for index in numbers):  # those of a list
            series = [index for index in series if index not in numbers]
        self._guess_headings(series)
        self.guessed = [each.line for each in reversed(self.content) if isinstance(each, Heading) and each.guessed]

    def _guess_headings(self, places: list[int]) -> None:
        for index in places:
            item = self.content[index]
            if isinstance(item, Line) and item.kind == "text" and self._matches.get(id(item)) is None:
                self.content[index] = Heading(item, guessed=True)

    def _is_title(self, index: int) -> bool:
        """Whether a line below a section's number reads as that section's title."""
        item = self.content[index] if index < len(self.content) else None
        return isinstance(item, Heading) or (
            isinstance(item, Line)
            and item.kind == "text"
            and "\n" not in item.text
            and item.text[-1] not in NO_HEADING_END
            and not is_wide(item.text, PROSE_WIDTH)
            and isinstance(below := self._following(index), Line)
            and below.text.endswith(_SENTENCE_END)
        )

    def _text_at(self, index: int) -> str:
        item = self.content[index]
        return item.line.text if isinstance(item, Heading) else item.text if isinstance(item, Line) else ""

    def _text_below(self, index: int) -> str | None:
        """Return the text of the line or heading that follows."""
        following = self._following(index)
        return following.line.text if isinstance(following, Heading) else following.text if following else None

    def _following(self, index: int) -> Line | Heading | None:
        """Return the line that follows, whatever pictures stand between."""
        content = self.content
        for at in range(index + 1, len(content)):
            if not isinstance(item := content[at], Captioned):
                return item
        return None

    def _is_marked_heading(self, index: int, line: Line, following: Line | Heading | None) -> bool:
        text = line.text
        if line.level:
            return not is_wide(text, _TAG_HEADING_WIDTH) and "\n" not in text
        if line.kind not in ("text", "quote") or index + 1 == len(self.content) or "\n" in text:
            return False
        if line.bold:
            is_sentence = is_stopped(text) and _QUESTION.match(text) is None
            return not (is_sentence or _is_too_wide(text) or self._in_bold_run(index) or numbers_thing(text))
        if line.kind == "quote":
            return (
                following is not None
                and not is_wide(text, PROSE_WIDTH)
                and not text.endswith(_SENTENCE_END)
                and self._could_be_heading(line)
                and text.count(" ") <= _MOST_QUOTED_SPACES
                and not (isinstance(following, Line) and following.kind == "quote")
                and not (index and isinstance(before := self.content[index - 1], Line) and before.kind == "quote")
            )
        if not line.centred or not isinstance(following, Line) or following.centred:
            return False
        return has_heading_form(text) and self._could_be_heading(line)

    def _in_bold_run(self, index: int) -> bool:
        """Whether three or more bold lines, section numbers aside, stand together: a list of names, not headings."""
        run = 0 if self._is_number_above(index) else 1
        for step in (-1, 1):
            at = index + step
            while run <= _MOST_BOLD_HEADINGS and 0 <= at < len(self.content) and _is_bold(self.content[at]):
                run += not self._is_number_above(at)
                at += step
        return run > _MOST_BOLD_HEADINGS

    def _is_number_above(self, index: int) -> bool:
        """Whether a line is a number alone, and no other number stands below it."""
        if _SECTION_NUMBER.fullmatch(self._text_at(index)) is None:
            return False
        return index + 1 < len(self.content) and _SECTION_NUMBER.fullmatch(self._text_at(index + 1)) is None

    def _is_plain_heading(self, index: int, line: Line, following: Line | Heading | None) -> bool:
        """Whether a short unmarked line plainly introduces the text below it."""
        if line.kind != "text" or line.bold or not has_heading_form(line.text):
            return False
        if _BRACKETED.fullmatch(line.text):
            return following is not None and self._could_be_heading(line)
        if isinstance(following, Heading) and index and self._is_number_above(index - 1):  # its section's title
            return self._could_be_heading(line)
        is_apart = self._stands_apart(index, line)
        if not ((is_apart or not index) and _introduces(line.text, following)):
            return False
        if is_apart and self._could_be_heading(line):
            return True
        if self._is_unknown(line) and _LABELLED.fullmatch(line.text) and not _is_turn(following):
            self._labelled.append(index)
        return False

    def _is_unknown(self, line: Line) -> bool:
        """Whether no pattern says what a line is, but that it stands above the text where it stands there."""
        match = self._matches.get(id(line))
        return match is None or match.kind == "furniture"

    def _stands_apart(self, index: int, line: Line) -> bool:
        """Whether a line has a heading's number, or what stands above it is over."""
        first = line.text[0]
        if first in _ENUMERATION_OPENS and _ENUMERATED.match(line.text):
            return True
        before = self.content[index - 1] if index else None
        if not isinstance(before, Line):
            return before is not None
        is_numbered = first.isdecimal() and _NUMBERED.match(line.text) is not None
        if is_numbered and _NUMBERED.match(before.text):  # a list
            return False
        # A number opens the first item below a heading, as it does below the item before.
        if is_numbered and before.level > 0:
            return True
        if before.text.endswith((":", "：")):
            return False
        return before.bold or before.text.endswith(_SENTENCE_END) or self._ends_bullets(index, line)

    def _ends_bullets(self, index: int, line: Line) -> bool:
        """Whether a line follows the last of two or more that typed marks open."""
        above = self.content[index - 2 : index] if index > 1 else ()
        return (
            bool(above)
            and all(isinstance(item, Line) and item.text[0] in _BULLETS for item in reversed(above))
            and line.text[0] not in _BULLETS
        )

    def _take_labelled(self) -> None:
        """Take lines of a label and a few words for headings, where several stand above texts of their own.

        In an interview and a list of facts, the labels are the same, or no text stands between.
        """
        lines = [line for index in self._labelled if isinstance(line := self.content[index], Line)]
        labels = {found["label"] or found["time"] for line in lines if (found := _LABELLED.fullmatch(line.text))}
        if len(labels) < len(lines):
            return
        for index, line in zip(self._labelled, lines, strict=True):
            self.content[index] = Heading(line, guessed=True)
        self.guessed = [each.line for each in reversed(self.content) if isinstance(each, Heading) and each.guessed]

    def _could_be_heading(self, line: Line) -> bool:
        """Whether no pattern says what else an unmarked line is."""
        if id(line) in self._matches:
            match = self._matches[id(line)]
            return match is None or match.kind == "labels"
        text = line.text
        return not self._patterns.is_no_heading(text) or (id(line) in self._below and self._patterns.is_caption(text))


def _is_too_wide(text: str) -> bool:
    """Whether a bold line is too wide for a heading; what holds no sentence may be wider than others."""
    if not is_wide(text, _HEADING_WIDTH):
        return False
    return is_wide(text, _LONGEST_BOLD) or text.endswith(_SENTENCE_END) or _STOP.search(text) is not None


def _introduces(text: str, following: Line | Heading | None) -> bool:
    """Whether what follows a line reads as what it introduces."""
    if isinstance(following, Heading):
        number = _MINOR if _ENUMERATED.match(text) else _ENUMERATED
        return bool(number.match(following.line.text)) and not _MINOR.match(text)
    if following is None or following.kind != "text" or not following.text.endswith((*_SENTENCE_END, ":", "：")):
        return False
    least = _ENUMERATED_PROSE_WIDTH if text in _STANDING or _ENUMERATED.match(text) else PROSE_WIDTH
    return width(following.text) >= max(least, 1.5 * width(text))


def _is_section_number(line: Line, following: Line | Heading | None) -> bool:
    if line.kind != "text" or following is None or len(line.text) > _LONGEST_NUMBER:
        return False
    if not _SECTION_NUMBER.fullmatch(line.text):
        return False
    return isinstance(following, Heading) or (following.kind == "text" and is_wide(following.text, PROSE_WIDTH))


def _is_turn(line: Line | Heading | None) -> bool:
    """Whether a line begins with who says it."""
    return isinstance(line, Line) and _TURN.match(line.text) is not None


def _opens_with_number(text: str) -> bool:
    if _ENUMERATED.match(text) is not None or _SECTION_NUMBER.fullmatch(text) is not None:
        return True
    return likeness(text) is not None


def _is_bold(item: object) -> bool:
    line = item.line if isinstance(item, Heading) else item
    return isinstance(line, Line) and line.bold and not line.level and not line.text.endswith(PERIOD)
