"""What each line is for: heading, caption, byline, field or paragraph.

The CMS's own marks decide first, then the line's form and its neighbours; never its position in a file.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from newsingest.lines import Line
from newsingest.media import Picture, Player
from newsingest.record import PostWarning
from newsingest.text import has_word, squash

if TYPE_CHECKING:
    from newsingest.flow import Item
    from newsingest.profile import LineMatch, Profile

# Longest line that patterns are asked about, in characters.
_PATTERN_LIMIT = 200
# Widths in full-width characters (a Latin letter is half of one).
_HEADING_WIDTH = 40
_PLAIN_HEADING_WIDTH = 30
_LONG = 200
_NARROW = re.compile(r"[\x00-\u2e7f]")
_CAPTION_WIDTH = 40
_PROSE_WIDTH = 20
_TAG_HEADING_WIDTH = 80
_TOP = 12  # items from the top in which a page's head (title, labels, date) may stand
_SENTENCE_END = tuple("。！？!?…」』”\"'）)】；;.")
_OPEN_END = tuple("。，,、；;…—-–~～")
# What a line's pattern says gives way to the form of a caption directly below a picture.
_GIVE_WAY = ("bylines", "not_headings", "furniture")
_FULL_STOP = tuple("。．；;，,、")
_MINOR = re.compile(r"[（(][一二三四五六七八九十]{1,3}[)）]")
_ENUMERATED = re.compile(
    r"(?:[（(][一二三四五六七八九十]{1,3}[)）]|[一二三四五六七八九十]{1,3}[、.．]|第[一二三四五六七八九十\d]{1,3}[章节部分条])"
)


class Heading(msgspec.Struct, frozen=True):
    """A heading line; ``guessed`` where neither tag, bold type nor centring marks it."""

    line: Line
    guessed: bool = False


class Captioned(msgspec.Struct, frozen=True):
    """A picture or player with the line that belongs to it, if any."""

    media: Picture | Player
    caption: Line | None = None


class Left(msgspec.Struct, frozen=True):
    """A line left out, why, and what the pattern said that decided, if one did."""

    line: Line
    reason: str
    match: LineMatch | None = None


class Taken(msgspec.Struct, frozen=True):
    """A line that became fields or a byline, and the pattern that says so; without one its markup does."""

    line: Line
    fields: dict[str, str]
    match: LineMatch | None = None


class Reading(msgspec.Struct, frozen=True):
    """The body understood: content in reading order, the lines that became fields, and what was left out."""

    content: list[Line | Heading | Captioned]
    fields: dict[str, str]
    bylines: list[str]
    taken: list[Taken]
    left: list[Left]
    warnings: list[PostWarning]
    cut: list[Picture | Player] = []  # what stood below the article's end


def read_roles(items: list[Item], title: str | None, profile: Profile) -> Reading:
    """Decide the role of every item of a body."""
    reader = _RoleReader(profile)
    reader.sort_lines(reader.cut_end(items) if profile.lines.has_end else items)
    reader.drop_page_head(title)
    reader.place_captions()
    reader.find_headings()
    return Reading(
        reader.content, reader.fields, reader.bylines, reader.taken, reader.left, reader.warnings, reader.cut
    )


def width(text: str) -> float:
    """Return how wide a text is in full-width characters; of a long one, at least how wide."""
    if text.isascii():
        return len(text) / 2
    if len(text) > _LONG:
        return len(text) / 2
    return len(text) - len(_NARROW.findall(text)) / 2


class _RoleReader:
    def __init__(self, profile: Profile) -> None:
        self.patterns = profile.lines
        self.content: list[Line | Heading | Captioned] = []
        self.fields: dict[str, str] = {}
        self.bylines: list[str] = []
        self.taken: list[Taken] = []
        self.left: list[Left] = []
        self.warnings: list[PostWarning] = []
        self.cut: list[Picture | Player] = []
        # By id(): equal lines can stand in different places.
        self.matches: dict[int, LineMatch] = {}
        self.below: set[int] = set()  # lines directly below a picture or player

    def cut_end(self, items: list[Item]) -> list[Item]:
        """Leave out the line that ends the article and everything below it."""
        for index, item in enumerate(items):
            if not isinstance(item, Line) or len(item.text) > _PATTERN_LIMIT:
                continue
            if (match := self.patterns.end(item.text)) is not None:
                self._leave(item, "the end of the article", match)
                for each in items[index + 1 :]:
                    if isinstance(each, Line):
                        self._leave(each, "below the end of the article")
                    else:
                        self.cut.append(each)
                return items[:index]
        return items

    # -- fields, bylines, boilerplate ---------------------------------------------------------------------

    def sort_lines(self, items: list[Item]) -> None:
        """Take out the lines that became fields and those that patterns drop; keep the order of the rest."""
        in_links = False  # below a label of related links
        prose = False
        for index, item in enumerate(items):
            if not isinstance(item, Line):
                self.content.append(Captioned(item))
            elif not has_word(item.text):
                self._leave(item, "an ornament")
            elif in_links and item.linked:
                self._leave(item, "a related link")
            else:
                in_links = self._is_link_label(item, items, index)
                if in_links:
                    self._leave(item, "a label of related links", self._match(item))
                elif not self._take(
                    item, below_media=index > 0 and not isinstance(items[index - 1], Line), prose=prose
                ):
                    prose = prose or width(item.text) > 2 * _PROSE_WIDTH
                    self.content.append(item)

    def _leave(self, line: Line, reason: str, match: LineMatch | None = None) -> None:
        self.left.append(Left(line, reason, match))

    def _take(self, line: Line, *, below_media: bool, prose: bool) -> bool:
        """Make a field, byline or nothing of a line; False where it stays in the text."""
        match = self._match(line)
        if line.kind == "quote" and line.spans and self.patterns.is_advert(line.text):
            self._leave(line, "an advert in a box")
            return True
        if below_media:
            self.below.add(id(line))
            if (match is None or match.kind in _GIVE_WAY) and self._has_caption_form(line):
                return False
        if line.field is not None and (match is None or match.kind != "fields"):  # which know about labels
            self._set(line.field, line)
            return True
        if match is not None:
            self.matches[id(line)] = match
            return self._consume(line, match, prose=prose)
        return False

    def _match(self, line: Line) -> LineMatch | None:
        if line.kind in ("code", "table") or len(line.text) > _PATTERN_LIMIT:
            return None
        return self.patterns.match(line.text)

    def _is_link_label(self, line: Line, items: list[Item], index: int) -> bool:
        """Whether a line heads a list of related links, or is a label and its one link."""
        match = self._match(line)
        if match is None or match.kind != "labels":
            return False
        if rest := match.groups.get("rest", ""):
            covered = sum(span.end - span.start for span in line.spans if not span.stock)
            return covered >= 0.6 * len(rest)
        following = items[index + 1] if index + 1 < len(items) else None
        return following is None or (isinstance(following, Line) and following.linked)

    def _consume(self, line: Line, match: LineMatch, *, prose: bool) -> bool:
        """Do what the pattern says with a line; False leaves it in the text."""
        if match.kind == "drop" or (match.kind == "furniture" and not prose):
            self._leave(line, "a pattern of lines to drop", match)
        elif line.kind == "caption":
            return False
        elif match.kind == "fields":
            if any(self.fields.get(name, value) != value for name, value in match.groups.items()):
                return False
            for name, value in match.groups.items():
                if name == "byline":
                    self.bylines.append(value)
                else:
                    self.fields[name] = value
            self.taken.append(Taken(line, match.groups, match))
        elif match.kind == "bylines":
            self.bylines.append(line.text)
            self.taken.append(Taken(line, {"byline": line.text}, match))
        else:
            return False
        return True

    def _set(self, field: str, line: Line) -> None:
        if field == "byline":
            self.bylines.append(line.text)
        elif self.fields.setdefault(field, line.text) != line.text:
            self._leave(line, f"another {field} stands before it")
            return
        self.taken.append(Taken(line, {field: line.text}))

    # -- the head of a page -------------------------------------------------------------------------------

    def drop_page_head(self, title: str | None) -> None:
        """Drop the title repeated above the text, and the labels that stand above it."""
        wanted = squash(title or "")
        if not wanted or sum(isinstance(item, Line) for item in self.content) < 2:  # noqa: PLR2004 - all its text
            return
        for index, item in enumerate(self.content[:_TOP]):
            if isinstance(item, Line) and abs(len(item.text) - len(title or "")) < 12 and squash(item.text) == wanted:  # noqa: PLR2004
                head = self.content[:index]
                labels = [
                    each
                    for each in head
                    if isinstance(each, Line) and item.level and each.kind == "text" and width(each.text) < _PROSE_WIDTH
                ]
                self.left += [Left(each, "a label above the title") for each in labels]
                self.left.append(Left(item, "the title repeated"))
                self.content = [each for each in head if each not in labels] + self.content[index + 1 :]
                return

    # -- captions -----------------------------------------------------------------------------------------

    def place_captions(self) -> None:
        """Give pictures and players the lines that belong to them."""
        placed: list[Line | Heading | Captioned] = []
        waiting: Line | None = None  # a marked caption that stands above its picture
        for item in self.content:
            if isinstance(item, Captioned) and waiting is not None:
                placed.append(Captioned(item.media, waiting))
                waiting = None
                continue
            if isinstance(item, Line):
                last = self._uncaptioned(placed)
                if item.kind == "figure" and item.linked:
                    self._leave(item, "a label in a figure")
                    continue
                marked = item.kind == "caption" or (item.kind == "figure" and width(item.text) < _CAPTION_WIDTH * 2)
                if last is not None and (
                    marked or (last == len(placed) - 1 and self._is_caption_below(item, placed[last]))
                ):
                    if not marked:
                        self._guess("caption-guessed", "a line below a picture is taken as its caption", item.text)
                    placed[last] = Captioned(placed[last].media, item)  # type: ignore[union-attr]
                    continue
                if item.kind == "caption":
                    self._without_picture(waiting)
                    waiting = item
                    continue
            self._without_picture(waiting)
            waiting = None
            placed.append(item)
        self._without_picture(waiting)
        self.content = placed

    @staticmethod
    def _uncaptioned(placed: list[Line | Heading | Captioned]) -> int | None:
        """Find the picture or player a marked caption would belong to: the last one with no text after it."""
        for index in range(len(placed) - 1, -1, -1):
            item = placed[index]
            if not isinstance(item, Captioned):
                return None
            if item.caption is None:
                return index
        return None

    def _is_caption_below(self, line: Line, above: Line | Heading | Captioned) -> bool:
        if not isinstance(above, Captioned) or id(line) not in self.below:
            return False
        if line.kind not in ("text", "figure") or line.level:
            return False
        if isinstance(above.media, Picture) and above.media.alt == line.text:
            return True
        if line.centred and not line.bold and width(line.text) < _CAPTION_WIDTH and not line.text.endswith("。"):
            return True
        return self._has_caption_form(line)

    def _has_caption_form(self, line: Line) -> bool:
        return (
            len(line.text) <= _PATTERN_LIMIT and line.kind in ("text", "figure") and self.patterns.is_caption(line.text)
        )

    def _without_picture(self, line: Line | None) -> None:
        if line is not None:
            self._leave(line, "a caption without a picture")
            self._guess("caption-without-picture", "left out, as no picture stands by it", line.text)

    def _guess(self, code: str, what: str, text: str) -> None:
        self.warnings.append(PostWarning(code, f"{what}: {text}"))

    # -- headings -----------------------------------------------------------------------------------------

    def find_headings(self) -> None:
        """Tell headings from paragraphs, from the end up: what follows a line decides what it is."""
        content = self.content
        following: Line | Heading | None = None
        for index in range(len(content) - 1, -1, -1):
            item = content[index]
            if not isinstance(item, Line):
                continue
            if self._is_marked_heading(index, item, following):
                content[index] = Heading(item)
            elif self._is_plain_heading(index, item, following):
                content[index] = Heading(item, guessed=True)
            following = content[index]  # type: ignore[assignment]
        for item in content:
            if isinstance(item, Heading) and item.guessed:
                self._guess("heading-guessed", "an unmarked line is taken as a heading", item.line.text)

    def _is_marked_heading(self, index: int, line: Line, following: Line | Heading | None) -> bool:
        text = line.text
        if line.level:
            return width(text) < _TAG_HEADING_WIDTH and "\n" not in text
        if line.kind not in ("text", "quote") or following is None or "\n" in text:
            return False
        if line.bold:
            return width(text) <= _HEADING_WIDTH and not text.endswith(_FULL_STOP) and not self._in_bold_run(index)
        if line.kind == "quote":
            return (
                width(text) <= _PROSE_WIDTH
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
            while 0 <= at < len(self.content) and _bold_line(self.content[at]):
                run += 1
                at += step
        return run > 2  # noqa: PLR2004

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
        return width(following.text) >= max(_PROSE_WIDTH, 1.5 * width(line.text))

    def _could_be_heading(self, line: Line) -> bool:
        text = line.text
        if width(text) > _PLAIN_HEADING_WIDTH or text.endswith((*_OPEN_END, "！", "!", ".", ":", "：")) or "\n" in text:
            return False
        if "。" in text or (text[0] in '“"「『' and text[-1] in '”"」』'):
            return False
        match = self.matches.get(id(line))
        return match is None or match.kind == "labels"


def _bold_line(item: Line | Heading | Captioned) -> bool:
    line = item.line if isinstance(item, Heading) else item
    return isinstance(line, Line) and line.bold and not line.level
