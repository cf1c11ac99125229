"""Which lines are captions, and of which picture: by their marks, or by their form and place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from newsingest.body.lines import Line, joined, line_behind
from newsingest.body.looks import is_wide, width
from newsingest.body.media import Picture
from newsingest.body.reading import Captioned, Left
from newsingest.body.sieve import PATTERN_LIMIT
from newsingest.body.sifting import not_text, take
from newsingest.record import PostWarning

if TYPE_CHECKING:
    from newsingest.body.flow import Item
    from newsingest.body.headings import Heading
    from newsingest.body.line_patterns import LinePatterns
    from newsingest.body.media import Player

_CAPTION_WIDTH = 40  # in full-width characters
_MOST_COMPARED = 1_000  # characters of a caption in which others are looked for
_MARKS_OF_BELOW = ("▼", "▽", "↓")  # a line that begins so speaks of the picture below it
# An agency says what a picture shows in one paragraph, and in the next who took it.
_TAKEN_BY = ("摄", "攝", "摄）", "攝）", "摄)", "攝)")
_CREDIT_WIDTH = 20
_MOST_IN_ROW = 12  # pictures side by side
# What may carry its source in a figure's caption.
_CITED = ("quote", "table", "code")


def has_caption_form(line: Line, patterns: LinePatterns) -> bool:
    """Whether a line reads like a caption."""
    return line.kind in ("text", "figure") and patterns.is_caption(line.text)


def is_photo_credit(line: Line, patterns: LinePatterns) -> bool:
    """Whether a line says no more than who took a picture."""
    text = line.text
    return text.endswith(_TAKEN_BY) and not is_wide(text, _CREDIT_WIDTH) and has_caption_form(line, patterns)


class CaptionPlacer:
    """Gives pictures and players the lines that belong to them.

    ``below`` are the lines that stand directly below one, by ``id()``.
    """

    def __init__(self, patterns: LinePatterns, below: frozenset[int]) -> None:
        self.placed: list[Line | Heading | Captioned] = []  # some lines become headings later
        self.left: list[Left] = []
        self.warnings: list[PostWarning] = []
        self.remade: list[tuple[Line, tuple[Line, ...]]] = []
        self._patterns = patterns
        self._below = below
        # Pictures without a caption or text after them, and their places.
        self._bare: list[tuple[int, Picture | Player]] = []
        self._more: list[Line] = []  # lines that continue the last caption placed
        self._waiting: Line | None = None  # a marked caption that stands above its picture
        self._dealt: dict[int, int] = {}  # captions below a row of pictures, by id(), and the places of their pictures

    def place(self, content: list[Item]) -> None:
        """Place what is in a body, in its order."""
        at = 0
        for index in not_text(content):
            if index >= at:
                take(self.placed, content, at, index)
                at = self._place_from(content, index)
        take(self.placed, content, at, len(content))

    def _place_from(self, content: list[Item], index: int) -> int:
        """Place what is no line of text, and what belongs to it below; return where that ends."""
        for at in range(index, len(content)):
            item = content[at]
            if not isinstance(item, Line):
                self._place_picture(item, content, at)
            elif not (self._is_of_picture(item, content, at) or self._is_held(item, content, at)):
                self._close()
                self.placed.append(item)
                return at + 1
        self._close()
        return len(content)

    def _place_picture(self, media: Picture | Player, content: list[Item], at: int) -> None:
        if self._more:
            self._join()
        if self._waiting is None and not self._points_here(media, content, at):
            self._bare.append((len(self.placed), media))
        self.placed.append(Captioned(media, self._waiting))
        self._waiting = None

    def _points_here(self, media: Picture | Player, content: list[Item], at: int) -> bool:
        """Whether the line directly above speaks of this picture: it waits for it then."""
        last = self.placed[-1] if self.placed else None
        if not (isinstance(media, Picture) and isinstance(last, Line) and _may_be_caption_above(last)):
            return False
        above = self.placed[-2] if len(self.placed) > 1 else None
        if isinstance(above, Line) and _points_down(above):  # such marks stand before the items of a list, too
            return False
        if self._has_caption_below(content, at):
            return False
        self.placed.pop()
        self._guess("caption-guessed", "a line above a picture is taken as its caption", last.text)
        self._waiting = last
        return True

    def _has_caption_below(self, content: list[Item], at: int) -> bool:
        """Whether the line below a picture is its caption, whatever stands above."""
        below = content[at + 1] if at + 1 < len(content) else None
        if not isinstance(below, Line) or below.level or _points_down(below):
            return False
        return below.kind in ("caption", "figure") or has_caption_form(below, self._patterns)

    def _is_of_picture(self, line: Line, content: list[Item], at: int) -> bool:
        """Whether a line is the caption of the last picture without one, or a label in a figure."""
        if line.kind == "figure" and line.linked:
            self.left.append(Left(line, "a label in a figure"))
            return True
        if line.kind == "figure" and self._ends_figure(line, content, at):
            self._more.append(line)
            return True
        if not self._bare:
            return False
        if (self._dealt or 1 < len(self._bare) <= _MOST_IN_ROW) and self._deal(line, content, at):
            return True
        place, media = self._bare[-1]
        marked = line.kind == "caption" or (line.kind == "figure" and width(line.text) < _CAPTION_WIDTH * 2)
        if not marked:
            if place != len(self.placed) - 1 or not self._is_caption_below(line, media, content, at):
                return False
            self._guess("caption-guessed", "a line below a picture is taken as its caption", line.text)
        self.placed[place] = Captioned(media, line)
        self._bare.pop()
        return True

    def _deal(self, line: Line, content: list[Item], at: int) -> bool:
        """Give a caption to its picture where as many stand below a row of pictures as that has, as in a table."""
        if id(line) in self._below:
            places = [place for place, _ in self._bare]
            row = content[at : at + len(places) + 1]
            is_row = (
                len(places) > 1
                and places[0] == len(self.placed) - len(places)
                and _are_captions_of_row(row, len(places))
            )
            if is_row and not any(isinstance(each, Line) and is_photo_credit(each, self._patterns) for each in row):
                self._dealt = {id(each): place for each, place in zip(row, places, strict=False)}
        place = self._dealt.pop(id(line), None)
        if place is None:
            return False
        self._bare = [bare for bare in self._bare if bare[0] != place]
        media = self.placed[place]
        if isinstance(media, Captioned):
            self.placed[place] = Captioned(media.media, line)
        return True

    def _ends_figure(self, line: Line, content: list[Item], at: int) -> bool:
        """Whether a credit follows the caption of a figure, and no picture follows that."""
        last = self.placed[-1] if self.placed else None
        if not isinstance(last, Captioned) or last.caption is None or last.caption.kind not in ("figure", "caption"):
            return False
        is_last = at + 1 == len(content) or isinstance(content[at + 1], Line)
        return is_last and not is_wide(line.text, _CREDIT_WIDTH) and has_caption_form(line, self._patterns)

    def _is_caption_below(self, line: Line, media: Picture | Player, content: list[Item], at: int) -> bool:
        if id(line) not in self._below or line.kind not in ("text", "figure") or line.level:
            return False
        if _points_down(line) and at + 1 < len(content) and isinstance(content[at + 1], Picture):
            return False
        if isinstance(media, Picture) and media.alt == line.text:
            return True
        if line.centred and not line.bold and width(line.text) < _CAPTION_WIDTH:
            # A sentence is a caption where the text itself is not centred.
            follows = line_behind(content, at)
            if (follows is not None and not follows.centred) or not line.text.endswith("。"):
                return True
        return has_caption_form(line, self._patterns) or self._is_credited(line, content, at)

    def _is_credited(self, line: Line, content: list[Item], at: int) -> bool:
        """Whether the line below says who took the picture that this one describes."""
        below = content[at + 1] if at + 1 < len(content) else None
        return (
            isinstance(below, Line)
            and is_photo_credit(below, self._patterns)
            and not (line.bold or is_wide(line.text, _CAPTION_WIDTH * 2))
        )

    def _is_held(self, line: Line, content: list[Item], at: int) -> bool:
        """Whether a line is a marked caption that belongs to what is above it, or may belong to what comes."""
        if line.kind != "caption":
            return line.text.endswith(_TAKEN_BY) and self._ends_caption(line, content, at)
        if not self._joins(line, content, at):
            if self._waiting is not None:
                self._give_up(self._waiting)
            self._waiting = line
        return True

    def _ends_caption(self, line: Line, content: list[Item], at: int) -> bool:
        """Whether a line says who took the picture whose caption stands directly above."""
        last = self.placed[-1] if self.placed else None
        above = content[at - 1] if at else None
        if not (isinstance(last, Captioned) and last.caption is above and isinstance(above, Line)):
            return False
        if above.kind != "text" or line.kind != "text" or not is_photo_credit(line, self._patterns):
            return False
        self._more.append(line)
        return True

    def _joins(self, line: Line, content: list[Item], at: int) -> bool:
        """Whether a marked caption continues the one before it, or names the source of a quote or table."""
        last = self.placed[-1] if self.placed else None
        if isinstance(last, Captioned) and last.caption is not None and last.caption.kind in ("figure", "caption"):
            if at + 1 < len(content) and not isinstance(content[at + 1], Line):  # it is that one's
                return False
            self._more.append(line)
            return True
        if isinstance(last, Line) and last.kind in _CITED:
            source = msgspec.structs.replace(line, kind="text")
            self.remade.append((line, (source,)))
            self.placed.append(source)
            return True
        return False

    def _join(self) -> None:
        """Make one caption of the last one placed and the lines that continue it."""
        last = self.placed[-1]
        if isinstance(last, Captioned) and last.caption is not None:
            text = last.caption.text
            # What it says already, mostly a credit, is left out.
            more = [line for line in self._more if len(text) > _MOST_COMPARED or line.text not in text]
            whole = joined(last.caption, more)
            self.remade += [(last.caption, (whole,)), *((line, ()) for line in self._more)]
            self.placed[-1] = Captioned(last.media, whole)
            self._more = []

    def _close(self) -> None:
        """Forget pictures that text stands below, and the caption that waited for one."""
        if self._more:
            self._join()
        self._bare.clear()
        if self._waiting is not None:
            self._give_up(self._waiting)

    def _give_up(self, waiting: Line) -> None:
        """Leave out the caption that waited for a picture."""
        self.left.append(Left(waiting, "a caption without a picture"))
        self._guess("caption-without-picture", "left out, as no picture stands by it", waiting.text)
        self._waiting = None

    def _guess(self, code: str, what: str, text: str) -> None:
        self.warnings.append(PostWarning(code, f"{what}: {text}"))


def _are_captions_of_row(row: list[Item], count: int) -> bool:
    """Whether the first ``count`` items are short centred or marked lines of one kind, and the one behind is none."""
    first = row[0]
    if not isinstance(first, Line) or not (first.kind == "caption" or (first.kind == "text" and first.centred)):
        return False
    alike = [
        isinstance(each, Line)
        and (each.kind, each.centred, each.level, each.bold) == (first.kind, first.centred, 0, False)
        and not is_wide(each.text, _CAPTION_WIDTH)
        for each in row
    ]
    return len(row) >= count and all(alike[:count]) and not any(alike[count:])


def _points_down(line: Line) -> bool:
    return line.text.startswith(_MARKS_OF_BELOW) and line.kind == "text" and len(line.text) <= PATTERN_LIMIT


def _may_be_caption_above(line: Line) -> bool:
    """Whether a line that points down is no heading, no list and no prose."""
    if not _points_down(line) or line.level or "\n" in line.text:
        return False
    is_credited = line.text.endswith(("）", ")"))
    return is_credited or (width(line.text) < _CAPTION_WIDTH * 2 and (not line.bold or line.text.endswith("。")))
