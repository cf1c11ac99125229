"""Which lines are captions, and of which picture: by their marks, or by their form and place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from newsingest.body.caption_likeness import find_galleries, may_be_of_gallery, may_describe
from newsingest.body.lines import Line, joined, next_line
from newsingest.body.looks import NO_HEADING_END, has_heading_form, is_wide, width
from newsingest.body.media import Picture
from newsingest.body.reading import Captioned, Left
from newsingest.body.series import FIRST_OF_THINGS, NUMERALS, ORNAMENTS, numbers_thing
from newsingest.body.sieve import PATTERN_LIMIT
from newsingest.body.sifting import not_text, take
from newsingest.record import PostWarning

if TYPE_CHECKING:
    from newsingest.body.flow import Item
    from newsingest.body.line_patterns import LinePatterns
    from newsingest.body.media import Player
    from newsingest.body.reading import Content, Remade

_CAPTION_WIDTH = 40  # in full-width characters
_MOST_COMPARED = 1_000  # characters of a caption in which others are looked for
_MARKS_OF_BELOW = ("▼", "▽", "↓")  # a line that begins so speaks of the picture below it
_FIRST_ABOVE = frozenset((*_MARKS_OF_BELOW, *FIRST_OF_THINGS))
# An agency says what a picture shows in one paragraph, and in the next who took it.
_TAKEN_BY = ("摄", "攝", "摄）", "攝）", "摄)", "攝)")
_CREDIT_WIDTH = 20
# In a quote or a list much else reads like a caption; what begins or ends so is one there, too.
_IN_TEXT = ("quote", "list-item")
_FIRST_IN_TEXT = ("图：", "图:", "圖：", "圖:", "资料图", "資料圖", "▲", "△")
_LAST_IN_TEXT = (*_TAKEN_BY, "供图", "供圖", "供图）", "供圖）", "供图)", "供圖)")
_OPENS_SECTION = ORNAMENTS | {*NUMERALS, *"0123456789第（【"}
_LEAST_ALT = 6  # characters that a caption and the picture's alternative text begin with
_MOST_IN_ROW = 12  # pictures side by side
# What may carry its source in a figure's caption.
_CITED = ("quote", "table", "code")


def has_caption_form(line: Line, patterns: LinePatterns) -> bool:
    """Whether a line reads like a caption."""
    text = line.text
    if line.kind in _IN_TEXT and not (text.startswith(_FIRST_IN_TEXT) or text.endswith(_LAST_IN_TEXT)):
        return False
    return line.kind in ("text", "figure", *_IN_TEXT) and patterns.is_caption(text)


def is_photo_credit(line: Line, patterns: LinePatterns) -> bool:
    """Whether a line says no more than who took a picture."""
    text = line.text
    return text.endswith(_TAKEN_BY) and not is_wide(text, _CREDIT_WIDTH) and has_caption_form(line, patterns)


class CaptionPlacer:
    """Gives pictures and players the lines that belong to them.

    ``below`` are the lines that stand directly below one, by ``id()``.
    """

    __slots__ = (
        "_bare",
        "_below",
        "_centred",
        "_content",
        "_continuations",
        "_dealt",
        "_galleries",
        "_has_text",
        "_patterns",
        "_waiting",
        "left",
        "placed",
        "remade",
        "unsure",
        "warnings",
    )

    def __init__(self, content: list[Item], patterns: LinePatterns, below: frozenset[int]) -> None:
        self.placed: list[Content] = []  # some lines become headings later
        self.left: list[Left] = []
        self.warnings: list[PostWarning] = []
        self.remade: Remade = []
        self.unsure = 0  # lines below pictures that may be captions, if others tell so
        self._content = content
        self._patterns = patterns
        self._below = below
        # Pictures without a caption or text after them, and their places.
        self._bare: list[tuple[int, Picture | Player]] = []
        self._continuations: list[Line] = []  # lines that continue the last caption placed
        self._centred: bool | None = None  # the text is, where that was asked
        self._galleries: frozenset[int] | None = None  # lines of galleries, by id(), where that was asked
        self._has_text: bool | None = None  # beside what stands in the paragraphs of pictures, where that was asked
        self._waiting: Line | None = None  # a marked caption that stands above its picture
        self._dealt: dict[int, int] = {}  # captions below a row of pictures, by id(), and the places of their pictures

    def place(self) -> None:
        """Place all of the content, in its order."""
        content = self._content
        at = 0
        for index in not_text(content):
            if index >= at:
                take(self.placed, content, at, index)
                at = self._place_from(index)
        take(self.placed, content, at, len(content))

    def _place_from(self, index: int) -> int:
        """Place what is no line of text, and what belongs to it below; return where that ends."""
        content = self._content
        for at in range(index, len(content)):
            item = content[at]
            if not isinstance(item, Line):
                self._place_picture(item, at)
            elif not (self._take_caption(item, at) or self._hold(item, at)):
                self.unsure += bool(self._bare) and may_describe(item)
                self._close()
                self.placed.append(item)
                return at + 1
        self._close()
        return len(content)

    def _item(self, at: int) -> Item | None:
        """Return an item of the content; None above its first and below its last."""
        return self._content[at] if 0 <= at < len(self._content) else None

    def _place_picture(self, media: Picture | Player, at: int) -> None:
        if self._continuations:
            self._join()
        if self._waiting is None and not self._take_line_above(media, at):
            self._bare.append((len(self.placed), media))
        self.placed.append(Captioned(media, self._waiting))
        self._waiting = None

    def _take_line_above(self, media: Picture | Player, at: int) -> bool:
        """Take the line directly above for a picture's caption; False where it does not speak of the picture."""
        last = self.placed[-1] if self.placed else None
        if not (isinstance(media, Picture) and isinstance(last, Line) and _may_be_caption_above(last)):
            return False
        above = self.placed[-2] if len(self.placed) > 1 else None
        if isinstance(above, Line) and _points_down(above):  # such marks stand before the items of a list, too
            return False
        if self._has_caption_below(at):
            return False
        self.placed.pop()
        self._guess("caption-guessed", "a line above a picture is taken as its caption", last.text)
        self._waiting = last
        return True

    def _has_caption_below(self, at: int) -> bool:
        """Whether the line below a picture is its caption, whatever stands above."""
        below = self._item(at + 1)
        if not isinstance(below, Line) or below.level or _points_down(below):
            return False
        return below.kind in ("caption", "figure") or has_caption_form(below, self._patterns)

    def _take_caption(self, line: Line, at: int) -> bool:
        """Give a line to the last picture without a caption, or leave out a figure's label; False if it is neither."""
        if line.spans and line.linked and (line.kind == "figure" or self._says_caption(line, at)):
            self.left.append(Left(line, "a label in a figure" if line.kind == "figure" else "a label on a picture"))
            return True
        if line.kind == "figure" and self._ends_figure(line, at):
            self._continuations.append(line)
            return True
        if not self._bare:
            return False
        if (self._dealt or 1 < len(self._bare) <= _MOST_IN_ROW) and self._deal(line, at):
            return True
        place, media = self._bare[-1]
        is_loose = line.kind == "figure" and width(line.text) < _CAPTION_WIDTH * 2
        marked = line.kind == "caption" or (is_loose and (not line.beside or self._is_text_elsewhere()))
        if not marked:
            if place != len(self.placed) - 1 or not self._is_caption_below(line, media, at):
                return False
            self._guess("caption-guessed", "a line below a picture is taken as its caption", line.text)
        self.placed[place] = Captioned(media, line)
        self._bare.pop()
        return True

    def _says_caption(self, line: Line, at: int) -> bool:
        """Whether a link directly below a picture says what the marked caption below says again."""
        below = self._item(at + 1)
        if not isinstance(below, Line) or below.kind != "caption" or id(line) not in self._below:
            return False
        return len(line.text) <= _MOST_COMPARED and below.text in line.text

    def _deal(self, line: Line, at: int) -> bool:
        """Give a caption to its picture where as many stand below a row of pictures as that has, as in a table."""
        if id(line) in self._below:
            self._dealt = self._captions_of_row(at) or self._dealt
        place = self._dealt.pop(id(line), None)
        if place is None:
            return False
        self._bare = [bare for bare in self._bare if bare[0] != place]
        media = self.placed[place]
        if isinstance(media, Captioned):
            self.placed[place] = Captioned(media.media, line)
        return True

    def _captions_of_row(self, at: int) -> dict[int, int]:
        """Find the captions below a row of pictures, the first number ``at``; give the places of their pictures."""
        places = [place for place, _ in self._bare]
        count = len(places)
        row = self._content[at : at + count + 1]
        if places[0] != len(self.placed) - count or not _are_captions_of_row(row, count):
            return {}
        if any(isinstance(each, Line) and is_photo_credit(each, self._patterns) for each in row):
            return {}
        return {id(each): place for each, place in zip(row, places, strict=False)}

    def _ends_figure(self, line: Line, at: int) -> bool:
        """Whether a credit follows the caption of a figure, and no picture follows that."""
        last = self.placed[-1] if self.placed else None
        if not isinstance(last, Captioned) or last.caption is None or last.caption.kind not in ("figure", "caption"):
            return False
        following = self._item(at + 1)
        is_last = following is None or isinstance(following, Line)
        return is_last and not is_wide(line.text, _CREDIT_WIDTH) and has_caption_form(line, self._patterns)

    def _is_caption_below(self, line: Line, media: Picture | Player, at: int) -> bool:
        if id(line) not in self._below or line.kind not in ("text", "figure", *_IN_TEXT) or line.level:
            return False
        if _points_down(line) and isinstance(self._item(at + 1), Picture):
            return False
        is_told = has_caption_form(line, self._patterns) or self._is_credited(line, at)
        if is_told or line.kind in _IN_TEXT:
            return is_told
        if isinstance(media, Picture) and media.alt and line.text.startswith(media.alt) and _says(line.text, media.alt):
            return True
        if self._is_centred_below(line, at) or self._is_alone_with_picture(line):
            return True
        return self._is_of_gallery(line, at)

    def _is_centred_below(self, line: Line, at: int) -> bool:
        """Whether a line is short and centred, and not as all of the text is."""
        if not line.centred or line.bold or width(line.text) >= _CAPTION_WIDTH:
            return False
        # A sentence is a caption where the text itself is not centred.
        follows = next_line(self._content, at)
        return (follows is not None and not follows.centred) or not (
            line.text.endswith("。") or self._is_text_centred()
        )

    def _is_alone_with_picture(self, line: Line) -> bool:
        """Whether a few words are all that a picture's paragraph holds, and the text is elsewhere."""
        if not line.beside or line.bold or line.linked or line.text[0] in _OPENS_SECTION:
            return False
        return has_heading_form(line.text) and self._is_text_elsewhere()

    def _is_text_elsewhere(self) -> bool:
        """Whether text stands outside of pictures' paragraphs."""
        if self._has_text is None:
            self._has_text = any(
                isinstance(item, Line) and item.kind == "text" and not item.beside for item in self._content
            )
        return self._has_text

    def _is_text_centred(self) -> bool:
        """Whether most of the text that stands below no picture is centred, so that this says nothing of a line."""
        if self._centred is None:
            text = [
                item.centred
                for item in self._content
                if isinstance(item, Line) and item.kind == "text" and not item.level and id(item) not in self._below
            ]
            self._centred = 2 * sum(text) > len(text)
        return self._centred

    def _is_of_gallery(self, line: Line, at: int) -> bool:
        """Whether pictures and short lines take turns around a line."""
        if line.text[-1] in NO_HEADING_END or not may_be_of_gallery(line):
            return False
        if not (isinstance(self._item(at + 1), Picture) or isinstance(self._item(at - 3), Picture)):
            return False
        if self._galleries is None:
            self._galleries = find_galleries(self._content)
        return id(line) in self._galleries

    def _is_credited(self, line: Line, at: int) -> bool:
        """Whether the line below says who took the picture that this one describes."""
        below = self._item(at + 1)
        return (
            isinstance(below, Line)
            and is_photo_credit(below, self._patterns)
            and not (line.bold or is_wide(line.text, _CAPTION_WIDTH * 2))
        )

    def _hold(self, line: Line, at: int) -> bool:
        """Keep a line that continues the caption above, or a caption whose picture may follow; False for others."""
        if line.kind != "caption":
            return line.text.endswith(_TAKEN_BY) and self._add_credit(line, at)
        if not self._add_to_last(line, at):
            if self._waiting is not None:
                self._give_up(self._waiting)
            self._waiting = line
        return True

    def _add_credit(self, line: Line, at: int) -> bool:
        """Add a line to the caption directly above, if it says who took the picture; False where it does not."""
        last = self.placed[-1] if self.placed else None
        above = self._item(at - 1)
        if not (isinstance(last, Captioned) and last.caption is above and isinstance(above, Line)):
            return False
        if above.kind != line.kind or line.kind == "figure" or not is_photo_credit(line, self._patterns):
            return False
        self._continuations.append(line)
        return True

    def _add_to_last(self, line: Line, at: int) -> bool:
        """Add a marked caption to the one above, or place it as a quote's or table's source; False if it is neither."""
        last = self.placed[-1] if self.placed else None
        if isinstance(last, Captioned) and last.caption is not None and last.caption.kind in ("figure", "caption"):
            below = self._item(at + 1)
            if below is not None and not isinstance(below, Line):  # the caption is that one's
                return False
            self._continuations.append(line)
            return True
        if isinstance(last, Line) and last.kind == "figure":  # the table's own <caption>
            last = self.placed[-2] if len(self.placed) > 1 else None
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
            more = [line for line in self._continuations if len(text) > _MOST_COMPARED or line.text not in text]
            whole = joined(last.caption, more)
            self.remade += [(last.caption, (whole,)), *((line, ()) for line in self._continuations)]
            self.placed[-1] = Captioned(last.media, whole)
            self._continuations = []

    def _close(self) -> None:
        """Forget pictures that text stands below, and the caption that waited for one."""
        if self._continuations:
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


def _says(text: str, alt: str) -> bool:
    """Whether a line that begins with a picture's alternative text says no more, or who took it."""
    return text == alt or (len(alt) >= _LEAST_ALT and len(text) <= 2 * len(alt) and not text.endswith("。"))


def _points_down(line: Line) -> bool:
    return line.text.startswith(_MARKS_OF_BELOW) and line.kind == "text" and len(line.text) <= PATTERN_LIMIT


def _may_be_caption_above(line: Line) -> bool:
    """Whether a line that points down, or counts pictures, is no heading, no list and no prose."""
    if line.text[0] not in _FIRST_ABOVE or line.level or "\n" in line.text:
        return False
    if not _points_down(line):
        is_label = line.kind == "text" and numbers_thing(line.text) and not line.text.endswith("。")
        return is_label and not is_wide(line.text, _CAPTION_WIDTH)
    is_credited = line.text.endswith(("）", ")"))
    return is_credited or (width(line.text) < _CAPTION_WIDTH * 2 and (not line.bold or line.text.endswith("。")))
