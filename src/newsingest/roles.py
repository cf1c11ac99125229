"""What each line is for: heading, caption, byline, field or paragraph.

The CMS's own marks decide first, then the line's form and its neighbours; never its position in a file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from newsingest.headings import PROSE_WIDTH, Heading, HeadingFinder, is_wide, width
from newsingest.lines import Line, cut, joined, row_bounds
from newsingest.media import Picture, Player
from newsingest.reading import Captioned, Left, Reading, Taken
from newsingest.record import PostWarning
from newsingest.text import has_word, squash

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsingest.flow import Item
    from newsingest.line_patterns import LineMatch
    from newsingest.profile import Profile

# Longest line that patterns are asked about, in characters.
_PATTERN_LIMIT = 200
_EDGE_ROWS = 30  # rows of a text made of <br> that are looked at above and below it
# In full-width characters.
_CAPTION_WIDTH = 40
_TOP = 12  # items from the top in which a page's head (title, labels, date) may stand
# What a line's pattern says gives way to the form of a caption directly below a picture.
_GIVE_WAY = ("bylines", "not_headings", "furniture")
# What may carry its source in a figure's caption.
_CITED = ("quote", "table", "code")


def read_roles(items: list[Item], title: str | None, profile: Profile) -> Reading:
    """Decide the role of every item of a body."""
    reader = _RoleReader(profile)
    items = list(reader.part_rows(items))
    reader.sort_lines(reader.cut_end(items) if profile.lines.has_end else items)
    reader.sign()
    reader.drop_page_head(title)
    reader.place_captions()
    reader.find_headings()
    return Reading(
        reader.content,
        reader.fields,
        reader.bylines,
        reader.taken,
        reader.left,
        reader.warnings,
        reader.cut,
        reader.remade,
    )


def _is_prose(item: Item) -> bool:
    return isinstance(item, Line) and is_wide(item.text, 2 * PROSE_WIDTH)


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
        self.remade: list[tuple[Line, tuple[Line, ...]]] = []
        # By id(): equal lines can stand in different places.
        self.matches: dict[int, LineMatch] = {}
        self.asked: dict[str, LineMatch | None] = {}  # matching is dear, and each line is asked about more than once
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

    def part_rows(self, items: list[Item]) -> Iterator[Item]:
        """Part lines with ``<br>`` where rows at their top or bottom are credits or furniture, not text."""
        for item in items:
            if isinstance(item, Line) and "\n" in item.text and item.kind not in ("code", "table"):
                parts = self._parted(item)
                self.remade.append((item, parts))
                yield from parts
            else:
                yield item

    def _parted(self, line: Line) -> tuple[Line, ...]:
        bounds = row_bounds(line.text)
        top = [cut(line, *each) for each in bounds[:_EDGE_ROWS]]
        above = self._count_above(top)
        bottom = [cut(line, *each) for each in bounds[above:][-_EDGE_ROWS:]]
        below = self._count_below(bottom)
        text = bounds[above : len(bounds) - below]
        middle = [cut(line, text[0][0], text[-1][1])] if text else []
        return (*top[:above], *middle, *bottom[len(bottom) - below :])

    def _count_above(self, rows: list[Line]) -> int:
        """Count the rows at the top that are credits, furniture or related links."""
        in_links = False
        for index, row in enumerate(rows):
            in_links = self._is_link_label(row, rows, index) or (in_links and row.linked)
            if not (in_links or self._is_credit(row)):
                return index
        return len(rows)

    def _count_below(self, rows: list[Line]) -> int:
        """Count the rows at the bottom that are so."""
        end = len(rows)
        while end:
            label = end - 1
            while label and rows[label].linked:
                label -= 1
            if self._is_link_label(rows[label], rows, label):
                end = label
            elif self._is_credit(rows[end - 1]):
                end -= 1
            else:
                break
        return len(rows) - end

    def _is_credit(self, row: Line) -> bool:
        match = self._match(row)
        return match is not None and match.kind in ("fields", "bylines", "drop")

    def sign(self) -> None:
        """Take names in brackets that end the text for its byline."""
        last = self.content[-1] if self.content else None
        if (
            isinstance(last, Line)
            and last.kind == "text"
            and len(self.content) > 1
            and self.patterns.is_signature(last.text)
        ):
            self.bylines.append(last.text)
            self.taken.append(Taken(last, {"byline": last.text}))
            self.content.pop()

    def sort_lines(self, items: list[Item]) -> None:
        """Take out the lines that became fields and those that patterns drop; keep the order of the rest."""
        in_links = False  # below a label of related links
        prose = False
        last = next((at for at in range(len(items) - 1, -1, -1) if _is_prose(items[at])), 0)
        for index, item in enumerate(items):
            if not isinstance(item, Line):
                self.content.append(Captioned(item))
            elif item.kind == "text" and len(item.text) > _PATTERN_LIMIT and item.field is None:  # plain prose
                in_links, prose = False, True
                if self.patterns.is_notice(item.text):
                    self._leave(item, "a standing notice")
                else:
                    self.content.append(item)
            elif not has_word(item.text):
                self._leave(item, "an ornament")
            elif in_links and item.linked:
                self._leave(item, "a related link")
            else:
                in_links = self._is_link_label(item, items, index)
                if in_links:
                    self._leave(item, "a label of related links", self._match(item))
                    continue
                below_media = index > 0 and not isinstance(items[index - 1], Line)
                if not self._take(item, below_media=below_media, prose=prose, inside=prose and index < last):
                    prose = prose or _is_prose(item)
                    self.content.append(item)

    def _leave(self, line: Line, reason: str, match: LineMatch | None = None) -> None:
        self.left.append(Left(line, reason, match))

    def _take(self, line: Line, *, below_media: bool, prose: bool, inside: bool) -> bool:
        """Make a field, byline or nothing of a line; False where it stays in the text."""
        match = self._match(line)
        if self.patterns.is_notice(line.text):
            self._leave(line, "a standing notice")
            return True
        if line.kind == "quote" and line.spans and self.patterns.is_advert(line.text):
            self._leave(line, "an advert in a box")
            return True
        if below_media:
            self.below.add(id(line))
            # An outlet in the middle of the text is the picture's, not the post's.
            sourced = inside and match is not None and set(match.groups) == {"outlet"}
            if (match is None or match.kind in _GIVE_WAY or sourced) and self._has_caption_form(line):
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
        if line.text not in self.asked:
            self.asked[line.text] = self.patterns.match(line.text)
        return self.asked[line.text]

    def _is_link_label(self, line: Line, items: Sequence[Item], index: int) -> bool:
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
            self._leave(line, "a line to drop", match)
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
            self.bylines.append(match.groups.get("byline", line.text))
            for name, value in match.groups.items():
                if name != "byline":
                    self.fields.setdefault(name, value)
            self.taken.append(Taken(line, {"byline": self.bylines[-1]} | match.groups, match))
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
                    if isinstance(each, Line) and item.level and each.kind == "text" and width(each.text) < PROSE_WIDTH
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
        for index, item in enumerate(self.content):
            if isinstance(item, Captioned) and waiting is not None:
                placed.append(Captioned(item.media, waiting))
                waiting = None
                continue
            if isinstance(item, Line) and item.kind == "text" and not (placed and isinstance(placed[-1], Captioned)):
                pass  # no picture stands by it
            elif isinstance(item, Line):
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
                    following = self.content[index + 1] if index + 1 < len(self.content) else None
                    if self._joins(item, placed, following):
                        continue
                    self._without_picture(waiting)
                    waiting = item
                    continue
            self._without_picture(waiting)
            waiting = None
            placed.append(item)
        self._without_picture(waiting)
        self.content = placed

    def _joins(self, line: Line, placed: list[Line | Heading | Captioned], following: object) -> bool:
        """Whether a marked caption goes on with the caption before it, or names the source of a quote or table."""
        last = placed[-1] if placed else None
        if isinstance(last, Captioned) and last.caption is not None and last.caption.kind in ("figure", "caption"):
            if isinstance(following, Captioned):  # which it stands above
                return False
            whole = joined(last.caption, line)
            self.remade += [(last.caption, (whole,)), (line, ())]
            placed[-1] = Captioned(last.media, whole)
            return True
        if isinstance(last, Line) and last.kind in _CITED:
            source = msgspec.structs.replace(line, kind="text")
            self.remade.append((line, (source,)))
            placed.append(source)
            return True
        return False

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
        """Tell headings from paragraphs, and name those that nothing marks."""
        HeadingFinder(self.content, self.matches).find()
        for item in self.content:
            if isinstance(item, Heading) and item.guessed:
                self._guess("heading-guessed", "an unmarked line is taken as a heading", item.line.text)
